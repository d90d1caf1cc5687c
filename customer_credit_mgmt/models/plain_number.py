"""Numbers in sentences: 60 %, not 60.00 %."""

from odoo.tools import formatLang


def plain_number(env, value, digits=2):
    """A number with the decimals that it has, ``digits`` at most, in the reader's language."""
    rounded = round(float(value), digits)
    needed = next(count for count in range(digits + 1) if count == digits or round(rounded, count) == rounded)
    return formatLang(env, rounded, digits=needed)
