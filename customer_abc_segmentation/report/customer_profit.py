from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, formatLang

from ..core.profit_slice import EVERYTHING, MONTH_BITS, PARTNER_BITS, month_starts, slice_of
from ..models.customer_profit_facts import ProfitScope

FIGURES = (
    "revenue",
    "returns",
    "margin",
    "money_days",
    "capital_cost",
    "activities",
    "collection_cost",
    "profit",
)


class CustomerProfit(models.Model):
    """What every customer brought in a month and what it cost to wait for the money: read live, nothing is stored.

    One row per commercial partner, root company and month in which there was a document, a receivable or an activity.
    A domain on month or customer reaches the statement below (``_search``), so that a year costs a year.
    """

    _name = "customer.profit"
    _description = "Customer Profit"
    _auto = False
    _order = "month desc, profit desc, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True, help="Of the customer, today.")
    country_id = fields.Many2one("res.country", readonly=True)
    industry_id = fields.Many2one("res.partner.industry", readonly=True)
    month = fields.Date(readonly=True, help="First day of the month.")
    revenue = fields.Monetary(
        readonly=True, help="Posted invoices of the month less credit notes, untaxed, in company currency."
    )
    returns = fields.Monetary(
        readonly=True, help="Credit notes of the month. They are deducted in the revenue already."
    )
    margin = fields.Monetary(
        readonly=True, help="Revenue of the invoice lines less the products' present cost, as in the invoice analysis."
    )
    margin_rate = fields.Float(string="Margin (%)", readonly=True, aggregator="avg", help="Margin / revenue.")
    money_days = fields.Monetary(
        string="Receivable x Days",
        readonly=True,
        help="Sum of the receivable balances of all days of the month: 1,000 for 30 days are 30,000.",
    )
    capital_cost = fields.Monetary(
        string="Cost of Capital",
        readonly=True,
        help="Receivable x days x cost of capital per year / 365. Days to come cost nothing yet. A customer that has "
        "paid in advance earns instead.",
    )
    activities = fields.Integer(
        string="Collection Activities", readonly=True, help="Done calls and reminders of the kinds in the settings."
    )
    collection_cost = fields.Monetary(
        string="Collection Effort", readonly=True, help="Collection activities x cost per activity."
    )
    profit = fields.Monetary(
        string="Net Profit", readonly=True, help="Margin - cost of capital - collection effort: what is left."
    )

    explanation = fields.Text(string="Why", compute="_compute_explanation")

    # ------------------------------------------------------------------
    # WHAT IS READ
    # ------------------------------------------------------------------

    def _search(self, domain, *args, **kwargs):
        part = slice_of(list(Domain(domain).optimize_full(self)))
        return super(CustomerProfit, self.with_context(customer_profit_slice=part))._search(domain, *args, **kwargs)

    @property
    def _table_query(self):
        part = self.env.context.get("customer_profit_slice", EVERYTHING)
        today = fields.Date.context_today(self)
        branches = self.env["customer.profit.facts"]._branches(self.env.companies)
        first, last = part.first, part.last
        if first is None or last is None:
            earliest, latest = self._get_extent(branches, today)
            first, last = first or earliest, last or latest
        bounds = month_starts(first, max(first, last))
        partners = None if part.partners is None else tuple(part.partners)
        return self._rows_sql(ProfitScope(tuple(bounds), branches, today, partners))

    def _get_extent(self, branches, today):
        """The days between which there is anything to report."""
        [(first, last)] = self.env.execute_query(
            SQL(
                """
                SELECT LEAST(min(date), min(invoice_date)), GREATEST(max(date), max(invoice_date))
                  FROM account_move
                 WHERE state = 'posted' AND company_id = ANY(%s)
                """,
                [company for company, _root in branches],
                to_flush=[self.env["account.move"]._fields[name] for name in ("date", "invoice_date", "state")],
            )
        )
        return min(first or today, today), max(last or today, today)

    def _rows_sql(self, scope):
        """The months are joined rather than computed: a condition on them is then checked once, on the result."""
        partner = self.env["res.partner"]._fields
        months = scope.bounds[:-1]
        return SQL(
            """
            SELECT (((fact.company_id::int8 << %(partner_bits)s) | fact.partner_id) << %(month_bits)s)
                       | month.number AS id,
                   fact.partner_id, fact.company_id, fact.currency_id, customer.user_id, customer.country_id,
                   customer.industry_id, month.first_day AS month, fact.revenue, fact.returns, fact.margin,
                   fact.margin / NULLIF(fact.revenue, 0) AS margin_rate, fact.money_days, fact.capital_cost,
                   fact.activities::int AS activities, fact.collection_cost, fact.profit
              FROM (%(profit)s) fact
              JOIN unnest(%(months)s::date[], %(numbers)s::int8[])
                   WITH ORDINALITY AS month(first_day, number, period) ON month.period = fact.period
              LEFT JOIN res_partner customer ON customer.id = fact.partner_id
            """,
            partner_bits=PARTNER_BITS,
            month_bits=MONTH_BITS,
            months=list(months),
            numbers=[day.year * 12 + day.month - 1 for day in months],
            profit=self.env["customer.profit.facts"]._profit_sql(scope),
            to_flush=[partner[name] for name in ("user_id", "country_id", "industry_id")],
        )

    def _read_group_select(self, aggregate_spec, query):
        """The margin of a group is that of its sums, not the mean of its rows."""
        if aggregate_spec != "margin_rate:avg":
            return super()._read_group_select(aggregate_spec, query)
        margin, revenue = (self._field_to_sql(self._table, name, query) for name in ("margin", "revenue"))
        return SQL("sum(%s) / NULLIF(sum(%s), 0)", margin, revenue)

    # ------------------------------------------------------------------
    # WHY
    # ------------------------------------------------------------------

    @api.depends_context("lang")
    @api.depends("money_days", "capital_cost", "activities", "collection_cost", "profit")
    def _compute_explanation(self):
        for row in self:
            company = row.company_id.sudo()  # the rates of a company are no secret
            row.explanation = self.env._(
                "Cost of capital: the balances of all days of the month add up to %(money_days)s, x %(rate)s %% / 365 "
                "= %(capital)s. Collection effort: %(activities)s activities x %(cost)s = %(effort)s. "
                "Net profit: %(margin)s - %(capital)s - %(effort)s = %(profit)s.",
                money_days=row._format_money(row.money_days),
                rate=formatLang(self.env, company.segmentation_capital_rate, digits=2),
                capital=row._format_money(row.capital_cost),
                activities=row.activities,
                cost=row._format_money(company.segmentation_activity_cost),
                effort=row._format_money(row.collection_cost),
                margin=row._format_money(row.margin),
                profit=row._format_money(row.profit),
            )

    def _format_money(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency_id)

    # ------------------------------------------------------------------
    # FOR OTHER REPORTS
    # ------------------------------------------------------------------

    @api.model
    def _totals(self, company, partners, date_from, date_to):
        """The figures of customers over some days, both inclusive, in one query; not rounded.

        Reads without record rules: the caller chooses whom to show. Days after today cost no capital.

        :param company: its root company with all branches is read
        :param partners: contacts, their commercial partners are meant; ``None``: everybody with any figure
        :return: ``{commercial partner id: {"revenue", "returns", "margin", "margin_rate", "money_days", "capital_cost",
            "activities", "collection_cost", "profit"}}``; ``margin_rate`` is ``None`` without revenue. Customers that
            were asked for and have no figure have zeros.
        """
        scope = self._period_scope(company, partners, date_from, date_to)
        rows = self.env.execute_query_dict(self.env["customer.profit.facts"]._profit_sql(scope))
        found = {row["partner_id"]: {name: float(row[name]) for name in FIGURES} for row in rows}
        totals = {key: found.get(key) or dict.fromkeys(FIGURES, 0.0) for key in scope.partner_ids or found}
        for figures in totals.values():
            figures["margin_rate"] = figures["margin"] / figures["revenue"] if figures["revenue"] else None
        return totals

    def _period_scope(self, company, partners, date_from, date_to):
        """One period from ``date_from`` to ``date_to``, both inclusive."""
        return ProfitScope(
            (date_from, date_to + timedelta(days=1)),
            self.env["customer.profit.facts"]._branches(company),
            fields.Date.context_today(self),
            None if partners is None else tuple(partners.commercial_partner_id.ids),
        )
