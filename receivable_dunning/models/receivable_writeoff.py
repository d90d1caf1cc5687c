from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

STATES = [
    ("draft", "Draft"),
    ("submitted", "To Approve"),
    ("approved", "Approved"),
    ("posted", "Posted"),
    ("undone", "Undone"),
    ("refused", "Refused"),
    ("cancelled", "Cancelled"),
]
# What the actions write, which check who acts.
SIGNED = frozenset(
    [
        "state",
        "submitted_by",
        "submitted_on",
        "approved_by",
        "approved_on",
        "refusal_reason",
        "posted_by",
        "posted_on",
        "move_id",
        "undo_move_id",
        "undo_reason",
    ]
)
# What was submitted is what is approved and booked.
ASKED = frozenset({"company_id", "date", "line_ids"})
# What people enter; the rest is signed by the actions or follows from the items. Who approves hangs on the amount.
ENTERED = ASKED | {"note", "user_id"}


class ReceivableWriteoff(models.Model):
    """Debts that are given up: proposed, approved by somebody else, booked; taken back, or paid after all."""

    _name = "receivable.writeoff"
    _description = "Write-Off"
    _inherit = ["mail.thread", "mail.activity.mixin", "receivable.root.company.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _rec_names_search = ["partner_id", "note"]

    name = fields.Char(string="Number", compute="_compute_name")
    date = fields.Date(
        required=True,
        default=lambda self: self._default_date(),
        tracking=True,
        help="The entry is booked on this day, at its exchange rates.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(
        STATES, required=True, readonly=True, default="draft", copy=False, index=True, tracking=True
    )
    line_ids = fields.One2many("receivable.writeoff.line", "writeoff_id", string="Items", copy=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_amounts",
        store=True,
        index="btree_not_null",
        help="Of a write-off of one customer's items.",
    )
    partner_count = fields.Integer(string="Customers", compute="_compute_amounts", store=True)
    item_count = fields.Integer(string="Number of Items", compute="_compute_amounts", store=True)
    amount = fields.Monetary(
        compute="_compute_amounts",
        store=True,
        tracking=True,
        help="In company currency at the rate of the date.",
    )
    amount_tax = fields.Monetary(
        string="Tax to Claim Back", compute="_compute_amounts", store=True, help="Goes to the tax relief account."
    )
    amount_recovered = fields.Monetary(
        string="Recovered", compute="_compute_recovered", help="Paid after all, at the rates of the days of payment."
    )
    note = fields.Text(string="Reason", help="Why these debts are given up: what was done to get them paid.")
    user_id = fields.Many2one("res.users", string="Responsible", default=lambda self: self.env.user, tracking=True)
    submitted_by = fields.Many2one("res.users", readonly=True, copy=False)
    submitted_on = fields.Datetime(readonly=True, copy=False)
    approved_by = fields.Many2one("res.users", readonly=True, copy=False)
    approved_on = fields.Datetime(readonly=True, copy=False)
    posted_by = fields.Many2one("res.users", readonly=True, copy=False)
    posted_on = fields.Datetime(readonly=True, copy=False)
    refusal_reason = fields.Char(readonly=True, copy=False)
    move_id = fields.Many2one("account.move", string="Journal Entry", readonly=True, copy=False, index="btree_not_null")
    undo_move_id = fields.Many2one("account.move", string="Reversal", readonly=True, copy=False)
    undo_reason = fields.Char(string="Why Undone", readonly=True, copy=False)
    can_approve = fields.Boolean(compute="_compute_can_approve")
    approver = fields.Char(
        string="Who Approves", compute="_compute_can_approve", help="By the amount, as the settings say."
    )
    has_credit = fields.Boolean(
        compute="_compute_recovered", help="The customers of a posted write-off have payments that are not matched."
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    def _default_date(self):
        return fields.Date.context_today(self)

    @api.depends("date")
    def _compute_name(self):
        for writeoff in self:
            number = writeoff._origin.id
            writeoff.name = f"WO/{writeoff.date:%Y}/{number:05d}" if number and writeoff.date else self.env._("New")

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for writeoff in self:
            writeoff.display_name = " ".join(filter(None, (writeoff.name, writeoff.partner_id.name)))

    @api.depends("line_ids.amount", "line_ids.amount_tax", "line_ids.partner_id")
    def _compute_amounts(self):
        for writeoff in self:
            lines = writeoff.line_ids
            partners = lines.partner_id
            writeoff.partner_id = partners if len(partners) == 1 else False
            writeoff.partner_count = len(partners)
            writeoff.item_count = len(lines)
            writeoff.amount = sum(lines.mapped("amount"))
            writeoff.amount_tax = sum(lines.mapped("amount_tax"))

    @api.depends("line_ids.recovery_ids.amount", "line_ids.recovery_ids.active", "state")
    def _compute_recovered(self):
        posted = self.filtered(lambda writeoff: writeoff.state == "posted")
        credited = {partner for (partner,) in self._open_credits(posted.line_ids.partner_id, ["partner_id"])}
        for writeoff in self:
            writeoff.amount_recovered = sum(writeoff.line_ids.recovery_ids.mapped("amount"))
            commercial = writeoff.line_ids.partner_id if writeoff in posted else self.env["res.partner"]
            left = any(line.left_currency > 0 for line in writeoff.line_ids)
            writeoff.has_credit = left and any(partner.commercial_partner_id in commercial for partner in credited)

    def _open_credits(self, partners, groupby):
        """Payments and credit notes of the customers that are not matched."""
        return self.env["account.move.line"]._read_group(
            [
                ("partner_id", "child_of", partners.ids),
                ("company_id", "child_of", self.company_id.ids),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual", "<", 0),
            ],
            groupby,
        )

    @api.depends("amount", "state", "submitted_by")
    @api.depends_context("uid")
    def _compute_can_approve(self):
        for writeoff in self:
            needs_manager = writeoff._needs_manager()
            writeoff.approver = (
                self.env._("A manager of collections") if needs_manager else self.env._("An accountant of collections")
            )
            writeoff.can_approve = writeoff.state == "submitted" and not writeoff._refusal_to_approve()

    def _needs_manager(self):
        limit = self.company_id.writeoff_manager_amount
        return self.currency_id.compare_amounts(self.amount, limit) > 0 or not limit

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        writeoffs = super().create(vals_list)
        # the result is checked, not the values: the context may hold defaults
        if not self.env.su and any(
            writeoff.state != "draft" or any(writeoff[name] for name in SIGNED - {"state"}) for writeoff in writeoffs
        ):
            raise AccessError(self.env._("A new write-off is a draft: submit it, and somebody else approves it."))
        return writeoffs

    def write(self, vals):
        if not self.env.su and any(not self._is_entered(name) for name in vals):
            raise AccessError(self.env._("Submit, approve, post or undo the write-off instead of writing its state."))
        if ASKED & vals.keys():
            self._check_changeable()
        return super().write(vals)

    @staticmethod
    def _is_entered(name):
        return name in ENTERED or name.startswith(("activity_", "message_"))

    def _check_changeable(self):
        if not self.env.su and self.filtered(lambda writeoff: writeoff.state != "draft"):
            raise UserError(self.env._("This write-off was submitted: set it back to draft to change it."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_submitted(self):
        if self.filtered(lambda writeoff: writeoff.state not in ("draft", "cancelled")):
            raise UserError(self.env._("Write-offs that were submitted are kept: cancel or undo them instead."))

    # ------------------------------------------------------------------
    # DOOR
    # ------------------------------------------------------------------

    def _check_group(self, role):
        if not self.env.su and not self.env.user.has_group(f"receivable_dunning.group_collections_{role}"):
            raise AccessError(
                self.env._("Accountants of collections propose and post write-offs.")
                if role == "accountant"
                else self.env._("Managers of collections approve and undo write-offs of this amount.")
            )

    def _begin(self, role, *states):
        """Check who acts on what, and lock it: two who press a button at once do not both act."""
        self._check_group(role)
        self.check_access("write")
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        if self.filtered(lambda writeoff: writeoff.state not in states):
            raise UserError(self.env._("Some of these write-offs are in another state by now: reload the page."))

    def _sign(self, **values):
        # sudo: the only door to states and signatures; who may pass it was checked by the action
        self.sudo().write(values)

    def _refusal_to_approve(self):
        """Why the user cannot approve it; empty when he can."""
        if self.env.su:
            return ""
        role = "manager" if self._needs_manager() else "accountant"
        if not self.env.user.has_group(f"receivable_dunning.group_collections_{role}"):
            return self.env._("%(who)s has to approve this amount.", who=self.approver)
        if self.company_id.writeoff_four_eyes and self.env.user in (self.submitted_by | self.create_uid):
            return self.env._("You proposed this write-off: somebody else has to approve it (four eyes).")
        return ""

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_submit(self):
        """Ask for the approval."""
        self._begin("accountant", "draft")
        for writeoff in self:
            if not writeoff.line_ids:
                raise UserError(self.env._("There is nothing to write off: add items."))
            writeoff.line_ids._check_amounts()
        self._sign(state="submitted", submitted_by=self.env.uid, submitted_on=fields.Datetime.now())

    def action_approve(self):
        """Agree that these debts are given up; nothing is booked yet."""
        self._begin("accountant", "submitted")
        for writeoff in self:
            if refusal := writeoff._refusal_to_approve():
                raise UserError(refusal)
        self._sign(state="approved", approved_by=self.env.uid, approved_on=fields.Datetime.now())

    def action_refuse(self):
        """Ask for the reason, then refuse."""
        self._begin("accountant", "submitted")
        self.ensure_one()
        return self.env["receivable.loss.reversal"]._ask(self)

    def _refuse(self, reason):
        self._begin("accountant", "submitted")
        if refusal := self._refusal_to_approve():
            raise UserError(refusal)
        self._sign(state="refused", refusal_reason=reason)
        self.message_post(body=self.env._("Refused: %(reason)s", reason=reason))

    def action_draft(self):
        """Take the request back, to change it."""
        self._begin("accountant", "submitted", "approved", "refused", "cancelled")
        self._sign(
            state="draft",
            submitted_by=False,
            submitted_on=False,
            approved_by=False,
            approved_on=False,
            refusal_reason=False,
        )

    def action_cancel(self):
        """Drop the proposal: its items may be proposed again."""
        self._begin("accountant", "draft", "submitted", "approved")
        self._sign(state="cancelled")

    def action_view_entries(self):
        """The entries of the write-off: booking, reversal, recoveries, also those taken back."""
        self.ensure_one()
        recoveries = self.line_ids.with_context(active_test=False).recovery_ids
        moves = self.move_id | self.undo_move_id | recoveries.move_id | recoveries.reversal_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Entries of %(writeoff)s", writeoff=self.name),
            "res_model": "account.move",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", moves.ids)],
            "context": {"create": False},
        }
