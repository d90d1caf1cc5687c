from dataclasses import asdict

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from odoo.addons.customer_credit_mgmt.models.month_name import month_name

from ..core.dashboard_period import MONTHS, period
from .receivable_company_tree_mixin import parts_of_others

#: Customers in the list of the largest overdue amounts; months of the trend.
TOP, TREND_MONTHS = 8, 12


class CollectionsDashboard(models.AbstractModel):
    """What the receivables look like today, on one page: each panel is the short form of a screen of its own."""

    _name = "collections.dashboard"
    _description = "Collections Dashboard"

    # ------------------------------------------------------------------
    # ALL
    # ------------------------------------------------------------------

    @api.model
    @api.readonly
    def get_data(self, company_id=False, period_key="month"):
        """Everything the dashboard shows of a company, in one call and a constant number of statements.

        :param company_id: one of the active companies; default: the current one
        :param period_key: ``month``, ``last_month``, ``quarter`` or ``year``: what was collected and promised in it
        :return: dict of panels; each holds only what the rights of the user allow
        """
        self.env["receivable.aging"].check_access("read")
        # whom the user may choose from is asked before the others are left out
        choice = [{"id": one.id, "name": one.name} for one in self._companies()]
        own, company = self._of_company(company_id)
        days = period(period_key if period_key in MONTHS else "month", fields.Date.context_today(self))
        return {**own._get_panels(company, days), "companies": choice}

    @api.model
    @api.readonly
    def get_worklist(self, company_id=False):
        """The head of the worklist: read after the page is there, since it weighs all customers of the moment.

        :param company_id: as for :meth:`get_data`
        :return: list of rows, ``None`` for who may not see it
        """
        own, company = self._of_company(company_id)
        return own._get_worklist(company)

    def _of_company(self, company_id):
        """The dashboard with only the chosen company and its branches active, and the company."""
        company = self._choose_company(company_id)
        branches = self.env.companies.filtered(lambda branch: company in branch.sudo().parent_ids)
        own = self.with_context(allowed_company_ids=(company | branches).ids)
        return own, company.with_env(own.env)

    def _choose_company(self, company_id):
        companies = self._companies()
        if not company_id:
            return self.env.company if self.env.company in companies else companies[:1]
        company = companies.filtered(lambda company: company.id == company_id)
        if not company:
            raise AccessError(self.env._("Choose one of your active companies, or activate the other one first."))
        return company

    def _companies(self):
        """The companies to choose from: branches of one of them go with it."""
        return self.env.companies - parts_of_others(self.env.companies)

    def _get_panels(self, company, days):
        """``{panel: data}``; to be extended. Only ``company`` and its branches are active."""
        today = fields.Date.context_today(self)
        aging, trend = self._get_aging(), self._get_trend(company, today)
        return {
            "today": today,
            "company": {"id": company.id, "name": company.name, "currency_id": company.currency_id.id},
            "period": asdict(days),
            "tiles": self._get_tiles(company, days, aging, trend),
            "aging": aging,
            "top": self._get_top(),
            "trend": trend,
            "forecast": self._get_forecast(company, today),
            "promises": self._get_promises(company, days, today),
            "run": self._get_run(company),
            "disputes": self._get_disputes(company, today),
        }

    # ------------------------------------------------------------------
    # AGING
    # ------------------------------------------------------------------

    def _get_aging(self):
        """Open amounts by bucket of the company's scheme, the sums of what is overdue and over 90 days overdue."""
        aging = self.env["receivable.aging"]
        scheme = aging._aging_parameters().scheme
        rows = self._aging_rows(
            SQL("bucket_id"),
            SQL(
                "sum(amount_residual), sum(amount_residual) FILTER (WHERE age > 0),"
                " sum(amount_residual) FILTER (WHERE age > 90), count(*)"
            ),
        )
        found = {bucket: tuple(float(value or 0) for value in sums) for bucket, *sums in rows}
        buckets = [
            {
                "id": bucket.id,
                "name": bucket.name,
                "is_not_due": bucket.is_not_due,
                "amount": found.get(bucket.id, (0.0,))[0],
                "count": int(found[bucket.id][3]) if bucket.id in found else 0,
            }
            for bucket in scheme._ordered_buckets()
        ]
        total, overdue, over_90 = (sum(sums[place] for sums in found.values()) for place in range(3))
        return {
            "scheme_id": scheme.id,
            "buckets": buckets,
            "total": total,
            "overdue": overdue,
            "over_90": over_90,
            "count": sum(bucket["count"] for bucket in buckets),
        }

    def _aging_rows(self, key, figures, tail=None):
        """Figures of the aged receivables that the user may see, by a key; one statement."""
        aging = self.env["receivable.aging"]
        query = aging._search([])
        columns = "commercial_partner_id bucket_id age amount_residual"
        item = query.select(*(SQL.identifier(query.table, name) for name in columns.split()))
        return self.env.execute_query(
            SQL("SELECT %s, %s FROM (%s) item GROUP BY 1 %s", key, figures, item, tail or SQL())
        )

    def _get_top(self):
        """The customers who owe most that is overdue, their credits deducted."""
        rows = self._aging_rows(
            SQL("commercial_partner_id"),
            SQL(
                "sum(amount_residual) FILTER (WHERE age > 0) AS overdue,"
                " max(age) FILTER (WHERE amount_residual > 0) AS age"
            ),
            SQL("ORDER BY 2 DESC NULLS LAST, 1 LIMIT %s", TOP),
        )
        rows = [row for row in rows if row[0] and row[1] and row[1] > 0]
        # sudo: the name of a customer is shown to whoever may see what he owes
        partners = self.env["res.partner"].sudo().browse([row[0] for row in rows])
        return [
            {
                "id": partner.id,
                "name": partner.display_name,
                "overdue": float(overdue),
                "age": age,
            }
            for partner, (_id, overdue, age) in zip(partners, rows, strict=True)
        ]

    # ------------------------------------------------------------------
    # TREND
    # ------------------------------------------------------------------

    def _get_trend(self, company, today):
        """The closed months of the last year, the oldest first; none for who may not read them."""
        figures = self.env["receivable.kpi"]
        domain = [
            ("company_id", "=", company.id),
            ("dimension", "=", "company"),
            ("state", "=", "closed"),
            ("month", ">=", today.replace(day=1) - relativedelta(months=TREND_MONTHS)),
        ]
        rows = figures.search(domain, order="month") if figures.has_access("read") else figures
        names = ("dso", "dso_best", "cei", "over_90_share", "overdue_amount", "collected_amount")
        return {
            # sudo: the target is that of the root company, which who works in a branch may not read
            "target": company.sudo().root_id.receivable_dso_target or False,
            "months": [
                {
                    "id": row.id,
                    "month": row.month,
                    "label": month_name(self.env, row.month, "yMMM"),
                    **{name: row[name] for name in names},
                }
                for row in rows
            ],
        }

    # ------------------------------------------------------------------
    # TILES
    # ------------------------------------------------------------------

    def _get_tiles(self, company, days, aging, trend):
        """The headline figures; their names and meanings are in the client.

        Each: ``key, value, before`` (what it is compared with, on the day ``date``) and ``history`` (closed months,
        then today); ``None``: not known.
        """
        months = trend["months"]
        ends = [month["month"] + relativedelta(day=31) for month in months]
        share = aging["over_90"] / aging["total"] if aging["total"] > 0 else None
        collected, before = self._get_collected(days)
        return [
            {
                **self._compared("overdue", [*(month["overdue_amount"] for month in months), aging["overdue"]], ends),
                "share": aging["overdue"] / aging["total"] if aging["total"] > 0 else None,
            },
            {
                "key": "collected",
                "value": collected,
                "before": before,
                "history": [month["collected_amount"] for month in months],
                "domain": [("collected_amount", "!=", 0)],
                "context": self.env["receivable.kpi.item"]._days_context(
                    self.env.companies, days.date_from, days.date_to
                ),
            },
            self._compared("dso", [month["dso"] for month in months], ends),
            self._compared("cei", [_hundredth(month["cei"]) for month in months], ends),
            {
                **self._compared("over_90", [*(month["over_90_share"] for month in months), share], ends),
                "amount": aging["over_90"],
            },
        ]

    def _compared(self, key, history, ends):
        """The newest value of a history beside the one before; ``ends`` are the last days of its closed months."""
        value, before = (history[-place] if len(history) >= place else None for place in (1, 2))
        is_live = len(history) > len(ends)
        dates = [*ends, None] if is_live else ends
        return {
            "key": key,
            "value": value,
            "before": before,
            "date": dates[-2] if len(dates) > 1 else None,
            "as_of": dates[-1] if dates else None,
            "history": history,
        }

    def _get_collected(self, days):
        """What came in during the period, and during the one before; as ``receivable.kpi`` counts it.

        Of the active companies only, as all that is read live here: a click opens just these items
        (``receivable.kpi.item``).
        """
        facts, companies = self.env["receivable.kpi.facts"], self.env.companies.ids
        [(now, before)] = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(sum(%(money)s) FILTER (WHERE line.date >= %(start)s), 0),
                       COALESCE(sum(%(money)s) FILTER (WHERE line.date <= %(before_end)s), 0)
                  FROM (%(lines)s) line
                  LEFT JOIN (%(differences)s) difference ON difference.line_id = line.id
                """,
                money=facts._money_sql(companies),
                start=days.date_from,
                before_end=days.before_to,
                lines=facts._receivable_items_sql(companies, days.before_from, days.date_to),
                differences=facts._period_differences_sql(companies, days.before_from, days.date_to),
            )
        )
        return float(now), float(before)


def _hundredth(percent):
    return None if percent is None else percent / 100
