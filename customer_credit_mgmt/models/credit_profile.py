from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

LIMIT_MODES = [
    ("no_check", "No Limit Check"),
    ("no_credit", "No Credit"),
    ("limited", "Limited"),
]

# What is found, not decided.
FINDINGS = {"status", "status_reason", "status_reasons", "checked_at", "score", "rating_id", "probability_late"}


class CreditProfile(models.Model):
    """How far one company trusts one customer: one per commercial partner and root company."""

    _name = "credit.profile"
    _description = "Credit Profile"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "partner_id, id"
    _rec_names_search = ["partner_id"]

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="cascade",
        help="The commercial entity: its contacts and addresses share this profile.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self._default_company_id(),
        help="The root company: its branches share this profile.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users", string="Credit Controller", tracking=True, help="Is told when a document of this customer waits."
    )

    # What was decided
    policy_id = fields.Many2one(
        "credit.policy",
        compute="_compute_policy_id",
        inverse="_inverse_policy_id",
        help="The first policy whose customers include this one, unless another is set by hand.",
    )
    policy_by_hand_id = fields.Many2one(
        "credit.policy", string="Policy Set by Hand", ondelete="set null", tracking=True
    )
    limit_mode = fields.Selection(
        LIMIT_MODES,
        default="no_check",
        required=True,
        tracking=True,
        help="No limit check: the exposure may grow without bound.\n"
        "No credit: every document on credit breaks the rule 'No credit granted'.\n"
        "Limited: the approved limit below counts, even when it is zero.",
    )
    limit_ids = fields.One2many("credit.limit", "profile_id", string="Limits")
    limit_amount = fields.Monetary(
        compute="_compute_limit_amount", help="Effective today: the newest approved base limit plus temporary ones."
    )
    manual_hold = fields.Boolean(tracking=True, help="Put the customer on hold whatever the figures say.")
    status = fields.Selection(
        [("ok", "OK"), ("watch", "Watch"), ("hold", "Hold")],
        default="ok",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
        help="Hold: the next invoice would be held. Watch: a rule warns. Refreshed daily and at each check.",
    )
    status_reasons = fields.Json(string="Status Reasons as Data", readonly=True)
    status_reason = fields.Text(compute="_compute_status_reason", help="Why, in the language of the reader.")
    checked_at = fields.Datetime(
        readonly=True, help="Written by each check that allows something, so that two at once cannot both pass."
    )

    # What was found (see credit.scorecard)
    score = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Higher is better: 0 to 100, or points, as the scorecard says. 0 without a rating: none yet.",
    )
    rating_id = fields.Many2one(
        "credit.rating",
        readonly=True,
        index="btree_not_null",
        tracking=True,
        help="The grade of the score, by the scorecard in use; empty while too little is known of the customer.",
    )
    probability_late = fields.Float(
        string="Late Payment Probability",
        readonly=True,
        aggregator="avg",
        help="Probability that the next invoice is paid late.",
    )
    next_review_date = fields.Date(
        tracking=True, help="When somebody looks at the customer again; an approved assessment sets it by the rating."
    )

    # Live figures
    receivable_amount = fields.Monetary(
        string="Open Receivable",
        compute="_compute_live_figures",
        help="Posted open items, less unmatched payments and credits.",
    )
    overdue_amount = fields.Monetary(
        string="Overdue", compute="_compute_live_figures", help="Overdue items that unmatched credits do not cover."
    )
    overdue_days = fields.Integer(
        string="Days Overdue",
        compute="_compute_live_figures",
        help="Of the oldest item that unmatched credits do not cover.",
    )
    draft_amount = fields.Monetary(
        string="Draft Invoices",
        compute="_compute_live_figures",
        help="Not posted yet; draft credit notes make no room.",
    )
    order_amount = fields.Monetary(
        string="Orders to Invoice",
        compute="_compute_live_figures",
        help="What is not invoiced yet of confirmed orders, tax included.",
    )
    exposure_amount = fields.Monetary(
        string="Exposure",
        compute="_compute_live_figures",
        help="Open receivable + draft invoices + orders to invoice - what guarantees secure of it.",
    )
    available_amount = fields.Monetary(
        string="Available",
        compute="_compute_live_figures",
        help="Limit less exposure, plus cover that is left over; negative when over the limit.",
    )
    utilization = fields.Float(compute="_compute_live_figures", help="Exposure as a share of the limit.")
    held_count = fields.Integer(string="Held Documents", compute="_compute_held_count")

    _partner_company_unique = models.Constraint(
        "UNIQUE(partner_id, company_id)", "This customer has a credit profile in this company already."
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.model
    def _default_company_id(self):
        return self.env.company.root_id

    @api.depends("partner_id", "company_id")
    def _compute_display_name(self):
        for profile in self:
            # sudo: the name of a customer is shown to whoever may see the profile
            profile.display_name = profile.partner_id.sudo().display_name

    @api.depends("status_reasons")
    @api.depends_context("lang")
    def _compute_status_reason(self):
        check = self.env["credit.check"]
        for profile in self:
            sentences = check._sentences(profile.status_reasons or [], profile.company_id.currency_id)
            profile.status_reason = "\n".join(sentences) or False

    @api.depends("limit_ids.state", "limit_ids.amount", "limit_ids.date_from", "limit_ids.date_to", "limit_mode")
    def _compute_limit_amount(self):
        today = fields.Date.context_today(self)
        amounts = self.env["credit.limit"]._effective_amounts(self, today)
        for profile in self:
            profile.limit_amount = amounts.get(profile.id, 0.0) if profile.limit_mode == "limited" else 0.0

    @api.depends_context("uid")
    def _compute_live_figures(self):
        # only what is needed: else the ORM reads every column of every row of a list
        self.fetch(["company_id", "partner_id"])
        self._fill_figures(self._gather_figures(fields.Date.context_today(self)))

    def _compute_held_count(self):
        # sudo: how many documents wait is part of the status that every credit user sees
        counts = dict(
            self.env["credit.check"]
            .sudo()
            ._read_group([("profile_id", "in", self.ids), ("state", "=", "held")], ["profile_id"], ["__count"])
        )
        for profile in self:
            profile.held_count = counts.get(profile, 0)

    # ------------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------------

    @api.constrains("partner_id", "company_id")
    def _check_key(self):
        for profile in self:
            if profile.partner_id != profile.partner_id.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "%(contact)s belongs to %(customer)s: make the credit profile for the customer.",
                        contact=profile.partner_id.display_name,
                        customer=profile.partner_id.commercial_partner_id.display_name,
                    )
                )
            if profile.company_id.parent_id:
                raise ValidationError(
                    self.env._(
                        "%(branch)s is a branch: make the credit profile for %(root)s.",
                        branch=profile.company_id.name,
                        root=profile.company_id.root_id.name,
                    )
                )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    def _check_findings(self, names):
        """What the ledger says of a customer is not written by hand."""
        if not self.env.su and FINDINGS & set(names):
            raise AccessError(self.env._("Status, score and rating follow from the ledger: they are not set by hand."))

    @api.model_create_multi
    def create(self, vals_list):
        profiles = super().create([self._with_default_mode(vals) for vals in vals_list])
        # the result is checked, not the values: the context may hold defaults
        empty = {"status": "ok"}
        profiles._check_findings(
            name for name in FINDINGS for profile in profiles if (profile[name] or False) != empty.get(name, False)
        )
        decided = profiles.filtered(
            lambda profile: profile.limit_mode != profile._get_default_mode() or profile.policy_by_hand_id
        )
        if decided:
            self._check_decides()
        return profiles

    def _check_decides(self):
        if not (self.env.su or self.env.user.has_group("customer_credit_mgmt.group_credit_manager")):
            raise AccessError(
                self.env._("Only a credit manager can change the limit mode or the policy of a customer.")
            )

    def write(self, vals):
        self._check_findings(vals)
        decisive = {"limit_mode", "policy_id", "policy_by_hand_id", "partner_id", "company_id"} & vals.keys()
        if decisive:
            self._check_decides()
        result = super().write(vals)
        if "limit_mode" in vals:
            self.env["credit.limit"]._sync_native_limit(self)
        if {"limit_mode", "policy_by_hand_id", "manual_hold"} & vals.keys():
            self._refresh_status()
        return result

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def _action_open(self, name, model, domain, view_mode="list,form"):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": view_mode,
            "domain": domain,
            "context": {"create": False},
        }

    def action_open_receivable(self):
        domain = [
            ("account_id.account_type", "=", "asset_receivable"),
            ("parent_state", "=", "posted"),
            ("reconciled", "=", False),
            ("partner_id.commercial_partner_id", "=", self.partner_id.id),
            ("company_id", "child_of", self.company_id.id),
        ]
        return self._action_open(self.env._("Open Items"), "account.move.line", domain, "list")

    def action_open_drafts(self):
        domain = [
            ("state", "=", "draft"),
            ("move_type", "in", ("out_invoice", "out_receipt")),
            ("commercial_partner_id", "=", self.partner_id.id),
            ("company_id", "child_of", self.company_id.id),
        ]
        return self._action_open(self.env._("Draft Invoices"), "account.move", domain)

    def action_open_checks(self):
        domain = [("profile_id", "=", self.id)]
        return self._action_open(self.env._("Credit Checks"), "credit.check", domain)

    def action_request_limit(self):
        """A request of one's own: for those, too, who may not write the profile."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Limit"),
            "res_model": "credit.limit",
            "view_mode": "form",
            "context": {"default_profile_id": self.id},
        }
