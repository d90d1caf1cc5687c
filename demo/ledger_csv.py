"""Reads a file of invoices into plain, checked rows. Knows nothing of Odoo.

    >>> text = "customer;number;invoice date;due date;amount;paid\\nC1;17;31/01/2024;01/03/2024;1.234,50;\\n"
    >>> (row,) = parse(text)
    >>> row.customer, row.date, row.due, row.amount, row.paid_on
    ('C1', datetime.date(2024, 1, 31), datetime.date(2024, 3, 1), Decimal('1234.50'), None)

Delimiter, order of day and month, and decimal mark are decided by the whole file; what can be read both ways is an
error, never a guess. All mistakes of a file are reported at once, with their lines.
"""

import csv
import io
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .ledger_columns import LedgerError, Problems, columns, speaks_chinese
from .ledger_formats import amount_reader, date_reader

YES = frozenset(["1", "y", "yes", "true", "t", "x", "oui", "ja", "si", "sí", "是"])
NO = frozenset(["", *["0", "n", "no", "false", "f", "non", "nein", "否"]])


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One document: an invoice, or a credit note when the amount is negative."""

    line: int
    customer: str
    number: str
    date: date
    due: date
    amount: Decimal
    country: str = ""
    currency: str = ""
    paid_on: date | None = None
    #: an outcome, known only later: never an input of a score
    disputed: bool = False


def read(path):
    """The rows of a file in UTF-8, or in the code page a spreadsheet of China or Europe saves."""
    with open(path, "rb") as handle:
        return parse(decode(handle.read()))


def decode(content):
    """Text of a file; a file that is not UTF-8 is Chinese when its first line is then understood, else Western.

    >>> decode("客户,金额".encode("gb18030")), decode("Kunde Müller".encode("cp1252"))
    ('客户,金额', 'Kunde Müller')
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        chinese = content.decode("gb18030", errors="replace")
        return chinese if speaks_chinese(chinese.split("\n", 1)[0]) else content.decode("cp1252", errors="replace")


def parse(text):
    """Checked rows of the text of a file.

    >>> parse("customer,number,date,due,amount\\nC1,1,2024-01-31,2024-01-01,0\\n")
    Traceback (most recent call last):
    demo.ledger_columns.LedgerError: The file was not loaded:
    line 2: amount is zero
    line 2: due date 2024-01-01 is before the invoice date 2024-01-31
    """
    problems = Problems()
    records = _records(text, problems)
    rows = _rows(records, problems)
    _check_rows(rows, problems)
    problems.raise_if_any()
    if not rows:
        raise LedgerError(["there is no invoice in the file"])
    return rows


def _records(text, problems):
    """``(line, {field: text})`` of every line that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    header = next(reader, [])
    found = columns(header)
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            problems.add(reader.line_num, f"{len(cells)} cells where the header has {len(header)}")
            continue
        yield reader.line_num, {name: cells[place].strip() for name, place in found.items()}


def _delimiter(text):
    first = text.lstrip("\r\n").split("\n", 1)[0]
    return max(",;\t|", key=first.count)


def _rows(records, problems):
    records = list(records)
    dates = [(line, r[name]) for line, r in records for name in ("date", "due", "paid_on") if r.get(name)]
    read_date = problems.attempt(0, date_reader, dates)
    read_amount = problems.attempt(0, amount_reader, [r["amount"] for _line, r in records])
    if not (read_date and read_amount):
        problems.raise_if_any()
    rows = []
    for line, record in records:
        before = len(problems.found)
        row = _row(line, record, (read_date, read_amount), problems)
        rows += [row] if len(problems.found) == before else []
    return rows


def _row(line, record, readers, problems):
    read_date, read_amount = readers
    for name in ("customer", "number", "date", "amount"):
        if not record[name]:
            problems.add(line, f"{name} is empty")
    day = problems.attempt(line, read_date, record["date"]) if record["date"] else None
    return LedgerRow(
        line=line,
        customer=record["customer"],
        number=record["number"],
        date=day,
        due=problems.attempt(line, read_date, record["due"]) if record["due"] else day,
        amount=problems.attempt(line, read_amount, record["amount"]) if record["amount"] else None,
        country=record.get("country", ""),
        currency=record.get("currency", "").upper(),
        paid_on=problems.attempt(line, read_date, record["paid_on"]) if record.get("paid_on") else None,
        disputed=problems.attempt(line, _yes, record.get("disputed", "")),
    )


def _yes(text):
    if text.casefold() in YES | NO:
        return text.casefold() in YES
    raise ValueError(f'disputed is "{text}": write yes or no')


def _check_rows(rows, problems):
    first_lines, countries = {}, {}
    for row in rows:
        if not row.amount:
            problems.add(row.line, "amount is zero")
        if row.due < row.date:
            problems.add(row.line, f"due date {row.due} is before the invoice date {row.date}")
        first = first_lines.setdefault(row.number, row.line)
        if first != row.line:
            problems.add(row.line, f"number {row.number} is already on line {first}")
        country = countries.setdefault(row.customer, row.country)
        if country != row.country:
            problems.add(row.line, f'customer {row.customer} is in "{row.country}", before in "{country}"')
