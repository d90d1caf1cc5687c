"""All figures of a period from its sums of money."""

from . import kpi

# The amounts that the figures are computed from; what is missing counts as none.
ALWAYS = ("opening_amount", "sales_amount", "closing_amount", "current_amount", "overdue_amount", "over_90_amount")


def figures(facts, days, months_back, collectables):
    """Every figure by name, ``None`` where it cannot be told.

    :param facts: ``{amount: value}``
    :param days: of the period
    :param months_back: ``(sales, days)`` from the month in which the period ends backwards
    :param collectables: :class:`~.kpi.Collectable` of each month of the period

    >>> facts = dict(opening_amount=6_200, sales_amount=10_890, closing_amount=6_340, current_amount=3_590,
    ...     overdue_amount=2_750, over_90_amount=634, due_amount=1_000, remaining_amount=250, debtor_amount=6_340,
    ...     top_10_amount=3_170, top_20_amount=6_340, hhi=0.25, written_off_amount=108.9)
    >>> whole = kpi.Collectable(6_200, 10_890, 6_340, 3_590)
    >>> found = figures(facts, 90, [(6_340, 30)], [whole, whole, whole])
    >>> for name, value in found.items(): print(name, value if value is None else round(value, 4))
    dso 52.3967
    dso_countback 30.0
    dso_best 29.6694
    days_delinquent 22.7273
    cei 79.6296
    cei_crf 55.9295
    overdue_share 0.4338
    current_share 0.5662
    over_90_share 0.1
    turnover 1.7368
    bad_debt_ratio 0.01
    top_10_share 0.5
    top_20_share 1.0
    hhi 0.25
    promise_kept_rate None
    collection_progress 0.75
    """
    opening, sales, closing, current, overdue, over_90 = (facts[name] for name in ALWAYS)
    simple, best = kpi.dso(closing, sales, days), kpi.dso(current, sales, days)
    owed = facts["debtor_amount"]
    return {
        "dso": simple,
        "dso_countback": kpi.countback(closing, months_back),
        "dso_best": best,
        "days_delinquent": kpi.days_delinquent(simple, best),
        "cei": kpi.monthly_cei(collectables),
        "cei_crf": kpi.cei(kpi.Collectable(opening, sales, closing, current), len(collectables)),
        "overdue_share": kpi.ratio(overdue, closing),
        "current_share": kpi.ratio(current, closing),
        "over_90_share": kpi.ratio(over_90, closing),
        "turnover": kpi.turnover(sales, opening, closing),
        "bad_debt_ratio": kpi.ratio(facts.get("written_off_amount", 0.0), sales),
        "top_10_share": kpi.ratio(facts["top_10_amount"], owed),
        "top_20_share": kpi.ratio(facts["top_20_amount"], owed),
        "hhi": facts["hhi"],
        "promise_kept_rate": kpi.ratio(facts.get("promise_kept_amount", 0.0), facts.get("promised_amount", 0.0)),
        "collection_progress": kpi.progress(facts["due_amount"], facts["remaining_amount"]),
    }
