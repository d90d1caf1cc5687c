from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

SLICES = 200
NAMED = 8


class CustomerWhale(models.AbstractModel):
    """Data of the whale curve: customers by profit, the best first, and what they add up to.

    The curve rises while customers earn, and falls where they take away again; its highest point is what the company
    would earn with its earners alone.
    """

    _name = "customer.whale"
    _description = "Whale Curve"

    @api.model
    @api.readonly
    def get_curve(self, period="last_12_months"):
        """Everything the screen shows, in one call.

        :param str period: a key of ``_get_periods``
        :return: dict ``periods, period, currency_id, customers, total, peak, losses, points, best, worst``; ``points``
            are slices of customers (``rank_from, rank_to, profit, cumulative``), empty where there is none
        """
        self._check_manager()
        chosen = self._choose_period(period)
        rows = self.env.execute_query_dict(self._points_sql(chosen))
        points = [
            {**row, "is_earning": row["rank_to"] <= row["peak_rank"]} for row in rows if row["partner_id"] is None
        ]
        customers = points[-1]["rank_to"] if points else 0
        best, worst = self._get_named([row for row in rows if row["partner_id"]], customers)
        return {
            "periods": [{"key": each["key"], "name": each["name"]} for each in self._get_periods()],
            "period": {**chosen, "from": str(chosen["from"]), "to": str(chosen["to"])},
            "currency_id": self.env.company.currency_id.id,
            "customers": customers,
            "total": points[-1]["cumulative"] if points else 0,
            "peak": self._get_peak(points),
            "losses": self._get_losses(points),
            "points": points,
            "best": best,
            "worst": worst,
        }

    @api.model
    @api.readonly
    def get_customers_action(self, period, rank_from, rank_to):
        """Action that opens the months of the customers between two ranks, both inclusive."""
        self._check_manager()
        chosen = self._choose_period(period)
        rows = self.env.execute_query(
            SQL(
                "SELECT partner_id FROM (%s) customer WHERE rank BETWEEN %s AND %s ORDER BY rank",
                self._ranked_sql(chosen),
                rank_from,
                rank_to,
            )
        )
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_abc_segmentation.action_customer_profit")
        name = self.env._("Customers %(first)s to %(last)s by Profit", first=rank_from, last=rank_to)
        return {
            **action,
            "name": name,
            "display_name": name,
            "views": [(False, kind) for kind in ("list", "pivot", "graph", "form")],
            "domain": [
                ("partner_id", "in", [partner for (partner,) in rows]),
                ("month", ">=", str(chosen["from"])),
                ("month", "<=", str(chosen["to"])),
            ],
            "context": {"group_by": ["partner_id"]},
        }

    # ------------------------------------------------------------------
    # PERIODS
    # ------------------------------------------------------------------

    def _choose_period(self, key):
        periods = self._get_periods()
        return next((each for each in periods if each["key"] == key), periods[0])

    @api.model
    def _get_periods(self):
        """``[{key, name, from, to}]`` to choose from, whole months, the default first."""
        month = fields.Date.context_today(self).replace(day=1)
        quarter = month - relativedelta(months=(month.month - 1) % 3)
        year = month.replace(month=1)
        last_day = month + relativedelta(months=1, days=-1)
        day = timedelta(days=1)
        choices = [
            ("last_12_months", self.env._("Last 12 months"), month - relativedelta(months=11), last_day),
            ("this_year", self.env._("This year"), year, last_day),
            ("last_year", self.env._("Last year"), year - relativedelta(years=1), year - day),
            ("this_quarter", self.env._("This quarter"), quarter, last_day),
            ("last_quarter", self.env._("Last quarter"), quarter - relativedelta(months=3), quarter - day),
            ("last_month", self.env._("Last month"), month - relativedelta(months=1), month - day),
        ]
        return [{"key": key, "name": name, "from": first, "to": last} for key, name, first, last in choices]

    def _check_manager(self):
        if not self.env.user.has_group("customer_abc_segmentation.group_segmentation_manager"):
            raise AccessError(self.env._("The whale curve shows all customers: it is for segmentation managers."))

    # ------------------------------------------------------------------
    # FIGURES
    # ------------------------------------------------------------------

    def _ranked_sql(self, period):
        """``partner_id, profit, rank, cumulative, peak_rank, customers`` of everybody with any figure."""
        profit = self.env["customer.profit"]
        scope = profit._period_scope(self.env.company, None, period["from"], period["to"])
        return SQL(
            """
            SELECT partner_id, profit, row_number() OVER place AS rank, sum(profit) OVER place AS cumulative,
                   count(*) FILTER (WHERE profit > 0) OVER () AS peak_rank, count(*) OVER () AS customers
              FROM (%s) fact
            WINDOW place AS (ORDER BY profit DESC, partner_id ROWS UNBOUNDED PRECEDING)
            """,
            self.env["customer.profit.facts"]._profit_sql(scope),
        )

    def _points_sql(self, period):
        """Slices of about equal size that end at the peak and at the last customer; and, with their ``partner_id``,
        the first and the last customers."""
        return SQL(
            """
            WITH customer AS MATERIALIZED (%(customers)s)
            SELECT NULL AS partner_id, min(rank)::int AS rank_from, max(rank)::int AS rank_to,
                   sum(profit)::float AS profit, (array_agg(cumulative ORDER BY rank DESC))[1]::float AS cumulative,
                   max(peak_rank)::int AS peak_rank, (count(*) FILTER (WHERE profit < 0))::int AS losers,
                   COALESCE(sum(profit) FILTER (WHERE profit < 0), 0)::float AS losses
              FROM customer
             GROUP BY rank <= peak_rank, (rank - 1) * %(slices)s / GREATEST(customers, %(slices)s)
             UNION ALL
            SELECT partner_id, rank::int, rank::int, profit::float, cumulative::float, peak_rank::int, 0, 0
              FROM customer
             WHERE rank <= %(named)s OR rank > customers - %(named)s
             ORDER BY rank_to
            """,
            customers=self._ranked_sql(period),
            slices=SLICES,
            named=NAMED,
        )

    def _get_peak(self, points):
        """``{rank, profit}``: how many customers earn, and what they earn together."""
        earning = [point for point in points if point["is_earning"]]
        if not earning:
            return {"rank": 0, "profit": 0}
        return {"rank": earning[-1]["rank_to"], "profit": earning[-1]["cumulative"]}

    def _get_losses(self, points):
        """``{customers, profit, rank_from}``: who takes away, and how much; the profit is negative."""
        customers = sum(point["losers"] for point in points)
        last = points[-1]["rank_to"] if points else 0
        return {
            "customers": customers,
            "profit": sum(point["losses"] for point in points),
            "rank_from": last - customers + 1,
        }

    def _get_named(self, rows, customers):
        """The first and the last customers by profit, without anybody twice: ``(best, worst)``."""
        # sudo: a manager sees the profit of every customer, so its name too
        partners = self.env["res.partner"].sudo().browse(row["partner_id"] for row in rows)
        named = [
            {"partner_id": partner.id, "name": partner.display_name, "rank": row["rank_to"], "profit": row["profit"]}
            for row, partner in zip(rows, partners, strict=True)
        ]
        worst = [row for row in named[NAMED:] if row["rank"] > customers - NAMED]
        return named[:NAMED], worst[::-1]
