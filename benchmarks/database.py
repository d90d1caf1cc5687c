"""Odoo environments on benchmark databases, and what PostgreSQL does outside transactions."""

import contextlib
import os

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.sql_db import close_db
from odoo.tools import config


def configure():
    """Point Odoo to the repository's addons; needed once per process before any registry is loaded."""
    config.parse_config(["--addons-path", os.environ["ADDONS_PATH"], "--log-level=warn"], setup_logging=True)


@contextlib.contextmanager
def environment(name):
    """An environment of the superuser on database ``name``; nothing is left open, so that it can be renamed."""
    registry = Registry(name)
    try:
        with registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})
    finally:
        release(name)


def release(name):
    """Forget the registry of a database and close its connections."""
    Registry.delete(name)
    close_db(name)


def vacuum(name, *tables):
    """``VACUUM ANALYZE`` (of everything when no table is named): index-only scans need the visibility map."""
    with contextlib.closing(psycopg2.connect(dbname=name)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM (ANALYZE) {', '.join(tables)}")
