"""Every notice is e-mailed exactly once, whatever kills a worker and however many of them work.

Real processes, committed data, a real mail server: a worker is killed with SIGKILL between any two of its steps, and
others finish. E-mails are counted at the server.
"""

import os
import signal
import socket
import subprocess
import sys
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller

from odoo import fields
from odoo.api import SUPERUSER_ID, Environment

NOTICES = 12

# What a worker is: the scheduled action in a process of its own, small batches, killed before the n-th call of a step,
# or after it when the number is negative.
WORKER = """
import os, signal, sys
from unittest.mock import patch

import odoo.addons.receivable_dunning.models.dunning_notice as notice
from odoo.modules.registry import Registry

step, times, job = {step!r}, {times!r}, {job!r}
notice.DunningNotice._send_batch_size = 5
calls = 0


def deadly(function):
    def call(self, *args, **kwargs):
        global calls
        calls += 1
        if calls == abs(times) and times > 0:
            os.kill(os.getpid(), signal.SIGKILL)
        result = function(self, *args, **kwargs)
        if calls == abs(times):
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return call


if step:
    model, method = step
    cls = env.registry[model]
    setattr(cls, method, deadly(getattr(cls, method)))
env.cr.rollback()
model, method = job
getattr(env[model], method)()
env.cr.commit()
print("FINISHED")
"""

# (model, method), and before which of its calls the worker dies
DEATHS = {
    "before anything is written": (("dunning.sender", "_guard"), 1),
    "between guard and delivery": (("dunning.sender", "_deliver"), 1),
    "between e-mail and state": (("dunning.sender", "_log_on_customers"), 1),
    "between state and commit": (("dunning.run", "_close_finished"), 1),
    "before the commit of the first batch": (("ir.cron", "_commit_progress"), 2),
    "between the commits of two batches": (("dunning.sender", "_send"), 2),
    "in the second batch, all but committed": (("ir.cron", "_commit_progress"), 3),
}


SENDER = ("dunning.notice", "_cron_send")
MAIL_QUEUE = ("mail.mail", "process_email_queue")


def start(database, step=None, times=0, job=SENDER):
    worker = subprocess.Popen(
        [sys.executable, "-m", "odoo", "shell", "-d", database, "--no-http", "--log-level", "warn"]
        + ["--addons-path", os.environ["ADDONS_PATH"]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    worker.stdin.write(WORKER.format(step=step, times=times, job=job))
    worker.stdin.close()
    return worker


def finish(worker):
    """Exit code and whether it came to its end."""
    out, err = worker.stdout.read(), worker.stderr.read()
    return worker.wait(timeout=120), "FINISHED" in out, err


def prepare(registry):
    """A confirmed run of NOTICES notices, all else out of the way."""
    with registry.cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
        company = env.ref("base.main_company")
        # nobody else sends, nor delivers what was sent
        env["ir.cron"].search([]).active = False
        env["dunning.notice"].search([("state", "in", ("proposed", "queued", "failed"))]).state = "cancelled"
        today = fields.Date.context_today(company)
        partners = env["res.partner"].create(
            [{"name": f"Debtor {n}", "is_company": True, "email": f"debtor{n}@example.com"} for n in range(NOTICES)]
        )
        due = today - timedelta(days=30)
        env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "invoice_date": due,
                    "date": due,
                    "invoice_date_due": due,
                    "invoice_payment_term_id": False,
                    "invoice_line_ids": [(0, 0, {"name": "goods", "price_unit": 100, "tax_ids": False})],
                }
                for partner in partners
            ]
        ).action_post()
        env["dunning.plan"].search([]).partner_domain = f"[('id', 'in', {partners.ids})]"
        run = env["dunning.run"].create({"company_id": company.id})
        run.action_propose()
        run.action_confirm()
        assert run.notice_ids.mapped("state") == ["queued"] * NOTICES
        return run.id


def mails_by_notice(registry, run_id):
    """``{notice id: (state, number of e-mails)}``."""
    with registry.cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {})
        notices = env["dunning.run"].browse(run_id).notice_ids
        mails = env["mail.mail"].search([("model", "=", "dunning.notice"), ("res_id", "in", notices.ids)])
        counts = {notice.id: 0 for notice in notices}
        for mail in mails:
            counts[mail.res_id] += 1
        return {notice.id: (notice.state, counts[notice.id]) for notice in notices}


@pytest.mark.slow
@pytest.mark.parametrize("death", DEATHS)
def test_killed_worker_leaves_queued_without_or_sent_with_one_email(own_registry, death):
    run_id = prepare(own_registry)
    database = own_registry.db_name
    code, finished, err = finish(start(database, *DEATHS[death]))
    assert (code, finished) == (-signal.SIGKILL, False), err
    between = mails_by_notice(own_registry, run_id)
    assert set(between.values()) <= {("queued", 0), ("sent", 1)}
    assert ("queued", 0) in between.values(), "the worker died before the end"
    code, finished, err = finish(start(database))
    assert finished, err
    assert set(mails_by_notice(own_registry, run_id).values()) == {("sent", 1)}


@pytest.mark.slow
def test_two_workers_at_once_send_each_notice_once(own_registry):
    run_id = prepare(own_registry)
    workers = [start(own_registry.db_name) for _worker in range(2)]
    for _code, finished, err in map(finish, workers):
        # the slower one may run into the other's commit: it stops, and its job starts again
        assert finished or "could not serialize access" in err, err
    assert set(mails_by_notice(own_registry, run_id).values()) == {("sent", 1)}


# ----------------------------------------------------------------------
# FROM THE MAIL QUEUE TO THE SERVER
# ----------------------------------------------------------------------

# (model, method) and the call at which the mail queue dies, and how many notices then wait for a person
QUEUE_DEATHS = {
    "before the first look": (("dunning.sender", "_withdraw_untrue"), 1, 0),
    "before the first is announced": (("dunning.handover", "_announce"), 1, 0),
    "announced, before the server is told": (("ir.mail_server", "send_email"), 1, 1),
    "the server has it, nothing is written": (("ir.mail_server", "send_email"), -1, 1),
    "the server has the fourth, nothing is written": (("ir.mail_server", "send_email"), -4, 1),
    "written, not committed": (("mail.mail", "_postprocess_sent_message"), -3, 1),
    "between two": (("dunning.handover", "_announce"), 3, 0),
}


class Inbox:
    """What the mail server has said OK to."""

    def __init__(self):
        self.recipients = []

    async def handle_DATA(self, server, session, envelope):
        self.recipients += envelope.rcpt_tos
        return "250 OK"


@pytest.fixture
def inbox(own_registry):
    """A mail server, and the database told to use it."""
    handler = Inbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port, ready_timeout=30)
    controller.start()
    with own_registry.cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {})
        env["ir.mail_server"].search([]).active = False
        env["ir.mail_server"].create(
            {"name": "Test", "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_encryption": "none"}
        )
        env["mail.mail"].search([("state", "=", "outgoing")]).state = "cancel"
        env.ref("base.main_company").email = "us@example.com"
    yield handler
    controller.stop()


def write_emails(registry):
    """A run whose e-mails wait in the queue."""
    run_id = prepare(registry)
    _code, finished, err = finish(start(registry.db_name))
    assert finished, err
    return run_id


def states(registry, run_id):
    with registry.cursor() as cr:
        notices = Environment(cr, SUPERUSER_ID, {})["dunning.run"].browse(run_id).notice_ids
        return sorted(notices.mapped("state"))


def act(registry, run_id, method):
    """A person decides about what failed."""
    with registry.cursor() as cr:
        notices = Environment(cr, SUPERUSER_ID, {})["dunning.run"].browse(run_id).notice_ids
        getattr(notices.filtered(lambda notice: notice.state == "failed"), method)()


@pytest.mark.slow
@pytest.mark.parametrize("death", QUEUE_DEATHS)
def test_killed_mail_queue_sends_nothing_twice(own_registry, inbox, death):
    step, times, waiting = QUEUE_DEATHS[death]
    run_id = write_emails(own_registry)
    code, finished, err = finish(start(own_registry.db_name, step, times, MAIL_QUEUE))
    assert (code, finished) == (-signal.SIGKILL, False), err
    arrived_before = len(inbox.recipients)
    _code, finished, err = finish(start(own_registry.db_name, job=MAIL_QUEUE))
    assert finished, err
    assert len(set(inbox.recipients)) == len(inbox.recipients), "nobody gets two"
    assert states(own_registry, run_id).count("failed") == waiting
    arrived = arrived_before == abs(times) and times < 0
    assert len(inbox.recipients) == NOTICES - waiting + (waiting if arrived else 0)
    # a person looks into the log of the server and says what happened
    act(own_registry, run_id, "action_arrived" if arrived else "action_retry")
    for job in (SENDER, MAIL_QUEUE):
        finish(start(own_registry.db_name, job=job))
    assert states(own_registry, run_id) == ["sent"] * NOTICES
    assert sorted(inbox.recipients) == sorted(f"debtor{n}@example.com" for n in range(NOTICES))


@pytest.mark.slow
def test_two_mail_queues_at_once_send_each_notice_once(own_registry, inbox):
    run_id = write_emails(own_registry)
    workers = [start(own_registry.db_name, job=MAIL_QUEUE) for _worker in range(2)]
    for worker in workers:
        finish(worker)
    # one may have run into the other's commit: its job starts again
    finish(start(own_registry.db_name, job=MAIL_QUEUE))
    assert states(own_registry, run_id) == ["sent"] * NOTICES
    assert sorted(inbox.recipients) == sorted(f"debtor{n}@example.com" for n in range(NOTICES))


@pytest.mark.slow
def test_what_is_paid_while_the_email_waits_in_the_queue_is_not_claimed(own_registry, inbox):
    run_id = write_emails(own_registry)
    with own_registry.cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {})
        notices = env["dunning.run"].browse(run_id).notice_ids
        payments = [{"partner_id": n.partner_id.id, "amount": 100, "payment_type": "inbound"} for n in notices[:4]]
        env["account.payment"].create(payments).action_post()
        payers = set(notices[:4].partner_id.mapped("email"))
    for job in (MAIL_QUEUE, SENDER, MAIL_QUEUE):
        _code, finished, err = finish(start(own_registry.db_name, job=job))
        assert finished, err
    assert not payers & set(inbox.recipients)
    assert len(inbox.recipients) == NOTICES - 4
    assert states(own_registry, run_id) == ["sent"] * (NOTICES - 4) + ["suppressed"] * 4
