"""What a credit department does beyond limits and holds: security, statements, assessments, warnings, what-if."""

from datetime import date, timedelta

from .story_people import customer_of, user_of

#: The columns of STATEMENTS, which are in thousands of the currency
ITEMS = (
    *("current_assets", "inventories", "receivables", "cash", "total_assets", "current_liabilities"),
    *("total_liabilities", "equity", "retained_earnings", "sales", "cost_of_sales", "ebit", "interest_expense"),
    *("net_profit", "operating_cash_flow"),
)
STATEMENTS = {
    "punctual": (
        (8200, 2900, 3100, 1500, 15400, 3900, 7300, 8100, 5200, 24100, 15900, 2300, 180, 1600, 2100),
        (8600, 2950, 3200, 1750, 16100, 3800, 7250, 8850, 5900, 25600, 16700, 2550, 170, 1800, 2350),
        (9100, 3050, 3350, 2000, 16900, 3900, 7200, 9700, 6700, 27200, 17600, 2800, 160, 2000, 2500),
    ),
    "worsening": (
        (3900, 1500, 1700, 400, 6100, 2300, 3600, 2500, 1100, 9800, 6700, 620, 110, 390, 450),
        (3700, 1650, 1600, 210, 6000, 2700, 3950, 2050, 700, 9100, 6500, 240, 150, 60, 120),
        (3400, 1750, 1350, 90, 5800, 3200, 4500, 1300, -60, 8200, 6300, -310, 210, -560, -280),
    ),
}


def statements(env, today, customers, _orders):
    """Three years of statements of a sound and of a failing customer."""
    controller = user_of(env, "controller")
    made = env["partner.financial.statement"].with_user(controller)
    for habit, years in STATEMENTS.items():
        customer = customer_of(customers, habit)
        made |= made.create(
            [
                {
                    "partner_id": customer.id,
                    "date_end": date(today.year - len(years) + position, 12, 31),
                    "audited": habit == "punctual",
                    "source": "Commercial register",
                    "currency_id": env.company.currency_id.id,
                    **{item: amount * 1000 for item, amount in zip(ITEMS, figures, strict=True)},
                }
                for position, figures in enumerate(years)
            ]
        )
    made.action_confirm()


def security(env, today, customers, _orders):
    """Guarantees of several kinds, one that ends soon; two customers who share a pot."""
    controller, manager = user_of(env, "controller"), user_of(env, "wang")
    profile_of = {it.partner_id: it for it in env["credit.profile"]._get_or_create(customers, env.company)}
    bank = env["res.partner"].create({"name": "Sparkasse Mark", "is_company": True})
    insurer = env["res.partner"].create({"name": "Nordstern Credit Insurance", "is_company": True})
    base = {"currency_id": env.company.currency_id.id, "date_from": today - timedelta(days=200)}
    guarantees = (
        env["credit.guarantee"]
        .with_user(controller)
        .create(
            [
                {
                    **base,
                    "profile_id": profile_of[customer_of(customers, "a little late")].id,
                    "kind": "bank_guarantee",
                    "reference": "BG-20417",
                    "provider_id": bank.id,
                    "effect": "reduce_exposure",
                    "amount": 25000,
                    "haircut": 0.1,
                    "date_to": today + timedelta(days=20),
                },
                {
                    **base,
                    "profile_id": profile_of[customer_of(customers, "growing fast")].id,
                    "kind": "insurance",
                    "reference": "NCI-88-1034",
                    "provider_id": insurer.id,
                    "effect": "raise_limit",
                    "amount": 20000,
                    "haircut": 0.2,
                    "stop_days": 60,
                    "claim_days": 90,
                    "date_to": today + timedelta(days=165),
                },
            ]
        )
    )
    guarantees.with_user(manager).action_activate()
    group = (
        env["credit.group"]
        .with_user(manager)
        .create({"name": "Elbe Group", "company_id": env.company.id, "limit_amount": 18000})
    )
    (profile_of[customer_of(customers, "complaining")] | profile_of[customer_of(customers, "in parts")]).with_user(
        manager
    ).group_id = group


def assessments(env, today, customers, _orders):
    """An assessment that two people signed, and one that waits for the manager."""
    controller, manager = user_of(env, "controller"), user_of(env, "wang")
    profile_of = {it.partner_id: it for it in env["credit.profile"]._get_or_create(customers, env.company)}
    for habit, proposed, is_decided in (("punctual", 200000, True), ("worsening", 40000, False)):
        assessment = (
            env["credit.assessment"]
            .with_user(controller)
            .create({"profile_id": profile_of[customer_of(customers, habit)].id, "date": today})
        )
        assessment.proposed_limit = proposed
        for answer in assessment.answer_ids:
            answer.answer = "See the minutes of the visit of last month."
        if assessment.tree_decision == "review":
            assessment.write(
                {"decision": "reduce", "decision_reason": "The trend of the last year speaks against more."}
            )
        else:
            assessment.action_use_tree_decision()
        assessment.action_submit()
        if is_decided:
            assessment.with_user(manager).action_approve()


def warnings(env, today, _customers, _orders):
    """The signals that the rules find today."""
    rules = env["credit.signal.rule"].with_user(user_of(env, "wang"))
    rules.action_switch_on()
    env["credit.signal.rule"]._detect(env.company, today)


def what_if(env, today, _customers, _orders):
    """What a stricter policy would have held in the last year."""
    policy = env["credit.policy"].search([("company_id", "=", env.company.id)], limit=1)
    trial = (
        env["credit.policy.backtest"]
        .with_user(user_of(env, "wang"))
        .create({"name": "Fifteen days instead of thirty", "company_id": env.company.id, "policy_id": policy.id})
    )
    trial.rule_ids.filtered(lambda rule: rule.kind == "overdue_days").threshold = 15
    trial.action_run()
