"""How good churn risk and expectations are, out of time, on the data sets that developers have."""

from datetime import date

from odoo.addons.customer_abc_segmentation.core import churn, churn_backtest, churn_guards

from . import churn_data

#: Name, file, loader, cut, days of the hold-out. Nothing was tuned on any of them.
CASES = (
    ("CDNOW, 39 weeks", churn_data.CDNOW, churn_data.cdnow, date(1997, 9, 30), 273),
    ("Online Retail, cut 2010-06-12, 180 days", churn_data.RETAIL, churn_data.online_retail, date(2010, 6, 12), 180),
    ("Online Retail, cut 2010-09-10, 90 days", churn_data.RETAIL, churn_data.online_retail, date(2010, 9, 10), 90),
)
EPOCH = date(1970, 1, 1)


def measure(purchases, cut, days):
    """Facts, fits, guards, results and choice at a cut."""
    cut = (cut - EPOCH).days
    facts = purchases.facts(cut, days)
    fits = churn.fit(facts, purchases.facts(cut - days, days), purchases.gap_counter(cut))
    guards = churn_guards.check(fits, facts, purchases.recent_share(cut))
    results = churn_backtest.measure(fits, facts, days)
    return facts, fits, guards, results, churn_guards.choose(fits, guards, results)


def report():
    """Print a table for each data set that is there."""
    for name, path, load, cut, days in CASES:
        if path.exists():
            print(f"\n### Churn and expectations: {name}\n\n{table(*measure(load(), cut, days))}")


def table(facts, fits, guards, results, choice):
    head = (
        "method",
        "AUC, repeat buyers",
        "purchases: MAE",
        "RMSE",
        "corr.",
        "total",
        "revenue: MAE",
        "RMSE",
        "corr.",
        "total",
    )
    lines = [f"| {' | '.join(head)} |", f"|---{'|---:' * (len(head) - 1)}|"]
    for key, result in results.items():
        figures = ((result.auc, 3), (result.mae, 3), (result.rmse, 3), (result.correlation, 3), (result.expected, 0))
        money = (
            (result.revenue_mae, 2),
            (result.revenue_rmse, 2),
            (result.revenue_correlation, 3),
            (result.revenue_expected, 0),
        )
        lines.append(f"| {key} | {' | '.join(_text(value, digits) for value, digits in (*figures, *money))} |")
    lines.append(f"| what came | | | | | {facts.later_count.sum():,.0f} | | | | {facts.later_net.sum():,.0f} |")
    failed = ", ".join(f"{guard.key} {_text(guard.value, 3)}" for guard in guards if not guard.passed) or "none"
    return "\n".join(
        [
            *lines,
            "",
            f"{len(facts.count):,} customers, {facts.repeats.sum():,.0f} repeat buyers. Guards failed: {failed}.",
            f"In force: risk {choice.risk}, purchases {choice.purchases}, revenue {choice.revenue} ({choice.reason}).",
        ]
    )


def _text(value, digits):
    return "" if value is None else f"{value:,.{digits}f}"
