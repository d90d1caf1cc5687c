"""Buttons of a plan, its e-mails and its PDF."""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..core.plan import PlanState

AGREEMENT = "receivable_dunning.report_payment_plan"
# Which letter goes with which e-mail.
REPORTS = {
    "mail_template_payment_plan": AGREEMENT,
    "mail_template_payment_plan_broken": "receivable_dunning.report_payment_plan_broken",
}


class ReceivablePaymentPlan(models.Model):
    _inherit = "receivable.payment.plan"

    # ------------------------------------------------------------------
    # BUTTONS
    # ------------------------------------------------------------------

    def action_offer(self):
        """Offer by e-mail, with the agreement as PDF and the link to accept."""
        for plan in self:
            plan._check_reachable()
        self._offer()
        self._send("mail_template_payment_plan")

    def action_offer_otherwise(self):
        """Offered by post, in person or by phone."""
        self._offer()

    def action_send_again(self):
        """The e-mail of the offer once more."""
        self._check_accountant()
        self._expect("offered")
        for plan in self:
            plan._check_reachable()
        self._send("mail_template_payment_plan")

    def action_send_broken(self):
        """Tell the customer that the whole rest is due."""
        self._check_accountant()
        self._expect(PlanState.BROKEN)
        for plan in self:
            plan._check_reachable()
        self._send("mail_template_payment_plan_broken")

    def action_reopen(self):
        """Back to draft: the offer no longer stands, terms can be changed."""
        self._check_accountant()
        self._expect("offered")
        self._set(state="draft", content_hash=False, offered_on=False)

    def action_accept(self):
        """Ask who accepted."""
        self.ensure_one()
        self._check_accountant()
        self._expect("offered")
        return self._wizard("receivable.payment.plan.accept.wizard", self.env._("Enter Acceptance"))

    def action_cancel(self):
        """Ask why the plan no longer stands."""
        self.check_access("write")
        return self.env["receivable.promise.cancel.wizard"]._open(self)

    def action_pardon(self):
        """Go on with a broken plan: what was missed is forgiven, the next instalment has to catch up."""
        self._check_may_offer()
        self._expect(PlanState.BROKEN)
        today = fields.Date.context_today(self)
        for plan in self:
            if not plan.line_ids.filtered(lambda line: line.date_due >= today):
                raise UserError(self.env._("No instalment follows: make a new plan for the rest."))
        self._set(pardoned_on=today)
        # sudo: the ledger decides, whoever forgives
        self.sudo()._decide(today)

    def action_replan(self):
        """Another plan for what is left of the items."""
        self.ensure_one()
        self._check_may_close()
        self._expect("offered", PlanState.ACTIVE, PlanState.BROKEN, PlanState.CANCELLED)
        items = self.item_ids.move_line_id.filtered(lambda line: line.amount_residual_currency > 0)
        if self.state != PlanState.CANCELLED:
            self._close(self.env._("A new plan was made for the rest."))
        plan = self._make(
            items,
            {
                "contact_id": self.contact_id.id,
                "user_id": self.user_id.id,
                "rhythm": self.rhythm,
                "instalment_count": max(len(self.line_ids.filtered(lambda line: line.state != "kept")), 1),
                "interest_mode": self.interest_mode,
                "interest_rate": self.interest_rate,
                "previous_id": self.id,
            },
        )
        return plan._open()

    def _check_may_close(self):
        """Drafts by whoever makes them; what was offered or agreed by those who may offer it."""
        self.check_access("write")
        self.filtered(lambda plan: plan.state != "draft")._check_accountant()

    def _close(self, reason):
        """The plan no longer stands: reminders go on."""
        if not (reason or "").strip():
            raise UserError(self.env._("Please say why the plan no longer stands."))
        self._expect("draft", "offered", PlanState.ACTIVE, PlanState.BROKEN)
        self._set(state=PlanState.CANCELLED, cancel_reason=reason, date_decided=fields.Date.context_today(self))
        self._untell()

    def action_print(self):
        return self.env.ref("receivable_dunning.action_report_payment_plan").report_action(self)

    def action_print_broken(self):
        self._expect(PlanState.BROKEN)
        return self.env.ref("receivable_dunning.action_report_payment_plan_broken").report_action(self)

    def action_preview(self):
        """The page that the customer sees."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "target": "new", "url": self.get_portal_url()}

    def action_open_documents(self):
        """The documents that the plan pays."""
        self.ensure_one()
        return self.item_ids.move_id._open_documents(self.env._("Documents in the Plan"))

    def _open(self):
        """The form of one plan, the list of several."""
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_receivable_payment_plan")
        if len(self) == 1:
            return {**action, "res_id": self.id, "views": [(False, "form")]}
        return {**action, "domain": [("id", "in", self.ids)], "context": {}}

    def _wizard(self, model, name):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_plan_id": self.id},
        }

    # ------------------------------------------------------------------
    # DELIVERY
    # ------------------------------------------------------------------

    def _check_reachable(self):
        self.ensure_one()
        if "@" not in (self.contact_id.email or ""):
            raise UserError(
                self.env._(
                    "%(contact)s has no e-mail address: enter one, or offer the plan otherwise.",
                    contact=self.contact_id.name or self.partner_id.name,
                )
            )

    def _send(self, name):
        """Queue an e-mail per plan, with the PDF."""
        template = self.env.ref(f"receivable_dunning.{name}")
        for plan in self:
            plan._portal_ensure_token()
        # sudo: the mail queue belongs to the system; who may send was checked
        mails = template.sudo().send_mail_batch(self.ids).sudo()
        by_plan = {mail.res_id: mail for mail in mails}
        for plan in self:
            pdf = plan._make_pdf(REPORTS[name])
            by_plan[plan.id].attachment_ids = [Command.link(attachment.id) for attachment in pdf]

    def _make_pdf(self, name):
        """A letter about the plan; none where this system has no renderer."""
        self.ensure_one()
        report = self.env["ir.actions.report"]
        if not report._can_print():
            return self.env["ir.attachment"]
        # sudo: the attachment is a part of the plan, whoever lets it be made
        return (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": f"{self.name.replace('/', '-')}.pdf",
                    "res_model": self._name,
                    "res_id": self.id,
                    "raw": report.sudo()._render_qweb_pdf(name, self.ids)[0],
                    "mimetype": "application/pdf",
                }
            )
        )
