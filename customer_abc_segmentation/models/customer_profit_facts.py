"""What a customer brings and costs: one row per customer, company and period, gathered by PostgreSQL."""

from dataclasses import dataclass
from datetime import date, timedelta

from odoo import models
from odoo.tools import SQL

DAYS_OF_YEAR = 365


@dataclass(frozen=True, slots=True)
class ProfitScope:
    """What is read: ``bounds`` are the first days of periods that follow each other, and the day after the last one.

    ``branches`` are pairs of a company and its root. Receivables cost capital up to and including ``as_of``: days to
    come cost nothing yet. ``partner_ids`` are commercial partners, ``None`` means all.
    """

    bounds: tuple
    branches: tuple
    as_of: date
    partner_ids: tuple | None = None

    @property
    def company_ids(self):
        return [company for company, _root in self.branches]

    @property
    def root_ids(self):
        return sorted({root for _company, root in self.branches})

    @property
    def counted_bounds(self):
        """The bounds of the days that are counted, cut after ``as_of``; fewer than two: nothing is counted."""
        end = min(self.bounds[-1], self.as_of + timedelta(days=1))
        return [*(day for day in self.bounds if day < end), end]


class CustomerProfitFacts(models.AbstractModel):
    """Composable SQL over documents, receivables and activities.

    Key is the commercial partner, the root company (its branches are read with it) and the number of the period,
    counted from 1. Every statement reads what is posted only.
    """

    _name = "customer.profit.facts"
    _description = "Customer Profit Facts"

    # ------------------------------------------------------------------
    # PARTS
    # ------------------------------------------------------------------

    def _branches(self, companies):
        """``((company id, root id), ...)`` of the companies' roots with all their branches."""
        # sudo: a branch's sales belong to its root company whoever asks
        tree = self.env["res.company"].sudo().with_context(active_test=False)
        found = tree.search([("id", "child_of", companies.sudo().root_id.ids)])
        return tuple((company.id, company.root_id.id) for company in found)

    def _root_sql(self, column, scope):
        """The root of the company in ``column``, as an expression: a join would mislead the planner."""
        if len(scope.root_ids) == 1:
            return SQL("%s::int4", scope.root_ids[0])
        pairs = [(company, root) for company, root in scope.branches if company != root]
        if not pairs:
            return column
        cases = SQL(" ").join(SQL("WHEN %s THEN %s", *pair) for pair in pairs)
        return SQL("CASE %(column)s %(cases)s ELSE %(column)s END", column=column, cases=cases)

    def _period_sql(self, column, bounds):
        return SQL("width_bucket(%s, %s::date[])", column, list(bounds))

    def _customer_condition(self, column, scope):
        if scope.partner_ids is None:
            return SQL("TRUE")
        return SQL("%s = ANY(%s)", column, list(scope.partner_ids))

    def _contact_condition(self, column, scope):
        """The same where only the contact is known."""
        if scope.partner_ids is None:
            return SQL("TRUE")
        contacts = SQL("SELECT id FROM res_partner WHERE commercial_partner_id = ANY(%s)", list(scope.partner_ids))
        return SQL("%s IN (%s)", column, contacts)

    # ------------------------------------------------------------------
    # DOCUMENTS
    # ------------------------------------------------------------------

    def _documents_sql(self, scope, columns):
        """SELECT of ``columns`` from the posted customer documents of the periods, by invoice date."""
        names = "commercial_partner_id company_id state move_type invoice_date amount_untaxed_signed"
        return SQL(
            """
            SELECT %(columns)s
              FROM account_move move
             WHERE move.company_id = ANY(%(companies)s) AND move.invoice_date >= %(first)s
               AND move.invoice_date < %(after)s AND %(customers)s
               AND move.state = 'posted' AND move.move_type IN ('out_invoice', 'out_refund')
            """,
            columns=columns,
            companies=scope.company_ids,
            first=scope.bounds[0],
            after=scope.bounds[-1],
            customers=self._customer_condition(SQL("move.commercial_partner_id"), scope),
            to_flush=[self.env["account.move"]._fields[name] for name in names.split()],
        )

    def _revenue_sql(self, scope):
        """``partner_id, company_id, period, revenue`` (net of returns) and ``returns``, in company currency."""
        columns = SQL(
            """
            move.commercial_partner_id AS partner_id, %(company)s AS company_id, %(period)s AS period,
            sum(move.amount_untaxed_signed) AS revenue,
            COALESCE(-sum(move.amount_untaxed_signed) FILTER (WHERE move.move_type = 'out_refund'), 0) AS returns
            """,
            company=self._root_sql(SQL("move.company_id"), scope),
            period=self._period_sql(SQL("move.invoice_date"), scope.bounds),
        )
        return SQL("%s GROUP BY 1, 2, 3", self._documents_sql(scope, columns))

    def _margin_sql(self, scope):
        """``partner_id, company_id, period, margin``: that of ABC by margin."""
        columns = SQL(
            "move.id, move.move_type, move.commercial_partner_id, %(company)s AS root_id, %(period)s AS period",
            company=self._root_sql(SQL("move.company_id"), scope),
            period=self._period_sql(SQL("move.invoice_date"), scope.bounds),
        )
        return SQL(
            """
            SELECT line.commercial_partner_id AS partner_id, line.root_id AS company_id, line.period,
                   sum(line.margin)::numeric AS margin
              FROM (%s) line
             GROUP BY 1, 2, 3
            """,
            self.env["abc.sales"]._lines_sql(self._documents_sql(scope, columns)),
        )

    def _collections_sql(self, scope):
        """``partner_id, company_id, period, collections``: money received, as ABC by cash received."""
        return SQL(
            """
            SELECT receipt.partner_id, %(company)s AS company_id, %(period)s AS period,
                   sum(receipt.amount) AS collections
              FROM (%(receipts)s) receipt
             WHERE receipt.date >= %(first)s AND receipt.date < %(after)s AND %(customers)s
             GROUP BY 1, 2, 3
            """,
            company=self._root_sql(SQL("receipt.company_id"), scope),
            period=self._period_sql(SQL("receipt.date"), scope.bounds),
            receipts=self.env["abc.sales"]._receipts_sql(scope.company_ids),
            first=scope.bounds[0],
            after=scope.bounds[-1],
            customers=self._customer_condition(SQL("receipt.partner_id"), scope),
        )

    def _actual_sql(self, scope):
        """``partner_id, company_id, period, sales, margin, collections``: what budgets are held against.

        Up to three rows per customer and period, to be added up.
        """
        names = ("revenue", "margin", "collections")
        statements = (self._revenue_sql(scope), self._margin_sql(scope), self._collections_sql(scope))
        parts = (
            SQL(
                "SELECT partner_id, company_id, period, %s FROM (%s) part",
                SQL(", ").join(SQL.identifier(each) if each == name else SQL("NULL::numeric") for each in names),
                statement,
            )
            for name, statement in zip(names, statements, strict=True)
        )
        return SQL(
            "SELECT * FROM (%s) fact(partner_id, company_id, period, sales, margin, collections)",
            SQL(" UNION ALL ").join(parts),
        )

    # ------------------------------------------------------------------
    # FACTS AND PROFIT
    # ------------------------------------------------------------------

    def _get_parts(self, scope):
        """``[(statement, columns)]``: what is added up per customer, company and period."""
        parts = [(self._revenue_sql(scope), ("revenue", "returns")), (self._margin_sql(scope), ("margin",))]
        if len(scope.counted_bounds) > 1:
            parts.append((self._money_days_sql(scope), ("money_days",)))
        # sudo: which activities are collection effort is no secret
        companies = self.env["res.company"].sudo().browse(scope.root_ids)
        if companies.segmentation_activity_type_ids:
            parts.append((self._activities_sql(scope), ("activities",)))
        return parts

    def _facts_sql(self, scope):
        """``partner_id, company_id, period, revenue, returns, margin, money_days, activities``.

        The parts are joined: another sum over all of their rows would cost more than each of them.
        """
        parts = self._get_parts(scope)
        known = {name for _statement, columns in parts for name in columns}
        names = ("revenue", "returns", "margin", "money_days", "activities")
        key = SQL("USING (partner_id, company_id, period)")
        joined = SQL("(%s) part_0", parts[0][0])
        for number, (statement, _columns) in enumerate(parts[1:], 1):
            joined = SQL("%s FULL JOIN (%s) %s %s", joined, statement, SQL.identifier(f"part_{number}"), key)
        return SQL(
            "SELECT partner_id, company_id, period, %s FROM %s WHERE partner_id IS NOT NULL",
            SQL(", ").join(
                SQL("COALESCE(%(name)s, 0) AS %(name)s" if name in known else "0::numeric AS %(name)s", name=column)
                for name, column in ((name, SQL.identifier(name)) for name in names)
            ),
            joined,
        )

    def _profit_sql(self, scope):
        """The facts with ``capital_cost``, ``collection_cost``, ``profit`` and ``currency_id``, not rounded."""
        company = self.env["res.company"]._fields
        names = ("segmentation_capital_rate", "segmentation_activity_cost", "currency_id")
        capital = SQL("fact.money_days * COALESCE(company.segmentation_capital_rate, 0) / %s", 100 * DAYS_OF_YEAR)
        collection = SQL("fact.activities * COALESCE(company.segmentation_activity_cost, 0)")
        return SQL(
            """
            SELECT fact.*, company.currency_id, %(capital)s AS capital_cost, %(collection)s AS collection_cost,
                   fact.margin - %(capital)s - %(collection)s AS profit
              FROM (%(facts)s) fact
              JOIN res_company company ON company.id = fact.company_id
            """,
            capital=capital,
            collection=collection,
            facts=self._facts_sql(scope),
            to_flush=[company[name] for name in names],
        )
