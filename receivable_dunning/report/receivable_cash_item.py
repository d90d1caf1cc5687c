from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core import cash_forecast as core

# Computed when it is read, with the knowledge of the day in the context: answers must not share a cache.
LIVE = {"readonly": True, "depends_context": ("as_of", "cash_weeks", "cash_partner_ids")}
#: Number of the kind in the id of a row.
KINDS = ("habit", "promise", "broken", "dispute")
#: Weeks, kinds and parts that an id has room for.
ID_WEEKS, ID_KINDS, ID_PARTS = 32, 8, 64


class ReceivableCashItem(models.Model):
    """What each open invoice adds to each week of the cash forecast, computed when it is read.

    The context chooses: ``as_of`` (default: yesterday, as the forecast of last night), ``cash_weeks`` (numbers of the
    weeks) and ``cash_partner_ids`` (commercial partners).
    """

    _name = "receivable.cash.item"
    _description = "Item of the Cash Forecast"
    _auto = False
    _order = "number, expected desc, id"
    _rec_name = "move_id"

    line_id = fields.Many2one("account.move.line", string="Instalment", **LIVE)
    move_id = fields.Many2one("account.move", string="Invoice", **LIVE)
    partner_id = fields.Many2one("res.partner", string="Customer", **LIVE)
    user_id = fields.Many2one("res.users", string="Salesperson", **LIVE)
    company_id = fields.Many2one("res.company", **LIVE, help="That booked the invoice.")
    root_company_id = fields.Many2one("res.company", **LIVE, help="Whose forecast it is in, with its branches.")
    company_currency_id = fields.Many2one("res.currency", **LIVE)
    currency_id = fields.Many2one("res.currency", **LIVE, help="Of the invoice.")
    date = fields.Date(string="Invoice Date", **LIVE)
    date_maturity = fields.Date(string="Due Date", **LIVE)
    overdue_days = fields.Integer(string="Days Overdue", **LIVE, aggregator="max")
    number = fields.Integer(string="Week No.", **LIVE, aggregator=None)
    week_start = fields.Date(string="Week", **LIVE, help="First day of the week; empty: nothing is expected.")
    week_end = fields.Date(string="To", **LIVE, help="Empty: after the last week of the forecast.")
    kind = fields.Selection(
        [
            ("habit", "Payment habit"),
            ("promise", "Promise"),
            ("broken", "If the promise is broken"),
            ("dispute", "After the dispute"),
        ],
        string="Follows From",
        **LIVE,
        help="What the expectation follows: how the customer pays; a promise or an instalment of a payment plan; the"
        " habit from the promised day on, should the promise not be kept; the habit from the deadline of the dispute"
        " on.",
    )
    basis = fields.Selection(
        [
            ("own", "Own habit"),
            ("portfolio", "All customers (not enough history)"),
            ("unknown", "Never paid this late"),
        ],
        **LIVE,
        help="Whose payments the habit rests on. Nothing is expected of what is later than anybody ever paid.",
    )
    expected_date = fields.Date(
        string="Expected Payment", **LIVE, help="By this day the part is paid as likely as not."
    )
    part = fields.Monetary(
        string="Open Part",
        currency_field="company_currency_id",
        aggregator=None,
        **LIVE,
        help="The part of the invoice that this line is about, less credits of the customer. It is in every week in"
        " which it may be paid.",
    )
    probability = fields.Float(
        aggregator=None, digits=(6, 4), **LIVE, help="That the part is paid in this week, in this way."
    )
    expected = fields.Monetary(
        currency_field="company_currency_id", **LIVE, help="Open part x probability. They add up to the forecast."
    )
    expected_currency = fields.Monetary(
        string="Expected in Currency",
        currency_field="currency_id",
        aggregator=None,
        **LIVE,
        help="The same in the currency of the invoice.",
    )

    # ------------------------------------------------------------------
    # ROWS
    # ------------------------------------------------------------------

    def _context_as_of(self):
        try:
            as_of = fields.Date.to_date(self.env.context.get("as_of"))
        except ValueError:
            raise UserError(self.env._("Choose the day of the forecast as a date, like 2026-12-31.")) from None
        return as_of or fields.Date.context_today(self) - timedelta(days=1)

    def _context_partners(self):
        partner_ids = self.env.context.get("cash_partner_ids")
        return None if partner_ids is None else self.env["res.partner"].browse(partner_ids)

    @property
    def _table_query(self):
        as_of = self._context_as_of()
        ends = core.week_ends(as_of)
        flows = self.env["receivable.ledger"]._cash_flows_sql(
            as_of, self.env.companies, ends, self._context_partners(), self.env.context.get("cash_weeks")
        )
        return SQL(
            """
            SELECT %(id)s AS id, flow.line_id, flow.move_id, flow.partner_id, move.invoice_user_id AS user_id,
                   flow.branch_id AS company_id, flow.company_id AS root_company_id,
                   company.currency_id AS company_currency_id, flow.currency_id, flow.date,
                   flow.due AS date_maturity, GREATEST(flow.seen_on - flow.due, 0) AS overdue_days, flow.number,
                   CASE WHEN flow.probability > 0 THEN week.first END AS week_start, week.last AS week_end, flow.kind,
                   CASE WHEN flow.expected_on IS NULL THEN 'unknown' WHEN flow.has_history THEN 'own'
                        ELSE 'portfolio' END AS basis,
                   flow.expected_on AS expected_date, flow.part, flow.probability,
                   flow.part * flow.probability AS expected,
                   flow.part * flow.probability * flow.residual_currency / flow.residual AS expected_currency
              FROM (%(flows)s) flow
              JOIN res_company company ON company.id = flow.company_id
              LEFT JOIN account_move move ON move.id = flow.move_id
              JOIN (VALUES %(weeks)s) AS week(number, first, last) ON week.number = flow.number
             WHERE flow.probability > 0 OR flow.expected_on IS NULL AND flow.number = %(later)s
            """,
            id=self._id_sql(),
            flows=flows,
            weeks=SQL(", ").join(self._week_days(as_of, ends)),
            later=len(ends) + 1,
            to_flush=[
                self.env["account.move"]._fields["invoice_user_id"],
                self.env["res.company"]._fields["currency_id"],
            ],
        )

    def _id_sql(self):
        """The same number for the same part of an invoice in the same week. Parts of one kind of an invoice
        (instalments) in one week are told apart by their day."""
        return SQL(
            "((flow.line_id::bigint * %s + array_position(%s::text[], flow.kind)) * %s + flow.number) * %s"
            " + row_number() OVER (PARTITION BY flow.line_id, flow.kind, flow.number"
            " ORDER BY flow.expected_on, flow.part) %% %s",
            ID_KINDS,
            list(KINDS),
            ID_WEEKS,
            ID_PARTS,
            ID_PARTS,
        )

    def _week_days(self, as_of, ends):
        """``(number, first day, last day)`` of each week; what is later has no last day."""
        for number, (before, end) in enumerate(zip([0, *ends], [*ends, None], strict=True), start=1):
            first = as_of + timedelta(days=before + 1)
            last = end and as_of + timedelta(days=end)
            yield SQL("(%s, %s::date, %s::date)", number, first, last)

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_open_invoice(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "views": [(False, "form")],
        }

    def action_explain(self):
        """Why the invoice is expected then: the prediction in words, with the knowledge of the same day."""
        self.ensure_one()
        prediction = self.env["receivable.prediction"].with_context(
            as_of=self._context_as_of(), prediction_partner_ids=self.partner_id.ids
        )
        return prediction.browse(self.line_id.id).action_explain()
