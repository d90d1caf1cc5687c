"""What is written into Odoo's tables: rows like a document that Odoo itself made, but for the columns named here.

A load is ``(table, prototype, source, columns)``: one row per row ``s`` of the source, a copy of the prototype (the row
of a document made by the ORM) where ``columns`` gives no other expression. So columns of any installed module are as
Odoo would fill them, and nothing here names a column that the size of the ledger does not change.
"""

_INVOICE = """
    SELECT invoice.*, settlement.n IS NOT NULL AS is_settled, COALESCE(is_full, FALSE) AS is_full, only_refunds, matching,
           full_id, balance - COALESCE(settled, 0) AS residual,
           invoice.amount_currency - COALESCE(settled_currency, 0) AS residual_currency,
           %(invoice_prefix)s || extract(year FROM date) || '/' AS prefix
      FROM bench.invoice
      LEFT JOIN bench.settlement USING (n)
"""
_INVOICES = (
    f"SELECT *, prefix || lpad(number::text, greatest(5, length(number::text)), '0') AS name FROM ({_INVOICE}) i"
)
POSTED = f"SELECT * FROM ({_INVOICES}) i WHERE NOT is_draft"
DRAFT = f"SELECT * FROM ({_INVOICES}) i WHERE is_draft"

_EVENT = """
    SELECT event.*, settlement.matching, settlement.full_id, COALESCE(settlement.is_full, FALSE) AS is_full,
           event.n IS NOT NULL AS is_matched, %(id_account_move)s + %(documents)s + k AS move_id,
           CASE kind WHEN 'payment' THEN %(payment_prefix)s ELSE %(refund_prefix)s END || extract(year FROM date) || '/'
               AS prefix
      FROM bench.event
      LEFT JOIN bench.settlement USING (n)
"""
_EVENTS = f"SELECT *, prefix || lpad(number::text, greatest(5, length(number::text)), '0') AS name FROM ({_EVENT}) e"
PAYMENTS = f"SELECT * FROM ({_EVENTS}) e WHERE kind = 'payment'"
REFUNDS = f"SELECT * FROM ({_EVENTS}) e WHERE kind = 'refund'"

_EXCHANGE = """
    SELECT exchange.*, settlement.matching, settlement.full_id, %(id_account_move)s + %(documents)s + %(events)s + x AS move_id,
           %(exchange_prefix)s || to_char(date, 'YYYY/MM/') AS prefix
      FROM bench.exchange
      JOIN bench.settlement USING (n)
"""
EXCHANGES = (
    f"SELECT *, prefix || lpad(number::text, greatest(4, length(number::text)), '0') AS name FROM ({_EXCHANGE}) x"
)

_INVOICE_LINE = "%(id_account_move_line)s + 3 * s.n"
_EVENT_LINE = "%(id_account_move_line)s + 3 * (%(documents)s + 1) + 2 * s.k"
_EXCHANGE_LINE = "%(id_account_move_line)s + 3 * (%(documents)s + 1) + 2 * (%(events)s + 1) + 2 * s.x"


def _naming():
    return {"name": "s.name", "sequence_prefix": "s.prefix", "sequence_number": "s.number"}


def _document(sign):
    """Amounts of an invoice (sign 1) or a credit note (-1) without tax; ``s.residual`` is what is open of it."""
    return {
        "partner_id": "s.contact_id",
        "partner_shipping_id": "s.contact_id",
        "commercial_partner_id": "s.partner_id",
        "invoice_user_id": "s.user_id",
        "date": "s.date",
        "invoice_date": "s.date",
        "invoice_date_due": "s.date_due",
        "currency_id": "s.currency_id",
        "invoice_currency_rate": "s.rate",
        "amount_untaxed": "s.amount_currency",
        "amount_total": "s.amount_currency",
        "amount_residual": "s.residual_currency",
        "amount_untaxed_signed": f"{sign} * s.balance",
        "amount_untaxed_in_currency_signed": f"{sign} * s.amount_currency",
        "amount_total_signed": f"{sign} * s.balance",
        "amount_total_in_currency_signed": f"{sign} * s.amount_currency",
        "amount_residual_signed": f"{sign} * s.residual",
        "invoice_partner_display_name": "(SELECT complete_name FROM res_partner WHERE id = s.contact_id)",
    }


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


def _invoice_lines(source, kind):
    move = "%(id_account_move)s + s.n"
    term = _settled(_line(_INVOICE_LINE, move, "s.balance", "s.amount_currency"))
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
        columns = _line(f"{_INVOICE_LINE} + {offset}", move, f"-({balance})", f"-({amount})")
        columns |= {"invoice_date": "s.date"} | _priced(amount)
        yield "account_move_line", f"{kind}_product", f"SELECT * FROM ({source}) d WHERE {condition}", columns


def _refund_lines():
    term = _settled(_line(_EVENT_LINE, "s.move_id", "-s.balance", "-s.amount_currency"))
    term |= {
        "date_maturity": "s.date",
        "invoice_date": "s.date",
        "amount_residual": "CASE WHEN s.is_matched THEN 0 ELSE -s.balance END",
        "amount_residual_currency": "CASE WHEN s.is_matched THEN 0 ELSE -s.amount_currency END",
        "reconciled": "s.is_matched",
    }
    product = _line(f"{_EVENT_LINE} + 1", "s.move_id", "s.balance", "s.amount_currency")
    product |= {"invoice_date": "s.date"} | _priced("s.amount_currency")
    yield "account_move_line", "refund_term", REFUNDS, term
    yield "account_move_line", "refund_product", REFUNDS, product


def _payment_lines():
    names = {"date_maturity": "s.date", "payment_id": "%(id_account_payment)s + s.k", "ref": "NULL"}
    receivable = _settled(_line(_EVENT_LINE, "s.move_id", "-s.balance", "-s.amount_currency")) | names
    receivable |= {
        "price_subtotal": "-s.amount_currency",
        "price_total": "-s.amount_currency",
        "amount_residual": "CASE WHEN s.is_matched THEN 0 ELSE -s.balance END",
        "amount_residual_currency": "CASE WHEN s.is_matched THEN 0 ELSE -s.amount_currency END",
        "reconciled": "s.is_matched",
    }
    outstanding = _line(f"{_EVENT_LINE} + 1", "s.move_id", "s.balance", "s.amount_currency") | names
    outstanding |= {
        "price_subtotal": "s.amount_currency",
        "price_total": "s.amount_currency",
        "amount_residual": "s.balance",
        "amount_residual_currency": "s.amount_currency",
    }
    yield "account_move_line", "payment_receivable", PAYMENTS, receivable
    yield "account_move_line", "payment_outstanding", PAYMENTS, outstanding


def _exchange_lines():
    receivable = _settled(_line(_EXCHANGE_LINE, "s.move_id", "-s.loss", "0"))
    yield "account_move_line", "exchange_receivable", EXCHANGES, receivable | {"reconciled": "TRUE"}
    result = _line(f"{_EXCHANGE_LINE} + 1", "s.move_id", "s.loss", "0")
    account = "CASE WHEN s.loss > 0 THEN %(loss_account)s ELSE %(gain_account)s END"
    yield "account_move_line", "exchange_result", EXCHANGES, result | {"account_id": account}


def _partners():
    customers = "SELECT * FROM bench.customer"
    company = {
        "id": "s.partner_id",
        "name": "s.name",
        "complete_name": "s.name",
        "commercial_partner_id": "s.partner_id",
        "commercial_company_name": "s.name",
        "country_id": "s.country_id",
        "user_id": "s.user_id",
        "email": "'ar' || s.rank || '@example.com'",
        "email_normalized": "'ar' || s.rank || '@example.com'",
        "ref": "'C' || s.rank",
    }
    contact = company | {
        "id": "s.contact_id",
        "parent_id": "s.partner_id",
        "name": "'Contact ' || s.rank",
        "complete_name": "s.name || ', Contact ' || s.rank",
        "email": "'contact' || s.rank || '@example.com'",
        "email_normalized": "'contact' || s.rank || '@example.com'",
    }
    yield "res_partner", "partner", customers, company
    yield "res_partner", "contact", f"{customers} WHERE contact_id IS NOT NULL", contact


def _moves():
    posted = _naming() | _document(1)
    posted |= {
        "id": "%(id_account_move)s + s.n",
        "payment_reference": "s.name",
        "payment_state": "CASE WHEN NOT s.is_settled THEN 'not_paid' WHEN NOT s.is_full THEN 'partial'"
        " WHEN s.only_refunds THEN 'reversed' ELSE 'paid' END",
    }
    yield "account_move", "invoice", POSTED, posted
    yield "account_move", "draft", DRAFT, _document(1) | {"id": "%(id_account_move)s + s.n"}
    refunds = (
        "SELECT *, partner_id AS contact_id, date AS date_due, CASE WHEN is_matched THEN 0 ELSE balance END AS residual,"
        f" CASE WHEN is_matched THEN 0 ELSE amount_currency END AS residual_currency FROM ({REFUNDS}) r"
    )
    refund = _naming() | _document(-1)
    refund |= {"id": "s.move_id", "payment_state": "CASE WHEN s.is_matched THEN 'paid' ELSE 'not_paid' END"}
    yield "account_move", "refund", refunds, refund
    entry = {"id": "s.move_id", "date": "s.date", "amount_total_signed": "s.balance"} | _naming()
    payment = entry | {
        "partner_id": "s.partner_id",
        "commercial_partner_id": "s.partner_id",
        "currency_id": "s.currency_id",
        "amount_total": "s.amount_currency",
        "amount_total_in_currency_signed": "s.amount_currency",
        "origin_payment_id": "%(id_account_payment)s + s.k",
        "ref": "NULL",
        "invoice_partner_display_name": "(SELECT complete_name FROM res_partner WHERE id = s.partner_id)",
    }
    yield "account_move", "payment", PAYMENTS, payment
    yield "account_move", "exchange", EXCHANGES, entry | {"amount_total_signed": "abs(s.loss)"}


def _payments():
    columns = {
        "id": "%(id_account_payment)s + s.k",
        "move_id": "s.move_id",
        "name": "s.name",
        "partner_id": "s.partner_id",
        "currency_id": "s.currency_id",
        "date": "s.date",
        "amount": "s.amount_currency",
        "amount_company_currency_signed": "s.balance",
        "memo": "NULL",
        "is_reconciled": "s.is_matched",
        "state": "CASE WHEN s.is_full THEN 'paid' ELSE 'in_process' END",
    }
    yield "account_payment", "payment_order", PAYMENTS, columns


def _reconciliations():
    full = "SELECT full_id FROM bench.settlement WHERE is_full"
    yield "account_full_reconcile", "full", full, {"id": "s.full_id"}
    events = f"""
        SELECT e.*, least(settles, e.balance) AS amount, x.x
          FROM ({_EVENTS}) e LEFT JOIN bench.exchange x USING (k) WHERE is_matched
    """
    common = {
        "full_reconcile_id": "s.full_id",
        "debit_currency_id": "s.currency_id",
        "credit_currency_id": "s.currency_id",
        "max_date": "s.date",
    }
    matching = common | {
        "id": "%(id_account_partial_reconcile)s + 2 * s.k",
        "debit_move_id": _INVOICE_LINE,
        "credit_move_id": _EVENT_LINE,
        "amount": "s.amount",
        "debit_amount_currency": "s.amount_currency",
        "credit_amount_currency": "s.amount_currency",
        "exchange_move_id": "%(id_account_move)s + %(documents)s + %(events)s + s.x",
    }
    yield "account_partial_reconcile", "partial", events, matching
    difference = common | {
        "id": "%(id_account_partial_reconcile)s + 2 * s.k + 1",
        # a loss takes the rest off the invoice, a gain off the payment
        "debit_move_id": f"CASE WHEN s.loss > 0 THEN {_INVOICE_LINE} ELSE {_EXCHANGE_LINE} END",
        "credit_move_id": f"CASE WHEN s.loss > 0 THEN {_EXCHANGE_LINE} ELSE {_EVENT_LINE} END",
        "amount": "abs(s.loss)",
        "debit_amount_currency": "0",
        "credit_amount_currency": "0",
        "exchange_move_id": "NULL",
    }
    yield "account_partial_reconcile", "partial", EXCHANGES, difference


def loads():
    """Every load in order; foreign keys are checked when all of them are done."""
    yield from _partners()
    yield from _moves()
    yield from _invoice_lines(POSTED, "invoice")
    yield from _invoice_lines(DRAFT, "draft")
    yield from _refund_lines()
    yield from _payment_lines()
    yield from _exchange_lines()
    yield from _payments()
    yield from _reconciliations()


LINKS = """
    INSERT INTO account_move__account_payment (invoice_id, payment_id)
    SELECT %(id_account_move)s + n, %(id_account_payment)s + k FROM bench.event WHERE n IS NOT NULL AND kind = 'payment';
"""
