"""Two detections at once, in sessions of their own: nothing is raised twice."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from odoo import fields
from odoo.api import SUPERUSER_ID, Environment
from odoo.service.model import retrying

ROUNDS = 8


def detect(registry, barrier, company_id, as_of):
    with registry.cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {})
        env["credit.signal"].search_count([])  # take the snapshot before the other session writes
        barrier.wait(timeout=30)
        retrying(lambda: env["credit.signal.rule"]._detect(env["res.company"].browse(company_id), as_of), env)


def test_two_detections_at_once_raise_each_signal_once(own_registry):
    registry = own_registry
    with registry.cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {})
        company = env.ref("base.main_company")
        today = fields.Date.today()
        rule = env["credit.signal.rule"].create(
            {"name": "Review", "kind": "review_overdue", "threshold": 1, "cooling_days": 30, "company_id": company.id}
        )
        company_id, rule_id = company.id, rule.id
    for number in range(ROUNDS):
        with registry.cursor() as cr:
            env = Environment(cr, SUPERUSER_ID, {})
            partners = env["res.partner"].create([{"name": f"Late {number}-{it}"} for it in range(20)])
            profiles = env["credit.profile"]._get_or_create(partners, env["res.company"].browse(company_id))
            profiles.next_review_date = today - timedelta(days=50)
            profile_ids = profiles.ids
        # around midnight the two may look as of two days
        days = (today, today + timedelta(days=number % 2))
        barrier = threading.Barrier(2)
        with ThreadPoolExecutor(2) as pool:
            futures = [pool.submit(detect, registry, barrier, company_id, day) for day in days]
            for future in futures:
                future.result(timeout=60)
        with registry.cursor() as cr:
            env = Environment(cr, SUPERUSER_ID, {})
            raised = env["credit.signal"].search([("rule_id", "=", rule_id), ("profile_id", "in", profile_ids)])
            assert sorted(raised.profile_id.ids) == sorted(profile_ids)
            assert len(raised) == len(profile_ids)
