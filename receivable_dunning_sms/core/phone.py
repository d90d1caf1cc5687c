"""Whether a telephone number can be one that takes text messages, where no library of numbering plans tells."""

import re

SEPARATORS = re.compile(r"[\s().\-/]+")
# E.164: a country code and a number of 15 digits at most; shorter than 6 are services.
NUMBER = re.compile(r"\+?\d{6,15}")


def plausible(number: str | None) -> bool:
    """Digits of a plausible length, however they are set apart; letters and two numbers in one field are not.

    >>> [plausible(number) for number in ("+49 (30) 123-456", "138 0013 8000", "0049/30.1234567")]
    [True, True, True]
    >>> [plausible(number) for number in ("", None, "112", "see website", "030 1234567 or 0171 7654321", "+4930123x")]
    [False, False, False, False, False, False]
    """
    return bool(number and NUMBER.fullmatch(SEPARATORS.sub("", number)))
