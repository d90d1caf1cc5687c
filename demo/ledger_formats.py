"""How a file writes dates and amounts: decided by all its values together, never guessed value by value."""

import re
from datetime import date
from decimal import Decimal

_ISO = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ].*)?")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?: .*)?")
_AMOUNT = re.compile(r"\d+(?:[.,' ]\d+)*")
#: currency signs and the spaces of thousands in all their forms
_NOISE = re.compile(r"[\s\u00a0\u202f$€£¥￥]")


def date_reader(values):
    """The function that reads the dates of a file, given all of them as ``(line, text)``.

    ISO (and 2024年1月31日) and dotted (day first) dates are plain. Dates with slashes are month first or day first,
    whichever all of them allow.

    >>> date_reader([(2, "1/2/2013"), (3, "3/31/2013")])("1/2/2013")
    datetime.date(2013, 1, 2)
    >>> date_reader([(2, "1/2/2013"), (3, "31/3/2013")])("1/2/2013")
    datetime.date(2013, 2, 1)
    >>> date_reader([(2, "2013-02-01")])("2013-02-01 00:00:00"), date_reader([])("1.2.2013")
    (datetime.date(2013, 2, 1), datetime.date(2013, 2, 1))
    >>> date_reader([(2, "1/2/2013"), (3, "2/2/2013")])
    Traceback (most recent call last):
    ValueError: dates like 1/2/2013 (line 2) can be read month first or day first: write them as 2013-12-31
    >>> date_reader([(2, "31/1/2013"), (3, "1/31/2013")])
    Traceback (most recent call last):
    ValueError: 31/1/2013 (line 2) has the day first, 1/31/2013 (line 3) the month: write all dates one way
    """
    slashed = [(line, text, _SLASHED.fullmatch(text)) for line, text in values]
    slashed = [(line, text, int(match[1]), int(match[2])) for line, text, match in slashed if match]
    day_first = next((row for row in slashed if row[2] > 12), None)
    month_first = next((row for row in slashed if row[3] > 12), None)
    if day_first and month_first:
        raise ValueError(
            f"{day_first[1]} (line {day_first[0]}) has the day first, "
            f"{month_first[1]} (line {month_first[0]}) the month: write all dates one way"
        )
    undecided = next((row for row in slashed if row[2] != row[3]), None)
    if undecided and not (day_first or month_first):
        raise ValueError(
            f"dates like {undecided[1]} (line {undecided[0]}) can be read month first or day first: "
            "write them as 2013-12-31"
        )
    order = (3, 2, 1) if day_first else (3, 1, 2)
    return lambda text: _read_date(text, order)


def _read_date(text, slashed_order):
    for pattern, order in ((_ISO, (1, 2, 3)), (_DOTTED, (3, 2, 1)), (_SLASHED, slashed_order)):
        if match := pattern.fullmatch(text):
            try:
                return date(*(int(match[group]) for group in order))
            except ValueError:
                break
    raise ValueError(f'"{text}" is no date')


def amount_reader(values):
    """The function that reads the amounts of a file, given all of them.

    >>> amount_reader(["1,234.50", "(7.5)"])("(1,234.50)")
    Decimal('-1234.50')
    >>> amount_reader(["1.234,50 €", "12"])("-1.234,50 €")
    Decimal('-1234.50')
    >>> amount_reader(["12", "¥3,000,000"])("3,000")
    Decimal('3000')
    >>> amount_reader(["12", "3,000"])
    Traceback (most recent call last):
    ValueError: amounts like 3,000 can be read in thousands or with three decimals: write 3000 or 3000.00
    >>> amount_reader(["1,5", "1.5"])
    Traceback (most recent call last):
    ValueError: the decimal mark is sometimes a point and sometimes a comma: write all amounts one way
    """
    marks = {mark for text in values if (mark := _decimal_mark(text))}
    if len(marks) > 1:
        raise ValueError("the decimal mark is sometimes a point and sometimes a comma: write all amounts one way")
    if not marks and (unclear := next((text for text in values if "," in text or "." in text), None)):
        plain = re.sub("[.,]", "", unclear)
        raise ValueError(
            f"amounts like {unclear} can be read in thousands or with three decimals: write {plain} or {plain}.00"
        )
    mark = marks.pop() if marks else "."
    return lambda text: _read_amount(text, mark)


def _decimal_mark(text):
    """The decimal mark that one amount proves, or ``None`` when it proves none."""
    seen = [c for c in text if c in ".,"]
    if not seen:
        return None
    if len(set(seen)) > 1:
        return seen[-1]
    if len(seen) > 1:
        return "." if seen[0] == "," else ","
    decimals = len(re.sub(r"\D", "", text.rsplit(seen[0], 1)[1]))
    return None if decimals == 3 else seen[0]


def _read_amount(text, mark):
    plain = _NOISE.sub("", text)
    sign = -1 if plain.startswith(("-", "(")) or plain.endswith("-") else 1
    plain = plain.strip("+-()")
    if not _AMOUNT.fullmatch(plain) or plain.count(mark) > 1:
        raise ValueError(f'"{text}" is no amount')
    whole, _mark, decimals = plain.partition(mark)
    return sign * Decimal(re.sub(r"\D", "", whole) + "." + decimals if decimals else re.sub(r"\D", "", whole))
