from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..core.promise import PromiseState

STATES = [
    (PromiseState.OPEN, "Open"),
    (PromiseState.KEPT, "Kept"),
    (PromiseState.PARTLY, "Partly Kept"),
    (PromiseState.BROKEN, "Broken"),
    (PromiseState.CANCELLED, "Cancelled"),
]
DECIDED = (PromiseState.KEPT, PromiseState.PARTLY, PromiseState.BROKEN)
CHANNELS = [
    ("phone", "Phone"),
    ("visit", "Visit"),
    ("email", "E-mail"),
    ("portal", "Portal"),
    ("letter", "Letter"),
    ("other", "Other"),
]
# What people may change of a promise that was given; all else is what was promised, or follows from the ledger.
NOTES = frozenset({"contact_id", "channel", "note", "user_id"})


class ReceivablePromise(models.Model):
    """A customer's promise to pay items, or parts of them, on one or several days (付款承诺).

    Whether it was kept is decided by the ledger: what was matched with the promised items, by the day of the payment.
    """

    _name = "receivable.promise"
    _description = "Promise to Pay"
    _inherit = ["mail.thread", "mail.activity.mixin", "receivable.root.company.mixin"]
    _order = "date_promised DESC, id DESC"
    _rec_names_search = ["name", "partner_id"]

    name = fields.Char(string="Number", required=True, readonly=True, copy=False, default="/")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True, ondelete="restrict", tracking=True
    )
    contact_id = fields.Many2one(
        "res.partner",
        string="Promised by",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('id', 'child_of', partner_id)]",
        help="The person who gave the promise.",
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True, help="That of the promised items.")
    channel = fields.Selection(
        CHANNELS, string="Given by", required=True, default="phone", help="How the promise reached us."
    )
    date = fields.Date(
        string="Given on", required=True, readonly=True, default=fields.Date.context_today, tracking=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        index="btree_not_null",
        default=lambda self: self.env.user,
        tracking=True,
        help="Looks after the promise: gets an activity when it is broken.",
    )
    note = fields.Text(
        groups="receivable_dunning.group_collections_user", help="What was said. Customers never see it."
    )
    line_ids = fields.One2many("receivable.promise.line", "promise_id", string="Promised Amounts", readonly=True)
    amount = fields.Monetary(
        string="Promised", compute="_compute_amounts", store=True, tracking=True, help="Sum of what was promised."
    )
    amount_kept = fields.Monetary(
        string="Paid in Time",
        compute="_compute_amounts",
        store=True,
        help="What was paid on the promised items by the promised days (and the days of tolerance). Credit notes are no"
        " payment.",
    )
    progress = fields.Float(compute="_compute_progress", help="Paid in time of what was promised, in percent.")
    date_promised = fields.Date(
        string="Last Day Promised", compute="_compute_dates", store=True, index=True, help="Of the last part."
    )
    date_next = fields.Date(
        string="Next Day",
        compute="_compute_dates",
        store=True,
        help="The earliest day for which something is promised that is not paid yet.",
    )
    move_count = fields.Integer(string="Documents", compute="_compute_move_count")
    tolerance_days = fields.Integer(
        readonly=True,
        groups="receivable_dunning.group_collections_user",
        help="Days after the promised day within which a payment is in time, as the company had it set.",
    )
    tolerance_amount = fields.Monetary(
        readonly=True,
        groups="receivable_dunning.group_collections_user",
        help="What may be missing altogether, as the company had it set when the promise was given.",
    )
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        default=PromiseState.OPEN,
        index=True,
        tracking=True,
        copy=False,
        help="Kept: paid in time. Partly kept: something was paid in time, not all. Broken: nothing was. One missed"
        " part decides the promise. Payments that are matched or undone later decide it anew.",
    )
    date_decided = fields.Date(
        string="Decided on",
        readonly=True,
        copy=False,
        help="Kept: day of the last payment. Otherwise: the day after the last day on which it could be kept.",
    )
    cancel_reason = fields.Char(readonly=True, copy=False, groups="receivable_dunning.group_collections_user")
    cancelled_on = fields.Date(readonly=True, copy=False)
    reliability = fields.Char(
        compute="_compute_reliability",
        groups="receivable_dunning.group_collections_user",
        help="Promises of this customer that were kept so far.",
    )

    _standing_idx = models.Index("(company_id, partner_id) WHERE state = 'open'")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("line_ids.amount", "line_ids.amount_kept")
    def _compute_amounts(self):
        for promise in self:
            promise.amount = sum(promise.line_ids.mapped("amount"))
            promise.amount_kept = sum(promise.line_ids.mapped("amount_kept"))

    @api.depends("amount", "amount_kept")
    def _compute_progress(self):
        for promise in self:
            promise.progress = 100 * promise.amount_kept / promise.amount if promise.amount else 0.0

    @api.depends("line_ids.date_promised", "line_ids.state")
    def _compute_dates(self):
        for promise in self:
            promise.date_promised = max(promise.line_ids.mapped("date_promised"), default=False)
            waiting = promise.line_ids.filtered(lambda line: line.state == PromiseState.OPEN)
            promise.date_next = min(waiting.mapped("date_promised"), default=False)

    @api.depends("line_ids.move_line_id")
    def _compute_move_count(self):
        for promise in self:
            promise.move_count = len(promise.line_ids.move_id)

    @api.depends("partner_id")
    def _compute_reliability(self):
        texts = self.partner_id._promise_reliability_texts()
        for promise in self:
            promise.reliability = texts.get(promise.partner_id.id, "")

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for promise in self:
            promise.display_name = " - ".join(filter(None, (promise.name, promise.partner_id.name)))

    # ------------------------------------------------------------------
    # DOORS
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("Make a promise from the customer, an invoice or the aged receivables."))
        for values in vals_list:
            values["name"] = self.env["ir.sequence"].next_by_code("receivable.promise") or "/"
        return super().create(vals_list)

    def write(self, vals):
        # activities and followers are people's own business
        if not self.env.su and any(not self._is_note(name) for name in vals):
            raise AccessError(self.env._("What was promised stays as it was given: cancel it, and make a new one."))
        return super().write(vals)

    @staticmethod
    def _is_note(name):
        return name in NOTES or name.startswith(("activity_", "message_"))

    @api.constrains("contact_id", "partner_id")
    def _check_contact(self):
        # sudo: who a contact belongs to is compared, not shown
        for promise in self.sudo():
            if promise.contact_id and promise.contact_id.commercial_partner_id != promise.partner_id:
                raise UserError(self.env._("The person who promises must be a contact of the customer."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Promises are kept, also those that were not: cancel what was entered by mistake."))

    def _set(self, **values):
        # sudo: the only door to what was promised and what became of it; who may pass was checked by the caller
        self.sudo().write(values)

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_cancel(self):
        """Ask why the promise no longer counts."""
        self.check_access("write")
        return self.env["receivable.promise.cancel.wizard"]._open(self)

    def _cancel(self, reason):
        """The promise no longer counts, neither as open nor as decided; others of its items are decided anew."""
        if not (reason or "").strip():
            raise UserError(self.env._("Please say why the promise no longer counts."))
        standing = self.filtered(lambda promise: promise.state != PromiseState.CANCELLED)
        today = fields.Date.context_today(self)
        # sudo: see _set
        standing.sudo().line_ids.write({"state": PromiseState.CANCELLED})
        standing._set(state=PromiseState.CANCELLED, cancel_reason=reason, cancelled_on=today, date_decided=False)
        standing._untell()
        # sudo: other promises follow from the ledger, whoever owns them
        standing.sudo()._sharing_items()._decide(today)

    def action_decide(self):
        """Look at the payments now."""
        self.check_access("write")
        # sudo: the ledger decides, whoever looks
        self.sudo()._decide(fields.Date.context_today(self))

    def action_open_documents(self):
        """The promised documents."""
        self.ensure_one()
        return self.line_ids.move_id._open_documents(self.env._("Promised Documents"))
