"""Fills a copy of the base template with a ledger of any size, by one statement per table.

Prototypes (one document of each kind, made by Odoo itself and rolled back) give every column that does not matter here;
``statements`` draws customers, invoices and what happened to them; ``loads`` writes the rows. Without secondary indexes
and foreign keys, which are made again at the end and thereby checked.
"""

import contextlib
import json
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dateutil.relativedelta import relativedelta
from psycopg2.extras import Json

import databases

from . import database, loads, statements

MONTHS = 36
CURRENCIES = ("EUR", "GBP", "CNY")
COUNTRIES = ("DE", "FR", "GB", "NL", "IT", "ES", "CN", "US")
SALESPEOPLE = 12
TABLES = (
    "res_partner",
    "account_move",
    "account_move_line",
    "account_payment",
    "account_full_reconcile",
    "account_partial_reconcile",
    "account_move__account_payment",
)
END_PARAMETER = "benchmark.end_date"


@dataclass(frozen=True, slots=True)
class Size:
    """Customers and posted invoices (credit notes, payments and drafts come on top); ``end`` is the last day."""

    customers: int
    invoices: int
    end: date | None = None

    @property
    def key(self):
        """Name of the ledger: the sizes, what generates it, and the last day when it was asked for."""
        sources = [Path(module.__file__) for module in (statements, loads)] + [Path(__file__)]
        return (
            f"{self.customers}_{self.invoices}_{databases.fingerprint(databases.base_template(), self.end, *sources)}"
        )


def ensure(size):
    """Name of the database that holds this ledger, generated when it is not there yet."""

    def build(name):
        databases.clone(databases.base_template(), name)
        fill(name, size)

    return databases.ensure("bench", size.key, build)


def fill(name, size):
    """Generate the ledger in database ``name``; its last day is kept in a system parameter."""
    with database.environment(name) as env:
        end = size.end or date.today()
        parameters = _parameters(env, size, end)
        with _step("prototypes"):
            env.cr.execute(statements.RANDOM)
            env.cr.execute(statements.RATES, parameters)
            _make_prototypes(env, parameters["start"] - relativedelta(months=2))
        env["ir.config_parameter"].set_param(END_PARAMETER, str(end))
        env.cr.commit()
        _draw(env.cr, parameters)
        env.cr.execute("SELECT count(*) FROM bench.event")
        _load(env.cr, parameters | {"events": env.cr.fetchone()[0]})
        with _step("tidying up"):
            env.cr.execute("DROP SCHEMA bench CASCADE")
            for table in (*TABLES, "res_currency_rate"):
                _restart_sequence(env.cr, table)
            env.cr.commit()
    with _step("VACUUM ANALYZE"):
        database.vacuum(name)


def end_date(env):
    """Last day of the ledger in this database."""
    return date.fromisoformat(env["ir.config_parameter"].sudo().get_param(END_PARAMETER))


@contextlib.contextmanager
def _step(label):
    begin = time.monotonic()
    yield
    databases.say(f"{label}: {time.monotonic() - begin:.1f} s")


# ----------------------------------------------------------------------
# What the statements are told
# ----------------------------------------------------------------------


def _parameters(env, size, end):
    company = env.company
    currencies = env["res.currency"].with_context(active_test=False).search([("name", "in", CURRENCIES)])
    currencies.active = True
    countries = env["res.country"].search([("code", "in", COUNTRIES)], order="code")
    sale, bank = (env["account.journal"].search([("type", "=", kind)], limit=1) for kind in ("sale", "bank"))
    drafts = max(size.invoices // 300, 1)
    return {
        "company": company.id,
        "company_currency": company.currency_id.id,
        **{f"currency_{position}": currency.id for position, currency in enumerate(currencies.sorted("name"), 1)},
        "countries": countries.ids,
        "users": _salespeople(env).ids,
        "customers": size.customers,
        "invoices": size.invoices,
        "drafts": drafts,
        "documents": size.invoices + drafts,
        "unmatched": max(size.invoices // 70, 3),
        "start": end - relativedelta(months=MONTHS) + relativedelta(days=1),
        "end": end,
        "invoice_prefix": f"{sale.code}/",
        "refund_prefix": f"R{sale.code}/",
        "payment_prefix": f"P{bank.code}/",
        "exchange_prefix": f"{company.currency_exchange_journal_id.code}/",
        "taken": env["account.move"].search([], order="sequence_number DESC", limit=1).sequence_number,
        "gain_account": company.income_currency_exchange_account_id.id,
        "loss_account": company.expense_currency_exchange_account_id.id,
        **{f"id_{table}": _free_id(env.cr, table) for table in TABLES if not table.endswith("__account_payment")},
    }


def _salespeople(env):
    groups = env.ref("base.group_user") | env.ref("sales_team.group_sale_salesman")
    names = [f"salesperson{number:02}" for number in range(1, SALESPEOPLE + 1)]
    values = [{"name": name.title(), "login": name, "group_ids": groups.ids} for name in names]
    return env["res.users"].with_context(no_reset_password=True).create(values)


def _free_id(cr, table):
    cr.execute(f'SELECT COALESCE(max(id), 0) + 1000 FROM "{table}"')
    return cr.fetchone()[0]


# ----------------------------------------------------------------------
# Prototypes
# ----------------------------------------------------------------------


def _make_prototypes(env, day):
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


# ----------------------------------------------------------------------
# Writing
# ----------------------------------------------------------------------


def _draw(cr, parameters):
    for label, statement in statements.STAGING:
        with _step(label):
            cr.execute(statement, parameters)
            cr.commit()


def _load(cr, parameters):
    """Write all rows without indexes and foreign keys, then make those again."""
    restore = _take_away(cr, TABLES)
    for table, kind, source, columns in loads.loads():
        with _step(f"{table} ({kind})"):
            cr.execute(_insert(cr, table, kind, source, columns), parameters)
            cr.commit()
    cr.execute(loads.LINKS, parameters)
    with _step("indexes and foreign keys"):
        for statement in restore:
            cr.execute(statement)
        cr.commit()


def _insert(cr, table, kind, source, columns):
    cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND table_schema = 'public'", [table]
    )
    names = [name for (name,) in cr.fetchall()]
    unknown = set(columns) - set(names)
    if unknown:
        raise ValueError(f"{table} has no columns {sorted(unknown)}")
    values = ", ".join(columns.get(name, f'prototype."{name}"') for name in names)
    targets = ", ".join(f'"{name}"' for name in names)
    return (
        f'INSERT INTO "{table}" ({targets}) SELECT {values} FROM ({source}) s CROSS JOIN bench."like_{kind}" prototype'
    )


def _take_away(cr, tables):
    """Drop foreign keys and all indexes that are not constraints; return the statements that bring them back."""
    cr.execute(
        """
        SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
               format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))
          FROM pg_constraint
         WHERE contype = 'f' AND conrelid = ANY(%(tables)s::regclass[])
         UNION ALL
        SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
          FROM pg_index
         WHERE indrelid = ANY(%(tables)s::regclass[])
           AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'))
        """,
        {"tables": list(tables)},
    )
    rows = cr.fetchall()
    for away, _back in rows:
        cr.execute(away)
    indexes_first = sorted((back for _away, back in rows), key=lambda back: not back.startswith("CREATE"))
    return indexes_first


def _restart_sequence(cr, table):
    cr.execute("SELECT 1 FROM information_schema.columns WHERE table_name = %s AND column_name = 'id'", [table])
    if cr.fetchone():
        cr.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM \"{table}\"))")
