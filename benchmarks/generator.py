"""Fills a copy of the base template with a ledger of any size, by one statement per table.

Prototypes (one document of each kind, made by Odoo itself and rolled back) give every column that does not matter here;
``statements`` draws customers, invoices and what happened to them; ``loads`` writes the rows. Without secondary indexes
and foreign keys, which are made again at the end and thereby checked.
"""

import ast
import contextlib
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dateutil.relativedelta import relativedelta

import databases

from . import database, items, loads, prototypes, sources, statements

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
        modules = [_meaning(Path(module.__file__)) for module in (statements, sources, items, loads, prototypes)]
        key = databases.fingerprint(databases.base_template(), self.end, *modules, _meaning(Path(__file__)))
        return f"{self.customers}_{self.invoices}_{key}"


def _meaning(path):
    """A module without comments and layout, also of its SQL: formatting it makes no other ledger."""
    return " ".join(ast.dump(ast.parse(path.read_text())).replace("\\n", " ").split())


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
            prototypes.make(env, parameters["start"] - relativedelta(months=2))
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
