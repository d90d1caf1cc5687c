"""What bin/demo needs a real language for: the database to show, a port, and waiting until Odoo answers."""

import argparse
import contextlib
import re
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psycopg2

import databases

DEFAULT_PORT = 8069
#: seconds that Odoo may take to answer
PATIENCE = 300
#: jobs that would talk to servers outside
OUTSIDE_JOBS = (
    "mail.ir_cron_module_update_notification",
    "sms.ir_cron_sms_scheduler_action",
    "snailmail.snailmail_print",
)


def database(options):
    """The database to show, cloned from its template at the first start and kept from then on."""
    if options.ledger:
        template = databases.ledger_suite_template(options.ledger)
        stem = re.sub(r"[^a-z0-9]+", "_", Path(options.ledger).stem.lower()).strip("_")[:30]
        name = f"{databases.PREFIX}_demo_{stem}_{databases.fingerprint(Path(options.ledger).read_bytes())}"
    else:
        template = databases.story_template()
        name = f"{databases.PREFIX}_demo_{databases.fingerprint(str(databases.ROOT))[:6]}"
    if options.reset:
        databases.drop(name)
    if not databases.exists(name):
        databases.clone(template, name)
        _sign(name, template)
    elif _signature(name) != template:
        databases.say(f"updating the addons in {name}; what you did there stays (--reset begins anew)")
        databases.odoo("-u", ",".join(databases.ADDONS), "--stop-after-init", database=name)
        _sign(name, template)
    _prepare(name, options.lang)
    return name


def _sign(name, template):
    databases.sql(f"COMMENT ON DATABASE \"{name}\" IS '{template}'")


def _signature(name):
    statement = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    [(template,)] = databases.sql(statement, name)
    return template


def _prepare(name, lang):
    """The administrator's language, and no job that asks servers outside."""
    with contextlib.closing(psycopg2.connect(dbname=name)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ir_cron SET active = FALSE FROM ir_model_data data"
            " WHERE data.model = 'ir.cron' AND data.res_id = ir_cron.id AND data.module || '.' || data.name = ANY(%s)",
            [list(OUTSIDE_JOBS)],
        )
        if lang:
            cursor.execute("SELECT array_agg(code) FROM res_lang WHERE active")
            [(there,)] = cursor.fetchall()
            if lang not in there:
                sys.exit(f"the languages of the demo are: {', '.join(sorted(there))}")
            cursor.execute(
                "UPDATE res_partner SET lang = %s FROM res_users"
                " WHERE res_users.partner_id = res_partner.id AND login = 'admin'",
                [lang],
            )


def port(options):
    """The wanted port, or a free one when only the default was wanted."""
    if found := _bindable(options.port or DEFAULT_PORT):
        return found
    if options.port:
        sys.exit(f"port {options.port} is taken: choose another one with --port")
    return _bindable(0)


def free(_options):
    """Any free port."""
    return _bindable(0)


def _bindable(wanted):
    """The port when it can be had (0: any port), else ``None``."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            return None
        return probe.getsockname()[1]


def wait(options):
    """Come back when the address answers."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(options.url, timeout=PATIENCE):
                return "ready"
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    sys.exit(f"{options.url} does not answer")


def main():
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(required=True)
    for function in (database, port, free, wait):
        command = commands.add_parser(function.__name__)
        command.set_defaults(function=function)
        command.add_argument("--ledger")
        command.add_argument("--lang")
        command.add_argument("--reset", action="store_true")
        command.add_argument("--port", type=int)
        command.add_argument("--url")
    options = parser.parse_args()
    print(options.function(options))


if __name__ == "__main__":
    main()
