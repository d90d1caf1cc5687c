"""Two sessions at once, each within the limit, together past it: exactly one passes.

Real connections, committed data.
"""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from odoo.api import SUPERUSER_ID, Environment
from odoo.service.model import retrying

ROUNDS = 10
PREPARE = {"invoice": ("account.move", "action_post", "posted"), "order": ("sale.order", "action_confirm", "sale")}


def prepare(registry):
    """A policy that holds, and per round a customer with a limit of 100 and two documents of each kind."""
    with registry.cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
        company = env.ref("base.main_company")
        env["credit.policy"].search([]).active = False
        env["credit.policy"].create(
            {
                "name": "Strict",
                "company_id": company.id,
                "order_action": "block",
                "invoice_action": "block",
                "rule_ids": [(0, 0, {"kind": "over_limit"})],
            }
        )
        product = env["product.product"].create({"name": "Goods", "taxes_id": False, "invoice_policy": "order"})
        rounds = []
        for number in range(ROUNDS):
            partner = env["res.partner"].create({"name": f"Racer {number}"})
            profile = env["credit.profile"]._get_or_create(partner, company)
            env["credit.limit"].create({"profile_id": profile.id, "amount": 100, "state": "approved"})
            profile.limit_mode = "limited"
            line = {"product_id": product.id, "price_unit": 60, "tax_ids": False}
            invoices = env["account.move"].create(
                [
                    {
                        "move_type": "out_invoice",
                        "partner_id": partner.id,
                        "company_id": company.id,
                        "invoice_line_ids": [(0, 0, {**line, "quantity": 1})],
                    }
                    for _copy in range(2)
                ]
            )
            orders = env["sale.order"].create(
                [
                    {"partner_id": partner.id, "company_id": company.id, "order_line": [(0, 0, line)]}
                    for _copy in range(2)
                ]
            )
            rounds.append({"invoice": invoices.ids, "order": orders.ids})
    return rounds


def attempt(registry, barrier, model, method, record_id):
    """Press the button in a session of its own, retried as Odoo retries a request."""
    with registry.cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
        env["credit.profile"].search_count([])  # take the snapshot before the other session writes
        barrier.wait(timeout=30)
        retrying(lambda: getattr(env[model].browse(record_id), method)(), env)


@pytest.mark.parametrize(
    "kinds",
    [("invoice", "invoice"), ("order", "invoice"), ("order", "order")],
    ids=lambda kinds: " against ".join(kinds),
)
def test_of_two_at_once_exactly_one_passes(own_registry, kinds):
    registry = own_registry
    rounds = prepare(registry)
    with ThreadPoolExecutor(2) as pool:
        for documents in rounds:
            barrier = threading.Barrier(2)
            chosen = [documents[kind][position] for position, kind in enumerate(kinds)]
            futures = [
                pool.submit(attempt, registry, barrier, *PREPARE[kind][:2], record_id)
                for kind, record_id in zip(kinds, chosen, strict=True)
            ]
            for future in futures:
                future.result(timeout=60)
            with registry.cursor() as cr:
                env = Environment(cr, SUPERUSER_ID, {})
                passed = [
                    env[PREPARE[kind][0]].browse(record_id).state == PREPARE[kind][2]
                    for kind, record_id in zip(kinds, chosen, strict=True)
                ]
                held = env["credit.check"].search_count(
                    [("res_id", "in", chosen), ("state", "=", "held"), ("amount", "=", 60)]
                )
            assert sorted(passed) == [False, True]
            assert held >= 1, "the loser is held, not lost"
