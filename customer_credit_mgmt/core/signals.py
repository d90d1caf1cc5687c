"""Early warning: when a figure is a signal, how severe, when it is too soon to repeat it, and was the rule right."""

from dataclasses import dataclass
from datetime import date

#: In rising order.
SEVERITIES = ("info", "warning", "critical")


@dataclass(frozen=True, slots=True)
class Rule:
    """``threshold`` and ``critical_from`` are inclusive; the latter is ``None`` for a rule without escalation."""

    key: object
    severity: str
    threshold: float
    critical_from: float | None = None
    min_count: int = 0
    cooling_days: int = 0
    lower_is_worse: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """What was found about a customer. ``figure`` is ``None`` when it is not known.

    ``count`` says how many invoices the figure rests on; ``None`` where that is no question.
    """

    profile: int
    figure: float | None
    recent: float | None = None
    before: float | None = None
    count: int | None = None
    record: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Last:
    """The newest signal of the same rule and customer."""

    key: int
    date: date
    severity: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal to raise; ``replaces`` is the open, less severe one whose place it takes."""

    rule: Rule
    row: Row
    severity: str
    replaces: int | None = None

    @property
    def evidence(self):
        """What is frozen with the signal."""
        row = self.row
        return {
            "figure": row.figure,
            "recent": row.recent,
            "before": row.before,
            "count": row.count,
            "record": row.record,
            "note": row.note,
            "threshold": self.rule.threshold,
        }


def reaches(rule, figure, bound):
    """Whether a figure is at the bound or worse.

    >>> reaches(Rule("r", "warning", 30), 30, 30), reaches(Rule("r", "warning", 30), 29.9, 30)
    (True, False)
    >>> ending = Rule("r", "info", 30, lower_is_worse=True)
    >>> reaches(ending, 30, 30), reaches(ending, 31, 30)
    (True, False)
    """
    return figure <= bound if rule.lower_is_worse else figure >= bound


def severity(rule, row):
    """How severe a finding is; ``None`` when it is none, or when too little is known.

    >>> rule = Rule("r", "warning", 10, critical_from=30, min_count=3)
    >>> [severity(rule, Row(1, figure, count=3)) for figure in (None, 9.9, 10, 30)]
    [None, None, 'warning', 'critical']
    >>> severity(rule, Row(1, 50, count=2)) is None
    True
    >>> severity(rule, Row(1, 50))
    'critical'
    """
    if row.figure is None or not reaches(rule, row.figure, rule.threshold):
        return None
    if row.count is not None and row.count < rule.min_count:
        return None
    if rule.critical_from is not None and reaches(rule, row.figure, rule.critical_from):
        return "critical"
    return rule.severity


def is_repeated(rule, found, last, as_of):
    """Whether a finding says nothing new: the last signal is as severe and open, or still cooling.

    >>> rule = Rule("r", "warning", 10, cooling_days=30)
    >>> done = Last(7, date(2024, 6, 1), "warning", is_open=False)
    >>> is_repeated(rule, "warning", done, date(2024, 6, 30)), is_repeated(rule, "warning", done, date(2024, 7, 1))
    (True, False)
    >>> is_repeated(rule, "critical", done, date(2024, 6, 2))
    False
    >>> waiting = Last(7, date(2024, 1, 1), "warning", is_open=True)
    >>> is_repeated(rule, "warning", waiting, date(2024, 7, 1)), is_repeated(rule, "warning", None, date(2024, 7, 1))
    (True, False)
    """
    if last is None or SEVERITIES.index(found) > SEVERITIES.index(last.severity):
        return False
    return last.is_open or (as_of - last.date).days < rule.cooling_days


def decide(rule, rows, last, as_of):
    """The signals a rule raises; ``last`` is ``{profile: Last}`` of the same rule.

    >>> rule = Rule("r", "warning", 10, critical_from=30, cooling_days=30)
    >>> open_one = {1: Last(7, date(2024, 6, 1), "warning", is_open=True)}
    >>> rows = [Row(1, 35.0), Row(2, 12.0), Row(3, 2.0)]
    >>> [(it.row.profile, it.severity, it.replaces) for it in decide(rule, rows, open_one, date(2024, 6, 2))]
    [(1, 'critical', 7), (2, 'warning', None)]
    """
    signals = []
    for row in rows:
        found, before = severity(rule, row), last.get(row.profile)
        if found and not is_repeated(rule, found, before, as_of):
            signals.append(Signal(rule, row, found, before.key if before and before.is_open else None))
    return signals


@dataclass(frozen=True, slots=True)
class Record:
    """How a rule did: ``base_rate`` is the share of all active customers with whom the same happened meanwhile."""

    hits: int
    judged: int
    right: int
    base_rate: float | None

    @property
    def precision(self):
        """Share of the judged signals that were right; ``None`` before one was judged.

        >>> Record(60, 45, 28, 0.12).precision, Record(3, 0, 0, None).precision
        (0.6222222222222222, None)
        """
        return self.right / self.judged if self.judged else None

    @property
    def lift(self):
        """How many times as often as with any customer; ``None`` when there is nothing to compare with.

        >>> round(Record(60, 45, 28, 0.12).lift, 2), Record(60, 45, 28, 0.0).lift
        (5.19, None)
        """
        return self.precision / self.base_rate if self.judged and self.base_rate else None
