"""An invoice is reset to draft while it is claimed in another session: one of the two is refused.

Real connections, committed data.
"""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from odoo.api import SUPERUSER_ID, Environment
from odoo.exceptions import LockError, UserError
from odoo.fields import Command
from odoo.service.model import retrying
from odoo.tools import mute_logger

from .test_writeoff_race import ROUNDS, owe


def go_to_court(case):
    case.env["collection.case.step"].create({"case_id": case.id, "step": "order"}).action_apply()


def make_case(env, item):
    return env["collection.case"]._make_drafts(item)


def make_closed_case(env, item):
    case = make_case(env, item)
    go_to_court(case)
    env["collection.case.step"].create({"case_id": case.id, "step": "closed", "outcome": "withdrawn"}).action_apply()
    return case


def make_handover(env, item):
    agency = env["res.partner"].create({"name": "Agency", "is_company": True})
    lines = [Command.create({"move_line_id": item.id})]
    return env["collection.handover"].create({"company_id": env.company.id, "agency_id": agency.id, "line_ids": lines})


def make_assignment(env, item):
    factor = env["res.partner"].create({"name": "Factor", "is_company": True})
    agreement = env["factoring.agreement"].create(
        {
            "name": f"Race {item.id}",
            "factor_id": factor.id,
            "company_id": env.company.id,
            "currency_id": env.company.currency_id.id,
            "partner_domain": str([("id", "=", item.partner_id.id)]),
            "days_overdue": 1000,
        }
    )
    batch = env["receivable.assignment"].create({"agreement_id": agreement.id})
    batch.action_propose()
    return batch


CLAIMS = {
    "case": (make_case, go_to_court, "order"),
    "case reopened": (make_closed_case, lambda case: case.action_reopen(), "order"),
    "hand-over": (make_handover, lambda handover: handover.action_export(), "exported"),
    "assignment": (make_assignment, lambda batch: batch.action_assign(), "assigned"),
}


def act(registry, barrier, record, action):
    """Act in a session of its own, retried as Odoo retries a request; return the refusal, if any."""
    model, record_id = record
    with registry.cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
        env[model].browse(record_id).mapped("state")  # take the snapshot before the other session writes
        barrier.wait(timeout=30)
        try:
            retrying(lambda: action(env[model].browse(record_id)), env)
        except (UserError, LockError) as error:
            cr.rollback()
            return str(error)
    return None


@pytest.mark.parametrize("kind", CLAIMS)
def test_what_is_claimed_is_not_reset_at_the_same_time(own_registry, kind):
    make, claim, claimed = CLAIMS[kind]
    rounds = []
    with own_registry.cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
        for number in range(ROUNDS):
            move = owe(env, 100 + number)
            document = make(env, move.line_ids.filtered(lambda line: line.account_type == "asset_receivable"))
            rounds.append(((move._name, move.id), (document._name, document.id)))
    for move, document in rounds:
        barrier = threading.Barrier(2)
        with mute_logger("odoo.sql_db", "odoo.service.model"), ThreadPoolExecutor(2) as pool:
            sessions = [
                pool.submit(act, own_registry, barrier, move, lambda record: record.button_draft()),
                pool.submit(act, own_registry, barrier, document, claim),
            ]
            refusals = [session.result(timeout=120) for session in sessions]
        with own_registry.cursor() as cr:
            env = Environment(cr, SUPERUSER_ID, {})
            states = [env[model].browse(record_id).state for model, record_id in (move, document)]
        assert (states[0] == "draft") != (states[1] == claimed)
        assert len(list(filter(None, refusals))) == 1
