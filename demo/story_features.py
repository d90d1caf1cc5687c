"""What the addons make of the two years: one function per addon, in the order in which a company would start."""

import time
from datetime import timedelta

from .story_collections import (
    calls,
    cash_back_tests,
    collectors,
    disputes,
    expected_loss,
    factoring,
    figures,
    legal_cases,
    payment_plans,
    promises,
    write_offs,
)
from .story_credit import assessments, security, statements, warnings, what_if
from .story_people import customer_of, user_of
from .story_plan import CUSTOMERS
from .story_segments import abc_classes, budgets, customer_values, key_accounts, win_backs


def tell_features(env, today, customers, orders):
    """Everything the addons have to tell."""
    credit = (credit_limits, statements, security, scores, held_documents, assessments, warnings, what_if)
    segments = (abc_classes, customer_values, win_backs, budgets, key_accounts)
    reminders = (collectors, dunning_runs, statements_of_account)
    agreed = (calls, promises, disputes, payment_plans)
    given_up = (legal_cases, factoring, write_offs, expected_loss)
    for tell in (*credit, *segments, *reminders, *agreed, *given_up, cash_back_tests, figures):
        begin = time.monotonic()
        tell(env, today, customers, orders)
        print(f"· {tell.__name__.replace('_', ' ')}: {time.monotonic() - begin:.0f} s", flush=True)


# ---------------------------------------------------------------------- customer_credit_mgmt


def credit_limits(env, today, customers, _orders):
    """Limits that the controller asked for and the manager approved; a raise that waits for the manager."""
    controller, manager = user_of(env, "controller"), user_of(env, "wang")
    profiles = env["credit.profile"]._get_or_create(customers, env.company)
    profiles.user_id = controller
    controller.credit_release_amount = 5000
    profile_of = {profile.partner_id: profile for profile in profiles}
    limits = env["credit.limit"].with_user(controller)
    asked = limits.create(
        [
            {
                "profile_id": profile_of[partner].id,
                "kind": "base",
                "amount": customer.limit,
                "date_from": today - timedelta(days=300),
                "reason": "Yearly review",
            }
            for partner, customer in zip(customers, CUSTOMERS, strict=True)
            if customer.limit is not None
        ]
    )
    asked.action_submit()
    asked.with_user(manager).action_approve()
    limits.create(
        {
            "profile_id": profile_of[customer_of(customers, "growing fast")].id,
            "kind": "temporary",
            "amount": 15000,
            "date_from": today,
            "date_to": today + timedelta(days=60),
            "reason": "Project order of the season",
        }
    ).action_submit()
    prepaying = profile_of[customer_of(customers, "prepaying")]
    prepaying.with_user(manager).limit_mode = "no_credit"


def scores(env, today, _customers, _orders):
    """Scores a quarter ago and today, so that there is a change to look at."""
    scorecard = env["credit.scorecard"]._get_active(env.company)
    for as_of in (today - timedelta(days=91), today):
        scorecard._score_profiles(env["credit.profile"].search([("company_id", "=", env.company.id)]), as_of)


def held_documents(env, today, customers, orders):
    """One policy that holds, then three invoices of the clerk and six orders of the salesperson."""
    env["credit.policy"].create(
        {
            "name": "Standard",
            "company_id": env.company.id,
            "invoice_action": "block",
            "order_action": "block",
            "rule_ids": [
                (0, 0, {"kind": "over_limit", "action": "block"}),
                (0, 0, {"kind": "overdue_days", "threshold": 30, "action": "block"}),
                (0, 0, {"kind": "no_credit", "action": "block"}),
                (0, 0, {"kind": "overdue_amount", "threshold": 5000, "action": "warn"}),
                (0, 0, {"kind": "manual_hold", "action": "block"}),
            ],
        }
    )
    env["credit.profile"].search([("company_id", "=", env.company.id)])._refresh_status()
    product = env["product.product"].search([("company_id", "=", env.company.id)], order="list_price DESC", limit=1)
    buyers = [customer_of(customers, habit) for habit in ("punctual", "growing fast", "collapsing")]
    invoices = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": buyer.id,
                "invoice_user_id": buyer.user_id.id,
                "invoice_date": today,
                "invoice_line_ids": [(0, 0, {"product_id": product.id, "quantity": 2, "tax_ids": False})],
            }
            for buyer in buyers
        ]
    )
    # queued, not sent at once: the mail server of the demo is not up yet
    invoices.with_user(user_of(env, "clerk")).with_context(mail_notify_force_send=False).action_post()
    orders.with_user(user_of(env, "sales")).action_confirm()


# ---------------------------------------------------------------------- receivable_dunning


def dunning_runs(env, today, _customers, _orders):
    """A run of three weeks ago that was sent, and today's proposal that waits for the clerk."""
    shipped = env.ref("receivable_dunning.dunning_plan_default")
    if not env["dunning.plan"]._of_company(env.company):
        plan = shipped.copy({"name": shipped.name, "company_id": env.company.id})
        plan.with_context(lang="zh_CN").name = shipped.with_context(lang="zh_CN").name
    clerk = user_of(env, "clerk")
    runs = env["dunning.run"].with_user(clerk)
    earlier = runs.create({"company_id": env.company.id, "date": today - timedelta(days=21)})
    earlier.action_propose()
    earlier.action_confirm()
    # not by the job: that would date the letters of three weeks ago today; but with its rights
    queued = earlier.with_env(env).notice_ids.filtered(lambda notice: notice.state == "queued")
    env["dunning.sender"]._send(queued, earlier.date)
    runs.create({"company_id": env.company.id, "date": today}).action_propose()


def statements_of_account(env, today, customers, _orders):
    """Statements as of the end of last month: one agreed, one with a difference, one waiting, one a draft."""
    clerk = user_of(env, "clerk")
    as_of = today.replace(day=1) - timedelta(days=1)
    chinese = next(partner for partner in customers if partner.lang == "zh_CN")
    asked = (customer_of(customers, "punctual"), customer_of(customers, "complaining"), customer_of(customers, "late"))
    statements = (
        env["receivable.statement"]
        .with_user(clerk)
        .create(
            [
                {
                    "company_id": env.company.id,
                    "partner_id": partner.id,
                    "kind": "activity",
                    "date_from": as_of.replace(day=1),
                    "date": as_of,
                    "answer_until": today + timedelta(days=10),
                }
                for partner in (*asked, chinese)
            ]
        )
    )
    sent = statements[:3]
    sent.action_send()
    sent._send(today)
    sent[0]._answer({"name": "Petra Winter", "via": "link"}, {})
    item = sent[1].line_ids.filtered(lambda line: line.section == "item" and line.amount > 0)[:1]
    differences = {item.id: (item.amount * 0.8, "A credit note for damaged goods was promised")} if item else {}
    sent[1]._answer({"name": "Jan Novak", "via": "link"}, differences, "" if item else "Our books say something else")
