"""Every notice is e-mailed exactly once, whatever kills a worker and however many of them work.

Real processes, committed data: a worker is killed with SIGKILL between any two of its steps, and others finish.
"""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest

from odoo import fields
from odoo.api import SUPERUSER_ID, Environment

NOTICES = 12

# What a worker is: the scheduled action in a process of its own, small batches, killed at the n-th call of a step.
WORKER = """
import os, signal, sys
from unittest.mock import patch

import odoo.addons.receivable_dunning.models.dunning_notice as notice
from odoo.modules.registry import Registry

step, times = {step!r}, {times!r}
notice.DunningNotice._send_batch_size = 5
calls = 0


def deadly(function):
    def call(self, *args, **kwargs):
        global calls
        calls += 1
        if calls == times:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(self, *args, **kwargs)

    return call


if step:
    model, method = step
    cls = env.registry[model]
    setattr(cls, method, deadly(getattr(cls, method)))
env.cr.rollback()
env["dunning.notice"]._cron_send()
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


def start(database, step=None, times=0):
    worker = subprocess.Popen(
        [sys.executable, "-m", "odoo", "shell", "-d", database, "--no-http", "--log-level", "warn"]
        + ["--addons-path", os.environ["ADDONS_PATH"]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    worker.stdin.write(WORKER.format(step=step, times=times))
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
