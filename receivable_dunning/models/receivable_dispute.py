from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.customer_credit_mgmt.models.optional_number import OptionalFloat, OptionalMonetary

from ..core.dispute import Clock, clock, deadlines

STATES = [
    ("open", "Open"),
    ("accepted", "Accepted"),
    ("partly", "Accepted in Part"),
    ("rejected", "Rejected"),
    ("withdrawn", "Withdrawn"),
]
CHANNELS = [
    ("phone", "Phone"),
    ("visit", "Visit"),
    ("email", "E-mail"),
    ("portal", "Portal"),
    ("letter", "Letter"),
    ("other", "Other"),
]
CLOCKS = [
    (Clock.ON_TIME, "On Time"),
    (Clock.SOON, "Due Soon"),
    (Clock.MISSED, "Missed"),
    (Clock.WAITING, "Waiting for Customer"),
    (Clock.KEPT, "Closed in Time"),
    (Clock.LATE, "Closed Late"),
]
# Green, orange, red, blue, grey: colours of the kanban cards.
COLORS = {Clock.ON_TIME: 10, Clock.SOON: 2, Clock.MISSED: 1, Clock.WAITING: 4, Clock.KEPT: 0, Clock.LATE: 0}
# What people write; all else is set by the actions, which check who acts.
BY_HAND = {"reason_id", "user_id", "contact_id", "cause_id", "amount_opened"}
# What somebody who only talks about a dispute leaves on it.
TALK = {"message_follower_ids", "activity_ids", "message_ids", "message_partner_ids"}


class ReceivableDispute(models.Model):
    """What a customer says is wrong with an item, who looks into it until when, and what came of it.

    While it is open, the disputed part is neither claimed by reminders nor charged interest, as the rules say.
    Opened by :meth:`_open`, closed by a decision, by the credit note that carries it out, or by payment.
    """

    _name = "receivable.dispute"
    _description = "Dispute"
    _inherit = ["mail.thread", "mail.activity.mixin", "receivable.root.company.mixin"]
    _order = "date desc, id desc"
    _rec_names_search = ["name", "partner_id", "move_id"]
    _mail_post_access = "read"

    name = fields.Char(string="Number", required=True, readonly=True, copy=False, index="trigram")
    company_id = fields.Many2one(readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    contact_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        ondelete="set null",
        domain="[('commercial_partner_id', '=', partner_id)]",
        help="Who disputes, and gets our answers.",
    )
    channel = fields.Selection(CHANNELS, required=True, readonly=True, default="other")
    date = fields.Date(string="Opened on", required=True, readonly=True, index=True)
    opened_by = fields.Many2one("res.users", readonly=True)
    move_line_id = fields.Many2one(
        "account.move.line", string="Item", readonly=True, index="btree_not_null", ondelete="set null"
    )
    move_id = fields.Many2one(
        "account.move", string="Document", readonly=True, index="btree_not_null", ondelete="set null"
    )
    statement_line_id = fields.Many2one(
        "receivable.statement.line",
        string="Line of Statement",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups="receivable_dunning.group_collections_user",
    )
    notice_id = fields.Many2one(
        "dunning.notice",
        string="Reply to",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups="receivable_dunning.group_collections_user",
    )

    # how much
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    amount_opened = fields.Monetary(
        string="Amount Disputed",
        required=True,
        aggregator=None,
        help="What the customer does not want to pay, in the currency of the document.",
    )
    amount = fields.Monetary(
        string="In Dispute Now",
        compute="_compute_amount",
        store=True,
        aggregator=None,
        help="The disputed amount while the dispute is open, and never more than what is still open of the item.",
    )
    amount_residual = fields.Monetary(related="move_line_id.amount_residual_currency", string="Open Amount")
    amount_company = fields.Monetary(
        string="Disputed (Company Currency)",
        currency_field="company_currency_id",
        compute="_compute_amount_company",
        store=True,
        help="The disputed amount at the rate of the document.",
    )
    amount_accepted = OptionalMonetary(
        string="Accepted",
        readonly=True,
        aggregator=None,
        help="What we do not claim any more: it is credited, or settled otherwise. Empty: not decided.",
    )
    accepted_company = OptionalMonetary(
        string="Accepted (Company Currency)",
        currency_field="company_currency_id",
        compute="_compute_amount_company",
        store=True,
        help="At the rate of the document.",
    )

    # why
    reason_id = fields.Many2one(
        "receivable.dispute.reason",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        domain="['|', ('company_id', '=', False), ('company_id', '=', company_id)]",
        help="Says who looks into it, and by when.",
    )
    note = fields.Text(string="What the Customer Says", readonly=True)
    cause_id = fields.Many2one(
        "receivable.dispute.cause",
        string="Root Cause",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        groups="receivable_dunning.group_collections_user",
        help="Why it came to this, as found by who looked into it. Asked for when the dispute is decided.",
    )

    # who and until when
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        index="btree_not_null",
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Looks into the dispute, and is told before a deadline passes.",
    )
    answer_deadline = fields.Date(compute="_compute_deadlines", store=True, help="Day of the first answer, at last.")
    deadline = fields.Date(
        string="Resolution Deadline",
        compute="_compute_deadlines",
        store=True,
        index=True,
        help="Working days that the reason allows, from the opening on. Days spent waiting for the customer are added.",
    )
    answered_on = fields.Date(string="First Answer on", readonly=True)
    waiting_since = fields.Date(
        string="Waiting Since", readonly=True, help="For the customer: meanwhile the clock stands still."
    )
    paused_days = fields.Integer(
        string="Days Waited", readonly=True, aggregator="avg", help="Working days spent waiting for the customer."
    )
    next_deadline = fields.Date(
        compute="_compute_next_deadline",
        store=True,
        index=True,
        help="Of the first answer until there is one, then of the resolution.",
    )
    clock = fields.Selection(CLOCKS, compute="_compute_clock")
    color = fields.Integer(compute="_compute_clock")
    told_soon_for = fields.Date(readonly=True, groups="receivable_dunning.group_collections_user")
    told_missed_for = fields.Date(readonly=True, groups="receivable_dunning.group_collections_user")

    # what came of it
    state = fields.Selection(
        STATES, required=True, readonly=True, default="open", index=True, tracking=True, group_expand=True
    )
    decision = fields.Selection(
        STATES[1:],
        readonly=True,
        tracking=True,
        help="What was decided. What is accepted stays in dispute, and is not claimed, until it is credited.",
    )
    decided_by = fields.Many2one("res.users", readonly=True)
    answer = fields.Text(string="Our Answer", readonly=True, help="As the customer reads it.")
    closed_on = fields.Date(readonly=True, index="btree_not_null")
    closed_how = fields.Selection(
        [
            ("decision", "Decided"),
            ("credit_note", "Credit Note Posted"),
            ("settled", "Settled Otherwise"),
            ("paid", "Paid in Full"),
        ],
        string="Closed by",
        readonly=True,
    )
    days_to_resolve = OptionalFloat(
        compute="_compute_days_to_resolve",
        store=True,
        digits=(16, 1),
        aggregator="avg",
        help="Calendar days from the opening to the close. Empty: still open.",
    )
    credit_note_ids = fields.Many2many(
        "account.move", "receivable_dispute_credit_note_rel", "dispute_id", "move_id", string="Credit Notes",
        readonly=True, copy=False,
    )  # fmt: skip

    _amount_check = models.Constraint("CHECK (amount_opened > 0)", "A dispute is about an amount above zero.")
    _accepted_check = models.Constraint(
        "CHECK (amount_accepted IS NULL OR amount_accepted >= 0)", "What is accepted is not negative."
    )
    _open_uniq = models.UniqueIndex(
        "(move_line_id, reason_id) WHERE state = 'open'", "This item is in dispute for this reason already."
    )
    _open_idx = models.Index("(company_id, partner_id) WHERE state = 'open'")
    _statement_uniq = models.UniqueIndex(
        "(statement_line_id) WHERE statement_line_id IS NOT NULL", "This difference has opened a dispute already."
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("name", "move_id")
    def _compute_display_name(self):
        for dispute in self:
            # sudo: who sees a dispute may read the number of its document
            dispute.display_name = " · ".join(filter(None, (dispute.name, dispute.sudo().move_id.name)))

    @api.depends("state", "amount_opened", "move_line_id.amount_residual_currency")
    def _compute_amount(self):
        for dispute in self:
            rest = max(dispute.move_line_id.amount_residual_currency, 0.0)
            dispute.amount = min(dispute.amount_opened, rest) if dispute.state == "open" else 0.0

    @api.depends("amount_opened", "amount_accepted", "move_line_id.balance", "move_line_id.amount_currency")
    def _compute_amount_company(self):
        for dispute in self:
            line, own = dispute.move_line_id, dispute.company_id.currency_id
            # an item that is gone takes its rate along: what was worked out stays
            rate = line.balance / line.amount_currency if line.amount_currency else None
            if rate is None:
                dispute.amount_company, dispute.accepted_company = dispute.amount_company, dispute.accepted_company
                continue
            accepted = dispute.amount_accepted
            dispute.amount_company = own.round(dispute.amount_opened * rate)
            dispute.accepted_company = None if accepted is None else own.round(accepted * rate)

    @api.depends("date", "reason_id", "paused_days", "company_id")
    def _compute_deadlines(self):
        for company, disputes in self.filtered("date").grouped("company_id").items():
            exceptions = self.env["dunning.holiday"]._exceptions(company, min(disputes.mapped("date")))
            for dispute in disputes:
                # sudo: the days that a reason allows are no secret
                reason = dispute.sudo().reason_id
                promised = (reason.answer_days, reason.resolution_days)
                found = deadlines(dispute.date, promised, dispute.paused_days, exceptions)
                dispute.answer_deadline, dispute.deadline = found.answer, found.resolution
        for dispute in self.filtered(lambda dispute: not dispute.date):
            dispute.answer_deadline = dispute.deadline = False

    @api.depends("answered_on", "answer_deadline", "deadline")
    def _compute_next_deadline(self):
        for dispute in self:
            dispute.next_deadline = dispute.deadline if dispute.answered_on else dispute.answer_deadline

    @api.depends("state", "next_deadline", "deadline", "closed_on", "waiting_since")
    def _compute_clock(self):
        today = fields.Date.context_today(self)
        for dispute in self:
            closed = dispute.closed_on or None
            until = dispute.deadline if closed else dispute.next_deadline
            state = str(clock(until, today, closed, bool(dispute.waiting_since))) if until else False
            dispute.clock, dispute.color = state, COLORS.get(state, 0)

    @api.depends("date", "closed_on")
    def _compute_days_to_resolve(self):
        for dispute in self:
            dispute.days_to_resolve = (dispute.closed_on - dispute.date).days if dispute.closed_on else None

    # ------------------------------------------------------------------
    # CONSTRAINTS AND DOORS
    # ------------------------------------------------------------------

    @api.constrains("contact_id", "reason_id")
    def _check_belongs(self):
        # sudo: which customer and company they belong to is compared, not shown
        for dispute in self.sudo():
            if dispute.contact_id and dispute.contact_id.commercial_partner_id != dispute.partner_id:
                raise ValidationError(
                    self.env._("%(contact)s is no contact of this customer.", contact=dispute.contact_id.display_name)
                )
            if dispute.reason_id.company_id not in (dispute.company_id, dispute.reason_id.company_id.browse()):
                raise ValidationError(self.env._("This reason is of another company: choose another one."))

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("Open a dispute from the invoice, the aged receivables or a notice."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - BY_HAND - TALK:
                raise AccessError(self.env._("What becomes of a dispute is said by its buttons only."))
            if vals.keys() & (BY_HAND - {"cause_id"}) and any(dispute.state != "open" for dispute in self):
                raise UserError(self.env._("This dispute is closed: reopen it before you change it."))
        result = super().write(vals)
        if "amount_opened" in vals:
            self._check_amount()
        return result

    def _check_amount(self):
        """What is disputed by hand is not more than what is open."""
        for dispute in self.filtered(lambda dispute: dispute.state == "open"):
            if dispute.currency_id.compare_amounts(dispute.amount_opened, dispute.amount_residual) > 0:
                raise UserError(
                    self.env._(
                        "Only %(amount)s is open of %(document)s: no more than that can be disputed.",
                        amount=dispute.currency_id.format(dispute.amount_residual),
                        document=dispute.move_id.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_kept(self):
        if not self.env.su:
            raise UserError(self.env._("Disputes are kept: close them as withdrawn instead."))

    def _set(self, values):
        # sudo: the only door to what becomes of a dispute; who may pass it was checked by the action
        self.sudo().write(values)

    def _expect_open(self):
        if any(dispute.state != "open" for dispute in self):
            raise UserError(self.env._("Some of these disputes are closed already: reload the page."))
