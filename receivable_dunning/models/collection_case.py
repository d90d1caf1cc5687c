from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

STATES = [
    ("draft", "Draft"),
    ("demand", "Demand"),
    ("order", "Order for Payment"),
    ("judgment", "Judgment"),
    ("enforcement", "Enforcement"),
    ("closed", "Closed"),
]
KINDS = [("in_house", "In-House"), ("lawyer", "Lawyer"), ("agency", "Collection Agency")]
OUTCOMES = [
    ("paid", "Paid"),
    ("settled", "Settled"),
    ("withdrawn", "Withdrawn"),
    ("uncollectible", "Uncollectible"),
    ("insolvency", "Insolvency"),
]
STAGES = ("demand", "order", "judgment", "enforcement")
# What the steps set, never a plain write.
SIGNED = frozenset(["name", "state", "outcome", "date_closed", "notice_id", *(f"date_{stage}" for stage in STAGES)])
# What the claim is: changed in a draft only.
ASKED = frozenset({"company_id", "partner_id"})


class CollectionCase(models.Model):
    """A claim on its way through lawyers, courts and enforcement. Its items are not reminded meanwhile."""

    _name = "collection.case"
    _description = "Legal Case"
    _inherit = ["mail.thread", "mail.activity.mixin", "receivable.letter.mixin", "receivable.root.company.mixin"]
    _order = "date_opened DESC, id DESC"
    _rec_names_search = ["name", "partner_id", "reference", "counsel_reference"]

    name = fields.Char(string="Number", readonly=True, copy=False, index="trigram")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, ondelete="restrict", tracking=True
    )
    contact_id = fields.Many2one(string="Letter to")
    kind = fields.Selection(
        KINDS,
        required=True,
        default="in_house",
        tracking=True,
        help="Who works the case. It decides what the demand letter says, and why the items are not reminded.",
    )
    counsel_id = fields.Many2one(
        "res.partner", string="Lawyer or Agency", index="btree_not_null", ondelete="restrict", tracking=True
    )
    counsel_reference = fields.Char(string="Their Reference")
    court_id = fields.Many2one("res.partner", index="btree_not_null", ondelete="restrict")
    reference = fields.Char(string="Court File Number", tracking=True)
    user_id = fields.Many2one(
        "res.users",
        string="Handler",
        default=lambda self: self.env.user,
        index="btree_not_null",
        tracking=True,
        help="Is told of payments, and of what will soon be time-barred.",
    )
    date_opened = fields.Date(string="Opened", required=True, default=fields.Date.context_today)
    deadline = fields.Date(string="Pay by", tracking=True, help="The day that the demand letter names.")
    letter_note = fields.Html(
        string="In the Letter", sanitize_style=True, help="A paragraph of your own, below the list of items."
    )
    notice_id = fields.Many2one(
        "dunning.notice", string="Opened by", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )

    state = fields.Selection(
        STATES, string="Stage", required=True, readonly=True, default="draft", index=True, tracking=True, copy=False
    )
    date_demand = fields.Date(string="Demanded", readonly=True, copy=False)
    date_order = fields.Date(string="Order Applied for", readonly=True, copy=False)
    date_judgment = fields.Date(string="Judgment", readonly=True, copy=False)
    date_enforcement = fields.Date(string="Enforcement", readonly=True, copy=False)
    date_closed = fields.Date(string="Closed", readonly=True, copy=False)
    outcome = fields.Selection(OUTCOMES, readonly=True, copy=False, tracking=True)

    line_ids = fields.One2many("collection.case.line", "case_id", string="Items")
    event_ids = fields.One2many("collection.case.event", "case_id", string="Events")
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_claimed = fields.Monetary(
        string="Claimed", compute="_compute_claimed", store=True, help="Items as claimed, in company currency."
    )
    amount_interest = fields.Monetary(
        string="Interest", compute="_compute_claimed", store=True, help="Claimed beside the items, company currency."
    )
    amount_costs = fields.Monetary(
        string="Costs", compute="_compute_costs", store=True, help="Costs of the case, in company currency."
    )
    amount_costs_claimed = fields.Monetary(
        string="Costs Claimed", compute="_compute_costs", store=True, help="Costs that the customer is to refund."
    )
    amount_received = fields.Monetary(
        string="Came In", compute="_compute_received", help="Payments on the items since they were claimed."
    )
    amount_open = fields.Monetary(string="Items Open", compute="_compute_received", help="Of the items claimed, live.")
    amount_total = fields.Monetary(
        string="Total Open", compute="_compute_received", help="Items open, interest, and costs claimed."
    )
    limitation_date = fields.Date(
        string="Time-Barred after", compute="_compute_limitation_date", help="The earliest last day of its open items."
    )

    # ------------------------------------------------------------------
    # COMPUTE AND CONSTRAINTS
    # ------------------------------------------------------------------

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for case in self:
            case.display_name = " ".join(filter(None, (case.name, case.partner_id.name)))

    @api.depends("line_ids.amount_claimed_company", "line_ids.interest_company")
    def _compute_claimed(self):
        for case in self:
            case.amount_claimed = sum(case.line_ids.mapped("amount_claimed_company"))
            case.amount_interest = sum(case.line_ids.mapped("interest_company"))

    @api.depends("event_ids.cost", "event_ids.is_claimed", "event_ids.is_void")
    def _compute_costs(self):
        for case in self:
            counted = case.event_ids.filtered(lambda event: not event.is_void)
            case.amount_costs = sum(counted.mapped("cost"))
            case.amount_costs_claimed = sum(counted.filtered("is_claimed").mapped("cost"))

    @api.depends(
        "line_ids.amount_received_company", "line_ids.amount_open_company", "amount_interest", "amount_costs_claimed"
    )
    def _compute_received(self):
        for case in self:
            case.amount_received = sum(case.line_ids.mapped("amount_received_company"))
            case.amount_open = sum(case.line_ids.mapped("amount_open_company"))
            case.amount_total = case.amount_open + case.amount_interest + case.amount_costs_claimed

    def _compute_limitation_date(self):
        for case in self:
            case.limitation_date = min(filter(None, case.line_ids.mapped("limitation_date")), default=False)

    # ------------------------------------------------------------------
    # DOORS
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        cases = super().create(vals_list)
        # the result is checked, not the values: the context may hold defaults
        if not self.env.su and any(case.state != "draft" or any(case[name] for name in SIGNED - {"state"})
                                   for case in cases):  # fmt: skip
            raise AccessError(self.env._("A new case is a draft: its buttons take it from stage to stage."))
        for case in cases:
            # sudo: the number is given, not written
            case.sudo().name = self.env["ir.sequence"].sudo().next_by_code("collection.case")
        return cases

    def write(self, vals):
        if not self.env.su and SIGNED & vals.keys():
            raise AccessError(self.env._("The stages of a case are set by its buttons only."))
        if ASKED & vals.keys():
            self._expect("draft")
            if any(case.line_ids for case in self):
                raise UserError(self.env._("Take the items off first: they are of this customer."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        if self.filtered(lambda case: case.state != "draft"):
            raise UserError(self.env._("A case that has begun is kept: close it as withdrawn instead."))

    def _expect(self, *states):
        if self.filtered(lambda case: case.state not in states):
            raise UserError(self.env._("Some of these cases are at another stage by now: reload the page."))

    def _set(self, **values):
        # sudo: the only door to the stages; who may pass it was checked by the caller
        self.sudo().write(values)

    # ------------------------------------------------------------------
    # LIMITATION
    # ------------------------------------------------------------------

    def _refresh_limitation(self):
        """Bring the dates of the items claimed up to date."""
        for company, cases in self.grouped("company_id").items():
            self.env["limitation.term"]._refresh(company, cases.partner_id)
