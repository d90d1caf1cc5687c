"""What is written into Odoo's tables: rows like a document that Odoo itself made, but for the columns named here.

A load is ``(table, prototype, source, columns)``: one row per row ``s`` of the source, a copy of the prototype (the row
of a document made by the ORM) where ``columns`` gives no other expression. So columns of any installed module are as
Odoo would fill them, and nothing here names a column that the size of the ledger does not change.
"""

from . import items
from .sources import DRAFT, EVENT_LINE, EVENTS, EXCHANGE_LINE, EXCHANGES, INVOICE_LINE, PAYMENTS, POSTED, REFUNDS


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
        "SELECT *, partner_id AS contact_id, date AS date_due,"
        " CASE WHEN is_matched THEN 0 ELSE balance END AS residual,"
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
          FROM ({EVENTS}) e LEFT JOIN bench.exchange x USING (k) WHERE is_matched
    """
    common = {
        "full_reconcile_id": "s.full_id",
        "debit_currency_id": "s.currency_id",
        "credit_currency_id": "s.currency_id",
        "max_date": "s.date",
    }
    matching = common | {
        "id": "%(id_account_partial_reconcile)s + 2 * s.k",
        "debit_move_id": INVOICE_LINE,
        "credit_move_id": EVENT_LINE,
        "amount": "s.amount",
        "debit_amount_currency": "s.amount_currency",
        "credit_amount_currency": "s.amount_currency",
        "exchange_move_id": "%(id_account_move)s + %(documents)s + %(events)s + s.x",
    }
    yield "account_partial_reconcile", "partial", events, matching
    difference = common | {
        "id": "%(id_account_partial_reconcile)s + 2 * s.k + 1",
        # a loss takes the rest off the invoice, a gain off the payment
        "debit_move_id": f"CASE WHEN s.loss > 0 THEN {INVOICE_LINE} ELSE {EXCHANGE_LINE} END",
        "credit_move_id": f"CASE WHEN s.loss > 0 THEN {EXCHANGE_LINE} ELSE {EVENT_LINE} END",
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
    yield from items.invoice_items(POSTED, "invoice")
    yield from items.invoice_items(DRAFT, "draft")
    yield from items.refund_items()
    yield from items.payment_items()
    yield from items.exchange_items()
    yield from _payments()
    yield from _reconciliations()


LINKS = """
    INSERT INTO account_move__account_payment (invoice_id, payment_id)
    SELECT %(id_account_move)s + n, %(id_account_payment)s + k
      FROM bench.event
     WHERE n IS NOT NULL AND kind = 'payment';
"""
