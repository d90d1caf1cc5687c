"""Where a customer stands: prospect, first purchase, repeat, loyal, at risk, lost or won back.

A *purchase* is a day with at least one invoice. The stage follows from the purchases alone, so it can be told as of any
day and never depends on when somebody looked. How much silence is normal follows from the customer's own rhythm, the
median of the days between purchases, and from plain numbers of days where there are too few purchases for a rhythm.
"""

from dataclasses import dataclass

PROSPECT, FIRST_PURCHASE, REPEAT, LOYAL = "prospect", "first_purchase", "repeat", "loyal"
AT_RISK, LOST, WON_BACK = "at_risk", "lost", "won_back"
STAGES = (PROSPECT, FIRST_PURCHASE, REPEAT, LOYAL, AT_RISK, LOST, WON_BACK)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """All limits are inclusive: silence *up to* a limit is still fine.

    ``at_risk_days``, ``lost_days``: days of silence, of customers without a rhythm.
    ``at_risk_factor``, ``lost_factor``: the same as multiples of the median gap, of customers with one, but never
    less than ``at_risk_floor`` and ``lost_floor`` days.
    ``won_back_days``: for so long after the purchase that ended a silence beyond the lost limit one is won back.
    ``loyal_purchases``: purchases in the window from which on a customer is loyal, if also bought long enough.
    """

    at_risk_days: int = 180
    lost_days: int = 365
    at_risk_factor: float = 2.0
    lost_factor: float = 4.0
    at_risk_floor: int = 30
    lost_floor: int = 90
    won_back_days: int = 180
    loyal_purchases: int = 4


@dataclass(frozen=True, slots=True)
class Purchases:
    """``count`` ever, ``frequency`` in the window, days of ``silence`` since the last one, ``median`` gap (None: no
    rhythm), ``ended_gap``: longest silence that a purchase ended within the won-back days (None: none did),
    ``is_old``: the first purchase lies as far back as loyalty asks for."""

    count: int
    frequency: int = 0
    silence: int | None = None
    median: float | None = None
    ended_gap: int | None = None
    is_old: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """Days of silence up to which a customer is fine, and up to which only at risk."""

    at_risk: float
    lost: float


def limits(median, thresholds):
    """The silence that is normal for a customer.

    >>> limits(None, Thresholds())
    Limits(at_risk=180, lost=365)
    >>> limits(40, Thresholds())
    Limits(at_risk=80.0, lost=160.0)

    Who buys every week is not lost after a month of holidays:

    >>> limits(7, Thresholds())
    Limits(at_risk=30, lost=90)
    """
    if median is None:
        return Limits(thresholds.at_risk_days, thresholds.lost_days)
    return Limits(
        max(thresholds.at_risk_floor, thresholds.at_risk_factor * median),
        max(thresholds.lost_floor, thresholds.lost_factor * median),
    )


def stage(purchases, thresholds):
    """Stage of one customer.

    >>> show = lambda *args, **kwargs: stage(Purchases(*args, **kwargs), Thresholds())
    >>> show(0), show(1, 1, silence=3), show(2, 2, silence=3)
    ('prospect', 'first_purchase', 'repeat')

    Loyal asks for enough purchases and for enough time:

    >>> show(9, 4, silence=3, is_old=True), show(9, 4, silence=3), show(9, 3, silence=3, is_old=True)
    ('loyal', 'repeat', 'repeat')

    Silence comes before everything else; the limits are inclusive:

    >>> show(1, silence=180), show(1, silence=181), show(1, silence=365), show(1, silence=366)
    ('first_purchase', 'at_risk', 'at_risk', 'lost')

    With a rhythm of 40 days the same silence means something else:

    >>> show(6, 6, silence=80, median=40), show(6, 6, silence=81, median=40), show(6, 5, silence=161, median=40)
    ('repeat', 'at_risk', 'lost')

    Back after a silence beyond the lost limit, and on the limit (which had made nobody lost):

    >>> show(7, 1, silence=5, median=40, ended_gap=161), show(7, 1, silence=5, median=40, ended_gap=160)
    ('won_back', 'repeat')
    """
    if not purchases.count:
        return PROSPECT
    limit = limits(purchases.median, thresholds)
    if purchases.silence > limit.lost:
        return LOST
    if purchases.silence > limit.at_risk:
        return AT_RISK
    if purchases.ended_gap is not None and purchases.ended_gap > limit.lost:
        return WON_BACK
    if purchases.count == 1:
        return FIRST_PURCHASE
    if purchases.is_old and purchases.frequency >= thresholds.loyal_purchases:
        return LOYAL
    return REPEAT
