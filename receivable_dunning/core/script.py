"""Texts with placeholders: ``{overdue}`` becomes the figure of the customer. Everything else is left as it is."""

import re

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


def placeholders(text):
    """Names of the placeholders of a text.

    >>> sorted(placeholders("Dear {contact}, {overdue} are open, {overdue}!"))
    ['contact', 'overdue']
    """
    return frozenset(PLACEHOLDER.findall(text or ""))


def fill_in(text, values):
    """The text with the values in place; what is not known stays as it stands.

    >>> fill_in("{contact}: {overdue} {unknown}", {"contact": "Ann", "overdue": "12.00"})
    'Ann: 12.00 {unknown}'
    """
    return PLACEHOLDER.sub(lambda match: str(values.get(match[1], match[0])), text or "")
