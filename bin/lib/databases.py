"""Template databases: made once, keyed by what they depend on, cloned in half a second.

    base    Odoo with account, sale_management, portal ... and two languages   keyed by the Odoo version
    suite   base + the addons                                           keyed by the addons' files
    ledger  base + a CSV of invoices, booked (minutes)                       keyed by the file and the loader
    loaded  ledger + the addons (seconds)                               keyed by both
    story   suite + the demo's customers and their two years                 keyed by suite, the story, the month

Attachments are stored in the database, so that ``createdb -T`` alone makes a working copy.
"""

import contextlib
import fcntl
import hashlib
import os
import subprocess
import sys
import time
import uuid
from pathlib import Path

import psycopg2

ROOT = Path(__file__).resolve().parents[2]
CACHE = Path(os.environ["SUITE_CACHE"])
ADDONS = (
    "customer_credit_mgmt",
    "customer_credit_mgmt_sale",
    "customer_abc_segmentation",
    "customer_abc_segmentation_sale",
    "customer_abc_segmentation_rating",
    "receivable_dunning",
    "receivable_dunning_sale",
    "receivable_dunning_payment",
    "receivable_dunning_spreadsheet",
    "receivable_dunning_sms",
    "receivable_dunning_sales_team",
)
BASE_MODULES = ("account", "sale_management", "portal", "contacts", "spreadsheet_dashboard")
LANGUAGES = "en_US,zh_CN"
PREFIX = "credit_suite"
TEMPLATES_KEPT = 24


def say(message):
    print(f"\033[36m· {message}\033[0m", file=sys.stderr, flush=True)


def fingerprint(*parts):
    """Short hash of strings, bytes and files (a folder counts with every file below it)."""
    digest = hashlib.sha256()
    for part in parts:
        if isinstance(part, Path):
            files = sorted(f for f in part.rglob("*") if f.is_file()) if part.is_dir() else [part]
            for file in files:
                if "__pycache__" in file.parts:
                    continue
                digest.update(str(file.relative_to(part.parent)).encode())
                digest.update(file.read_bytes())
        else:
            digest.update(part if isinstance(part, bytes) else str(part).encode())
        digest.update(b"\0")
    return digest.hexdigest()[:12]


@contextlib.contextmanager
def _locked(name):
    """One builder at a time per template; a killed builder's lock vanishes with it."""
    with open(CACHE / f"{name}.lock", "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def sql(statement, *params):
    with contextlib.closing(psycopg2.connect(dbname="postgres")) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement, params)
            return cursor.fetchall() if cursor.description else None


def exists(name):
    return bool(sql("SELECT 1 FROM pg_database WHERE datname = %s", name))


def clone(template, name):
    """Make database ``name`` a copy of ``template``."""
    subprocess.run(["createdb", "-T", template, name], check=True)


def drop(name):
    """Drop the database and whoever still sits in it."""
    quiet = {**os.environ, "PGOPTIONS": "-c client_min_messages=warning"}
    subprocess.run(["dropdb", "--if-exists", "--force", name], check=True, env=quiet)


@contextlib.contextmanager
def scratch(template):
    """A throw-away clone of ``template``; yields its name."""
    name = f"{PREFIX}_tmp_{os.getpid()}_{uuid.uuid4().hex[:8]}"
    clone(template, name)
    try:
        yield name
    finally:
        drop(name)


def ensure(kind, key, build):
    """The template of this kind and key, built by ``build(name)`` when it is not there.

    A build happens under a working name and is renamed when complete: an interrupted one leaves no half template.
    """
    name = f"{PREFIX}_{kind}_{key}"
    with _locked(name):
        if not exists(name):
            begin = time.monotonic()
            working = f"{name}_building"
            drop(working)
            build(working)
            # clones inherit the statistics; without them the planner guesses
            subprocess.run(["vacuumdb", "--analyze-only", "--quiet", working], check=True)
            sql(f'ALTER DATABASE "{working}" RENAME TO "{name}"')
            say(f"template {name} built in {time.monotonic() - begin:.0f} s")
            _drop_oldest(kind)
        # when it was used last: those that nobody uses go first
        sql(f"COMMENT ON DATABASE \"{name}\" IS '{int(time.time())}'")
    return name


def _drop_oldest(kind):
    rows = sql(
        "SELECT datname FROM pg_database WHERE datname LIKE %s AND datname NOT LIKE '%%\\_building'"
        " ORDER BY shobj_description(oid, 'pg_database') DESC NULLS FIRST",
        f"{PREFIX}\\_{kind}\\_%",
    )
    for (name,) in rows[TEMPLATES_KEPT:]:
        drop(name)


def odoo(*arguments, database):
    """Run the Odoo command line on a database; its log is shown when it fails or reports an error."""
    command = [sys.executable, "-m", "odoo", *arguments, "-d", database, "--log-level=warn"]
    command += ["--addons-path", os.environ["ADDONS_PATH"]]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode or " ERROR " in done.stdout or " CRITICAL " in done.stdout:
        sys.stderr.write(done.stdout)
        raise SystemExit(f"odoo {' '.join(arguments)} failed")
    return done.stdout


def shell(script, database):
    """Run a Python script in an Odoo shell on a database (variables ``env`` and ``self`` are there)."""
    command = [sys.executable, "-m", "odoo", "shell", "-d", database, "--no-http", "--log-level=warn"]
    command += ["--addons-path", os.environ["ADDONS_PATH"]]
    subprocess.run(command, input=script, text=True, check=True, stdout=sys.stderr)


def account_template():
    """The least that an addon needs: accounting alone, no demo data."""

    def build(name):
        say("building a database with accounting alone")
        subprocess.run(["createdb", name], check=True)
        odoo("-i", "account", "--without-demo", "--stop-after-init", database=name)

    return ensure("account", fingerprint(os.environ["ODOO_VERSION"]), build)


def base_template():
    """Odoo's own applications with their demo data, in two languages: a database that people work in already."""

    def build(name):
        say("building the base database: Odoo's own applications, demo data, two languages (1-2 minutes)")
        subprocess.run(["createdb", name], check=True)
        odoo(
            "-i",
            ",".join(BASE_MODULES),
            "--with-demo",
            "--load-language",
            LANGUAGES,
            "--stop-after-init",
            database=name,
        )
        shell(
            "env['ir.config_parameter'].set_param('ir_attachment.location', 'db')\n"
            "env['ir.config_parameter'].set_param('report.print_delay', '0')\n"
            "env['ir.attachment'].force_storage()\n"
            "env['ir.qweb']._pregenerate_assets_bundles()\n"
            "env.cr.commit()\n",
            database=name,
        )

    return ensure("base", fingerprint(os.environ["ODOO_VERSION"], BASE_MODULES, LANGUAGES, "bundles"), build)


def _addon_parts():
    """Every file of the addons that an installed database depends on."""
    for addon in ADDONS:
        for folder in sorted((ROOT / addon).iterdir()):
            if folder.name == "static":
                yield folder / "src"
            elif folder.name not in ("tests", "readme", "__pycache__") and folder.suffix != ".md":
                yield folder


def suite_key():
    parts = [part for part in _addon_parts() if part.exists()]
    return fingerprint(base_template(), *parts)


def install_suite(name, *options):
    """Install the addons in a database and tell how long it took."""
    begin = time.monotonic()
    odoo("-i", ",".join(ADDONS), *options, "--stop-after-init", database=name)
    say(f"the addons were installed in {time.monotonic() - begin:.0f} s")


def suite_template():
    """Clone of base with the addons installed and the asset bundles made."""

    def build(name):
        say("building the suite database: installing the addons")
        clone(base_template(), name)
        install_suite(name, "--with-demo")

    return ensure("suite", suite_key(), build)


def ledger_template(csv_path):
    """Clone of base with the invoices of a file, in a company of their own.

    It knows nothing of our addons, so that a change of them does not load the file again.
    """
    path = Path(csv_path).resolve()

    def build(name):
        say(f"loading {path.name} (1-2 minutes)")
        clone(base_template(), name)
        load = f"from demo.ledger import load_ledger_company\nload_ledger_company(env, {str(path)!r})\n"
        shell(load + "env.cr.commit()\n", database=name)

    loader = sorted((ROOT / "demo").glob("ledger*.py"))
    return ensure("ledger", fingerprint(base_template(), path.read_bytes(), *loader), build)


def ledger_suite_template(csv_path):
    """Clone of a loaded ledger with the addons installed on top, as in a company that has been invoicing for years."""
    ledger = ledger_template(csv_path)

    def build(name):
        say("installing the addons on the loaded ledger")
        clone(ledger, name)
        install_suite(name)

    return ensure("loaded", fingerprint(suite_key(), ledger), build)


def story_template():
    """Clone of suite with the demo's story, told relative to today and afresh every month."""

    def build(name):
        say("telling the demo's story (some minutes)")
        clone(suite_template(), name)
        shell("from demo.story import tell_story\ntell_story(env)\nenv.cr.commit()\n", database=name)

    story = sorted([*(ROOT / "demo").glob("story*.py"), ROOT / "demo" / "ledger.py"])
    return ensure("story", fingerprint(suite_key(), time.strftime("%Y-%m"), *story), build)


if __name__ == "__main__":
    print({"base": base_template, "suite": suite_template}[sys.argv[1]]())
