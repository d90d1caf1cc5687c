"""``bin/bench``: generate a ledger when needed, bring the addons in it up to date, measure, report."""

import argparse
import dataclasses
import json
import os
import platform
import sys
from datetime import date, datetime, timezone

import databases

from . import database, generator, validation
from .harness import measure
from .operations import REGISTRY

SUITE_PARAMETER = "benchmark.suite_key"


def main():
    """Entry point of ``bin/bench``; fails when an operation crashed or gave another answer than its floor."""
    options = _options()
    database.configure()
    size = generator.Size(options.customers, options.invoices, options.end)
    name = generator.ensure(size)
    _bring_up_to_date(name)
    if options.check:
        _check(name)
    measurements = []
    for operation in options.operations:
        databases.say(REGISTRY[operation].title)
        measurements.append(measure(REGISTRY[operation](), name, options.repeat))
    print(_table(measurements))
    if options.json:
        _write_json(options, name, measurements)
    sys.exit(any(measurement.problem not in (None, "not installed") for measurement in measurements))


def _options():
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000)
    parser.add_argument("--invoices", type=int, default=10_000)
    parser.add_argument("--end", type=date.fromisoformat, help="last day of the ledger (default: the day it is made)")
    parser.add_argument("--operations", type=_operations, default=list(REGISTRY), help=", ".join(REGISTRY))
    parser.add_argument("--repeat", type=int, default=3, help="timed runs of each operation and floor (default 3)")
    parser.add_argument("--json", help="also write the measurements to this file")
    parser.add_argument("--check", action="store_true", help="prove the ledger against Odoo before measuring")
    return parser.parse_args()


def _operations(text):
    names = text.split(",")
    unknown = set(names) - REGISTRY.keys()
    if unknown:
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(sorted(unknown))}")
    return names


def _bring_up_to_date(name):
    """Install or update the addons when their files are not those the database was last used with."""
    key = databases.suite_key()
    with database.environment(name) as env:
        known = env["ir.config_parameter"].get_param(SUITE_PARAMETER)
    if known == key:
        return
    databases.say(f"{'updating' if known else 'installing'} the addons in {name}")
    modules = ",".join(databases.ADDONS)
    databases.odoo("-i", modules, "-u", modules, "--stop-after-init", database=name)
    with database.environment(name) as env:
        env["ir.config_parameter"].set_param(SUITE_PARAMETER, key)
        env.cr.commit()
    database.vacuum(name)


def _check(name):
    with database.environment(name) as env:
        violations = validation.violations(env)
    if violations:
        raise SystemExit("\n".join(violations))
    databases.say("the ledger is one that Odoo could have written")


def _table(measurements):
    """The measurements as a Markdown table."""
    lines = [
        "| operation | ratio | bar | seconds | floor | queries | peak MB | |",
        "|---|---:|---:|---:|---:|---:|---:|---|",
    ]
    for row in measurements:
        queries = "" if row.queries is None else f"{row.queries} ({row.floor_queries})"
        cells = [_number(row.ratio, 2), _bar(row), _number(row.seconds, 4), _number(row.floor, 4), queries]
        lines.append(f"| {row.title} | {' | '.join([*cells, _number(row.memory, 0), row.verdict])} |")
    return "\n".join(lines)


def _bar(row):
    """The bar as people say it: a ratio, seconds, or milliseconds more than the floor."""
    if row.bar:
        return f"{row.bar:g} x"
    if row.limit:
        return f"{row.limit:g} s"
    return f"+{1000 * row.excess_limit:g} ms" if row.excess_limit else ""


def _number(value, digits):
    return "" if value is None else f"{value:.{digits}f}"


def _write_json(options, name, measurements):
    version = databases.sql("SHOW server_version")[0][0]
    report = {
        "made": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "customers": options.customers,
        "invoices": options.invoices,
        "database_bytes": databases.sql("SELECT pg_database_size(%s)", name)[0][0],
        "odoo": os.environ["ODOO_VERSION"],
        "postgresql": version,
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "measurements": [
            dataclasses.asdict(row) | {"ratio": row.ratio, "verdict": row.verdict} for row in measurements
        ],
    }
    with open(options.json, "w") as file:
        json.dump(report, file, indent=2)


if __name__ == "__main__":
    main()
