"""The credit note of a dispute: Odoo's own reversal, cut down to what is accepted."""

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class ReceivableDispute(models.Model):
    _inherit = "receivable.dispute"

    credit_note_count = fields.Integer(compute="_compute_credit_note_count")

    @api.depends("credit_note_ids")
    def _compute_credit_note_count(self):
        for dispute in self:
            # sudo: who sees a dispute may know how many there are
            dispute.credit_note_count = len(dispute.sudo().credit_note_ids)

    def action_make_credit_note(self):
        """The credit note of what was accepted before."""
        self.ensure_one()
        self.check_access("write")
        if not self.is_to_credit:
            raise UserError(self.env._("Nothing is accepted that is not credited: resolve the dispute first."))
        if self.credit_note_ids.filtered(lambda move: move.state == "draft"):
            raise UserError(self.env._("There is a draft credit note already: post it, or delete it first."))
        credit_note = self._make_credit_note_of(self.amount_accepted)
        return self._open_credit_notes(credit_note)

    def action_view_credit_notes(self):
        self.ensure_one()
        return self._open_credit_notes(self.credit_note_ids)

    def _open_credit_notes(self, moves):
        action = {"type": "ir.actions.act_window", "name": self.env._("Credit Note"), "res_model": "account.move"}
        if len(moves) == 1:
            return {**action, "views": [(False, "form")], "res_id": moves.id}
        return {**action, "views": [(False, "list"), (False, "form")], "domain": [("id", "in", moves.ids)]}

    # ------------------------------------------------------------------
    # MAKE
    # ------------------------------------------------------------------

    def _reverse(self):
        """A draft credit note of the whole document, by Odoo's wizard, linked with the dispute."""
        self.ensure_one()
        move = self.move_id
        if not move.is_sale_document() or move.state != "posted":
            raise UserError(
                self.env._(
                    "%(document)s is no posted invoice: credit it by hand, and accept without a credit note.",
                    document=move.name or self.display_name,
                )
            )
        reversal = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .with_company(move.company_id)
            .create(
                {
                    "reason": f"{self.name} {self.reason_id.with_context(lang=move.partner_id.lang).name}",
                    "journal_id": move.journal_id.id,
                }
            )
        )
        reversal.refund_moves()
        self._set({"credit_note_ids": [Command.link(move_id) for move_id in reversal.new_move_ids.ids]})
        return reversal.new_move_ids

    def _make_credit_note_of(self, amount):
        """A draft credit note of an amount, taxes included: the invoice's accounts and taxes, each in its share."""
        credit_note = self._reverse()
        total = credit_note.amount_total
        if credit_note.currency_id.compare_amounts(amount, total) < 0:
            shares = self._shares(credit_note, amount / total)
            credit_note.write({"invoice_line_ids": [Command.clear(), *(Command.create(share) for share in shares)]})
            self._meet(credit_note, amount)
        return credit_note

    def _shares(self, credit_note, factor):
        """Values of lines, one per account, taxes and analytic distribution, of a share of what the lines come to."""
        sums, first = defaultdict(float), {}
        for line in credit_note.invoice_line_ids.filtered(lambda line: line.display_type == "product"):
            key = (line.account_id, line.tax_ids, tuple((line.analytic_distribution or {}).items()))
            sums[key] += line.quantity * line.price_unit * (1 - line.discount / 100)
            first.setdefault(key, line)
        lang = credit_note.partner_id.lang
        name = self.env._(
            "%(number)s: %(reason)s", number=self.name, reason=self.reason_id.with_context(lang=lang).name
        )
        return [
            {
                "name": name,
                "quantity": 1,
                "price_unit": credit_note.currency_id.round(amount * factor),
                "account_id": key[0].id,
                "tax_ids": [Command.set(key[1].ids)],
                "analytic_distribution": first[key].analytic_distribution,
            }
            for key, amount in sums.items()
            if amount
        ]

    @staticmethod
    def _meet(credit_note, amount):
        """Take the cents that rounding left from the largest line, as far as the taxes allow."""
        line = max(credit_note.invoice_line_ids, key=lambda line: abs(line.price_total))
        for _attempt in range(3):
            missing = credit_note.currency_id.round(amount - credit_note.amount_total)
            if not missing or not line.price_total:
                return
            line.price_unit += credit_note.currency_id.round(missing * line.price_unit / line.price_total) or missing

    def _make_credit_note_by_lines(self, wanted):
        """A draft credit note of lines of the invoice.

        :param dict wanted: ``{invoice line: (quantity, price per unit)}``; the other lines are not credited
        """
        originals = self.move_id.invoice_line_ids
        credit_note = self._reverse()
        commands = []
        for original, copied in zip(originals, credit_note.invoice_line_ids, strict=True):
            if original in wanted:
                quantity, price = wanted[original]
                commands.append(Command.update(copied.id, {"quantity": quantity, "price_unit": price}))
            else:
                commands.append(Command.delete(copied.id))
        credit_note.write({"invoice_line_ids": commands})
        return credit_note

    # ------------------------------------------------------------------
    # WHAT BECOMES OF IT
    # ------------------------------------------------------------------

    def _credit_notes_posted(self, moves):
        """Disputes end with their credit note, at the amount that it credits."""
        for dispute in self.filtered(lambda dispute: dispute.state == "open"):
            posted = dispute.credit_note_ids.filtered(lambda move: move.state == "posted")
            credited = dispute.currency_id.round(sum(posted.mapped("amount_total")))
            accepted = min(credited, dispute.amount_opened)
            is_whole = dispute.currency_id.compare_amounts(accepted, dispute.amount_opened) >= 0
            state = "accepted" if is_whole or dispute.decision == "accepted" else "partly"
            dispute._set({"amount_accepted": accepted, "decision": state})
            dispute._close(state, "credit_note")

    def _credit_notes_withdrawn(self, moves):
        """A credit note that is taken back leaves its dispute open: nothing is claimed of it until that is settled."""
        for dispute in self.filtered(lambda dispute: dispute.closed_how == "credit_note"):
            dispute._reopen({"residual_decided": dispute.amount_residual})
            dispute._message_log(
                body=self.env._(
                    "Open again: the credit note %(moves)s was reset to draft or cancelled.",
                    moves=", ".join(move.display_name for move in moves & dispute.credit_note_ids),
                )
            )
