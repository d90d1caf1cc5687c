"""What visitors type into forms, read with suspicion. Errors are in words fit for a customer."""

import re
from datetime import date

from odoo.exceptions import UserError
from odoo.http import request

KEY = re.compile(r"[0-9a-f]{32}")
# More than any account holds; also what "nan" and "inf" are not below.
MOST = 1e15
MEGABYTE = 1024 * 1024


def posted_amount(currency, text, default):
    """The amount in a form, as browsers send numbers, rounded to the currency; an empty one is the default."""
    text = text_of(text)
    if not text:
        return default
    try:
        amount = float(text)
    except ValueError:
        amount = None
    if amount is None or not abs(amount) < MOST:
        raise UserError(request.env._("“%(text)s” is not an amount: write it like 1234.56.", text=text[:20]))
    amount = currency.round(amount)
    if currency.compare_amounts(amount, 0.0) <= 0:
        raise UserError(request.env._("Please enter an amount above zero."))
    return amount


def posted_day(text):
    """The day in a form, as browsers send dates."""
    text = text_of(text)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UserError(request.env._("Please choose a day.")) from None


def posted_key(text):
    """The key of the form: without the one that the page gave it, nothing is done."""
    if not KEY.fullmatch(text_of(text)):
        raise UserError(request.env._("This page was open for too long: please send the form again."))
    return text


def posted_person(text):
    person = text_of(text)[:100]
    if not person:
        raise UserError(request.env._("Please give your name."))
    return person


def posted_number(text):
    """A whole number such as an id, or nothing."""
    text = text_of(text)
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def posted_files(most, megabytes):
    """``[(name, bytes)]`` of the files sent, read as far as is needed to see that they are too many or too large."""
    files = [file for file in request.httprequest.files.getlist("files") if file.filename]
    return [(file.filename, file.read(megabytes * MEGABYTE + 1)) for file in files[: most + 1]]


def text_of(value):
    """What was typed; a file where a text belongs is nothing. The database takes no NUL."""
    return value.replace("\0", "").strip() if isinstance(value, str) else ""
