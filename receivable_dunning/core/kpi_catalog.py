"""The figures in the order in which they are read, with what they are computed from filled into their formula."""

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """How a figure is written."""

    DAYS = "days"
    SHARE = "share"  # a part of 1, written in percent
    PERCENT = "percent"
    TIMES = "times"
    INDEX = "index"
    MONEY = "money"


@dataclass(frozen=True, slots=True)
class Figure:
    """``numbers`` is the formula with names of amounts; ``items`` which open items are behind it; ``records`` what else
    is; ``better`` which way is an improvement: 1 up, -1 down, 0 neither."""

    name: str
    unit: Unit
    numbers: str
    items: str = ""
    records: tuple[str, ...] = ()
    better: int = 0


SALES = ("invoices",)
FIGURES = (
    Figure("dso", Unit.DAYS, "{closing_amount} / {sales_amount} × {days}", "all", SALES, -1),
    Figure("dso_countback", Unit.DAYS, "{months_back}", "all", SALES, -1),
    Figure("dso_best", Unit.DAYS, "{current_amount} / {sales_amount} × {days}", "current", SALES, -1),
    Figure("days_delinquent", Unit.DAYS, "{dso} − {dso_best}", "overdue", SALES, -1),
    Figure(
        "cei",
        Unit.PERCENT,
        "({opening_amount} + {sales_amount} − {closing_amount}) / ({opening_amount} + {sales_amount} −"
        " {current_amount}) × 100",
        "overdue",
        ("invoices", "payments"),
        1,
    ),
    Figure(
        "collection_progress",
        Unit.SHARE,
        "({due_amount} − {remaining_amount}) / {due_amount}",
        "remaining",
        ("payments",),
        1,
    ),
    Figure("overdue_share", Unit.SHARE, "{overdue_amount} / {closing_amount}", "overdue", better=-1),
    Figure("current_share", Unit.SHARE, "{current_amount} / {closing_amount}", "current", better=1),
    Figure("over_90_share", Unit.SHARE, "{over_90_amount} / {closing_amount}", "over_90", better=-1),
    Figure("turnover", Unit.TIMES, "{sales_amount} / (({opening_amount} + {closing_amount}) / 2)", "all", SALES, 1),
    Figure("bad_debt_ratio", Unit.SHARE, "{written_off_amount} / {sales_amount}", "", ("write_offs", "invoices"), -1),
    Figure("top_10_share", Unit.SHARE, "{top_10_amount} / {debtor_amount}", "debtors", better=-1),
    Figure("top_20_share", Unit.SHARE, "{top_20_amount} / {debtor_amount}", "debtors", better=-1),
    Figure("hhi", Unit.INDEX, "Σ (x / {debtor_amount})²", "debtors", better=-1),
    Figure("promise_kept_rate", Unit.SHARE, "{promise_kept_amount} / {promised_amount}", "", ("promises",), 1),
)
AMOUNTS = (
    Figure("opening_amount", Unit.MONEY, "", "opening"),
    Figure("sales_amount", Unit.MONEY, "", "", SALES),
    Figure("collected_amount", Unit.MONEY, "", "", ("payments",)),
    Figure(
        "other_amount",
        Unit.MONEY,
        "{closing_amount} − {opening_amount} − {sales_amount} + {collected_amount}",
        "",
        ("others",),
    ),
    Figure("closing_amount", Unit.MONEY, "", "all"),
    Figure("current_amount", Unit.MONEY, "", "current"),
    Figure("overdue_amount", Unit.MONEY, "", "overdue", better=-1),
    Figure("over_90_amount", Unit.MONEY, "", "over_90", better=-1),
    Figure("credit_amount", Unit.MONEY, "", "credits"),
    Figure("written_off_amount", Unit.MONEY, "", "", ("write_offs",), -1),
)
BY_NAME = {figure.name: figure for figure in (*FIGURES, *AMOUNTS)}


def countback_numbers(receivables, months, amount, whole):
    """The countback in figures: the days of whole months, and the part of the last one.

    ``amount`` and ``whole`` write an amount and a number of days.

    >>> countback_numbers(212, [(100, 30), (80, 31), (70, 30)], str, str)
    '30 + 31 + 32 / 70 × 30'
    >>> countback_numbers(180, [(100, 30), (80, 31)], str, str)
    '30 + 31'
    >>> countback_numbers(0, [], str, str)
    ''
    """
    parts, rest = [], receivables
    for sales, days in months:
        parts.append(whole(days) if rest >= sales else f"{amount(rest)} / {amount(sales)} × {whole(days)}")
        rest -= sales
    return " + ".join(parts)


def verdict(name, now, before):
    """Whether a figure got better (1) or worse (-1) than before; 0: neither, or nothing to compare.

    >>> verdict("dso", 40, 45), verdict("cei", 70, 80), verdict("dso", 40, 40), verdict("dso", None, 3)
    (1, -1, 0, 0)
    >>> verdict("sales_amount", 3, 2)
    0
    """
    if now is None or before is None or now == before:
        return 0
    return BY_NAME[name].better * (1 if now > before else -1)
