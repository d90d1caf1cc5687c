"""What segmentation makes of the two years: classes, values, budgets and a key-account sheet."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from .story_people import customer_of, user_of

#: payment terms that are proposed to who enters a class
TERMS_OF_CLASS = {"A": "45days", "B": "30days", "C": "15days"}


def abc_classes(env, today, _customers, _orders):
    """Classes half a year ago and today: who moved, and the payment terms proposed to them."""
    policy = env["abc.policy"].search([("company_id", "=", env.company.id)], limit=1)
    field = env["ir.model.fields"]._get("res.partner", "property_payment_term_id")
    env["abc.class.action"].create(
        [
            {
                "policy_id": policy.id,
                "class_id": level.id,
                "field_id": field.id,
                "value_id": env.ref(f"account.account_payment_term_{TERMS_OF_CLASS[level.code]}").id,
            }
            for level in policy.class_ids
        ]
    )
    for as_of in (today - timedelta(days=182), today):
        policy._classify(as_of)


def customer_values(env, today, _customers, _orders):
    """Models of churn, then value, segment and stage at the end of each month of the last year, and today."""
    policy = env["customer.value.policy"]._get_for(env.company)
    policy.action_fit_churn()
    for day in policy._get_due_days(today):
        policy._refresh(day)


def win_backs(env, _today, _customers, _orders):
    """Who is likely to be lost is to be called."""
    leaving = env["customer.value"].search([("is_high_risk", "=", True), ("value_at_risk", ">", 0)])
    if leaving:
        env["customer.winback.wizard"].create(
            {"value_ids": [(6, 0, leaving.ids)], "note": "Offer the new drive and a free maintenance visit."}
        ).action_schedule()


def budgets(env, today, customers, _orders):
    """What the controller plans for this year with some of the customers."""
    start = today.replace(month=1, day=1)
    last_year = env["customer.profit"]._totals(
        env.company, customers, start - relativedelta(years=1), start - timedelta(days=1)
    )
    planned = [customer_of(customers, habit) for habit in ("punctual", "late", "shrinking", "growing fast")]
    env["customer.budget"].create(
        [
            {
                "partner_id": partner.id,
                "company_id": env.company.id,
                "period": "year",
                "date_from": start,
                "sales": round(1.05 * figures["revenue"], -2),
                "margin": round(1.05 * figures["margin"], -2),
                "note": "Last year and 5 %",
            }
            for partner in planned
            if (figures := last_year.get(partner.id))
        ]
    )


def key_accounts(env, _today, customers, _orders):
    """A sheet of the last quarter that the salesperson prepares."""
    partner = customer_of(customers, "punctual")
    wizard = env["key.account.review.wizard"].create(
        {"company_id": env.company.id, "partner_ids": [(6, 0, partner.ids)]}
    )
    wizard.action_create()
    review = env["key.account.review"].search([("partner_id", "=", partner.id)], limit=1)
    review.user_id = user_of(env, "sales")
    review.summary = "A steady customer who pays on time. To be agreed on: the quantities of next year."
