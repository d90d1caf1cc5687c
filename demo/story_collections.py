"""What collections makes of the two years: collectors, promises, disputes, plans, a legal case, factoring, figures.

Figures come last: they count what was promised.
"""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command

from .story_people import customer_of, user_of


def _open_items(env, partner):
    """Open invoices of customers, oldest first."""
    items = env["account.move.line"].search(
        [
            ("company_id", "=", env.company.id),
            ("partner_id", "child_of", partner.ids),
            ("account_type", "=", "asset_receivable"),
            ("parent_state", "=", "posted"),
            ("reconciled", "=", False),
            ("amount_residual", ">", 0),
        ]
    )
    return items.sorted(lambda item: (item.date_maturity, item.id))


def _overdue(env, partner, today):
    return _open_items(env, partner).filtered(lambda item: item.date_maturity < today)


def collectors(env, _today, customers, _orders):
    """The clerk looks after customers abroad, the controller after those at home; he is away next week."""
    clerk, controller = user_of(env, "clerk"), user_of(env, "controller")
    env["collection.portfolio"].create(
        [
            {
                "name": "At home",
                "company_id": env.company.id,
                "collector_id": controller.id,
                "sequence": 1,
                "partner_domain": "[('country_id.code', '=', 'DE')]",
                "capacity_minutes": 300,
            },
            {
                "name": "Abroad",
                "company_id": env.company.id,
                "collector_id": clerk.id,
                "sequence": 2,
                "partner_domain": "[('country_id.code', '!=', 'DE')]",
                "capacity_minutes": 900,
            },
        ]
    )
    for partner in customers:
        partner.collector_id = controller if partner.country_id.code == "DE" else clerk


def calls(env, today, customers, _orders):
    """Two talks of last week: nobody answered; the customer wants copies and is called back today."""
    clerk = user_of(env, "clerk")
    talks = (
        ("collapsing", "collection_outcome_no_answer", 6, 3, "Switchboard, no answer in accounts payable."),
        ("worsening", "collection_outcome_callback", 5, 11, "Payment run on Thursday; call back to hear the date."),
    )
    contacts = env["collection.contact"].with_user(clerk)
    for habit, outcome, days, minutes, note in talks:
        contact = contacts.create(
            {
                "partner_id": customer_of(customers, habit).id,
                "company_id": env.company.id,
                "channel": "phone",
                "outcome_id": env.ref(f"receivable_dunning.{outcome}").id,
                "note": note,
            }
        )
        # noted as the button does, but last week
        contact.with_env(env).write(
            {
                "state": "done",
                "date": contact.date - timedelta(days=days),
                "duration": minutes,
                "callback_date": today if outcome.endswith("callback") else False,
            }
        )


def promises(env, today, customers, _orders):
    """One kept by a payment of today, one broken, one due tomorrow, others later."""
    clerk = user_of(env, "clerk")
    Promise = env["receivable.promise"].with_user(clerk)
    for habit, days, channel in (("late", 1, "phone"), ("worsening", 6, "email"), ("in parts", 12, "phone")):
        items = _overdue(env, customer_of(customers, habit), today)[1:2]
        if items:
            amount = sum(items.mapped("amount_residual_currency"))
            Promise._make(items, amount, today + timedelta(days=days), {"channel": channel})
    _broken_promise(env, today, _overdue(env, customer_of(customers, "worsening"), today)[:1], clerk)
    _kept_promise(env, today, _overdue(env, customer_of(customers, "a little late"), today)[:1], clerk)


def _broken_promise(env, today, items, clerk):
    """Given two weeks ago for last week; nothing came."""
    if not items:
        return
    promise = env["receivable.promise"].with_user(clerk)._make(items, items.amount_residual_currency, today, {})
    promise = promise.with_env(env)
    promise.date = today - timedelta(days=16)
    promise.line_ids.date_promised = today - timedelta(days=9)
    promise.action_decide()


def _kept_promise(env, today, items, clerk):
    if not items:
        return
    promise = (
        env["receivable.promise"]
        .with_user(clerk)
        ._make(items, items.amount_residual_currency, today + timedelta(days=2), {"note": "Will pay at once."})
    )
    env["account.payment.register"].with_context(active_model="account.move", active_ids=items.move_id.ids).create(
        {"payment_date": today}
    )._create_payments()
    promise.with_env(env).action_decide()


def disputes(env, today, customers, _orders):
    """Damaged goods, waiting for an answer; a price, missed by its owner; one that is decided."""
    complaining = customer_of(customers, "complaining")
    reasons = ("quality", "price", "quantity")
    notes = ("Two of five gearboxes came damaged.", "The offer said 3 % less.", "One piece is missing.")
    items = _open_items(env, complaining)[:2] | _open_items(env, customer_of(customers, "erratic"))[:1]
    opened = env["receivable.dispute"]
    for item, reason, note in zip(items, reasons, notes, strict=False):
        values = {
            "reason_id": env.ref(f"receivable_dunning.dispute_reason_{reason}").id,
            "note": note,
            "channel": "email",
            "user_id": user_of(env, "clerk").id,
        }
        opened |= env["receivable.dispute"]._open(item, item.amount_residual_currency / 5, values)
    # the first two are older than they look: one has missed its day
    for dispute, days in zip(opened, (4, 25), strict=False):
        dispute.sudo().date = today - timedelta(days=days)


def payment_plans(env, today, customers, _orders):
    """One that runs, and one that waits for the customer's answer."""
    manager = user_of(env, "wang")
    for habit, accepted in (("in parts", False), ("collapsing", True)):
        items = _overdue(env, customer_of(customers, habit), today)[2:8]
        if not items:
            continue
        plan = (
            env["receivable.payment.plan"]
            .with_user(manager)
            ._make(items, {"instalment_count": 4, "first_date": today + timedelta(days=14)})
        )
        plan.action_offer_otherwise()
        if accepted:
            plan._accept("Marek Zielinski", "staff")


def legal_cases(env, today, customers, _orders):
    """What has been open for longest goes to court: a demand was sent."""
    controller = user_of(env, "controller")
    oldest = _overdue(env, customer_of(customers, "collapsing"), today - timedelta(days=60))[:2]
    cases = env["collection.case"]._make_drafts(oldest, user_id=controller.id)
    if cases:
        env["collection.case.step"].create(
            {"case_id": cases.id, "step": "demand", "date": today - timedelta(days=3)}
        ).action_apply()


def factoring(env, today, _customers, _orders):
    """An agreement with a bank for customers in the euro area, and a proposed batch."""
    bank = env["res.partner"].create(
        {
            "name": "Rhein-Neckar Factoring Bank AG",
            "is_company": True,
            "street": "Planken 7",
            "zip": "68161",
            "city": "Mannheim",
            "country_id": env.ref("base.de").id,
            "bank_ids": [Command.create({"acc_number": "DE89370400440532013000"})],
        }
    )
    agreement = env["factoring.agreement"].create(
        {
            "name": "Euro area, with recourse",
            "factor_id": bank.id,
            "company_id": env.company.id,
            "currency_id": env.company.currency_id.id,
            "user_id": user_of(env, "wang").id,
            "has_recourse": True,
            "days_to_due": 60,
            "customer_limit": 60000,
            "fee_rate": 0.75,
            "is_disclosed": True,
        }
    )
    env["receivable.assignment"].create(
        {"agreement_id": agreement.id, "date": today, "user_id": agreement.user_id.id}
    ).action_propose()


def write_offs(env, _today, customers, _orders):
    """A small rest that is not worth a letter waits for the manager."""
    env.company.writeoff_account_id = _account(env, "658100", "Bad debts", "expense")
    env.company.bad_debt_account_ids = env.company.writeoff_account_id
    smallest = _open_items(env, customers).sorted("amount_residual")[:1]
    clerk = user_of(env, "clerk")
    writeoff = env["receivable.writeoff"].with_user(clerk)._propose(env.company, [(smallest.id, "small")])
    writeoff.action_submit()


def expected_loss(env, today, _customers, _orders):
    """Cohorts of the two years: the end of last quarter is posted, last month is computed."""
    env.company.ecl_allowance_account_id = _account(env, "124900", "Allowance for expected losses", "asset_current")
    env.company.ecl_expense_account_id = _account(env, "658200", "Impairment of receivables", "expense")
    method = env["ecl.method"].create(
        {
            "name": "Two years, all customers",
            "company_id": env.company.id,
            "years": 2,
            "min_months": 6,
            "note": "All customers together: the countries alone have too few items.",
        }
    )
    last_month = today.replace(day=1) - timedelta(days=1)
    last_quarter = last_month.replace(day=1, month=(last_month.month - 1) // 3 * 3 + 1) - timedelta(days=1)
    runs = (
        env["ecl.run"]
        .with_user(user_of(env, "wang"))
        .create(
            [{"company_id": env.company.id, "date": day, "method_id": method.id} for day in (last_quarter, last_month)]
        )
    )
    runs[0].action_compute()
    runs[0].action_approve()
    runs[0].action_post()
    runs[1].action_compute()


def _account(env, code, name, account_type):
    return env["account.account"].create(
        {"code": code, "name": name, "account_type": account_type, "company_ids": [Command.set(env.company.ids)]}
    )


def cash_back_tests(env, _today, _customers, _orders):
    """What the cash forecast would have said in the last twelve months."""
    env["receivable.cash.backtest"].action_measure()


def figures(env, today, _customers, _orders):
    """Receivables figures of the last thirteen months."""
    last = today.replace(day=1) - relativedelta(months=1)
    env["receivable.kpi"]._await(env.company, last - relativedelta(months=12), last)._compute_months()
