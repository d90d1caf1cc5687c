"""What the figures of a period are computed from: sums per customer, read by one statement, added up by whom they are
followed by."""

from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from odoo import models, tools
from odoo.tools import SQL

DIMENSIONS = ("company", "salesperson", "collector")
# Sums per customer. They add up over customers, salespeople and companies.
AMOUNTS = (
    "opening_amount",
    "sales_amount",
    "collected_amount",
    "closing_amount",
    "current_amount",
    "overdue_amount",
    "over_90_amount",
    "credit_amount",
    "due_amount",
    "remaining_amount",
    "written_off_amount",
    "promised_amount",
    "promise_kept_amount",
)
# Of the customers who owe something on the whole.
CONCENTRATION = ("debtor_amount", "top_10_amount", "top_20_amount", "hhi")
FEW_MONTHS, MOST_MONTHS = 6, 36  # of sales for the countback: few are enough unless something is stuck


@dataclass(frozen=True, slots=True)
class Period:
    """Days that figures are about, both inclusive, of a company with the branches below it."""

    company: models.BaseModel
    date_from: date
    date_to: date

    @property
    def company_ids(self):
        """Whose items count: those of the company and of all branches below it."""
        return self.company.env["receivable.kpi.facts"]._company_ids(self.company.id)

    @property
    def days(self):
        return (self.date_to - self.date_from).days + 1

    def months(self):
        """The calendar months of the period, the first and the last cut to it."""
        start = self.date_from
        while start <= self.date_to:
            end = min(start + relativedelta(day=31), self.date_to)
            yield Period(self.company, start, end)
            start = end + timedelta(days=1)

    def months_back(self, count):
        """Calendar months from the end of the period backwards; the first one is cut to that end."""
        end = self.date_to
        for _number in range(count):
            yield Period(self.company, end.replace(day=1), end)
            end = end.replace(day=1) - timedelta(days=1)


class ReceivableKpiFacts(models.AbstractModel):
    """Composable SQL over the receivable accounts of a :class:`Period`.

    Receivables are the open items of ``receivable.ledger``, so the general ledger; sales are the receivable items of
    customer documents, so with tax and credit notes deducted; money is what came in by entries of bank, cash and card
    journals on receivable accounts, less refunds paid (receivable_kpi_money.py).
    """

    _name = "receivable.kpi.facts"
    _description = "Facts for Receivables Figures"

    @tools.ormcache("company_id")
    def _company_ids(self, company_id):
        """Ids of a company and of all branches below it, archived ones too."""
        # sudo: who may see the figures of a company sees what its branches add to them
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        return list(companies._search([("id", "child_of", company_id)]).get_result_ids())

    def _booked_condition(self, period, company):
        """Condition on the ``company`` of an item, of all that the ledger reads of the tree: it is of the period."""
        return SQL("%s = ANY(%s)", company, period.company_ids) if period.company.parent_id else SQL("TRUE")

    # ------------------------------------------------------------------
    # SUMS PER CUSTOMER
    # ------------------------------------------------------------------

    def _get_parts(self, period):
        """``[(statement, columns)]``: sums per ``partner_id`` that are added up to the facts of a customer."""
        return [
            (
                self._balance_sql(period),
                (
                    "opening_amount",
                    "closing_amount",
                    "current_amount",
                    "overdue_amount",
                    "over_90_amount",
                    "credit_amount",
                    "remaining_amount",
                    "due_amount",
                ),
            ),
            (self._activity_sql(period), ("sales_amount", "collected_amount", "due_amount")),
            (self._written_off_sql(period), ("written_off_amount",)),
            (self._promised_sql(period), ("promised_amount", "promise_kept_amount")),
        ]

    def _written_off_sql(self, period):
        return SQL(
            """
            SELECT partner_id, sum(amount) AS written_off_amount
              FROM (%(write_offs)s) write_off
             WHERE date BETWEEN %(first)s AND %(last)s AND %(booked)s
             GROUP BY partner_id
            """,
            booked=self._booked_condition(
                period, SQL("(SELECT company_id FROM account_move_line WHERE id = write_off.line_id)")
            ),
            write_offs=self.env["receivable.ledger"]._written_off_sql(period.company),
            first=period.date_from,
            last=period.date_to,
        )

    def _promised_sql(self, period):
        """Promises for days of the period that are decided, in company currency at the rate of the promised item."""
        names = "company_id partner_id date_promised amount amount_kept state move_line_id"
        line = self.env["receivable.promise.line"]._fields
        return SQL(
            """
            SELECT promise.partner_id, sum(promise.amount * rate.value) AS promised_amount,
                   sum(promise.amount_kept * rate.value) AS promise_kept_amount
              FROM receivable_promise_line promise
              JOIN account_move_line item ON item.id = promise.move_line_id
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN item.amount_currency = 0 THEN 1 ELSE item.balance / item.amount_currency END
                   ) AS rate(value)
             WHERE promise.company_id = %(company)s AND %(booked)s
               AND promise.date_promised BETWEEN %(first)s AND %(last)s
               AND promise.state IN ('kept', 'partly', 'broken')
             GROUP BY promise.partner_id
            """,
            company=period.company.root_id.id,
            booked=self._booked_condition(period, SQL("item.company_id")),
            first=period.date_from,
            last=period.date_to,
            to_flush=[line[name] for name in names.split()],
        )

    def _customers_sql(self, period):
        """One row per customer with any of the :data:`AMOUNTS`; items of nobody are a row without ``partner_id``."""
        rows = []
        for statement, columns in self._get_parts(period):
            values = (
                SQL(
                    "%(name)s AS %(name)s" if name in columns else "NULL::numeric AS %(name)s",
                    name=SQL.identifier(name),
                )
                for name in AMOUNTS
            )
            rows.append(SQL("SELECT partner_id, %s FROM (%s) part", SQL(", ").join(values), statement))
        sums = (SQL("COALESCE(sum(%(name)s), 0) AS %(name)s", name=SQL.identifier(name)) for name in AMOUNTS)
        return SQL(
            "SELECT partner_id, %s FROM (%s) fact GROUP BY partner_id",
            SQL(", ").join(sums),
            SQL(" UNION ALL ").join(rows),
        )

    # ------------------------------------------------------------------
    # SUMS PER DIMENSION
    # ------------------------------------------------------------------

    def _dimension_columns(self, period):
        """``{dimension: SQL}``: by whom the customer of the alias ``customer`` is followed; ids, NULL for nobody."""
        # sudo: who works in a branch may not read the companies above it, on which it depends who follows a customer
        partners = self.env["res.partner"].sudo().with_company(period.company.sudo().root_id)
        return {
            "company": SQL("NULL::int"),
            "salesperson": partners._field_to_sql("customer", "user_id"),
            "collector": partners._field_to_sql("customer", "collector_id"),
        }

    def _followed_sql(self, period, dimensions):
        """The LATERAL rows ``slot(dimension, key)`` of a ``customer``."""
        columns = self._dimension_columns(period)
        return SQL(
            "CROSS JOIN LATERAL (VALUES %s) AS slot(dimension, key)",
            SQL(", ").join(SQL("(%s, %s)", name, columns[name]) for name in dimensions),
        )

    def _facts(self, period, dimensions=DIMENSIONS):
        """``{(dimension, id): {amount: value}}``, with the figures of concentration; ids are None for nobody.

        The company is always there.
        """
        sums = (SQL("sum(%(name)s) AS %(name)s", name=SQL.identifier(name)) for name in AMOUNTS)
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT dimension, key, %(sums)s, COALESCE(sum(owed), 0) AS debtor_amount,
                       COALESCE(sum(owed) FILTER (WHERE place <= 10), 0) AS top_10_amount,
                       COALESCE(sum(owed) FILTER (WHERE place <= 20), 0) AS top_20_amount,
                       sum(owed * owed) / NULLIF(sum(owed) ^ 2, 0) AS hhi
                  FROM (
                        SELECT slot.dimension, slot.key, fact.*, GREATEST(closing_amount, 0) AS owed,
                               row_number() OVER (PARTITION BY slot.dimension, slot.key
                                                      ORDER BY closing_amount DESC) AS place
                          FROM (%(customers)s) fact
                          LEFT JOIN res_partner customer ON customer.id = fact.partner_id
                          %(followed)s
                       ) followed
                 GROUP BY dimension, key
                """,
                sums=SQL(", ").join(sums),
                customers=self._customers_sql(period),
                followed=self._followed_sql(period, dimensions),
            )
        )
        found = {
            (row.pop("dimension"), row.pop("key")): {
                name: None if value is None else float(value) for name, value in row.items()
            }
            for row in rows
        }
        for facts in found.values():
            facts["other_amount"] = self._other_changes(facts)
        nothing = {**dict.fromkeys((*AMOUNTS, *CONCENTRATION, "other_amount"), 0.0), "hhi": None}
        return {("company", None): nothing, **found}

    def _other_changes(self, facts):
        """What changed the receivables beside sales and money."""
        return facts["closing_amount"] - facts["opening_amount"] - facts["sales_amount"] + facts["collected_amount"]
