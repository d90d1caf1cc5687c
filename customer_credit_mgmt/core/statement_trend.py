"""How a customer's figures moved from one statement to the next, and the signs that speak of trouble."""

from dataclasses import dataclass

from .altman import DISTRESS, ZONES
from .ratios import RATIOS

#: A ratio that is worse by more than this share of what it was is a sign.
WORSE_BY = 0.20

WORSE, ZONE, IN_DISTRESS, NEGATIVE_EQUITY, LOSS, CASH_DRAIN = (
    "worse",
    "zone",
    "distress",
    "equity",
    "loss",
    "cash_drain",
)
#: Items that are a sign when they are below zero.
BELOW_ZERO = {"equity": NEGATIVE_EQUITY, "net_profit": LOSS, "operating_cash_flow": CASH_DRAIN}


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign of trouble: which figure, what it was (``None``: nothing to compare with) and what it is.

    ``change`` is how much worse, as a share of what it was.
    """

    kind: str
    key: str
    before: float | str | None
    now: float | str
    change: float | None = None


def worsening(key, before, now):
    """By which share of what it was a ratio got worse; negative: better; ``None``: not to be said.

    >>> worsening("current_ratio", 2.0, 1.5), worsening("debt_equity", 2.0, 3.0)
    (0.25, 0.5)
    >>> worsening("net_margin", -0.1, -0.05), worsening("net_margin", -0.1, -0.2)
    (-0.5, 1.0)
    >>> worsening("net_margin", 0.0, -0.2) is None, worsening("net_margin", None, 0.1) is None
    (True, True)
    """
    if before is None or now is None or not before:
        return None
    fall = (before - now) / abs(before)
    return fall if RATIOS[key].higher_is_better else -fall


def find_signs(now, before=None, worse_by=WORSE_BY):
    """The signs of trouble in ``{figure, ratio or zone: value}``, compared with the statement before.

    >>> before = {"current_ratio": 2.0, "net_margin": 0.05, "altman_z2_zone": "safe"}
    >>> now = {"current_ratio": 1.5, "net_margin": 0.045, "altman_z2_zone": "grey", "equity": -10.0}
    >>> for sign in find_signs(now, before):
    ...     print(sign)
    Sign(kind='equity', key='equity', before=None, now=-10.0, change=None)
    Sign(kind='zone', key='altman_z2', before='safe', now='grey', change=None)
    Sign(kind='worse', key='current_ratio', before=2.0, now=1.5, change=0.25)
    >>> find_signs({"current_ratio": 1.6}, {"current_ratio": 2.0})  # 20 % is not more than 20 %
    ()
    >>> find_signs({"altman_z2_zone": "distress"})
    (Sign(kind='distress', key='altman_z2', before=None, now='distress', change=None),)
    >>> find_signs({"altman_z2_zone": "distress"}, {"altman_z2_zone": "grey"})[0].kind
    'zone'
    """
    return (*_below_zero(now, before or {}), *_zones(now, before or {}), *_worse(now, before or {}, worse_by))


def _below_zero(now, before):
    for key, kind in BELOW_ZERO.items():
        if now.get(key) is not None and now[key] < 0:
            yield Sign(kind, key, before.get(key), now[key])


def _zones(now, before):
    """Z'' only: Z' was made for manufacturers, and separates worse."""
    zone, zone_before = now.get("altman_z2_zone"), before.get("altman_z2_zone")
    if zone and zone_before and ZONES.index(zone) < ZONES.index(zone_before):
        yield Sign(ZONE, "altman_z2", zone_before, zone)
    elif zone == DISTRESS:
        yield Sign(IN_DISTRESS, "altman_z2", zone_before or None, zone)


def _worse(now, before, worse_by):
    for key in RATIOS:
        change = worsening(key, before.get(key), now.get(key))
        # the ratios are rounded: so is the comparison, or 2.0 to 1.6 would be worse by more than a fifth
        if change is not None and round(change, 9) > worse_by:
            yield Sign(WORSE, key, before[key], now[key], round(change, 4))
