"""A real ledger for tests: booked once into a template, cloned once per process, rolled back after each test."""

import atexit
import contextlib
import csv
import functools
import os
import unittest
from collections import namedtuple
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from odoo.modules.registry import Registry
from odoo.sql_db import close_db
from odoo.tests import TransactionCase, tagged
from odoo.tools import config

import databases

SHARED = Path(os.environ.get("CREDIT_SUITE_SHARED") or databases.ROOT.parent / "shared")
LEDGER_FOLDER = SHARED / "data" / "ibm_ar"

Item = namedtuple("Item", "customer number date due amount paid_on disputed")


def ledger_file():
    """The file of the data set, or ``None`` where developers do not have it."""
    return next(iter(sorted(LEDGER_FOLDER.glob("*.csv"))), None)


@functools.cache
def ledger_items():
    """The lines of the file, read here in the plainest way: the loader is not trusted to say what it should load."""

    def day(text):
        return datetime.strptime(text, "%m/%d/%Y").date()

    with open(ledger_file(), newline="") as handle:
        return [
            Item(
                line["customerID"],
                line["invoiceNumber"],
                day(line["InvoiceDate"]),
                day(line["DueDate"]),
                Decimal(line["InvoiceAmount"]),
                day(line["SettledDate"]),
                line["Disputed"] == "Yes",
            )
            for line in csv.DictReader(handle)
        ]


def open_on(as_of: date):
    """The items of the file that are open at the end of a day: invoiced by then and paid later."""
    return [item for item in ledger_items() if item.date <= as_of < item.paid_on]


@functools.cache
def _ledger_clone():
    """Name of this process's own copy of the loaded ledger; it goes with the process."""
    name = f"{databases.PREFIX}_tmp_ledger_{os.getpid()}"
    databases.clone(databases.ledger_suite_template(ledger_file()), name)
    atexit.register(_drop_clone, name)
    return name


def _drop_clone(name):
    Registry.delete(name)
    close_db(name)
    databases.drop(name)


@contextlib.contextmanager
def _options(**values):
    before = {name: config[name] for name in values}
    config.options.update(values)
    try:
        yield
    finally:
        config.options.update(before)


@tagged("post_install", "-at_install")
class LedgerCase(TransactionCase):
    """Tests on the 2,466 invoices of the data set, in the company ``cls.company``.

    ``cls.env`` works as superuser in that company; each test is rolled back.
    """

    @classmethod
    def setUpClass(cls):
        if ledger_file() is None:
            raise unittest.SkipTest(f"the data set is not there: {LEDGER_FOLDER}")
        name = _ledger_clone()
        with _options(test_enable=False):
            Registry(name)
        # the framework opens the database that the configuration names
        cls.enterClassContext(_options(db_name=[name], dbfilter=f"^{name}$"))
        super().setUpClass()
        cls.company = cls.env["res.company"].search([("name", "=", "Ledger")])
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": cls.company.ids})
        cls.company = cls.company.with_env(cls.env)
        cls.ledger = cls.env["receivable.ledger"]

    def _rows(self, statement):
        return self.env.execute_query_dict(statement)

    def _open_items(self, as_of):
        return self._rows(self.ledger._open_items_sql(as_of, self.company))
