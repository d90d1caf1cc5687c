from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL


class CreditLimit(models.Model):
    """A dated limit of a profile. What was approved stays as the record of what was allowed when."""

    _name = "credit.limit"
    _description = "Credit Limit"
    _inherit = ["mail.thread"]
    _order = "date_from desc, id desc"

    profile_id = fields.Many2one("credit.profile", string="Customer", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="profile_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [("base", "Base"), ("temporary", "Temporary"), ("seasonal", "Seasonal")],
        default="base",
        required=True,
        help="The newest base limit counts alone; temporary and seasonal amounts are added while they are valid.",
    )
    amount = fields.Monetary(required=True, tracking=True)
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
    approved_by = fields.Many2one("res.users", readonly=True, copy=False)
    approved_on = fields.Datetime(readonly=True, copy=False)
    reason = fields.Text(help="Why this limit: shown to who approves, and kept.")

    _amount_not_negative = models.Constraint("CHECK(amount >= 0)", "A credit limit cannot be negative.")
    _dates_in_order = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from)", "The limit ends before it begins."
    )

    @api.depends("profile_id", "kind", "amount")
    def _compute_display_name(self):
        for limit in self:
            if limit.profile_id:
                limit.display_name = f"{limit.profile_id.display_name}: {limit.currency_id.format(limit.amount)}"
            else:
                limit.display_name = self.env._("New")

    @api.constrains("kind", "date_to")
    def _check_temporary_ends(self):
        if self.filtered(lambda limit: limit.kind != "base" and not limit.date_to):
            raise ValidationError(self.env._("A temporary or seasonal limit needs an end: set 'Valid Until'."))

    # ------------------------------------------------------------------
    # GATHER
    # ------------------------------------------------------------------

    @api.model
    def _effective_sql(self, as_of, partners=None):
        """``(profile_id, amount)``: all that makes up the limit of a profile on the day, in company currency.

        Of the profiles of ``partners`` only, or of everybody: a join would not keep the others from being added up.
        """
        parts = SQL(" UNION ALL ").join(self._effective_parts(as_of, partners))
        return SQL("SELECT profile_id, sum(amount) AS amount FROM (%s) part GROUP BY profile_id", parts)

    @api.model
    def _effective_parts(self, as_of, partners=None):
        """Statements of ``(profile_id, amount)`` that add up to the effective limit."""
        cover = self.env["credit.guarantee"]._cover_sql(as_of, partners, "raise_limit")
        return [self._approved_sql(as_of, partners), cover]

    @api.model
    def _approved_sql(self, as_of, partners=None):
        """``(profile_id, amount)``: newest approved base limit valid on the day, plus what is added on top."""
        return SQL(
            """
            SELECT profile_id,
                   COALESCE((array_agg(amount ORDER BY date_from DESC, id DESC) FILTER (WHERE kind = 'base'))[1], 0)
                   + COALESCE(sum(amount) FILTER (WHERE kind <> 'base'), 0) AS amount
              FROM credit_limit
             WHERE state IN ('approved', 'expired') AND date_from <= %(as_of)s
               AND (date_to IS NULL OR date_to >= %(as_of)s) AND %(partners)s
             GROUP BY profile_id
            """,
            as_of=as_of,
            partners=self._profiles_condition(partners),
            to_flush=[self._fields[name] for name in ("profile_id", "amount", "kind", "state", "date_from", "date_to")],
        )

    @api.model
    def _profiles_condition(self, partners):
        """Condition on ``profile_id``: of these commercial partners, or of everybody."""
        if partners is None:
            return SQL("TRUE")
        return SQL("profile_id IN (SELECT id FROM credit_profile WHERE partner_id = ANY(%s))", list(partners.ids))

    @api.model
    def _effective_amounts(self, profiles, as_of):
        """``{profile id: amount}`` effective on the day."""
        if not profiles.ids:
            return {}
        effective = self._effective_sql(as_of)
        return dict(
            self.env.execute_query(
                SQL("SELECT profile_id, amount FROM (%s) effective WHERE profile_id = ANY(%s)", effective, profiles.ids)
            )
        )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    def _check_door(self, vals):
        """States and signatures are set by the actions below, which check who acts; never directly."""
        if not self.env.su and {"state", "requested_by", "approved_by", "approved_on"} & vals.keys():
            raise AccessError(self.env._("Submit, approve, refuse or revoke the limit instead of writing its state."))

    @api.model_create_multi
    def create(self, vals_list):
        limits = super().create(vals_list)
        # the result is checked, not the values: the context may hold defaults
        signed = limits.filtered(lambda it: it.state != "draft" or it.requested_by or it.approved_by or it.approved_on)
        if signed and not self.env.su:
            raise AccessError(self.env._("A new limit is a draft: submit it, and somebody else approves it."))
        return limits

    def write(self, vals):
        self._check_door(vals)
        decided = {"profile_id", "kind", "amount", "date_from", "date_to"} & vals.keys()
        if decided and self.filtered(lambda limit: limit.state not in ("draft", "submitted")):
            raise UserError(self.env._("This limit was decided: make a new one instead of changing it."))
        if decided:
            # an edited request is a new request: the editor becomes the one who asks
            super(CreditLimit, self.filtered(lambda limit: limit.state == "submitted")).write(
                {"requested_by": self.env.uid}
            )
        return super().write(vals)

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
        self._expect("draft")
        self._set_state("submitted", requested_by=self.env.uid)

    def action_approve(self):
        """Four eyes: who asked cannot approve."""
        self._expect("submitted")
        if not self.env.user.has_group("customer_credit_mgmt.group_credit_manager"):
            raise AccessError(self.env._("Only a credit manager can approve limits."))
        if self.filtered(lambda limit: limit.requested_by == self.env.user):
            raise UserError(self.env._("You asked for this limit yourself: another credit manager has to approve it."))
        self._set_state("approved", approved_by=self.env.uid, approved_on=fields.Datetime.now())
        self.filtered(lambda limit: limit.kind == "base").profile_id.write({"limit_mode": "limited"})
        self._apply()

    def action_refuse(self):
        self._expect("submitted")
        if not self.env.user.has_group("customer_credit_mgmt.group_credit_manager"):
            raise AccessError(self.env._("Only a credit manager can refuse limits."))
        self._set_state("refused", approved_by=self.env.uid, approved_on=fields.Datetime.now())

    def action_revoke(self):
        self._expect("approved")
        if not self.env.user.has_group("customer_credit_mgmt.group_credit_manager"):
            raise AccessError(self.env._("Only a credit manager can revoke limits."))
        self._set_state("revoked")
        self._apply()

    def action_reset_to_draft(self):
        self._expect("submitted", "refused")
        self._set_state("draft", requested_by=False, approved_by=False, approved_on=False)

    # ------------------------------------------------------------------
    # APPLY
    # ------------------------------------------------------------------

    def _apply(self):
        """What follows from a change of the effective limit."""
        self._sync_native_limit(self.profile_id)
        self.profile_id._refresh_status()

    @api.model
    def _sync_native_limit(self, profiles):
        """Keep the contact's own credit limit equal to the effective one, company by company."""
        amounts = self._effective_amounts(profiles, fields.Date.context_today(self))
        for company, of_company in profiles.grouped("company_id").items():
            for profile in of_company:
                amount = amounts.get(profile.id, 0.0) if profile.limit_mode == "limited" else 0.0
                # sudo: the native field belongs to invoicing users, the decision was taken by a credit manager
                partner = profile.partner_id.sudo().with_company(company)
                if company.currency_id.compare_amounts(partner.credit_limit, amount):
                    partner.credit_limit = amount

    @api.model
    def _cron_expire(self):
        """Mark what ended; the limit itself stopped counting on the day, without this job."""
        today = fields.Date.context_today(self)
        ended = self.search([("state", "=", "approved"), ("date_to", "<", today)])
        ended._set_state("expired")
        begun = self.search([("state", "=", "approved"), ("date_from", "=", today)])
        self._sync_native_limit((ended | begun).profile_id)
