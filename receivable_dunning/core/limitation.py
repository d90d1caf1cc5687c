"""Limitation (prescription) of claims: the last day on which an item can still be enforced, and why.

The first day of a period is not counted: three years from 15 March end with 15 March. Where the last month lacks the
day, its last day counts. Wherever a law leaves room, the earlier date is taken: it is the one to act by.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Start(StrEnum):
    """The day from which the period runs."""

    DUE = "due"  # the due date of the item
    YEAR_END = "year_end"  # the end of the year of the due date
    INVOICE = "invoice"  # the date of the document


class Effect(StrEnum):
    """What an event does to the period."""

    RESTART = "restart"  # it begins anew
    SUSPEND = "suspend"  # it stands still for a while


class Verdict(StrEnum):
    """What became of an event."""

    RESTARTED = "restarted"  # the period began anew
    SUSPENDED = "suspended"  # the period stood still
    NO_EFFECT = "no_effect"  # the law gives this kind of event no effect
    NOT_LATER = "not_later"  # it counts, but the last day stays what it is
    TOO_LATE = "too_late"  # the claim was time-barred before


@dataclass(frozen=True, slots=True)
class Period:
    """A span of calendar years and months.

    >>> Period(3).after(date(2024, 2, 29)), Period(0, 6).after(date(2024, 8, 31))
    (datetime.date(2027, 2, 28), datetime.date(2025, 2, 28))
    """

    years: int = 0
    months: int = 0

    def after(self, day):
        """The same day of a later month, or its last day; the last day of the calendar beyond its end."""
        years, month = divmod(day.month - 1 + self.months, 12)
        year = day.year + self.years + years
        if year > date.max.year:
            return date.max
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))

    def __bool__(self):
        return bool(self.years or self.months)


@dataclass(frozen=True, slots=True)
class Response:
    """What a law does on a kind of event. ``period``: how long it stands still; or the period that begins anew, where
    that is not the usual one."""

    effect: Effect
    period: Period = Period()


@dataclass(frozen=True, slots=True)
class Law:
    """A limitation period: how long, from when, and what interrupts or suspends it (kind of event to response)."""

    period: Period
    start: Start = Start.DUE
    responses: Mapping[str, Response] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an item; ``until``: the last day of what went on for a while (a law suit)."""

    day: date
    kind: str
    until: date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """An event, what became of it, and the last day after it."""

    event: Event
    verdict: Verdict
    last_day: date


@dataclass(frozen=True, slots=True)
class Term:
    """The answer: the period ``start`` (day not counted), the last day, and how it came about."""

    start: date
    last_day: date
    steps: tuple[Step, ...] = ()


def begin(law, due, invoiced):
    """The day after which the period runs.

    >>> [str(begin(Law(Period(3), start), date(2024, 3, 15), date(2024, 2, 1))) for start in Start]
    ['2024-03-15', '2024-12-31', '2024-02-01']
    """
    if law.start == Start.YEAR_END:
        return date(due.year, 12, 31)
    return invoiced if law.start == Start.INVOICE else due


def term(law, due, invoiced, events):
    """The limitation of an item under a law, event by event in the order of time.

    A restart never brings the last day forward, and what comes after the last day comes too late.

    >>> law = Law(Period(3), Start.YEAR_END, {
    ...     "payment": Response(Effect.RESTART), "court": Response(Effect.SUSPEND, Period(0, 6)),
    ...     "judgment": Response(Effect.RESTART, Period(30))})
    >>> def last(*events):
    ...     found = term(law, date(2020, 3, 15), date(2020, 3, 1), events)
    ...     return str(found.last_day), [str(step.verdict) for step in found.steps]
    >>> last()
    ('2023-12-31', [])
    >>> last(Event(date(2022, 5, 4), "payment"))
    ('2025-05-04', ['restarted'])
    >>> last(Event(date(2020, 5, 4), "payment"))
    ('2023-12-31', ['not_later'])
    >>> last(Event(date(2023, 12, 31), "court")), last(Event(date(2024, 1, 1), "court"))
    (('2024-06-30', ['suspended']), ('2023-12-31', ['too_late']))
    >>> last(Event(date(2023, 7, 1), "court"), Event(date(2024, 6, 1), "judgment"), Event(date(2024, 6, 2), "call"))
    ('2054-06-01', ['suspended', 'restarted', 'no_effect'])
    """
    start = begin(law, due, invoiced)
    runs, pauses = [(start, law.period.after(start))], []
    last_day, steps = _last_day(runs, pauses), []
    for event in sorted(events, key=lambda event: (event.day, event.kind, event.source, event.until or event.day)):
        verdict = Verdict.TOO_LATE if event.day > last_day else _respond(law, event, runs, pauses)
        before, last_day = last_day, _last_day(runs, pauses)
        if last_day == before and verdict in (Verdict.RESTARTED, Verdict.SUSPENDED):
            verdict = Verdict.NOT_LATER
        steps.append(Step(event, verdict, last_day))
    return Term(start, last_day, tuple(steps))


def _respond(law, event, runs, pauses):
    """Note what the law does on an event: one more period begun, or one more pause."""
    response = law.responses.get(event.kind)
    if response is None:
        return Verdict.NO_EFFECT
    end = event.until or event.day
    if response.effect == Effect.SUSPEND:
        pauses.append((event.day, response.period.after(end)))
        return Verdict.SUSPENDED
    runs.append((end, (response.period or law.period).after(end)))
    return Verdict.RESTARTED


def _last_day(runs, pauses):
    """The latest end of the periods begun, each made longer by the days on which it stood still."""
    joined = _join(pauses)
    return max(_stretch(*run, joined) for run in runs)


def _stretch(start, end, pauses):
    """The end of a period with the pauses that fall into it; one that begins on its last day keeps it from ending.

    >>> _stretch(date(2024, 1, 1), date(2024, 12, 31), [(date(2024, 12, 31), date(2025, 1, 10))])
    datetime.date(2025, 1, 10)
    """
    for first, last in pauses:
        first = max(first, start)
        if first > end:
            break
        if last > first:
            end = date.fromordinal(min(end.toordinal() + (last - first).days, date.max.toordinal()))
    return end


def _join(pauses):
    """Pauses in order, those that overlap as one: a day stands still once.

    >>> days = [date(2024, 1, day) for day in (1, 5, 10, 20)]
    >>> [(a.day, b.day) for a, b in _join([(days[1], days[2]), (days[3], days[3]), (days[0], days[2])])]
    [(1, 10), (20, 20)]
    """
    joined = []
    for first, last in sorted(pauses):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined
