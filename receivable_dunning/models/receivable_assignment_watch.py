"""Telling people what is to be bought back, and customers whom to pay."""

import lxml.html

from odoo import fields, models
from odoo.exceptions import UserError

from ..core.statement import fingerprint

LETTERS = "receivable_dunning.report_assignment_letters"


class ReceivableAssignment(models.Model):
    _inherit = "receivable.assignment"

    def _letters(self):
        """Items of the batch customer by customer, for the letters that tell them whom to pay."""
        self.ensure_one()
        if not self.agreement_id.is_disclosed:
            raise UserError(self.env._("By this agreement the customers are not told: they go on paying us."))
        items = self.line_ids.filtered("is_standing")
        if not items:
            raise UserError(self.env._("The factor holds none of these items: there is nobody to be told."))
        return list(items.grouped("partner_id").values())

    def _letters_fingerprint(self):
        """Of every word of the letters as they would be now."""
        page = self.env["ir.actions.report"]._render_qweb_html(LETTERS, self.ids)[0]
        return fingerprint(lxml.html.fromstring(page).text_content().split())

    def action_print_letters(self):
        """The letters to the customers, kept in the chatter as they went out.

        Where they say something else by now (fewer items, another account or address), new ones are kept beside them.
        """
        self.ensure_one()
        self.check_access("write")
        name = f"{self.name}-{self._letters_fingerprint()[:8]}"
        # sudo: who may print the letters may read those that were kept
        kept = self.env["ir.attachment"].sudo().search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("is_evidence", "=", True),
                ("name", "=like", f"{name.replace('/', '-')}.%"),
            ],
            limit=1,
        )  # fmt: skip
        if not kept:
            kept = self.env["ir.attachment"]._keep_report(self, LETTERS, name)
            self.message_post(body=self.env._("Letters to the customers"), attachment_ids=kept.ids)
        return {"type": "ir.actions.act_url", "target": "download", "url": f"/web/content/{kept.id}?download=1"}

    def action_view_recourse(self):
        """Items of the batch that are to be bought back."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_receivable_assignment_line")
        return {**action, "domain": [("assignment_id", "=", self.id)], "context": {"search_default_recourse": 1}}

    def action_cancel(self):
        self._expect_draft()
        self.check_access("write")
        # sudo: the only door to the state; the right to write was checked
        self.sudo().state = "cancelled"

    def _cron_watch_recourse(self):
        """One activity a batch as long as something is to be bought back."""
        today = fields.Date.context_today(self)
        lines = self.env["receivable.assignment.line"].search([("state", "=", "recourse")])
        kind = self.env.ref("receivable_dunning.mail_activity_type_recourse")
        for batch, items in lines.grouped("assignment_id").items():
            told = batch.activity_ids.filtered(lambda activity: activity.activity_type_id == kind)
            if not told and batch.user_id.active:
                batch.with_context(mail_activity_quick_update=True).activity_schedule(
                    "receivable_dunning.mail_activity_type_recourse",
                    date_deadline=today,
                    user_id=batch.user_id.id,
                    note=self.env._("%(count)s items are not paid in time: buy them back.", count=len(items)),
                )
