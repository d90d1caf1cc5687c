from datetime import timedelta
from statistics import mean

from dateutil.relativedelta import relativedelta

from odoo import models

from ..core import cash_forecast as core


class CollectionsDashboard(models.AbstractModel):
    """The cash forecast on the dashboard, and how good it was."""

    _inherit = "collections.dashboard"

    def _get_forecast(self, company, today):
        """The weeks as kept by the last night or refresh, else computed now; what is later, and how good it was."""
        forecasts = self.env["receivable.cash.forecast"]
        if not forecasts.has_access("read"):
            return None
        kept = forecasts._newest(company, today)
        as_of = kept[:1].as_of or today - timedelta(days=1)
        rows = [self._kept_week(row) for row in kept] or forecasts._all_weeks(company, as_of)
        weeks, later = rows[:-1], rows[-1]
        total = sum(row["due"] for row in rows)
        # where nobody ever paid, or never so late, no day can be told for anything: that is not an expectation of 0
        is_known = any(row["expected"] for row in rows) or not total
        return {
            "as_of": as_of,
            "computed_on": kept[:1].write_date,
            # sudo: who works in a branch may not read the companies above it
            "method": company.sudo().root_id.credit_cash_method,
            "weeks": weeks,
            "total": total,
            "near": sum(week["expected"] for week in weeks[: core.NEAR_WEEKS]) if is_known else None,
            "near_due": sum(week["due"] for week in weeks[: core.NEAR_WEEKS]),
            "near_end": weeks[core.NEAR_WEEKS - 1]["week_end"],
            "expected": sum(week["expected"] for week in weeks) if is_known else None,
            "later": later["expected"] if is_known else None,
            "unknown": max(total - sum(row["expected"] for row in rows), 0.0),
            "quality": self._get_forecast_quality(company, today),
        }

    def _kept_week(self, row):
        names = ("number", "week_start", "week_end", "expected", "low", "high", "promised", "disputed", "due")
        return {name: row[name] for name in names}

    def _get_forecast_quality(self, company, today):
        """Mean errors of the months measured in the last year, and how many weeks the band held; ``None``: none yet."""
        rows = self.env["receivable.cash.backtest"].search(
            [("company_id", "=", company.id), ("month", ">=", today - relativedelta(months=13)), ("error", "!=", False)]
        )
        if not rows:
            return None
        return {
            "months": len(rows),
            "error": mean(rows.mapped("error")),
            "error_due": mean(rows.mapped("error_due")),
            "within": sum(rows.mapped("within_count")),
            "weeks": sum(rows.mapped("band_count")),
        }
