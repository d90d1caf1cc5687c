from scipy.stats import t as student

from odoo import models
from odoo.tools import SQL


class CustomerValueRefresher(models.AbstractModel):
    """The trend of the revenue per period, as ``core.growth``: whole multiples and squares are compared."""

    _inherit = "customer.value.refresher"

    def _growth_sums_sql(self, policy, as_of):
        """``used, active, total, weighted, squares`` of the complete periods after the one of the first purchase.

        ``weighted`` is the sum of the revenues times the place of the period, counted from the first one of the policy.
        """
        columns = self.env["customer.value.facts"]._period_columns(policy)
        terms = {
            "used": [SQL("(first_invoice_date <= %s)::int", start) for start in policy._get_growth_bounds(as_of)[:-1]],
            "active": [SQL("(%s > 0)::int", column) for column in columns],
            "total": columns,
            "weighted": [SQL("%s * %s", place, column) for place, column in enumerate(columns)],
            "squares": [SQL("%s * %s", column, column) for column in columns],
        }
        return SQL(", ").join(
            SQL("%s AS %s", SQL(" + ").join(parts), SQL.identifier(name)) for name, parts in terms.items()
        )

    def _growth_line_sql(self, policy):
        """``rise`` and ``rest`` (three times that of the core, to stay whole) of the rows ``scored``; NULL: too little.

        The place of a period counts from the first used one in the core, so the unused ones are taken off.
        """
        rise = SQL("(2 * weighted - %s * total + (used + 1) * total)", 2 * policy.growth_period_count)
        enough = SQL("used >= %s AND active >= %s", policy.growth_minimum_periods, policy.growth_minimum_active)
        return SQL(
            """
            CASE WHEN %(enough)s THEN %(rise)s END AS rise,
            CASE WHEN %(enough)s
                 THEN (used * squares - total * total) * (used * used - 1) - 3 * %(rise)s * %(rise)s END AS rest
            """,
            enough=enough,
            rise=rise,
        )

    def _growth_sql(self, policy):
        """The columns of the trend, of the rows ``lined``."""
        critical = SQL("(ARRAY[%s])[used]::numeric", SQL(", ").join(policy._get_critical_squares()))
        return SQL(
            """
            round(6 * rise / NULLIF(used * (used * used - 1), 0), 6) AS growth_slope,
            CASE WHEN total > 0 THEN 6 * rise / NULLIF((used * used - 1) * total, 0) END::float AS growth_rate,
            round((sign(rise)::float
                   * sqrt((3 * rise * rise * (used - 2))::float / NULLIF(rest, 0)::float))::numeric, 4) AS growth_t,
            CASE WHEN rise IS NULL THEN NULL
                 WHEN rise = 0 OR 3 * rise * rise * (used - 2) <= rest * %s THEN 'steady'
                 WHEN rise > 0 THEN 'growing'
                 ELSE 'shrinking' END AS growth_trend
            """,
            critical,
        )


class CustomerValuePolicy(models.Model):
    _inherit = "customer.value.policy"

    def _get_critical_t(self, periods):
        """Two-sided limit of Student's t at the policy's confidence for a line through ``periods`` values."""
        return float(student.ppf(0.5 + self.growth_confidence / 200, periods - 2))

    def _get_critical_squares(self):
        """SQL literals of the squared limit for 1, 2, 3 ... periods; nothing is significant below three."""
        squares = (self._get_critical_t(periods) ** 2 for periods in range(3, self.growth_period_count + 1))
        return [SQL("NULL"), SQL("NULL"), *(SQL("%s", repr(square)) for square in squares)]
