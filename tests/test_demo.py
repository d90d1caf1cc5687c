"""bin/demo from start to stop, and the story that it shows."""

import os
import signal
import subprocess
import threading
import urllib.request

import pytest
from psycopg2 import connect

import databases

DEMO = databases.ROOT / "bin" / "demo"


def _value(database, statement):
    connection = connect(dbname=database)
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0]
    finally:
        connection.close()


@pytest.fixture(scope="module")
def story():
    with databases.scratch(databases.story_template()) as name:
        yield name


@pytest.mark.slow
@pytest.mark.parametrize(
    ("least", "statement"),
    [
        (800, "SELECT count(*) FROM account_move WHERE move_type = 'out_invoice' AND state = 'posted' AND {here}"),
        (10, "SELECT count(*) FROM account_move WHERE move_type = 'out_refund' AND state = 'posted' AND {here}"),
        (700, "SELECT count(*) FROM account_payment WHERE state IN ('in_process', 'paid') AND {here}"),
        (8, "SELECT count(*) FROM sale_order WHERE state = 'sale' AND {here}"),
        (5, "SELECT count(DISTINCT currency_id) FROM account_move WHERE move_type = 'out_invoice' AND {here}"),
        (15, "SELECT count(*) FROM account_move WHERE invoice_date_due < now() AND amount_residual > 0 AND {here}"),
        (6, "SELECT count(*) FROM res_partner WHERE lang = 'zh_CN' AND is_company AND {here}"),
        (1, "SELECT count(*) FROM account_move_line WHERE amount_residual < 0 AND parent_state = 'posted' AND {here}"),
        (2, "SELECT count(*) FROM credit_check c JOIN res_users u ON u.id = c.requested_by WHERE u.login = 'sales'"),
        (1, "SELECT count(*) FROM credit_check c JOIN res_users u ON u.id = c.requested_by WHERE u.login = 'clerk'"),
    ],
)
def test_the_story_has_something_of_everything(story, least, statement):
    here = "company_id = (SELECT id FROM res_company WHERE name LIKE 'Rheinhafen%')"
    assert _value(story, statement.format(here=here)) >= least


@pytest.mark.slow
def test_the_story_asks_nothing_of_the_future(story):
    assert _value(story, "SELECT count(*) FROM account_move WHERE state = 'posted' AND date > CURRENT_DATE + 1") == 0


class _Demo:
    """A running bin/demo; what it prints is collected until it says where it listens."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [DEMO, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
        )
        self.lines, self.ready = [], threading.Event()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line)
            if "Ctrl-C stops" in line:
                self.ready.set()
        self.ready.set()

    @property
    def output(self):
        return "".join(self.lines)

    def url(self):
        self.ready.wait(400)
        return next((word for word in self.output.split() if word.startswith("http://127.0.0.1:")), None)

    def stop(self, number=signal.SIGINT):
        self.process.send_signal(number)
        return self.process.wait(60)


def _running(text):
    """Command lines of processes that hold a text."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as handle:
                command = handle.read().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if text in command:
            found.append(command)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_demo_starts_answers_and_stops_with_all_that_it_started(number):
    demo = _Demo()
    try:
        url = demo.url()
        assert url, demo.output
        with urllib.request.urlopen(url.replace("/odoo", "/web/login"), timeout=60) as page:
            assert page.status == 200
        http_port = url.split(":")[2].split("/")[0]
        assert _running(f"--http-port {http_port} ")
    finally:
        status = demo.stop(number)
    assert status == 128 + number
    assert "stopped" in demo.output
    assert not _running(f"--http-port {http_port} ")


@pytest.mark.slow
def test_demo_refuses_what_it_does_not_know():
    done = subprocess.run([DEMO, "--what"], capture_output=True, text=True)
    assert done.returncode == 2 and "--ledger FILE" in done.stderr
    done = subprocess.run([DEMO, "--ledger", "/nowhere.csv"], capture_output=True, text=True)
    assert done.returncode == 2 and "no such file" in done.stderr
