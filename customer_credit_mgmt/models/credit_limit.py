from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .computed_again import compute_again, names_of

# What a request asks for, and why.
ASKED = {"profile_id", "kind", "amount", "currency_id", "date_from", "date_to", "reason"}

# What the actions write, which check who acts.
SIGNED = {
    "state",
    "requested_by",
    "approved_by",
    "approved_for_id",
    "approved_on",
    "approval_rule_id",
    "refusal_reason",
    "batch_id",
    "previous_amount",
    "previous_mode",
    "proposals",
    "end_notified_on",
}


class CreditLimit(models.Model):
    """A dated limit of a profile. What was approved stays as the record of what was allowed when."""

    _name = "credit.limit"
    _description = "Credit Limit"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_from desc, id desc"

    profile_id = fields.Many2one("credit.profile", string="Customer", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="profile_id.company_id", store=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
        help="The limit is agreed in this currency. In the company's currency it moves with the rate of the day.",
    )
    kind = fields.Selection(
        [("base", "Base"), ("temporary", "Temporary"), ("seasonal", "Seasonal")],
        default="base",
        required=True,
        help="The newest base limit counts alone; temporary and seasonal amounts are added while they are valid.",
    )
    amount = fields.Monetary(required=True, tracking=True)
    amount_company = fields.Monetary(
        string="In Company Currency",
        compute="_compute_amount_company",
        currency_field="company_currency_id",
        help="At today's rate.",
    )
    date_from = fields.Date(string="Valid From", required=True, default=lambda self: fields.Date.context_today(self))
    date_to = fields.Date(string="Valid Until", help="Last day on which it counts; empty for no end.")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "To Approve"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("revoked", "Revoked"),
            ("expired", "Expired"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    requested_by = fields.Many2one("res.users", readonly=True, copy=False)
    reason = fields.Text(help="Why this limit: shown to who approves, and kept.")
    batch_id = fields.Many2one(
        "credit.limit.batch",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The mass change with which it was asked for.",
    )
    previous_amount = fields.Monetary(
        string="Base Limit Before",
        readonly=True,
        copy=False,
        currency_field="company_currency_id",
        help="In force on the first day of this one when it was asked for, in the company's currency of that day.",
    )

    _amount_not_negative = models.Constraint("CHECK(amount >= 0)", "A credit limit cannot be negative.")
    _dates_in_order = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from)", "The limit ends before it begins."
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("profile_id")
    def _compute_currency_id(self):
        for limit in self:
            limit.currency_id = (
                limit.currency_id or limit.profile_id.company_id.currency_id or self.env.company.root_id.currency_id
            )

    @api.depends("amount", "currency_id", "company_id")
    def _compute_amount_company(self):
        today = fields.Date.context_today(self)
        for limit in self:
            company = limit.company_id or self.env.company.root_id
            limit.amount_company = limit.currency_id._convert(limit.amount, company.currency_id, company, today)

    @api.depends("profile_id", "kind", "amount", "currency_id")
    def _compute_display_name(self):
        for limit in self:
            if limit.profile_id:
                limit.display_name = f"{limit.profile_id.display_name}: {limit.currency_id.format(limit.amount)}"
            else:
                limit.display_name = self.env._("New")

    # ------------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------------

    @api.constrains("kind", "date_to")
    def _check_temporary_ends(self):
        if self.filtered(lambda limit: limit.kind != "base" and not limit.date_to):
            raise ValidationError(self.env._("A temporary or seasonal limit needs an end: set 'Valid Until'."))

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    def _check_door(self, vals):
        """States and signatures are set by the actions below, which check who acts; never directly."""
        if not self.env.su and SIGNED & vals.keys():
            raise AccessError(self.env._("Submit, approve, refuse or revoke the limit instead of writing its state."))

    @api.model_create_multi
    def create(self, vals_list):
        limits = super().create(vals_list)
        compute_again(limits, names_of(vals_list))
        # the result is checked, not the values: the context may hold defaults
        if not self.env.su and any(limit.state != "draft" or limit._is_signed() for limit in limits):
            raise AccessError(self.env._("A new limit is a draft: submit it, and somebody else approves it."))
        return limits

    def _is_signed(self):
        return any(self[name] for name in SIGNED - {"state"})

    def write(self, vals):
        self._check_door(vals)
        asked = ASKED & vals.keys()
        if asked and self.filtered(lambda limit: limit.state not in ("draft", "submitted")):
            raise UserError(self.env._("This limit was decided: make a new one instead of changing it."))
        waiting = self.filtered(lambda limit: asked and limit.state == "submitted")
        if waiting.batch_id:
            raise UserError(self.env._("This limit belongs to a batch: refuse it, and ask for another one."))
        result = super().write(vals)
        compute_again(self, vals)
        # an edited request is a new request: the editor becomes the one who asks
        waiting._request(self.env.user)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        if self.filtered(lambda limit: limit.state not in ("draft", "refused")):
            raise UserError(self.env._("Limits that were submitted or decided are kept: revoke them instead."))

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def _expect(self, *states):
        if self.filtered(lambda limit: limit.state not in states):
            raise UserError(self.env._("Some of these limits are in another state by now: reload the page."))

    def _set_state(self, state, **values):
        # sudo: the only door to the state; who may pass it was checked by the action
        self.sudo().write({"state": state, **values})

    def action_submit(self):
        self.check_access("write")
        self._expect("draft")
        self._request(self.env.user)

    def _request(self, user):
        """Ask for these limits in the name of ``user``: what they were based on is frozen, who may sign is told."""
        if not self:
            return
        self._set_state("submitted", requested_by=user.id)
        self._freeze_basis()
        self._ask_approvers()

    def action_reset_to_draft(self):
        self.check_access("write")
        self._expect("submitted", "refused")
        if self.filtered(lambda limit: limit.batch_id and limit.state == "submitted"):
            raise UserError(self.env._("This limit belongs to a batch: refuse it, and ask for another one."))
        self._set_state(
            "draft",
            requested_by=False,
            approved_by=False,
            approved_for_id=False,
            approved_on=False,
            refusal_reason=False,
            batch_id=False,
            proposals=False,
        )
        self._drop_questions()
