"""Who is meant in the story."""

from .story_plan import CUSTOMERS, HABITS


def user_of(env, login):
    return env["res.users"].search([("login", "=", login)])


def customer_of(customers, habit):
    """The first customer of a habit."""
    assert habit in HABITS
    return next(partner for partner, customer in zip(customers, CUSTOMERS, strict=True) if customer.habit == habit)
