"""What the columns of a ledger may be called, and how the mistakes of a file are told."""

from dataclasses import dataclass, field

REQUIRED = ("customer", "number", "date", "due", "amount")
#: what a column may be called, spaces, dots, dashes, underscores and case apart
_ALIASES = {
    "customer": "customer customerid customerno customercode customername partner client debtor account"
    " 客户 客户名称 客户编号",
    "country": "country countrycode land pays 国家 国家代码 国家地区",
    "number": "number invoice invoicenumber invoiceno invoiceid document documentnumber documentno reference ref"
    " 发票号 发票号码 单据号",
    "date": "invoicedate documentdate issuedate date billingdate 发票日期 开票日期 单据日期",
    "due": "duedate due invoicedatedue maturity maturitydate netduedate 到期日 到期日期 应付日期",
    "amount": "amount invoiceamount total amounttotal totalamount gross grossamount 金额 发票金额 价税合计",
    "currency": "currency currencycode curr 币种 货币",
    "paid_on": "paymentdate paiddate paid paidon settleddate cleardate clearingdate 付款日期 收款日期 回款日期",
    "disputed": "disputed dispute indispute 争议 是否争议",
}
ALIASES = {name: known.split() for name, known in _ALIASES.items()}
PROBLEMS_SHOWN = 20


class LedgerError(ValueError):
    """The file cannot be loaded; ``problems`` lists every mistake that was found."""

    def __init__(self, problems):
        self.problems = list(problems)
        more = len(self.problems) - PROBLEMS_SHOWN
        shown = self.problems[:PROBLEMS_SHOWN] + ([f"... and {more} more"] if more > 0 else [])
        super().__init__("The file was not loaded:\n" + "\n".join(shown))


@dataclass(slots=True)
class Problems:
    """Collects the mistakes of a file while it is read on."""

    found: list = field(default_factory=list)

    def add(self, line, text):
        self.found.append(f"line {line}: {text}" if line else str(text))

    def attempt(self, line, read, *values):
        """``read(*values)``, or ``None`` with its complaint noted."""
        try:
            return read(*values)
        except ValueError as error:
            self.add(line, error)
            return None

    def raise_if_any(self):
        if self.found:
            raise LedgerError(self.found)


def columns(header):
    """``{field: position}`` of a header line.

    >>> columns(["countryCode", "customerID", "invoiceNumber", "Invoice Date", "due_date", "InvoiceAmount"])
    {'customer': 1, 'country': 0, 'number': 2, 'date': 3, 'due': 4, 'amount': 5}
    >>> columns(["customer", "amount", "total"])
    Traceback (most recent call last):
    demo.ledger_columns.LedgerError: The file was not loaded:
    no column for "number" (known as: number, invoice, invoicenumber, ...)
    no column for "date" (known as: invoicedate, documentdate, issuedate, ...)
    no column for "due" (known as: duedate, due, invoicedatedue, ...)
    the columns amount, total all mean "amount": keep one
    """
    problems, found = Problems(), {}
    plain = ["".join(c for c in name.casefold() if c.isalnum()) for name in header]
    for name, known in ALIASES.items():
        places = [place for place, title in enumerate(plain) if title in known]
        if len(places) > 1:
            titles = ", ".join(header[place] for place in places)
            problems.add(0, f'the columns {titles} all mean "{name}": keep one')
        elif not places and name in REQUIRED:
            problems.add(0, f'no column for "{name}" (known as: {", ".join(known[:3])}, ...)')
        if places:
            found[name] = places[0]
    problems.raise_if_any()
    return found


def speaks_chinese(header):
    """Does a header line name a column in Chinese?"""
    return any(alias in header for known in ALIASES.values() for alias in known if not alias.isascii())
