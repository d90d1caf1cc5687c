from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.customer_credit_mgmt.models.optional_number import OptionalFloat, OptionalMonetary

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
            if "amount_opened" in vals and any(dispute.decision for dispute in self):
                raise UserError(self.env._("This dispute is decided already: take the decision back first."))
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
