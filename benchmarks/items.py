"""The journal items of every document: receivable and its counterpart, with what is left open of them."""

from .sources import EVENT_LINE, EXCHANGE_LINE, EXCHANGES, INVOICE_LINE, PAYMENTS, REFUNDS


def _line(identifier, move, balance, amount_currency):
    """A journal item without residual; amounts are SQL with their sign."""
    return {
        "id": identifier,
        "move_id": move,
        "move_name": "s.name",
        "partner_id": "s.partner_id",
        "currency_id": "s.currency_id",
        "date": "s.date",
        "balance": balance,
        "debit": f"greatest({balance}, 0)",
        "credit": f"greatest(-({balance}), 0)",
        "amount_currency": amount_currency,
        "amount_residual": "0",
        "amount_residual_currency": "0",
        "reconciled": "FALSE",
        "matching_number": "NULL",
        "full_reconcile_id": "NULL",
    }


def _priced(amount):
    return {"price_unit": amount, "price_subtotal": amount, "price_total": amount}


def _settled(columns):
    """The same item, matched: its number and, when its group is settled, the full reconciliation."""
    return columns | {"matching_number": "s.matching", "full_reconcile_id": "s.full_id"}


def invoice_items(source, kind):
    move = "%(id_account_move)s + s.n"
    term = _settled(_line(INVOICE_LINE, move, "s.balance", "s.amount_currency"))
    term |= {
        "date_maturity": "s.date_due",
        "invoice_date": "s.date",
        "name": "s.name",
        "amount_residual": "s.residual",
        "amount_residual_currency": "s.residual_currency",
        "reconciled": "s.is_full",
    }
    first, first_currency = (
        f"CASE WHEN s.has_two_lines THEN round(s.{field} * 0.6, 2) ELSE s.{field} END"
        for field in ("balance", "amount_currency")
    )
    second, second_currency = (f"s.{field} - round(s.{field} * 0.6, 2)" for field in ("balance", "amount_currency"))
    yield "account_move_line", f"{kind}_term", source, term
    for offset, condition, balance, amount in (
        (1, "TRUE", first, first_currency),
        (2, "has_two_lines", second, second_currency),
    ):
        columns = _line(f"{INVOICE_LINE} + {offset}", move, f"-({balance})", f"-({amount})")
        columns |= {"invoice_date": "s.date"} | _priced(amount)
        yield "account_move_line", f"{kind}_product", f"SELECT * FROM ({source}) d WHERE {condition}", columns


def refund_items():
    term = _settled(_line(EVENT_LINE, "s.move_id", "-s.balance", "-s.amount_currency"))
    term |= {
        "date_maturity": "s.date",
        "invoice_date": "s.date",
        "amount_residual": "CASE WHEN s.is_matched THEN 0 ELSE -s.balance END",
        "amount_residual_currency": "CASE WHEN s.is_matched THEN 0 ELSE -s.amount_currency END",
        "reconciled": "s.is_matched",
    }
    product = _line(f"{EVENT_LINE} + 1", "s.move_id", "s.balance", "s.amount_currency")
    product |= {"invoice_date": "s.date"} | _priced("s.amount_currency")
    yield "account_move_line", "refund_term", REFUNDS, term
    yield "account_move_line", "refund_product", REFUNDS, product


def payment_items():
    names = {"date_maturity": "s.date", "payment_id": "%(id_account_payment)s + s.k", "ref": "NULL"}
    receivable = _settled(_line(EVENT_LINE, "s.move_id", "-s.balance", "-s.amount_currency")) | names
    receivable |= {
        "price_subtotal": "-s.amount_currency",
        "price_total": "-s.amount_currency",
        "amount_residual": "CASE WHEN s.is_matched THEN 0 ELSE -s.balance END",
        "amount_residual_currency": "CASE WHEN s.is_matched THEN 0 ELSE -s.amount_currency END",
        "reconciled": "s.is_matched",
    }
    outstanding = _line(f"{EVENT_LINE} + 1", "s.move_id", "s.balance", "s.amount_currency") | names
    outstanding |= {
        "price_subtotal": "s.amount_currency",
        "price_total": "s.amount_currency",
        "amount_residual": "s.balance",
        "amount_residual_currency": "s.amount_currency",
    }
    yield "account_move_line", "payment_receivable", PAYMENTS, receivable
    yield "account_move_line", "payment_outstanding", PAYMENTS, outstanding


def exchange_items():
    receivable = _settled(_line(EXCHANGE_LINE, "s.move_id", "-s.loss", "0"))
    yield "account_move_line", "exchange_receivable", EXCHANGES, receivable | {"reconciled": "TRUE"}
    result = _line(f"{EXCHANGE_LINE} + 1", "s.move_id", "s.loss", "0")
    account = "CASE WHEN s.loss > 0 THEN %(loss_account)s ELSE %(gain_account)s END"
    yield "account_move_line", "exchange_result", EXCHANGES, result | {"account_id": account}
