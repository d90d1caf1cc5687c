from odoo import models


class ReceivableStatement(models.Model):
    """Differences that the customer names become disputes of the items: once, whoever answers how often."""

    _inherit = "receivable.statement"

    def _open_disputes(self, lines):
        """Open a dispute for each line of which the customer owes less; return the lines that a dispute stands for.

        Differences to our disadvantage, credits, and what is settled meanwhile are for a person to look at.
        """
        self.ensure_one()
        disputes = self.env["receivable.dispute"].sudo()
        standing = disputes.search([("move_line_id", "in", lines.move_line_id.ids), ("state", "=", "open")])
        by_item = standing.grouped("move_line_id")
        reason = self.env["receivable.dispute.reason"].sudo()._default_of(self.company_id)
        opened = lines.browse()
        for line in lines.filtered(lambda line: line._is_disputable()) if reason else ():
            if line.move_line_id in by_item:
                by_item[line.move_line_id]._message_log_batch(
                    {dispute.id: self._difference_words(line) for dispute in by_item[line.move_line_id]}
                )
            else:
                amount = min(line.answer_difference, line.move_line_id.amount_residual_currency)
                disputes._open(line.move_line_id, amount, self._dispute_values(line, reason))
            opened += line
        return opened

    def _dispute_values(self, line, reason):
        person = self.answer_partner_id
        return {
            "reason_id": reason.id,
            "note": line.answer_note or self._difference_words(line),
            "contact_id": (person if person.commercial_partner_id == self.partner_id else self.contact_id).id,
            "channel": "other" if self.answer_via == "staff" else "portal",
            "user_id": self.user_id.id if self.user_id.active else False,
            "statement_line_id": line.id,
        }

    def _difference_words(self, line):
        return self.env._(
            "%(statement)s: by the books of the customer %(amount)s is open of %(document)s. %(comment)s",
            statement=self.name,
            amount=line.currency_id.format(line.answer_amount),
            document=line.name or "",
            comment=line.answer_note or "",
        ).strip()


class ReceivableStatementLine(models.Model):
    _inherit = "receivable.statement.line"

    def _is_disputable(self):
        """Whether the customer says that he owes less of an item that is still open."""
        self.ensure_one()
        item, difference = self.move_line_id, self.answer_difference
        return (
            item.parent_state == "posted"
            and item.currency_id == self.currency_id
            and self.currency_id.compare_amounts(difference, 0.0) > 0
            and self.currency_id.compare_amounts(item.amount_residual_currency, 0.0) > 0
        )
