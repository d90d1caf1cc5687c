"""The figures a criterion can judge: where each one comes from, and the sentence it makes.

A new figure is one more entry here. ``sql`` may use the columns of ``receivable.ledger._payment_behaviour_sql`` (alias
``behaviour``), the profile (alias ``profile``), ``chance.late_share`` (probability of paying late) and, when
``needs_position``, ``position.utilization``, ``position.gross_exposure`` and ``cover.amount`` (of the guarantees). It
is NULL when the figure is not known. It is rounded to ``digits`` before it is judged, so that the value people read is
the one that was judged. ``source`` is the source of the criteria that may judge it.
"""

from dataclasses import dataclass
from functools import partial

from odoo.tools import SQL, formatLang
from odoo.tools.translate import LazyTranslate

from .plain_number import plain_number

_lt = LazyTranslate(__name__)


def _days(env, value, _currency):
    return formatLang(env, abs(value), digits=0 if float(value).is_integer() else 1)


def _percent(env, value, _currency):
    return env._("%(number)s %%", number=plain_number(env, value * 100))


def _count(env, value, _currency):
    return formatLang(env, value, digits=0)


def _amount(env, value, currency):
    return formatLang(env, value, currency_obj=currency)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the ledger about a customer. ``sentence`` has the placeholder ``value``; the others replace it."""

    key: str
    label: str
    sql: str
    unit: object
    digits: int
    sentence: object
    at_zero: object = None
    below_zero: object = None
    needs_position: bool = False
    source: str = "behaviour"

    def statement(self, as_of):
        """The figure as ``SQL``; ``as_of`` is the day as ``SQL``."""
        code = self.sql
        return SQL(code, as_of=as_of)  # pylint: disable=sql-injection

    def describe(self, env, value, currency):
        """The figure as a sentence in the language of ``env``; ``value`` is not ``None``."""
        template = (self.at_zero if value == 0 else self.below_zero if value < 0 else None) or self.sentence
        text = env._(template)  # pylint: disable=gettext-variable
        return text % {"value": self.unit(env, value, currency)}


_in_days = partial(Figure, unit=_days, digits=1)
_in_percent = partial(Figure, unit=_percent, digits=4)

FIGURES = {
    figure.key: figure
    for figure in (
        _in_percent(
            key="probability_late",
            label="Probability of paying late",
            sql="chance.late_share",
            sentence=_lt("Pays the next invoice late with a probability of %(value)s"),
        ),
        _in_days(
            key="days_late_weighted",
            label="Average days late, by amount",
            sql="behaviour.days_late_weighted",
            sentence=_lt("Pays %(value)s days late on average"),
            at_zero=_lt("Pays on the due date on average"),
            below_zero=_lt("Pays %(value)s days early on average"),
        ),
        _in_days(
            key="days_late_median",
            label="Median days late",
            sql="behaviour.days_late_median",
            sentence=_lt("Half of the invoices are paid at most %(value)s days late"),
            at_zero=_lt("Half of the invoices are paid by the due date"),
            below_zero=_lt("Half of the invoices are paid at least %(value)s days early"),
        ),
        _in_days(
            key="days_late_worst",
            label="Worst delay in days",
            sql="behaviour.days_late_worst",
            sentence=_lt("The worst delay was %(value)s days"),
            at_zero=_lt("No invoice was ever late"),
            below_zero=_lt("Even the latest payment came %(value)s days early"),
        ),
        _in_percent(
            key="late_share_count",
            label="Share of invoices paid after the due date",
            sql="behaviour.late_share_count",
            sentence=_lt("%(value)s of the invoices were paid after the due date"),
            at_zero=_lt("No invoice was paid after the due date"),
        ),
        _in_percent(
            key="late_share_amount",
            label="Share of the amount paid after the due date",
            sql="behaviour.late_share_amount",
            sentence=_lt("%(value)s of the amount was paid after the due date"),
            at_zero=_lt("Nothing was paid after the due date"),
        ),
        _in_percent(
            key="partial_share",
            label="Share of invoices paid in parts",
            sql="behaviour.partial_share",
            sentence=_lt("%(value)s of the invoices were paid in parts"),
            at_zero=_lt("No invoice was paid in parts"),
        ),
        _in_days(
            key="days_late_trend",
            label="Trend of the days late",
            sql="behaviour.days_late_trend",
            sentence=_lt("Paid %(value)s days later in the last 3 months than in the 9 before"),
            at_zero=_lt("Paid as in the 9 months before during the last 3 months"),
            below_zero=_lt("Paid %(value)s days sooner in the last 3 months than in the 9 before"),
        ),
        _in_days(
            key="days_since_payment",
            label="Days since the last settlement",
            sql="behaviour.days_since_payment",
            sentence=_lt("The last invoice was settled %(value)s days ago"),
            at_zero=_lt("The last invoice was settled today"),
        ),
        _in_days(
            key="overdue_days",
            label="Oldest overdue item in days",
            sql="behaviour.overdue_days",
            sentence=_lt("The oldest open item is %(value)s days overdue today"),
            at_zero=_lt("Nothing is overdue today"),
        ),
        _in_percent(
            key="overdue_share",
            label="Overdue compared with the sales of 12 months",
            sql="behaviour.overdue_amount / NULLIF(GREATEST(behaviour.turnover_12m, 0), 0)",
            sentence=_lt("Overdue today: %(value)s of the sales of 12 months"),
            at_zero=_lt("Nothing overdue today, compared with the sales of 12 months"),
        ),
        Figure(
            key="turnover_12m",
            label="Sales of 12 months",
            sql="behaviour.turnover_12m",
            unit=_amount,
            digits=2,
            sentence=_lt("Sales of %(value)s in 12 months"),
            at_zero=_lt("No sales in 12 months"),
        ),
        Figure(
            key="invoice_count",
            label="Invoices in 24 months",
            sql="behaviour.invoice_count",
            unit=_count,
            digits=0,
            sentence=_lt("Invoiced %(value)s times in 24 months"),
        ),
        Figure(
            key="relationship_months",
            label="Months since the first invoice",
            sql="extract(year FROM age(%(as_of)s, behaviour.first_invoice_date)) * 12"
            " + extract(month FROM age(%(as_of)s, behaviour.first_invoice_date))",
            unit=_count,
            digits=0,
            sentence=_lt("Customer for %(value)s months"),
            at_zero=_lt("Customer for less than a month"),
        ),
        _in_percent(
            key="utilization",
            label="Exposure compared with the limit",
            sql="CASE WHEN position.utilization < 0 THEN 0 ELSE position.utilization END",
            sentence=_lt("Uses %(value)s of the credit limit"),
            at_zero=_lt("Does not use the credit limit"),
            needs_position=True,
        ),
        _in_percent(
            key="guarantee_cover",
            label="Guarantee cover compared with the exposure",
            sql="cover.amount / NULLIF(GREATEST(position.gross_exposure, 0), 0)",
            sentence=_lt("Guarantees cover %(value)s of the exposure"),
            at_zero=_lt("No guarantee covers the exposure"),
            needs_position=True,
            source="guarantee",
        ),
    )
}
