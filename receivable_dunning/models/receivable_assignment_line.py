from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..core.factoring import Refusal
from ..core.ladder import SkipReason

REFUSALS = [
    (Refusal.HELD, "Disputed, promised or blocked"),
    (Refusal.IN_PAYMENT, "Payment under way"),
    (Refusal.NOT_YET_DUE, "Due too late"),
    (Refusal.TOO_LATE, "Overdue for too long"),
    (Refusal.TOO_SMALL, "Below the smallest amount"),
    (Refusal.CUSTOMER_LIMIT, "Too much of the customer"),
    (Refusal.TOTAL_LIMIT, "Too much in all"),
    (Refusal.PAID, "Paid meanwhile"),
]


class ReceivableAssignmentLine(models.Model):
    """An open item of a batch: taken by the factor, or left out for a reason."""

    _name = "receivable.assignment.line"
    _description = "Assigned Item"
    _order = "assignment_id desc, date_maturity, id"

    assignment_id = fields.Many2one(
        "receivable.assignment", string="Batch", required=True, index=True, ondelete="cascade"
    )
    agreement_id = fields.Many2one(related="assignment_id.agreement_id", store=True, index=True)
    company_id = fields.Many2one(related="assignment_id.company_id", store=True)
    currency_id = fields.Many2one(related="assignment_id.currency_id")
    date = fields.Date(related="assignment_id.date", string="Assigned on", store=True)
    partner_id = fields.Many2one("res.partner", string="Customer", required=True, readonly=True, index=True)
    contact_id = fields.Many2one("res.partner", compute="_compute_contact_id", help="Who is told of the assignment.")
    move_line_id = fields.Many2one(
        "account.move.line", string="Item", required=True, readonly=True, index=True, ondelete="restrict"
    )
    move_id = fields.Many2one(related="move_line_id.move_id", string="Invoice")
    date_maturity = fields.Date(string="Due Date", readonly=True)
    amount = fields.Monetary(readonly=True, help="Open when it was assigned.")
    amount_advance = fields.Monetary(string="Advance", readonly=True)
    amount_fee = fields.Monetary(string="Fee", readonly=True)
    refusal = fields.Selection(REFUSALS, string="Left out because", readonly=True)
    is_standing = fields.Boolean(readonly=True, help="The factor holds the item: it was assigned and not bought back.")
    factor_line_id = fields.Many2one(
        "account.move.line",
        readonly=True,
        index="btree_not_null",
        help="Item on the account of the factor, where booked.",
    )
    credit_line_id = fields.Many2one(
        "account.move.line", readonly=True, index="btree_not_null", help="Item of the entry that settled the invoice."
    )
    buy_back_id = fields.Many2one(
        "account.move",
        string="Entry of the Buy-Back",
        readonly=True,
        index="btree_not_null",
        help="Takes back what the entry of the assignment booked.",
    )
    bought_back_on = fields.Date(readonly=True)
    bought_back_reason = fields.Char(string="Reason", readonly=True)
    amount_open = fields.Monetary(
        string="Still Open", compute="_compute_open", help="What is not paid yet, by the customer or by the factor."
    )
    recourse_date = fields.Date(
        string="Buy Back after",
        compute="_compute_open",
        help="Due date + days of the agreement, where it has recourse.",
    )
    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("refused", "Left Out"),
            ("open", "With the Factor"),
            ("recourse", "To Buy Back"),
            ("paid", "Paid"),
            ("bought_back", "Bought Back"),
        ],
        compute="_compute_open",
        search="_search_state",
    )

    _standing_uniq = models.UniqueIndex(
        "(move_line_id) WHERE is_standing", "An item is assigned to one factor only: propose the batch again."
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    def _open_item(self):
        """Where one sees what is not paid yet: the item of the factor where there is an entry, else the customer's."""
        return self.factor_line_id or self.move_line_id

    @api.depends(
        "refusal",
        "is_standing",
        "bought_back_on",
        "date_maturity",
        "move_line_id.amount_residual_currency",
        "factor_line_id.amount_residual_currency",
        "agreement_id.has_recourse",
        "agreement_id.recourse_days",
    )
    def _compute_open(self):
        today = fields.Date.context_today(self)
        # sudo: the residual of an item of the batch; who may read the batch may know what is left of it
        for line in self.sudo():
            agreement = line.agreement_id
            line.amount_open = max(line._open_item().amount_residual_currency, 0.0) if line.is_standing else 0.0
            line.recourse_date = (
                line.date_maturity + timedelta(days=agreement.recourse_days) if agreement.has_recourse else False
            )
            line.state = line._state(today)

    def _state(self, today):
        if self.refusal:
            return "refused"
        if self.bought_back_on:
            return "bought_back"
        if not self.is_standing:
            return "proposed"
        if self.currency_id.is_zero(self.amount_open):
            return "paid"
        return "recourse" if self.recourse_date and self.recourse_date < today else "open"

    def _is_to_be_paid_to_factor(self):
        """Whether the customer was told to pay the factor, and has not done so yet."""
        self.ensure_one()
        return self.is_standing and self.agreement_id.is_disclosed and not self.currency_id.is_zero(self.amount_open)

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        bought = Domain("bought_back_on", "!=", False)
        plain = Domain("refusal", "=", False) & ~bought
        standing = plain & Domain("is_standing", "=", True)
        settled = Domain("factor_line_id.reconciled", "=", True) | (
            Domain("factor_line_id", "=", False) & Domain("move_line_id.reconciled", "=", True)
        )
        late = Domain("id", "in", self._past_recourse_sql())
        domains = {
            "refused": Domain("refusal", "!=", False),
            "bought_back": bought,
            "proposed": plain & Domain("is_standing", "=", False),
            "paid": standing & settled,
            "recourse": standing & ~settled & late,
            "open": standing & ~settled & ~late,
        }
        return Domain.OR(domains[state] for state in value if state in domains)

    def _past_recourse_sql(self):
        return SQL(
            """(
            SELECT line.id
              FROM receivable_assignment_line line
              JOIN factoring_agreement agreement ON agreement.id = line.agreement_id
             WHERE agreement.has_recourse AND line.date_maturity + agreement.recourse_days < %s
            )""",
            fields.Date.context_today(self),
            to_flush=self._fields["date_maturity"],
        )

    def _compute_contact_id(self):
        contacts = self.partner_id._receivable_contacts()
        for line in self:
            line.contact_id = contacts.get(line.partner_id.id, line.partner_id)

    @api.depends("move_line_id", "partner_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.move_id.name} - {line.partner_id.name}"

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_leave_out(self):
        """Take items off a draft; proposing again brings them back."""
        self.assignment_id.check_access("write")
        self.assignment_id._expect_draft()
        # sudo: lines have no other door; the right to write the batch was checked
        self.sudo().unlink()

    def action_open_move(self):
        self.ensure_one()
        return self.move_id.get_formview_action()

    def action_buy_back(self):
        """Ask why, then take the items back from the factor."""
        self._check_with_factor()
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_receivable_buy_back")
        return {**action, "context": {"default_line_ids": self.ids}}

    def _check_with_factor(self):
        if not self or self.filtered(lambda line: line.state not in ("open", "recourse")):
            raise UserError(self.env._("Choose items that are with the factor and not paid yet."))

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _told_sql(self, day):
        """``line_id, factor_id`` of items that by the end of a day the customer was told to pay to a factor; of what
        it knows now for the end of time."""
        return SQL(
            """
            SELECT DISTINCT ON (line.move_line_id) line.move_line_id AS line_id, agreement.factor_id
              FROM receivable_assignment_line line
              JOIN factoring_agreement agreement ON agreement.id = line.agreement_id AND agreement.is_disclosed
             WHERE line.date <= %(day)s AND (line.is_standing OR line.bought_back_on > %(day)s)
             ORDER BY line.move_line_id, line.id DESC
            """,
            day=day,
            to_flush=[
                *(self._fields[name] for name in ("date", "is_standing", "bought_back_on")),
                self.env["factoring.agreement"]._fields["is_disclosed"],
            ],
        )

    def _held_sql(self, company):
        """Items of ``item`` that a factor holds: reminding them is his, or none of our business any more."""
        return SQL(
            """
            SELECT item.line_id, NULL::numeric AS amount, %(reason)s AS reason
              FROM receivable_assignment_line line
              JOIN item ON item.line_id = line.move_line_id
             WHERE line.is_standing AND line.company_id = %(company)s
            """,
            reason=str(SkipReason.ASSIGNED),
            company=company.id,
            to_flush=self._fields["is_standing"],
        )
