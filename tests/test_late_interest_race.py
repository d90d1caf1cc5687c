"""Two accountants at once charge a day once; a fee is booked once, whatever kills the worker.

Real connections and processes, committed data.
"""

import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from psycopg2 import errors

from odoo import fields
from odoo.api import SUPERUSER_ID, Environment
from odoo.exceptions import UserError, ValidationError
from odoo.service.model import retrying
from odoo.tools import mute_logger

from .test_dunning_crash import NOTICES, finish, prepare, start

ROUNDS = 4


def prepare_runs(registry):
    """Per round, a late invoice and two runs that both propose its days."""
    with registry.cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
        company = env.ref("base.main_company")
        rule = env["late.interest.rule"].create(
            {
                "name": "Race",
                "company_id": company.id,
                "sequence": 0,
                "fixed_rate": 10,
                "currency_id": company.currency_id.id,
            }
        )
        rule.band_ids = [(0, 0, {"amount": 40})]
        today = fields.Date.context_today(company)
        rounds = []
        for number in range(ROUNDS):
            partner = env["res.partner"].create({"name": f"Race {number}", "is_company": True})
            due = today - timedelta(days=30)
            env["account.move"].create(
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "invoice_date": due,
                    "date": due,
                    "invoice_date_due": due,
                    "invoice_payment_term_id": False,
                    "invoice_line_ids": [(0, 0, {"name": "goods", "price_unit": 1000, "tax_ids": False})],
                }
            ).action_post()
            values = {"company_id": company.id, "partner_ids": [(6, 0, partner.ids)], "posting": "claim"}
            runs = env["late.interest.run"].create([values, values])
            runs.action_propose()
            rounds.append(runs.ids)
        return rounds


def confirm(registry, barrier, run_id):
    """Press the button in a session of its own, retried as Odoo retries a request; return the refusal, if any."""
    with registry.cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
        env["late.interest.run"].browse(run_id).mapped("state")  # take the snapshot before the other session writes
        barrier.wait(timeout=30)
        try:
            retrying(lambda: env["late.interest.run"].browse(run_id).action_confirm(), env)
        except (UserError, ValidationError, errors.ExclusionViolation) as error:
            cr.rollback()
            return str(error)
    return None


def race(registry, run_ids):
    barrier = threading.Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(confirm, registry, barrier, run_id) for run_id in run_ids]
        return [future.result(timeout=60) for future in futures]


def test_of_two_runs_at_once_exactly_one_charges(own_registry):
    refusals = []
    for run_ids in prepare_runs(own_registry):
        with mute_logger("odoo.sql_db"):
            refusals += filter(None, race(own_registry, run_ids))
        with own_registry.cursor() as cr:
            runs = Environment(cr, SUPERUSER_ID, {})["late.interest.run"].browse(run_ids)
            claimed = runs.charge_ids.filtered(lambda charge: charge.state == "claimed")
            assert sorted(claimed.mapped("kind")) == ["compensation", "interest"]
            assert len(claimed.run_id) == 1
            assert sorted(runs.mapped("state")) == ["done", "proposed"]
    assert all("charged meanwhile" in sentence for sentence in refusals), refusals


# ---------------------------------------------------------------- plans


def offer_plan(registry, run_id):
    """A plan with interest of its own that begins in the days of the run; offered, not answered yet."""
    with registry.cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
        today = fields.Date.context_today(env.user)
        plan = env["receivable.payment.plan"]._make(
            env["late.interest.run"].browse(run_id).charge_ids.move_line_id,
            {
                "instalment_count": 1,
                "date": today - timedelta(days=20),
                "first_date": today + timedelta(days=9),
                "interest_mode": "plan",
                "interest_rate": 5,
            },
        )
        plan._offer()
        return plan.id


def accept(registry, barrier, plan_id):
    """The customer presses the button; return the refusal, if any."""
    with registry.cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
        env["receivable.payment.plan"].browse(plan_id).mapped("state")
        barrier.wait(timeout=30)
        try:
            retrying(lambda: env["receivable.payment.plan"].browse(plan_id)._accept("Anna", "link"), env)
        except UserError as error:
            cr.rollback()
            return str(error)
    return None


def test_of_a_run_and_a_plan_at_once_one_charges_the_days(own_registry):
    for first, _second in prepare_runs(own_registry):
        plan_id, barrier = offer_plan(own_registry, first), threading.Barrier(2)
        with mute_logger("odoo.sql_db", "odoo.service.model"), ThreadPoolExecutor(2) as pool:
            pressed = pool.submit(confirm, own_registry, barrier, first)
            accepted = pool.submit(accept, own_registry, barrier, plan_id)
            pressed.result(timeout=60)
            refusal = accepted.result(timeout=60)
        with own_registry.cursor() as cr:
            env = Environment(cr, SUPERUSER_ID, {})
            charged = (
                env["late.interest.run"]
                .browse(first)
                .charge_ids.filtered(lambda charge: charge.state == "claimed" and charge.kind == "interest")
            )
            plan = env["receivable.payment.plan"].browse(plan_id)
            assert bool(charged) == (plan.state == "offered"), (charged, plan.state, refusal)
            assert bool(refusal) == bool(charged)


# ---------------------------------------------------------------- fees

DEATHS = {
    "between e-mail and fee": (("late.interest.charge", "create"), 1),
    "between fee and commit": (("dunning.run", "_close_finished"), 1),
    "in the second batch, all but committed": (("ir.cron", "_commit_progress"), 3),
}


def fees_by_notice(registry, run_id):
    """``{notice id: (state, number of fees)}``."""
    with registry.cursor() as cr:
        notices = Environment(cr, SUPERUSER_ID, {})["dunning.run"].browse(run_id).notice_ids
        return {notice.id: (notice.state, len(notice.charge_ids)) for notice in notices}


@pytest.mark.slow
@pytest.mark.parametrize("death", DEATHS)
def test_killed_worker_leaves_a_notice_without_or_with_one_fee(own_registry, death):
    with own_registry.cursor() as cr:
        levels = Environment(cr, SUPERUSER_ID, {})["dunning.level"].search([])
        levels.write({"fee_mode": "amount", "fee_amount": 5})
    run_id = prepare(own_registry)
    database = own_registry.db_name
    code, finished, err = finish(start(database, *DEATHS[death]))
    assert (code, finished) == (-signal.SIGKILL, False), err
    between = fees_by_notice(own_registry, run_id)
    assert set(between.values()) <= {("queued", 0), ("sent", 1)}
    assert ("queued", 0) in between.values(), "the worker died before the end"
    code, finished, err = finish(start(database))
    assert finished, err
    assert list(fees_by_notice(own_registry, run_id).values()) == [("sent", 1)] * NOTICES
