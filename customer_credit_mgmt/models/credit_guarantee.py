from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .computed_again import compute_again, names_of

KINDS = [
    ("bank_guarantee", "Bank Guarantee"),
    ("deposit", "Deposit"),
    ("mortgage", "Mortgage"),
    ("pledge", "Pledge"),
    ("parent_guarantee", "Parent Guarantee"),
    ("insurance", "Credit Insurance"),
    ("retention", "Retention of Title"),
]

EFFECTS = [("raise_limit", "Raises the Limit"), ("reduce_exposure", "Reduces the Exposure")]

# What the cover follows from: somebody else than who entered it activates it, and then it stays.
DECISIVE = {
    "profile_id",
    "kind",
    "effect",
    "provider_id",
    "amount",
    "currency_id",
    "haircut",
    "date_from",
    "date_to",
    "stop_days",
    "claim_days",
}

SIGNATURES = {
    "state",
    "entered_by",
    "activated_by",
    "activated_on",
    "released_by",
    "released_on",
    "renews_id",
    "alerted_for",
    "expired_on",
}


class CreditGuarantee(models.Model):
    """What somebody else, or an asset, stands in for when the customer does not pay."""

    _name = "credit.guarantee"
    _description = "Guarantee"
    _inherit = ["mail.thread", "mail.activity.mixin", "credit.cache.mixin"]
    _order = "date_to, id"
    _rec_names_search = ["reference", "profile_id", "provider_id"]

    reference = fields.Char(tracking=True, help="Number of the instrument or of the insurance policy.")
    profile_id = fields.Many2one(
        "credit.profile", string="Customer", required=True, index=True, ondelete="cascade", tracking=True
    )
    partner_id = fields.Many2one(related="profile_id.partner_id", string="Contact", store=True, index=True)
    company_id = fields.Many2one(related="profile_id.company_id", store=True, index=True)
    group_id = fields.Many2one(related="profile_id.group_id", string="Credit Group")
    kind = fields.Selection(KINDS, required=True, default="bank_guarantee", tracking=True)
    effect = fields.Selection(
        EFFECTS,
        required=True,
        default="reduce_exposure",
        tracking=True,
        help="Raises the limit: the cover is added to the approved limit of a limited customer.\n"
        "Reduces the exposure: the cover is taken off what the customer may cost, never below zero.",
    )
    provider_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        tracking=True,
        help="Who stands in: the bank, the insurer, the parent company.",
    )
    amount = fields.Monetary(
        required=True, tracking=True, help="Nominal amount; of a credit insurance: the limit that the insurer granted."
    )
    currency_id = fields.Many2one(
        "res.currency", required=True, tracking=True, default=lambda self: self.env.company.root_id.currency_id
    )
    haircut = fields.Float(
        digits=(6, 4),
        tracking=True,
        help="Share that does not count: costs and losses when it is called; own share of an insurance.",
    )
    insured_share = fields.Float(
        string="Insured Percentage", compute="_compute_insured_share", inverse="_inverse_insured_share", digits=(6, 4)
    )
    cover_amount = fields.Monetary(
        string="Cover", compute="_compute_cover_amount", store=True, help="Amount less the haircut."
    )
    date_from = fields.Date(
        string="Valid From", required=True, tracking=True, default=lambda self: fields.Date.context_today(self)
    )
    date_to = fields.Date(
        string="Valid Until",
        tracking=True,
        help="Last day on which it covers; empty for no end. The day after, the cover is gone without any job.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("active", "Active"), ("released", "Discharged")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        help="Draft: does not count. Active: covers while it is valid. Discharged: given back.",
    )
    entered_by = fields.Many2one("res.users", readonly=True, copy=False, help="Who entered or last changed it.")
    activated_by = fields.Many2one("res.users", readonly=True, copy=False)
    activated_on = fields.Datetime(readonly=True, copy=False)
    released_by = fields.Many2one("res.users", string="Discharged By", readonly=True, copy=False)
    released_on = fields.Date(string="Discharged On", readonly=True, copy=False, help="First day without the cover.")
    renews_id = fields.Many2one("credit.guarantee", readonly=True, copy=False, index="btree_not_null")
    document_ids = fields.Many2many("ir.attachment", string="Documents", copy=False, bypass_search_access=True)
    note = fields.Text(help="Conditions, where the original is kept, how it is called.")

    alerted_for = fields.Date(readonly=True, copy=False, help="End that the credit controller was told of.")
    expired_on = fields.Date(
        string="Marked Expired", readonly=True, copy=False, help="By the nightly job; the cover ended by itself."
    )

    # Terms of a credit insurance
    stop_days = fields.Integer(
        string="Stop Deliveries at",
        tracking=True,
        help="Days overdue of the oldest item from which on the insurer covers no further delivery: the customer's"
        " documents are then held where a policy checks them. 0: no such term.",
    )
    claim_days = fields.Integer(
        string="Claim Within",
        tracking=True,
        help="Days after the due date within which a loss has to be reported to the insurer. 0: no such term.",
    )
    claim_alert_days = fields.Integer(
        string="Remind Before",
        default=14,
        help="Days before the end of the claim period at which the credit controller gets an activity.",
    )

    claim_ids = fields.One2many("credit.guarantee.claim", "guarantee_id", string="Claims", readonly=True)
    claim_count = fields.Integer(compute="_compute_claim_count", help="Items to be reported to the insurer.")

    _amount_positive = models.Constraint("CHECK(amount > 0)", "A guarantee needs an amount above zero.")
    _haircut_is_a_share = models.Constraint(
        "CHECK(haircut >= 0 AND haircut <= 1)", "A haircut is between 0 % and 100 %."
    )
    _dates_in_order = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from)", "The guarantee ends before it begins."
    )
    _days_not_negative = models.Constraint(
        "CHECK(stop_days >= 0 AND claim_days >= 0 AND claim_alert_days >= 0)", "A number of days is not negative."
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("reference", "kind", "profile_id", "amount", "currency_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for guarantee in self:
            if guarantee.profile_id:
                title = " ".join(filter(None, (kinds.get(guarantee.kind), guarantee.reference)))
                guarantee.display_name = f"{guarantee.profile_id.display_name}: {title}"
            else:
                guarantee.display_name = self.env._("New")

    @api.depends("haircut")
    def _compute_insured_share(self):
        for guarantee in self:
            guarantee.insured_share = 1 - guarantee.haircut

    def _inverse_insured_share(self):
        for guarantee in self:
            guarantee.haircut = 1 - guarantee.insured_share

    @api.depends("amount", "haircut", "currency_id")
    def _compute_cover_amount(self):
        for guarantee in self:
            cover = guarantee.amount * (1 - guarantee.haircut)
            guarantee.cover_amount = guarantee.currency_id.round(cover) if guarantee.currency_id else cover

    @api.depends("claim_ids.state")
    def _compute_claim_count(self):
        domain = [("guarantee_id", "in", self.ids), ("state", "=", "open")]
        counts = dict(self.env["credit.guarantee.claim"]._read_group(domain, ["guarantee_id"], ["__count"]))
        for guarantee in self:
            guarantee.claim_count = counts.get(guarantee._origin, 0)

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        guarantees = super().create(vals_list)
        compute_again(guarantees, names_of(vals_list))
        # the result is checked, not the values: the context may hold defaults
        signatures = SIGNATURES - {"state", "entered_by"}
        signed = guarantees.filtered(
            lambda it: (
                it.state != "draft"
                or any(it[name] for name in signatures)
                or it.entered_by not in (self.env.user, self.env["res.users"])
            )
        )
        if signed and not self.env.su:
            raise AccessError(self.env._("A new guarantee is a draft: somebody else activates it."))
        guarantees.filtered(lambda it: it.state == "draft")._sign(entered_by=self.env.uid)
        guarantees._own_documents()
        return guarantees

    def write(self, vals):
        if not self.env.su and SIGNATURES & vals.keys():
            raise AccessError(self.env._("Activate or discharge the guarantee instead of writing its state."))
        if DECISIVE & vals.keys() or "insured_share" in vals:
            if self.filtered(lambda guarantee: guarantee.state != "draft"):
                raise UserError(
                    self.env._("This guarantee is in force or was discharged: enter a new one instead of changing it.")
                )
            # who edits it becomes the one who entered it
            self._sign(entered_by=self.env.uid)
        result = super().write(vals)
        compute_again(self, vals)
        if "document_ids" in vals:
            self._own_documents()
        return result

    def _sign(self, **values):
        # sudo: the only door to state and signatures; who may pass it was checked before
        self.sudo().write(values)

    def _own_documents(self):
        """Files just uploaded belong to the guarantee: whoever sees it may open them."""
        for guarantee in self:
            loose = guarantee.document_ids.filtered(lambda it: not it.res_id and it.create_uid == self.env.user)
            loose.write({"res_model": self._name, "res_id": guarantee.id})

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        if self.filtered(lambda guarantee: guarantee.state != "draft"):
            raise UserError(self.env._("Guarantees that were in force are kept: discharge them instead."))

    # ------------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------------

    @api.constrains("kind", "provider_id", "profile_id")
    def _check_not_the_customer(self):
        for guarantee in self:
            customer = guarantee.profile_id.partner_id
            third = guarantee.kind in ("bank_guarantee", "parent_guarantee", "insurance")
            if third and guarantee.provider_id.commercial_partner_id == customer:
                raise ValidationError(
                    self.env._("%(customer)s cannot stand in for itself.", customer=customer.display_name)
                )
