"""Two sessions at once, each within the limit, together past it: exactly one passes, the other is held.

Real connections, committed data, hundreds of tries.
"""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from odoo.api import SUPERUSER_ID, Environment
from odoo.service import model as service_model

PREPARE = {"invoice": ("account.move", "action_post", "posted"), "order": ("sale.order", "action_confirm", "sale")}


def one_customer(env, company, number):
    """Twice the same customer, who has a limit of 100."""
    # known customers: the first invoice of a new one writes the contact, which would keep two apart as well
    partner = env["res.partner"].create({"name": f"Racer {number}", "customer_rank": 1})
    profile = env["credit.profile"]._get_or_create(partner, company)
    env["credit.limit"].create({"profile_id": profile.id, "amount": 100, "state": "approved"})
    profile.limit_mode = "limited"
    return [partner, partner]


def two_members(env, company, number):
    """Two customers without a limit of their own, who share a pot of 100."""
    values = [{"name": f"Racer {number} {name}", "customer_rank": 1} for name in "AB"]
    partners = env["res.partner"].create(values)
    group = env["credit.group"].create({"name": f"Pot {number}", "company_id": company.id, "limit_amount": 100})
    env["credit.profile"]._get_or_create(partners, company).group_id = group
    return list(partners)


ROUNDS = {one_customer: 100, two_members: 40}


def prepare(registry, make_customers):
    """A policy that holds, and per round two customers, or twice the same, with a document of each kind."""
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
        # invoices of one journal take turns at its numbering: the customer's row must do without that help
        first = env["account.journal"].with_context(active_test=False).search_count([])
        journals = env["account.journal"].create(
            [
                {"name": f"Race {number}", "code": f"R{number}", "type": "sale", "company_id": company.id}
                for number in range(first, first + 2)
            ]
        )
        product = env["product.product"].create({"name": "Goods", "taxes_id": False, "invoice_policy": "order"})
        rounds = []
        for number in range(ROUNDS[make_customers]):
            partners = make_customers(env, company, number)
            line = {"product_id": product.id, "price_unit": 60, "tax_ids": False}
            invoices = env["account.move"].create(
                [
                    {
                        "move_type": "out_invoice",
                        "partner_id": partner.id,
                        "company_id": company.id,
                        "journal_id": journal.id,
                        "invoice_line_ids": [(0, 0, {**line, "quantity": 1})],
                    }
                    for partner, journal in zip(partners, journals, strict=True)
                ]
            )
            orders = env["sale.order"].create(
                [
                    {"partner_id": partner.id, "company_id": company.id, "order_line": [(0, 0, line)]}
                    for partner in partners
                ]
            )
            rounds.append({"invoice": invoices.ids, "order": orders.ids})
    return rounds


def attempt(registry, barrier, model, method, record_id):
    """Press the button in a session of its own, retried as Odoo retries a request; return how often it was pressed."""
    tries = 0

    def press():
        nonlocal tries
        tries += 1
        getattr(env[model].browse(record_id), method)()

    with registry.cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
        env["credit.profile"].search_count([])  # take the snapshot before the other session writes
        barrier.wait(timeout=30)
        service_model.retrying(press, env)
    return tries


@pytest.mark.parametrize("make_customers", [one_customer, two_members])
@pytest.mark.parametrize(
    "kinds",
    [("invoice", "invoice"), ("order", "invoice"), ("order", "order")],
    ids=lambda kinds: " against ".join(kinds),
)
def test_of_two_at_once_exactly_one_passes(own_registry, kinds, make_customers, monkeypatch):
    # Odoo pauses up to two seconds before it tries again: the order of events is the same without
    monkeypatch.setattr(service_model.random, "uniform", lambda _low, _high: 0.0)
    registry = own_registry
    retried = 0
    with ThreadPoolExecutor(2) as pool:
        for documents in prepare(registry, make_customers):
            barrier = threading.Barrier(2)
            chosen = [documents[kind][position] for position, kind in enumerate(kinds)]
            futures = [
                pool.submit(attempt, registry, barrier, *PREPARE[kind][:2], record_id)
                for kind, record_id in zip(kinds, chosen, strict=True)
            ]
            retried += sum(future.result(timeout=60) - 1 for future in futures)
            with registry.cursor() as cr:
                env = Environment(cr, SUPERUSER_ID, {})
                passed = [
                    env[PREPARE[kind][0]].browse(record_id).state == PREPARE[kind][2]
                    for kind, record_id in zip(kinds, chosen, strict=True)
                ]
                loser = passed.index(False)
                held = env["credit.check"].search_count(
                    [
                        ("res_model", "=", PREPARE[kinds[loser]][0]),
                        ("res_id", "=", chosen[loser]),
                        ("state", "=", "held"),
                    ]
                )
            assert sorted(passed) == [False, True]
            assert held == 1, "the loser is held, not lost"
    assert retried, "no two of them ever met: the race was not run"
