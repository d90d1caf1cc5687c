"""The kinds of early warning: what each one looks at, its defaults, and the sentence it makes.

A new kind is one more entry here and a method ``_<key>_sql`` of ``credit.signal.source``. The figure is rounded to
``digits`` before it is judged, so that the value people read is the one that was judged.
"""

from dataclasses import dataclass

from odoo import fields
from odoo.tools import format_date, formatLang
from odoo.tools.translate import LazyTranslate

from .plain_number import plain_number

_lt = LazyTranslate(__name__)


def _number(env, value, _currency):
    return formatLang(env, value, digits=0 if float(value).is_integer() else 1)


def _percent(env, value, _currency):
    return env._("%(number)s %%", number=plain_number(env, value * 100, 0 if abs(value) >= 0.1 else 1))


def _amount(env, value, currency):
    return formatLang(env, value, currency_obj=currency)


def _ratio(env, value, _currency):
    return formatLang(env, value, digits=2)


def _day(env, value, _currency):
    return format_date(env, fields.Date.to_date(value))


def _text(_env, value, _currency):
    return value


def _ratio_name(env, value, _currency):
    return env["partner.financial.statement"]._fields[value]._description_string(env)


UNITS = {
    "days": _number,
    "points": _number,
    "grades": _number,
    "times": _number,
    "count": _number,
    "percent": _percent,
    "amount": _amount,
    "ratio": _ratio,
    "date": _day,
    "text": _text,
    "ratio_name": _ratio_name,
}
DIGITS = {"percent": 4, "amount": 2, "ratio": 4, "times": 1, "days": 1, "points": 2, "grades": 0}


@dataclass(frozen=True, slots=True)
class Kind:
    """``unit`` is that of the figure and its threshold; ``recent``, ``before`` and ``note`` are those of the evidence.

    ``counted``: the rule asks for a minimum number of invoices. ``records``: the model whose record is the evidence.
    """

    key: str
    label: str
    unit: str
    sentence: object
    explanation: object
    recent: str = "amount"
    before: str = "amount"
    note: str = "text"
    counted: bool = False
    lower_is_worse: bool = False
    records: str | None = None

    @property
    def digits(self):
        return DIGITS[self.unit]

    def describe(self, env, evidence, currency):
        """The evidence as a sentence in the language of ``env``."""
        units = {"figure": self.unit, "recent": self.recent, "before": self.before, "count": "count", "note": self.note}
        values = {
            name: "" if evidence.get(name) is None else UNITS[unit](env, evidence[name], currency)
            for name, unit in units.items()
        }
        text = env._(self.sentence)  # pylint: disable=gettext-variable
        return text % values


KINDS = {
    kind.key: kind
    for kind in (
        Kind(
            key="pays_later",
            label="Pays later than before",
            unit="days",
            recent="days",
            before="days",
            counted=True,
            sentence=_lt(
                "Pays %(figure)s days later than before: on average %(recent)s days after the due date in the last"
                " 3 months, %(before)s in the 9 months before."
            ),
            explanation=_lt(
                "Days from the due date to the payment, weighted by amount, in the last 3 months (open overdue items of"
                " these months count with their days so far) less those of the 9 months before. The number of invoices"
                " is needed in both periods."
            ),
        ),
        Kind(
            key="partial_payments",
            label="Pays in parts more often",
            unit="percent",
            recent="percent",
            before="percent",
            counted=True,
            sentence=_lt(
                "%(recent)s of the invoices were paid in parts in the last 3 months, %(before)s in the 9 months before."
            ),
            explanation=_lt(
                "Share of the invoices with a payment in the last 3 months that were paid in parts, less that share in"
                " the 9 months before."
            ),
        ),
        Kind(
            key="overdue_share",
            label="Overdue share up",
            unit="percent",
            recent="percent",
            before="percent",
            sentence=_lt("%(recent)s of the open receivable is overdue; three months ago it was %(before)s."),
            explanation=_lt("Overdue part of the open receivable today less that part three months ago."),
        ),
        Kind(
            key="first_overdue",
            label="Overdue for the first time",
            unit="days",
            counted=True,
            sentence=_lt(
                "Overdue for the first time: %(recent)s for %(figure)s days, after %(count)s invoices paid on time."
            ),
            explanation=_lt(
                "Days overdue of a customer none of whose earlier invoices was paid later than 3 days after the next"
                " business day after its due date."
            ),
        ),
        Kind(
            key="utilization",
            label="Limit nearly used up",
            unit="percent",
            sentence=_lt("The exposure of %(recent)s uses %(figure)s of the limit of %(before)s."),
            explanation=_lt("Exposure compared with the effective limit."),
        ),
        Kind(
            key="concentration",
            label="Large share of all receivables",
            unit="percent",
            sentence=_lt("Owes %(recent)s: %(figure)s of all open receivables (%(before)s)."),
            explanation=_lt("Open receivable of the customer compared with that of all customers."),
        ),
        Kind(
            key="sales_spike",
            label="Sales jump",
            unit="times",
            counted=True,
            sentence=_lt("%(recent)s in the last 30 days: %(figure)s times the usual %(before)s."),
            explanation=_lt(
                "Invoices less credit notes of the last 30 days, with the Sales app also open orders confirmed in them,"
                " compared with the average per 30 days of the 360 days before."
            ),
        ),
        Kind(
            key="sales_stop",
            label="Stopped buying",
            unit="times",
            recent="days",
            before="days",
            counted=True,
            sentence=_lt("Bought nothing for %(recent)s days; before, it was every %(before)s days."),
            explanation=_lt(
                "Days since the last invoice (with the Sales app also: open order) compared with the average time"
                " between two days with one in the two years before; for customers who bought within the last 12"
                " months."
            ),
        ),
        Kind(
            key="score_drop",
            label="Score fell",
            unit="points",
            recent="points",
            before="points",
            records="credit.score",
            sentence=_lt("The score fell by %(figure)s points in 90 days, from %(before)s to %(recent)s."),
            explanation=_lt("The score of 90 days ago (else the first one) less the score of today."),
        ),
        Kind(
            key="rating_down",
            label="Rating fell",
            unit="grades",
            records="credit.score",
            sentence=_lt("The rating fell in 90 days: %(note)s (grades lost: %(figure)s)."),
            explanation=_lt("Grades between the rating of 90 days ago (else the first one) and the rating of today."),
        ),
        Kind(
            key="statement_worse",
            label="Financial statement worse",
            unit="percent",
            recent="ratio",
            before="ratio",
            note="ratio_name",
            records="partner.financial.statement",
            sentence=_lt("%(note)s got worse by %(figure)s: %(recent)s after %(before)s in the statement before."),
            explanation=_lt(
                "The newest confirmed statement compared with the one before: the ratio that got worse most, relative"
                " to what it was (current ratio, quick ratio, equity ratio, debt to equity, interest cover,"
                " Altman Z'')."
            ),
        ),
        Kind(
            key="limit_expiring",
            label="Limit ends",
            unit="days",
            note="date",
            lower_is_worse=True,
            records="credit.limit",
            sentence=_lt("The limit of %(recent)s ends on %(note)s, and no other of its kind follows."),
            explanation=_lt("Days until an approved limit ends that no other limit of the same kind follows."),
        ),
        Kind(
            key="guarantee_expiring",
            label="Guarantee ends",
            unit="days",
            note="date",
            lower_is_worse=True,
            records="credit.guarantee",
            sentence=_lt("A guarantee that covers %(recent)s ends on %(note)s, and none continues it."),
            explanation=_lt("Days until a guarantee in force ends that no other guarantee in force continues."),
        ),
        Kind(
            key="review_overdue",
            label="Review overdue",
            unit="days",
            note="date",
            sentence=_lt("The review was due on %(note)s, %(figure)s days ago."),
            explanation=_lt("Days since the date of the next review on the credit profile."),
        ),
    )
}
