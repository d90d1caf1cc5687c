"""Disputes: the clock of the service level, and what a decision comes to."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from .ladder import TOLERANCE
from .workdays import add_working_days


class Clock(StrEnum):
    """Where a dispute stands on its clock."""

    WAITING = "waiting"  # for the customer: the clock stands still
    ON_TIME = "on_time"
    SOON = "soon"  # the deadline is today or tomorrow
    MISSED = "missed"  # the deadline has passed
    KEPT = "kept"  # closed by the deadline
    LATE = "late"  # closed after it


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Days until which the customer gets a first answer, and until which the dispute is to be closed."""

    answer: date
    resolution: date


def deadlines(opened: date, promised: tuple[int, int], paused: int, exceptions: dict[date, bool]) -> Deadlines:
    """``promised``: working days to the first answer and to the end; ``paused``: those spent waiting for the customer.

    >>> deadlines(date(2024, 2, 8), (2, 10), 0, {date(2024, 2, 12): False})
    Deadlines(answer=datetime.date(2024, 2, 13), resolution=datetime.date(2024, 2, 23))
    >>> deadlines(date(2024, 2, 8), (2, 10), 3, {}).resolution
    datetime.date(2024, 2, 27)
    """
    answer, resolution = (add_working_days(opened, days + paused, exceptions) for days in promised)
    return Deadlines(answer, resolution)


def clock(deadline: date, today: date, closed: date | None = None, is_waiting: bool = False) -> Clock:
    """How a deadline stands on a day: it is missed on the day after it.

    >>> day = date(2024, 2, 8)
    >>> [str(clock(date(2024, 2, last), day)) for last in (7, 8, 9, 10)]
    ['missed', 'soon', 'soon', 'on_time']
    >>> str(clock(date(2024, 2, 7), day, is_waiting=True)), str(clock(day, day, closed=date(2024, 2, 9)))
    ('waiting', 'late')
    """
    if closed:
        return Clock.KEPT if closed <= deadline else Clock.LATE
    if is_waiting:
        return Clock.WAITING
    if deadline < today:
        return Clock.MISSED
    return Clock.SOON if deadline <= today + timedelta(days=1) else Clock.ON_TIME


def outcome(disputed: float, accepted: float) -> str:
    """What accepting a part of what is disputed comes to.

    >>> outcome(100.0, 100.0), outcome(100.0, 99.99), outcome(100.0, 0.0)
    ('accepted', 'partly', 'rejected')
    """
    if accepted <= TOLERANCE:
        return "rejected"
    return "accepted" if accepted >= disputed - TOLERANCE else "partly"
