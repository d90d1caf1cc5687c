"""One document of each kind, made by Odoo itself and undone: the rows that the generated ones are copies of."""

import json

from dateutil.relativedelta import relativedelta
from psycopg2.extras import Json


def make(env, day):
    """Let Odoo make one document of each kind, keep their rows in ``bench.like_<kind>``, and undo them."""
    env.cr.execute("SAVEPOINT prototypes")
    rows = {kind: _row(env.cr, record) for kind, record in _prototypes(env, day)}
    env.cr.precommit.clear()
    env.cr.postcommit.clear()
    env.cr.execute("ROLLBACK TO SAVEPOINT prototypes")
    env.invalidate_all(flush=False)
    for kind, (table, row) in rows.items():
        env.cr.execute(
            f'CREATE TABLE bench."like_{kind}" AS SELECT * FROM jsonb_populate_record(NULL::"{table}", %s)',
            [Json(row, dumps=json.dumps)],
        )


def _row(cr, record):
    record.ensure_one()
    cr.execute(f'SELECT to_jsonb(record) FROM "{record._table}" record WHERE id = %s', [record.id])
    return record._table, cr.fetchone()[0]


def _prototypes(env, day):
    partner = env["res.partner"].create({"name": "Prototype", "is_company": True, "customer_rank": 1, "lang": "en_US"})
    contact = env["res.partner"].create({"name": "Prototype", "parent_id": partner.id, "type": "invoice"})
    invoice, refund, draft = (
        _document(env, partner, day, kind) for kind in ("out_invoice", "out_refund", "out_invoice")
    )
    foreign = _document(env, partner, day, "out_invoice", currency_id=env.ref("base.EUR").id)
    (invoice | refund | foreign).action_post()
    payment, _other = (_pay(document, day + relativedelta(months=1)) for document in (invoice, foreign))
    partial = _receivable(invoice).matched_credit_ids
    exchange = _receivable(foreign).matched_credit_ids.exchange_move_id
    env.flush_all()
    yield from (("partner", partner), ("contact", contact))
    yield from (("invoice", invoice), ("refund", refund), ("draft", draft))
    for kind, document in (("invoice", invoice), ("refund", refund), ("draft", draft)):
        yield from ((f"{kind}_term", _receivable(document)), (f"{kind}_product", _other_line(document)))
    entry = payment.move_id
    yield from (
        ("payment", entry),
        ("payment_order", payment),
        ("partial", partial),
        ("full", partial.full_reconcile_id),
    )
    yield from (("payment_receivable", _receivable(entry)), ("payment_outstanding", _other_line(entry)))
    yield from (("exchange", exchange), ("exchange_receivable", _receivable(exchange)))
    yield "exchange_result", _other_line(exchange)


def _document(env, partner, day, move_type, **values):
    line = {"name": "Goods", "quantity": 1, "price_unit": 100, "tax_ids": False}
    return env["account.move"].create(
        {
            "move_type": move_type,
            "partner_id": partner.id,
            "invoice_date": day,
            "date": day,
            "invoice_payment_term_id": False,
            "invoice_date_due": day,
            "invoice_line_ids": [(0, 0, line)],
            **values,
        }
    )


def _pay(document, day):
    wizard = document.env["account.payment.register"].with_context(active_model="account.move", active_ids=document.ids)
    values = {"payment_date": day, "currency_id": document.currency_id.id, "amount": document.amount_total}
    return wizard.create(values)._create_payments()


def _receivable(move):
    return move.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")


def _other_line(move):
    return move.line_ids - _receivable(move)
