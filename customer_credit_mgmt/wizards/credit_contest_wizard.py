from odoo import fields, models
from odoo.exceptions import AccessError


class CreditContestWizard(models.TransientModel):
    """A person told us that a decision is wrong."""

    _name = "credit.contest.wizard"
    _description = "Record a Contest"

    profile_id = fields.Many2one("credit.profile", string="Customer", required=True)
    text = fields.Text(string="The Person's View", required=True, help="In their own words; kept with the review.")

    def action_apply(self):
        self.ensure_one()
        if not self.env.user.has_group("customer_credit_mgmt.group_credit_controller"):
            raise AccessError(self.env._("Only a credit controller can record a contest."))
        self.profile_id.check_access("read")
        review = self.env["credit.review"]._contest(self.profile_id, self.text, "told")
        return review.sudo(False)._get_records_action()
