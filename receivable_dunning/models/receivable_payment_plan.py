from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..core.plan import PlanState
from .receivable_plan_terms_mixin import PLAN_TERMS

STATES = [
    ("draft", "Draft"),
    ("offered", "Offered"),
    (PlanState.ACTIVE, "Active"),
    (PlanState.KEPT, "Kept"),
    (PlanState.BROKEN, "Broken"),
    (PlanState.CANCELLED, "Cancelled"),
]
# What may be changed at any time; the rest is agreed, or follows from the ledger.
NOTES = frozenset({"user_id", "internal_note"})
# What may be changed while it is a draft.
TERMS = frozenset([*PLAN_TERMS, "contact_id", "lang", "answer_until", "line_ids", "item_ids"])


class ReceivablePaymentPlan(models.Model):
    """Payment in instalments, agreed with the customer (分期还款计划).

    A draft is offered, the customer accepts, and reminders of its items wait while it is kept. The ledger decides: on
    each day of the schedule, what was paid of the items has to reach what was due.
    """

    _name = "receivable.payment.plan"
    _description = "Payment Plan"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "portal.mixin",
        "receivable.letter.mixin",
        "receivable.root.company.mixin",
        "receivable.plan.terms.mixin",
    ]
    _order = "date DESC, id DESC"
    _rec_names_search = ["name", "partner_id"]

    name = fields.Char(string="Number", required=True, readonly=True, copy=False, default="/")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True, ondelete="restrict", tracking=True
    )
    contact_id = fields.Many2one(string="Offered to", domain="[('id', 'child_of', partner_id)]")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True, help="That of the items.")
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        default=lambda self: self.env.user,
        tracking=True,
        help="Is told of the customer's answer, and when the plan is broken.",
    )
    item_ids = fields.One2many("receivable.payment.plan.item", "plan_id", string="Items", copy=True)
    line_ids = fields.One2many("receivable.payment.plan.line", "plan_id", string="Instalments", copy=True)

    answer_until = fields.Date(help="The offer can be accepted up to this day. Empty: until it is withdrawn.")
    request_note = fields.Text(string="What the Customer Asks", readonly=True, copy=False)
    internal_note = fields.Text(groups="receivable_dunning.group_collections_user", copy=False)

    amount_items = fields.Monetary(string="Debt", compute="_compute_amounts", store=True, help="Open of the items.")
    amount_interest = fields.Monetary(string="Interest of the Plan", compute="_compute_amounts", store=True)
    amount_total = fields.Monetary(string="Total", compute="_compute_amounts", store=True, tracking=True)
    amount_paid = fields.Monetary(
        string="Paid",
        readonly=True,
        copy=False,
        help="Paid of the items since the customer accepted. Credit notes are no payment: they lower the debt.",
    )
    progress = fields.Float(compute="_compute_progress", help="Paid of the total, in percent.")
    next_date = fields.Date(string="Next Instalment", compute="_compute_next", store=True)
    next_amount = fields.Monetary(compute="_compute_next", store=True, help="What is to be paid by the next day.")
    tolerance_days = fields.Integer(readonly=True, copy=False, help="As the company had it set at the offer.")
    tolerance_amount = fields.Monetary(readonly=True, copy=False, help="As the company had it set at the offer.")

    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        default="draft",
        index=True,
        tracking=True,
        copy=False,
        help="Active: accepted, and every instalment due so far was paid in time. Kept: all is paid. Broken: an"
        " instalment was missed, so the whole rest is due and reminders go on.",
    )
    date_decided = fields.Date(string="Decided on", readonly=True, copy=False)
    offered_on = fields.Date(readonly=True, copy=False)
    accept_date = fields.Datetime(string="Accepted on", readonly=True, copy=False)
    accept_name = fields.Char(string="Accepted by", readonly=True, copy=False)
    accept_via = fields.Selection(
        [("portal", "Portal Login"), ("link", "Signed Link"), ("staff", "Entered by Staff")],
        string="Accepted by Way of",
        readonly=True,
        copy=False,
    )
    accept_partner_id = fields.Many2one("res.partner", string="Logged in as", readonly=True, copy=False)
    accept_ip = fields.Char(
        string="From Address",
        readonly=True,
        copy=False,
        groups="receivable_dunning.group_collections_user",
        help="Network address of who accepted: evidence of the agreement, kept for as long as the plan.",
    )
    content_hash = fields.Char(
        string="Fingerprint",
        readonly=True,
        copy=False,
        help="SHA-256 of what the customer was offered: company, customer, items, instalments and terms.",
    )
    agreement_id = fields.Many2one(
        "ir.attachment", readonly=True, copy=False, ondelete="restrict", index="btree_not_null"
    )
    interest_move_id = fields.Many2one(
        "account.move",
        string="Interest Invoice",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    previous_id = fields.Many2one(
        "receivable.payment.plan", string="Replaces", readonly=True, copy=False, index="btree_not_null"
    )
    cancel_reason = fields.Char(readonly=True, copy=False, groups="receivable_dunning.group_collections_user")
    pardoned_on = fields.Date(
        string="Forgiven on",
        readonly=True,
        copy=False,
        help="What was missed before this day is forgiven: the next instalments have to catch up.",
    )

    _rate_check = models.Constraint("CHECK (interest_rate >= 0)", "The rate of a plan is not below zero.")
    _down_payment_check = models.Constraint("CHECK (down_payment >= 0)", "A down payment is not below zero.")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("item_ids.amount", "line_ids.interest")
    def _compute_amounts(self):
        for plan in self:
            items = plan.item_ids.filtered(lambda item: not item.is_interest)
            plan.amount_items = sum(items.mapped("amount"))
            plan.amount_interest = sum(plan.line_ids.mapped("interest"))
            plan.amount_total = plan.amount_items + plan.amount_interest

    @api.depends("amount_total", "amount_paid")
    def _compute_progress(self):
        for plan in self:
            plan.progress = 100 * plan.amount_paid / plan.amount_total if plan.amount_total else 0.0

    @api.depends("line_ids.date_due", "line_ids.state", "line_ids.amount", "line_ids.amount_paid")
    def _compute_next(self):
        for plan in self:
            waiting = plan.line_ids.filtered(lambda line: line.state == "open").sorted("date_due")
            plan.next_date = waiting[:1].date_due
            plan.next_amount = waiting[:1].amount - waiting[:1].amount_paid

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for plan in self:
            plan.display_name = " - ".join(filter(None, (plan.name, plan.partner_id.name)))

    def _compute_access_url(self):
        super()._compute_access_url()
        for plan in self:
            plan.access_url = f"/my/payment_plans/{plan.id}"

    # ------------------------------------------------------------------
    # DOORS
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("Make a plan from the customer, an invoice or the aged receivables."))
        for values in vals_list:
            values["name"] = self.env["ir.sequence"].next_by_code("receivable.payment.plan") or "/"
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self.check_access("write")
            names = {name for name in vals if name not in NOTES and not name.startswith(("activity_", "message_"))}
            if names - TERMS:
                raise AccessError(self.env._("State, figures and acceptance of a plan are set by its buttons only."))
            if names:
                self._expect("draft")
        return super().write(vals)

    @api.constrains("contact_id", "partner_id")
    def _check_contact(self):
        # sudo: who a contact belongs to is compared, not shown
        for plan in self.sudo():
            if plan.contact_id and plan.contact_id.commercial_partner_id != plan.partner_id:
                raise UserError(
                    self.env._(
                        "%(contact)s is no contact of %(customer)s: a plan is offered to the customer only.",
                        contact=plan.contact_id.name,
                        customer=plan.partner_id.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if self.filtered(lambda plan: plan.state != "draft"):
            raise UserError(self.env._("Plans that were offered are kept: cancel them instead."))

    def _expect(self, *states):
        if self.filtered(lambda plan: plan.state not in states):
            raise UserError(self.env._("Some of these plans are in another state by now: reload the page."))

    def _set(self, **values):
        # sudo: the only door to state and figures; who may pass it was checked by the caller
        self.sudo().write(values)
