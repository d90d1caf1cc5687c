from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare

MAX_NAME, MAX_COMMENT, MAX_NOTE = 100, 500, 4000


class ReceivableStatement(models.Model):
    """The customer's answer: agreed, or differences line by line. Given once; whoever gives it is recorded."""

    _inherit = "receivable.statement"

    def _can_be_answered(self):
        self.ensure_one()
        return self.state == "sent" and self.ask_confirmation

    def _answer(self, person, differences, note=""):
        """Record the answer of the customer.

        :param dict person: ``name`` (who says so), ``via`` (login, link or staff), ``partner_id`` and ``ip`` if known
        :param dict differences: ``{line id: (amount by the customer, comment)}``; the other open items are agreed
        :param str note: what else the customer says, such as a payment that is missing; not empty: a difference
        """
        self.ensure_one()
        # two answers at the same time: the second one waits here, and then finds the first
        self.lock_for_update()
        self.invalidate_recordset()
        if not self._can_be_answered():
            raise UserError(self.env._("This statement was answered or withdrawn already."))
        name = (person.get("name") or "").strip()[:MAX_NAME]
        if not name:
            raise UserError(self.env._("Please give your name: an answer needs somebody who gives it."))
        if not self._is_unchanged():
            raise UserError(self.env._("This statement is not what was sent. Please ask for a new one."))
        disputed = self._write_differences(differences)
        note = (note or "").strip()[:MAX_NOTE]
        self._set(
            state="disputed" if disputed or note else "agreed",
            answer_date=fields.Datetime.now(),
            answer_name=name,
            answer_via=person["via"],
            answer_partner_id=person.get("partner_id", False),
            answer_ip=person.get("ip", False),
            answer_note=note or False,
        )
        self._tell_answer(disputed)

    def _write_differences(self, differences):
        """Mark every open item as agreed or disputed; return those disputed."""
        items = self.sudo().line_ids.filtered(lambda line: line.section == "item")
        if set(differences) - set(items.ids):
            raise UserError(self.env._("Only open items of this statement can be answered."))
        disputed = items.browse()
        for line in items:
            amount, comment = differences.get(line.id, (line.amount, ""))
            comment = (comment or "").strip()[:MAX_COMMENT]
            digits = line.currency_id.rounding
            if comment or float_compare(amount, line.amount, precision_rounding=digits):
                line.write({"answer": "disputed", "answer_amount": amount, "answer_note": comment})
                disputed += line
        (items - disputed).write({"answer": "agreed"})
        return disputed

    def _tell_answer(self, disputed):
        """A note with what was said; disputes of what differs, and a task for the person responsible where a dispute
        does not say all; the PDF that was agreed to."""
        values = {"name": self.answer_name, "fingerprint": self.content_hash[:16]}
        if self.state == "agreed":
            body = self.env._("%(name)s agreed to this statement (fingerprint %(fingerprint)s).", **values)
        else:
            body = self.env._("%(name)s named differences (fingerprint %(fingerprint)s).", **values)
        # sudo: the answer comes from a customer, who posts nothing in the name of the company
        statement = self.sudo()
        statement.message_post(body=body, attachment_ids=statement._make_pdfs().ids)
        rest = disputed - statement._open_disputes(disputed)
        if self.state == "disputed" and self.user_id and (rest or self.answer_note):
            count = len(rest)
            statement.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Differences on a statement of account"),
                # what a stranger typed is text
                note=Markup("<p>%s</p>")
                % self.env._("%(name)s: %(count)s items differ.", name=self.answer_name, count=count),
                user_id=self.user_id.id,
            )
