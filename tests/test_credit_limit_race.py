"""Two approvers at once: a limit is signed once, and two slices do not slip past a rule together.

Real connections, committed data.
"""

import threading
from concurrent.futures import ThreadPoolExecutor

from odoo.api import SUPERUSER_ID, Environment
from odoo.exceptions import UserError
from odoo.service.model import retrying

ROUNDS = 5


def prepare(registry, test):
    """Two approvers who sign below 1,000, and per round a customer with two requests of 600."""
    with registry.cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {"tracking_disable": True, "no_reset_password": True})
        company = env.ref("base.main_company")
        env["credit.approval.rule"].search([]).active = False
        group = env.ref("customer_credit_mgmt.group_credit_user")
        approvers = env["res.users"].create(
            [
                {
                    "name": login,
                    "login": login,
                    "group_ids": group.ids,
                    "company_id": company.id,
                    "company_ids": company.ids,
                }
                for login in (f"{test}_first", f"{test}_second")
            ]
        )
        env["credit.approval.rule"].create(
            {"name": "Small", "company_id": company.id, "amount_to": 1000, "user_ids": approvers.ids}
        )
        rounds = []
        for number in range(ROUNDS):
            partner = env["res.partner"].create({"name": f"{test} {number}"})
            profile = env["credit.profile"]._get_or_create(partner, company)
            limits = env["credit.limit"].create(
                [
                    {"profile_id": profile.id, "amount": 600, "kind": "temporary", "date_to": "2099-12-31"}
                    for _copy in range(2)
                ]
            )
            limits.action_submit()
            rounds.append(limits.ids)
    return approvers.ids, rounds


def approve(registry, barrier, user_id, limit_id):
    """Press the button in a session of its own, retried as Odoo retries a request; return the refusal, if any."""
    with registry.cursor() as cr:
        env = Environment(cr, user_id, {})
        env["credit.limit"].browse(limit_id).mapped("state")  # take the snapshot before the other session writes
        barrier.wait(timeout=30)
        try:
            retrying(lambda: env["credit.limit"].browse(limit_id).action_approve(), env)
        except UserError as error:
            return str(error)
    return None


def race(registry, approvers, limit_ids):
    barrier = threading.Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        futures = [
            pool.submit(approve, registry, barrier, user_id, limit_id)
            for user_id, limit_id in zip(approvers, limit_ids, strict=True)
        ]
        return [future.result(timeout=60) for future in futures]


def states(registry, limit_ids):
    with registry.cursor() as cr:
        limits = Environment(cr, SUPERUSER_ID, {})["credit.limit"].browse(limit_ids)
        return sorted(limits.mapped("state"))


def test_of_two_approvers_at_once_exactly_one_signs(own_registry):
    approvers, rounds = prepare(own_registry, "signed_once")
    for first, second in rounds:
        refused = race(own_registry, approvers, [first, first])
        assert [bool(sentence) for sentence in refused].count(True) == 1, refused
        assert states(own_registry, [first]) == ["approved"]
        # beside the first slice the second one is no longer below 1,000: none of the two may sign it
        assert all(race(own_registry, approvers, [second, second]))
        assert states(own_registry, [first, second]) == ["approved", "submitted"]


def test_two_slices_do_not_slip_past_the_rule_together(own_registry):
    approvers, rounds = prepare(own_registry, "slices")
    for slices in rounds:
        refused = race(own_registry, approvers, slices)
        assert [bool(sentence) for sentence in refused].count(True) == 1, refused
        assert states(own_registry, slices) == ["approved", "submitted"]
