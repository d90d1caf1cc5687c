from odoo import fields, models


class ReceivablePaymentPlanAcceptWizard(models.TransientModel):
    """Enter that a customer accepted a plan by letter, by phone or in person."""

    _name = "receivable.payment.plan.accept.wizard"
    _description = "Enter the Acceptance of a Payment Plan"

    plan_id = fields.Many2one("receivable.payment.plan", required=True, readonly=True, ondelete="cascade")
    name = fields.Char(string="Accepted by", required=True, help="The person who accepted for the customer.")
    how = fields.Text(required=True, help="How: a signed letter, a call, a meeting. Kept with the plan.")
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Documents", help="The signed agreement, if there is one."
    )

    def action_apply(self):
        self.ensure_one()
        plan = self.plan_id
        plan._check_accountant()
        plan._accept(self.name, "staff")
        plan.message_post(body=self.how, attachment_ids=self.attachment_ids.ids)
        return {"type": "ir.actions.act_window_close"}
