from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date


class CreditGuaranteeClaim(models.Model):
    """An overdue item of an insured customer that has to be reported to the insurer in time; made by the job, once."""

    _name = "credit.guarantee.claim"
    _description = "Insurance Claim to Report"
    _order = "deadline, id"
    _rec_name = "move_id"

    guarantee_id = fields.Many2one(
        "credit.guarantee", string="Insurance", required=True, readonly=True, index=True, ondelete="cascade"
    )
    profile_id = fields.Many2one(related="guarantee_id.profile_id", string="Customer", store=True, index=True)
    company_id = fields.Many2one(related="guarantee_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    provider_id = fields.Many2one(related="guarantee_id.provider_id", string="Insurer")
    line_id = fields.Many2one(
        "account.move.line", string="Open Item", required=True, readonly=True, index=True, ondelete="cascade"
    )
    move_id = fields.Many2one(related="line_id.move_id", string="Document", store=True)
    date_due = fields.Date(string="Due Date", readonly=True)
    deadline = fields.Date(string="Report Until", readonly=True, help="Due date plus the claim period.")
    amount = fields.Monetary(string="Open When Told", readonly=True, help="What was open when the reminder was made.")
    open_amount = fields.Monetary(
        string="Open Now", compute="_compute_open_amount", help="Today's residual, in the currency of the company."
    )
    state = fields.Selection(
        [("open", "To Report"), ("reported", "Reported"), ("dismissed", "Not Reported")],
        default="open",
        required=True,
        readonly=True,
        index=True,
    )
    closed_by = fields.Many2one("res.users", readonly=True)
    closed_on = fields.Date(readonly=True)

    _item_once = models.Constraint("UNIQUE(guarantee_id, line_id)", "This item has its reminder already.")

    @api.depends("line_id")
    def _compute_open_amount(self):
        for claim in self:
            # sudo: the residual is part of the credit position, which every credit user sees
            claim.open_amount = claim.line_id.sudo().amount_residual

    def _summary(self):
        """What the controller has to do, as the text of an activity."""
        return self.env._(
            "Report %(document)s, %(amount)s open, to the insurer by %(day)s.",
            document=self.move_id.name,
            amount=self.currency_id.format(self.amount),
            day=format_date(self.env, self.deadline),
        )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def _close(self, state):
        self.check_access("read")
        if not self.env.user.has_group("customer_credit_mgmt.group_credit_controller"):
            raise AccessError(self.env._("Only credit controllers and managers report losses to an insurer."))
        if self.filtered(lambda claim: claim.state != "open"):
            raise UserError(self.env._("Some of these items were closed already: reload the page."))
        # sudo: nobody writes reminders directly; who may close them was checked above
        self.sudo().write({"state": state, "closed_by": self.env.uid, "closed_on": fields.Date.context_today(self)})
        self.guarantee_id._close_claim_activities()

    def action_report(self):
        """The loss was reported to the insurer."""
        self._close("reported")

    def action_dismiss(self):
        """The loss is not reported: it was paid meanwhile, or is not covered."""
        self._close("dismissed")

    def action_open_document(self):
        self.ensure_one()
        return self.move_id._get_records_action()
