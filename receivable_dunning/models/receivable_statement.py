from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

STATES = [
    ("draft", "Draft"),
    ("queued", "Queued"),
    ("sent", "Sent"),
    ("agreed", "Agreed"),
    ("disputed", "Differences"),
    ("failed", "Failed"),
    ("cancelled", "Cancelled"),
]
KINDS = [("open_items", "Open Items"), ("activity", "Activity and Open Items")]
# What an action or the customer's answer sets, never a plain write.
SIGNED = frozenset(
    [
        "state",
        "error",
        "sent_date",
        "mail_message_id",
        "answer_date",
        "answer_name",
        "answer_partner_id",
        "answer_via",
        "answer_ip",
        "answer_note",
        "content_hash",
        "totals",
        "amount_total",
        "amount_overdue",
        "access_token",
    ]
)
# What the figures follow from: it is changed in a draft only, and the figures are gathered again.
ASKED = frozenset({"company_id", "partner_id", "date", "date_from", "kind"})


class ReceivableStatement(models.Model):
    """Statement of account (对账单): what a customer owes on a day, sent for information or for confirmation.

    The figures are gathered when the statement is made, and again while it is a draft; from the queue on they are
    frozen. They are those of ``receivable.ledger`` as of the date, so per currency the lines add up to the aging strip
    and to the customer's balance. The customer's answer is recorded with a fingerprint of exactly what was shown.
    """

    _name = "receivable.statement"
    _description = "Statement of Account"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "portal.mixin",
        "receivable.letter.mixin",
        "receivable.root.company.mixin",
        "receivable.delivery.mixin",
    ]
    _order = "date DESC, id DESC"
    _rec_names_search = ["partner_id"]

    name = fields.Char(string="Number", compute="_compute_name")
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, ondelete="restrict", tracking=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        help="Is told of the customer's answer, and of what could not be sent.",
    )
    plan_id = fields.Many2one(
        "receivable.statement.plan",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="receivable_dunning.group_collections_user",
    )
    kind = fields.Selection(
        KINDS,
        required=True,
        default="open_items",
        help="Open Items: what is open on the date. Activity: also what was booked since the first day, with the "
        "balance brought forward.",
    )
    date_from = fields.Date(string="From", help="First day of the activity that is listed.")
    date = fields.Date(
        string="As of",
        required=True,
        default=fields.Date.context_today,
        help="What was open at the end of this day, as the general ledger says.",
    )
    ask_confirmation = fields.Boolean(
        string="Ask for Confirmation",
        default=True,
        help="The customer is asked to agree or to name differences, on the portal or by the link in the e-mail.",
    )
    answer_until = fields.Date(help="Named in the letter. Nothing follows when the day passes without an answer.")

    state = fields.Selection(
        STATES, required=True, readonly=True, default="draft", index=True, tracking=True, copy=False
    )
    error = fields.Text(readonly=True, copy=False, groups="receivable_dunning.group_collections_user")
    sent_date = fields.Date(readonly=True, copy=False)
    mail_message_id = fields.Many2one(
        "mail.message",
        string="E-mail",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="receivable_dunning.group_collections_user",
    )

    line_ids = fields.One2many("receivable.statement.line", "statement_id", string="Lines", readonly=True)
    totals = fields.Json(
        readonly=True,
        copy=False,
        help="Per currency: balance brought forward, movements, closing balance, overdue, and the aging strip.",
    )
    amount_total = fields.Monetary(string="Balance", readonly=True, copy=False, help="In company currency.")
    amount_overdue = fields.Monetary(
        string="Overdue", readonly=True, copy=False, help="Items past their due date, in company currency."
    )
    content_hash = fields.Char(
        string="Fingerprint",
        readonly=True,
        copy=False,
        help="SHA-256 of what the customer was shown: company, customer, dates and every line.",
    )

    answer_date = fields.Datetime(string="Answered on", readonly=True, copy=False)
    answer_name = fields.Char(string="Answered by", readonly=True, copy=False)
    answer_partner_id = fields.Many2one("res.partner", string="Logged in as", readonly=True, copy=False)
    answer_via = fields.Selection(
        [("login", "Portal Login"), ("link", "Signed Link"), ("staff", "Entered by Staff")],
        string="Answered by Way of",
        readonly=True,
        copy=False,
    )
    answer_ip = fields.Char(
        string="From Address",
        readonly=True,
        copy=False,
        groups="receivable_dunning.group_collections_user",
        help="Network address of who answered: evidence of the confirmation, kept for as long as the statement.",
    )
    answer_note = fields.Text(string="What the Customer Says", readonly=True, copy=False)

    _plan_uniq = models.UniqueIndex(
        "(plan_id, partner_id, date) WHERE plan_id IS NOT NULL AND state <> 'cancelled'",
        "The plan has made a statement of this customer for this day already.",
    )
    _dates_check = models.Constraint(
        "CHECK (kind <> 'activity' OR date_from IS NOT NULL AND date_from <= date)",
        "A statement of activity needs a first day, not after its date.",
    )

    # ------------------------------------------------------------------
    # COMPUTE AND CONSTRAINTS
    # ------------------------------------------------------------------

    @api.depends("date")
    def _compute_name(self):
        for statement in self:
            number = statement._origin.id
            statement.name = f"ST/{statement.date:%Y%m%d}/{number}" if number and statement.date else ""

    @api.depends("partner_id", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for statement in self:
            day = format_date(self.env, statement.date) if statement.date else ""
            statement.display_name = " ".join(filter(None, (statement.name, statement.partner_id.name, day)))

    def _compute_access_url(self):
        super()._compute_access_url()
        for statement in self:
            statement.access_url = f"/my/statements/{statement.id}"

    # ------------------------------------------------------------------
    # DOORS
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        statements = super().create(vals_list)
        # the result is checked, not the values: the context may hold defaults
        if not self.env.su and any(statement._is_signed() for statement in statements):
            raise AccessError(self.env._("A new statement is a draft, and its figures come from the ledger."))
        statements._gather()
        return statements

    def _is_signed(self):
        """Whether it looks sent or answered: a new one never does."""
        return self.state != "draft" or any(self[name] for name in SIGNED - {"state"})

    def write(self, vals):
        if not self.env.su and SIGNED & vals.keys():
            raise AccessError(self.env._("State, figures and answers of a statement are set by its buttons only."))
        asked = ASKED & vals.keys()
        if asked:
            self._expect("draft")
        if {"contact_id", "lang", "ask_confirmation", "answer_until"} & vals.keys():
            self._expect("draft", "queued", "failed")
        result = super().write(vals)
        if asked:
            self._gather()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        if self.filtered(lambda statement: statement.state not in ("draft", "cancelled")):
            raise UserError(self.env._("Statements that were sent are kept: cancel them instead."))

    def _expect(self, *states):
        if self.filtered(lambda statement: statement.state not in states):
            raise UserError(self.env._("Some of these statements are in another state by now: reload the page."))

    def _set(self, **values):
        # sudo: the only door to state and figures; who may pass it was checked by the caller
        self.sudo().write(values)
