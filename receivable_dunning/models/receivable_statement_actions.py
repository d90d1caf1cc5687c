from odoo import fields, models
from odoo.fields import Command


class ReceivableStatement(models.Model):
    """Buttons and sending."""

    _inherit = "receivable.statement"

    # ------------------------------------------------------------------
    # BUTTONS
    # ------------------------------------------------------------------

    def action_refresh(self):
        """Take the figures of drafts from the ledger again."""
        self.check_access("write")
        self._expect("draft")
        self._gather()

    def action_send(self):
        """Queue for e-mail; figures are frozen from here on."""
        self.check_access("write")
        self._expect("draft", "failed")
        self._stop_emails()
        self._set(state="queued", error=False)
        self.env.ref("receivable_dunning.ir_cron_send_statements")._trigger()

    def action_sent_otherwise(self):
        """The statement was printed and sent by post, or handed over."""
        self.check_access("write")
        self._expect("draft", "failed")
        self._stop_emails()
        self._set(state="sent", sent_date=fields.Date.context_today(self), error=False)

    def action_cancel(self):
        """The statement no longer counts; what was sent and answered stays readable."""
        self.check_access("write")
        self._expect("draft", "queued", "sent", "failed", "disputed")
        self._stop_emails()
        self._set(state="cancelled")

    def action_print(self):
        return self.env.ref("receivable_dunning.action_report_receivable_statement").report_action(self)

    def action_preview(self):
        """The page that the customer sees."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "target": "new", "url": self.get_portal_url()}

    def action_open_items(self):
        """What is open of the customer today, whatever the statement said."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_receivable_aging")
        return {**action, "domain": [("commercial_partner_id", "=", self.partner_id.id)], "context": {}}

    def action_record_answer(self):
        """Ask what the customer said."""
        self.ensure_one()
        self.check_access("write")
        self._expect("sent")
        items = self.line_ids.filtered(lambda line: line.section == "item")
        wizard = self.env["receivable.statement.answer.wizard"].create(
            {
                "statement_id": self.id,
                "name": self.contact_id.name,
                "line_ids": [Command.create({"line_id": line.id, "answer_amount": line.amount}) for line in items],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Answer of %(customer)s", customer=self.partner_id.name),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    # ------------------------------------------------------------------
    # SENDING
    # ------------------------------------------------------------------

    def _send(self, as_of):
        """State and e-mail are written together: a statement is queued without e-mail, or sent with one."""
        obstacles = {statement: statement._why_unreachable() for statement in self}
        for statement in self.filtered(obstacles.get):
            statement._fail(obstacles[statement])
        ready = self.filtered(lambda statement: not obstacles[statement])
        ready._deliver_or_fail(lambda batch: batch._deliver(as_of), lambda statement, error: statement._fail(error))

    def _deliver(self, as_of):
        template = self.env.ref("receivable_dunning.mail_template_statement")
        for statement in self:
            statement._portal_ensure_token()
        # sudo: the mail queue belongs to the system; the statements were queued by somebody who may
        mails = template.sudo().send_mail_batch(self.ids).sudo()
        by_statement = {mail.res_id: mail for mail in mails}
        for statement, attachment in zip(self, self._make_pdfs(), strict=False):
            by_statement[statement.id].attachment_ids = [Command.link(attachment.id)]
        for statement in self:
            statement._set(
                state="sent",
                sent_date=as_of,
                error=False,
                mail_message_id=by_statement[statement.id].mail_message_id.id,
            )

    def _make_pdfs(self):
        """A PDF of each statement, in their order; none where this system has no renderer (the page has it all)."""
        report = self.env["ir.actions.report"]
        if not report._can_print():
            return self.env["ir.attachment"]
        render = report._render_qweb_pdf
        name = "receivable_dunning.report_receivable_statement"
        # sudo: the attachment is a part of the statement, whoever lets it be made
        return (
            self.env["ir.attachment"]
            .sudo()
            .create(
                [
                    {
                        "name": f"{statement.name.replace('/', '-')}.pdf",
                        "res_model": self._name,
                        "res_id": statement.id,
                        "raw": render(name, statement.ids)[0],
                        "mimetype": "application/pdf",
                    }
                    for statement in self
                ]
            )
        )
