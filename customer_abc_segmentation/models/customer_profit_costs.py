"""What it costs to wait for the money and to ask for it."""

from odoo import models
from odoo.tools import SQL


class CustomerProfitFacts(models.AbstractModel):
    """Receivables day by day, and the work of collecting them."""

    _inherit = "customer.profit.facts"

    # ------------------------------------------------------------------
    # RECEIVABLES
    # ------------------------------------------------------------------

    def _balance_changes_sql(self, scope):
        """Receivable items per customer: what was there before (period 0), then what changed in each period.

        ``money_days`` is what the changes of a period add up to until its end, day by day: an item of the first of
        April is there on each of the 30 days of the month, one of the last day on one.
        """
        *starts, end = scope.counted_bounds
        return SQL(
            """
            SELECT %(customer)s, 0 AS period, sum(line.balance) AS change, 0 AS money_days
                   %(items)s AND line.date < %(first)s
             GROUP BY 1, 2
             UNION ALL
            SELECT item.partner_id, item.company_id, item.period, item.change,
                   item.until_end - item.change * (%(end)s::date - (%(bounds)s::date[])[item.period + 1])
              FROM (SELECT %(customer)s, %(period)s AS period, sum(line.balance) AS change,
                           sum(line.balance * (%(end)s::date - line.date)) AS until_end
                           %(items)s AND line.date >= %(first)s AND line.date < %(end)s
                     GROUP BY 1, 2, 3) item
            """,
            customer=SQL(
                "contact.commercial_partner_id AS partner_id, %s AS company_id",
                self._root_sql(SQL("line.company_id"), scope),
            ),
            items=self._receivable_items_sql(scope),
            first=starts[0],
            end=end,
            bounds=scope.counted_bounds,
            period=self._period_sql(SQL("line.date"), scope.counted_bounds),
        )

    def _receivable_items_sql(self, scope):
        """FROM and WHERE of the posted items (``line``) of receivable accounts, with their ``contact``."""
        line = self.env["account.move.line"]._fields
        names = "account_id partner_id company_id date parent_state balance"
        return SQL(
            """
              FROM account_move_line line
              JOIN res_partner contact ON contact.id = line.partner_id
             WHERE line.account_id = ANY(%(accounts)s) AND line.company_id = ANY(%(companies)s)
               AND line.parent_state = 'posted' AND %(customers)s
            """,
            accounts=self.env["abc.sales"]._receivable_account_ids(),
            companies=scope.company_ids,
            customers=self._contact_condition(SQL("line.partner_id"), scope),
            to_flush=[
                *(line[name] for name in names.split()),
                self.env["res.partner"]._fields["commercial_partner_id"],
            ],
        )

    def _money_days_sql(self, scope):
        """``partner_id, company_id, period, money_days``: the integral of the daily balance over each period.

        The balance of a day is that of its end, all receivable items of the customer netted: a credit balance counts
        negative. It changes by steps only, so the integral is exact: what was there before times the days of the
        period, and each change times the days that it lasts. Periods without any change are filled in between.
        """
        bounds = scope.counted_bounds
        days = [(after - start).days for start, after in zip(bounds, bounds[1:], strict=False)]
        return SQL(
            """
            SELECT step.partner_id, step.company_id, slot AS period,
                   CASE WHEN slot = step.period
                        THEN step.money_days + (step.closing - step.change) * (%(days)s::int[])[slot]
                        ELSE step.closing * (%(days)s::int[])[slot] END AS money_days
              FROM (SELECT partner_id, company_id, period, change, money_days,
                           sum(change) OVER steps AS closing, lead(period, 1, %(after)s) OVER steps AS next_period
                      FROM (%(changes)s) change
                    WINDOW steps AS (PARTITION BY partner_id, company_id ORDER BY period)) step
             CROSS JOIN LATERAL generate_series(GREATEST(step.period, 1), step.next_period - 1) slot
             WHERE slot = step.period OR step.closing <> 0
            """,
            days=days,
            after=len(days) + 1,
            changes=self._balance_changes_sql(scope),
        )

    # ------------------------------------------------------------------
    # COLLECTION EFFORT
    # ------------------------------------------------------------------

    def _get_collection_records(self):
        """``[(model, SQL)]`` of the records whose done activities are effort for a customer.

        The statement gives ``id``, ``partner_id`` (commercial) and ``company_id``, which may be empty: then the company
        of the person who did it counts.
        """
        partner, move = self.env["res.partner"]._fields, self.env["account.move"]._fields
        contacts = SQL(
            "SELECT id, commercial_partner_id AS partner_id, company_id FROM res_partner",
            to_flush=[partner["commercial_partner_id"], partner["company_id"]],
        )
        documents = SQL(
            "SELECT id, commercial_partner_id AS partner_id, company_id FROM account_move"
            " WHERE move_type IN ('out_invoice', 'out_refund')",
            to_flush=[move[name] for name in ("commercial_partner_id", "company_id", "move_type")],
        )
        return [("res.partner", contacts), ("account.move", documents)]

    def _activities_sql(self, scope):
        """``partner_id, company_id, period, activities``: done activities of the kinds that the root company chose."""
        activity = self.env["mail.activity"]._fields
        names = "res_model res_id active date_done activity_type_id user_id"
        company = SQL("COALESCE(record.company_id, doer.company_id)")
        records = (
            SQL("SELECT %s AS model, record.* FROM (%s) record", model, statement)
            for model, statement in self._get_collection_records()
        )
        return SQL(
            """
            SELECT record.partner_id, %(root)s AS company_id, %(period)s AS period, count(*) AS activities
              FROM mail_activity activity
              JOIN (%(records)s) record ON record.model = activity.res_model AND record.id = activity.res_id
              LEFT JOIN res_users doer ON doer.id = COALESCE(activity.user_id, activity.create_uid)
              JOIN res_company_collection_type kind
                   ON kind.company_id = %(root)s AND kind.activity_type_id = activity.activity_type_id
             WHERE activity.active IS FALSE AND activity.date_done >= %(first)s AND activity.date_done < %(after)s
               AND record.partner_id IS NOT NULL AND %(company)s = ANY(%(companies)s) AND %(customers)s
             GROUP BY 1, 2, 3
            """,
            root=self._root_sql(company, scope),
            company=company,
            companies=scope.company_ids,
            period=self._period_sql(SQL("activity.date_done"), scope.bounds),
            records=SQL(" UNION ALL ").join(records),
            first=scope.bounds[0],
            after=scope.bounds[-1],
            customers=self._customer_condition(SQL("record.partner_id"), scope),
            to_flush=[
                *(activity[name] for name in names.split()),
                self.env["res.users"]._fields["company_id"],
            ],
        )
