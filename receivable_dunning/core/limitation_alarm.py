"""When people are told that an item will soon be time-barred."""

from datetime import date

#: Days before the last day on which people are told.
ALARM_DAYS = (90, 30, 7)


def alarm(last_day: date, as_of: date, given=None):
    """The alarm that is due (its days before the last day), or ``None``. ``given``: the last one for this last day.

    Of several that are due at once the latest is enough; what is time-barred is past alarm.

    >>> from datetime import timedelta
    >>> last = date(2026, 12, 31)
    >>> [alarm(last, last - timedelta(days=left)) for left in (91, 90, 31, 30, 8, 7, 0, -1)]
    [None, 90, 90, 30, 30, 7, 7, None]
    >>> alarm(last, date(2026, 12, 20), given=30), alarm(last, date(2026, 12, 24), given=30)
    (None, 7)
    """
    left = (last_day - as_of).days
    reached = [days for days in ALARM_DAYS if left <= days]
    if left < 0 or not reached or (given is not None and given <= reached[-1]):
        return None
    return reached[-1]
