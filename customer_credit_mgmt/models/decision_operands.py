"""What a decision tree can compare, and the decisions it can come to."""

from dataclasses import dataclass

from odoo.tools import formatLang

from .score_figures import FIGURES

DECISIONS = [
    ("grant", "Grant the proposed limit"),
    ("reduce", "Reduce the limit"),
    ("guarantee", "Ask for a guarantee"),
    ("prepay", "Prepayment only"),
    ("refuse", "Refuse credit"),
]
#: A tree may also leave it to a person; an assessment may not.
OUTCOMES = [*DECISIONS, ("review", "Human review")]
#: Decisions after which the customer buys nothing on credit.
NO_CREDIT = ("prepay", "refuse")

OPERATOR_SIGNS = {"gt": ">", "ge": "\u2265", "lt": "<", "le": "\u2264", "eq": "=", "ne": "\u2260"}


@dataclass(frozen=True, slots=True)
class Operand:
    """A value that a node can test; ``unit`` says how people read it: ``number``, ``share`` or ``amount``."""

    key: str
    label: str
    unit: str


def _of_figure(figure):
    return Operand(
        figure.key, figure.label, {"_percent": "share", "_amount": "amount"}.get(figure.unit.__name__, "number")
    )


OPERANDS = {
    operand.key: operand
    for operand in (
        *(_of_figure(figure) for figure in FIGURES.values()),
        Operand("score", "Score", "number"),
        Operand("data_share", "Part of the score that rests on data", "share"),
        Operand("panel_median", "Points of the experts (median)", "number"),
        Operand("panel_spread", "Disagreement of the experts", "number"),
        Operand("proposed_limit", "Proposed limit", "amount"),
        Operand("proposed_share", "Proposed limit compared with the sales of 12 months", "share"),
        Operand("limit_amount", "Limit in force", "amount"),
        Operand("exposure_amount", "Exposure", "amount"),
        Operand("overdue_amount", "Overdue amount", "amount"),
        Operand("secured_amount", "Secured amount", "amount"),
    )
}
#: What is frozen of ``credit.profile._figures_sql``.
POSITION = (
    "receivable_amount",
    "draft_amount",
    "order_amount",
    "secured_amount",
    "exposure_amount",
    "limit_amount",
    "available_amount",
    "utilization",
    "overdue_amount",
    "overdue_days",
)


def describe(env, unit, value, currency):
    """A value as people read it."""
    if unit == "amount":
        return formatLang(env, value, currency_obj=currency)
    digits = 0 if round(value * (100 if unit == "share" else 1), 4) % 1 == 0 else 1
    if unit == "share":
        return env._("%(number)s %%", number=formatLang(env, value * 100, digits=digits))
    return formatLang(env, value, digits=digits)
