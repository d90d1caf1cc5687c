from odoo import api, fields, models
from odoo.tools import SQL

from ..core.profit_slice import month_starts
from ..models.customer_budget import FIGURES
from ..models.customer_profit_facts import ProfitScope


class CustomerBudgetAnalysis(models.Model):
    """Budgets beside what happened, read live: one row per budget."""

    _name = "customer.budget.analysis"
    _description = "Customer Budget and Actual"
    _auto = False
    _order = "date_from desc, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    country_id = fields.Many2one("res.country", readonly=True)
    industry_id = fields.Many2one("res.partner.industry", readonly=True)
    period = fields.Selection(
        [("month", "Month"), ("quarter", "Quarter"), ("year", "Year")], readonly=True, help="Length of the budget."
    )
    date_from = fields.Date(string="From", readonly=True)
    date_to = fields.Date(string="To", readonly=True)
    sales = fields.Monetary(string="Budget Sales", readonly=True)
    actual_sales = fields.Monetary(readonly=True)
    variance_sales = fields.Monetary(readonly=True, help="Actual - budget.")
    rate_sales = fields.Float(string="Sales Reached", readonly=True, aggregator="avg", help="Actual / budget.")
    margin = fields.Monetary(string="Budget Margin", readonly=True)
    actual_margin = fields.Monetary(readonly=True)
    variance_margin = fields.Monetary(readonly=True, help="Actual - budget.")
    collections = fields.Monetary(string="Budget Collections", readonly=True)
    actual_collections = fields.Monetary(readonly=True)
    variance_collections = fields.Monetary(readonly=True, help="Actual - budget.")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT budget.id, budget.partner_id, budget.company_id, company.currency_id, customer.user_id,
                   customer.country_id, customer.industry_id, budget.period, budget.date_from, budget.date_to,
                   budget.sales, actual.sales AS actual_sales,
                   actual.sales - COALESCE(budget.sales, 0) AS variance_sales,
                   actual.sales / NULLIF(budget.sales, 0) AS rate_sales,
                   budget.margin, actual.margin AS actual_margin,
                   actual.margin - COALESCE(budget.margin, 0) AS variance_margin,
                   budget.collections, actual.collections AS actual_collections,
                   actual.collections - COALESCE(budget.collections, 0) AS variance_collections
              FROM customer_budget budget
              JOIN (%(actual)s) actual ON actual.id = budget.id
              JOIN res_company company ON company.id = budget.company_id
              JOIN res_partner customer ON customer.id = budget.partner_id
            """,
            actual=self._actual_sql(),
            to_flush=[
                *(self.env["customer.budget"]._fields[name] for name in ("period", "date_from", "date_to", *FIGURES)),
                *(self.env["res.partner"]._fields[name] for name in ("user_id", "country_id", "industry_id")),
                self.env["res.company"]._fields["currency_id"],
            ],
        )

    def _read_group_select(self, aggregate_spec, query):
        """What a group reached is that of its sums, not the mean of its rows."""
        if aggregate_spec != "rate_sales:avg":
            return super()._read_group_select(aggregate_spec, query)
        actual, planned = (self._field_to_sql(self._table, name, query) for name in ("actual_sales", "sales"))
        return SQL("sum(%s) / NULLIF(sum(%s), 0)", actual, planned)

    # ------------------------------------------------------------------
    # ACTUAL FIGURES
    # ------------------------------------------------------------------

    @api.model
    def _get_actual(self, budgets):
        """``{budget id: {"sales", "margin", "collections"}}`` in one query."""
        if not budgets:
            return {}
        rows = self.env.execute_query_dict(self._actual_sql(budgets))
        return {row["id"]: {name: float(row[name]) for name in FIGURES} for row in rows}

    def _actual_sql(self, budgets=None):
        """``id, sales, margin, collections`` of the given budgets (default: all of the active companies)."""
        first, last, condition = self._get_extent(budgets)
        if first is None:
            return SQL("SELECT NULL::int4 AS id, 0 AS sales, 0 AS margin, 0 AS collections WHERE FALSE")
        facts = self.env["customer.profit.facts"]
        companies = budgets.company_id if budgets is not None else self.env.companies
        partners = None if budgets is None else tuple(budgets.partner_id.ids)
        bounds = tuple(month_starts(first, last))
        scope = ProfitScope(bounds, facts._branches(companies), last, partners)
        return SQL(
            """
            SELECT budget.id, COALESCE(sum(fact.sales), 0) AS sales, COALESCE(sum(fact.margin), 0) AS margin,
                   COALESCE(sum(fact.collections), 0) AS collections
              FROM customer_budget budget
              LEFT JOIN ((%(months)s) fact
                         JOIN unnest(%(days)s::date[]) WITH ORDINALITY AS month(first_day, period) USING (period))
                     ON fact.partner_id = budget.partner_id AND fact.company_id = budget.company_id
                        AND month.first_day BETWEEN budget.date_from AND budget.date_to
             WHERE %(condition)s
             GROUP BY budget.id
            """,
            months=facts._actual_sql(scope),
            days=list(bounds[:-1]),
            condition=condition,
        )

    def _get_extent(self, budgets):
        """First and last day of the budgets (``None`` where there is none) and the condition on ``budget``."""
        table = self.env["customer.budget"]
        if budgets is None:
            branches = self.env["customer.profit.facts"]._branches(self.env.companies)
            condition = SQL("budget.company_id = ANY(%s)", [company for company, _root in branches])
        else:
            condition = SQL("budget.id = ANY(%s)", list(budgets.ids))
        [(first, last)] = self.env.execute_query(
            SQL(
                "SELECT min(date_from), max(date_to) FROM customer_budget budget WHERE %s",
                condition,
                to_flush=[table._fields[name] for name in ("partner_id", "company_id", "date_from", "date_to")],
            )
        )
        return first, last, condition

    def action_open_profit(self):
        self.ensure_one()
        return self.env["customer.budget"].browse(self.id).action_open_profit()
