"""Amounts and figures of receivables, and what they are of a group of rows."""

import re

from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.customer_credit_mgmt.models.optional_number import OptionalFloat

# Amounts as of a day: those of several months do not add up.
STOCKS = {
    "opening_amount",
    "closing_amount",
    "current_amount",
    "overdue_amount",
    "over_90_amount",
    "credit_amount",
    "debtor_amount",
}
# What a ratio is made of, so that the one of a group is computed from its sums: numerator, denominator, and what must
# not be negative for the figure to mean anything.
RATIOS = {
    "dso": ("closing_amount * days", "sales_amount", "closing_amount"),
    "dso_best": ("current_amount * days", "sales_amount", "current_amount"),
    "days_delinquent": ("overdue_amount * days", "sales_amount", "LEAST(closing_amount, current_amount)"),
    "cei": (
        "(opening_amount + sales_amount - closing_amount) * 100",
        "opening_amount + sales_amount - current_amount",
        "0",
    ),
    "overdue_share": ("overdue_amount", "closing_amount", "0"),
    "current_share": ("current_amount", "closing_amount", "0"),
    "over_90_share": ("over_90_amount", "closing_amount", "0"),
    "turnover": ("sales_amount", "(opening_amount + closing_amount) / 2", "0"),
    "bad_debt_ratio": ("written_off_amount", "sales_amount", "0"),
    "promise_kept_rate": ("promise_kept_amount", "promised_amount", "0"),
    "collection_progress": ("due_amount - remaining_amount", "due_amount", "0"),
}


def ratio_sql(name, column=SQL.identifier, total="(%s)"):
    """A ratio, empty where it means nothing.

    :param column: makes of the name of an amount what stands for it
    :param total: what is done with each part of the formula: ``sum(%s)`` for the ratio of a group
    """
    # ``total`` is a constant of the callers
    numerator, denominator, positive = (
        SQL(total, _expression(part, column))  # pylint: disable=sql-injection
        for part in RATIOS[name]
    )
    return SQL(
        "CASE WHEN %(denominator)s > 0 AND %(positive)s >= 0 THEN %(numerator)s::float8 / %(denominator)s END",
        numerator=numerator,
        denominator=denominator,
        positive=positive,
    )


def _expression(text, column):
    """The formula ``text``, a constant of this file, with something for each of its names."""
    parts = re.split(r"(\b(?:\w+_amount|days)\b)", text)
    # every second part is a name
    return SQL("").join(column(part) if place % 2 else SQL(part) for place, part in enumerate(parts))  # pylint: disable=sql-injection


class ReceivableKpiMixin(models.AbstractModel):
    """Amounts of a period and the figures that are ratios of them. The help of a figure is its formula."""

    _name = "receivable.kpi.mixin"
    _description = "Amounts and Figures of Receivables"

    currency_id = fields.Many2one("res.currency", readonly=True)
    days = fields.Integer(readonly=True, aggregator=None, help="Days of the period.")
    opening_amount = fields.Monetary(
        string="Opening Receivables",
        readonly=True,
        help="Open on the day before, credits deducted: the general ledger.",
    )
    sales_amount = fields.Monetary(
        string="Sales", readonly=True, help="Posted invoices of the period less credit notes, with tax."
    )
    collected_amount = fields.Monetary(
        string="Collected",
        readonly=True,
        help="Money that came in on receivables by bank, cash and card, less what was paid back. A loss, a discount or"
        " a bank charge that was settled together with a payment is no money.",
    )
    other_amount = fields.Monetary(
        string="Other Changes",
        readonly=True,
        help="Closing - opening - sales + collected: write-offs, discounts, exchange differences, other entries.",
    )
    closing_amount = fields.Monetary(
        string="Closing Receivables",
        readonly=True,
        help="Open at the end of the last day, credits deducted: the general ledger.",
    )
    current_amount = fields.Monetary(
        string="Not Due", readonly=True, help="Part of the closing receivables that is due on the last day or later."
    )
    overdue_amount = fields.Monetary(
        string="Overdue",
        readonly=True,
        help="Part of the closing receivables that was due before the last day. Credits count by their own due date, as"
        " in the aged receivables.",
    )
    over_90_amount = fields.Monetary(
        string="Over 90 Days", readonly=True, help="Part of the closing receivables due more than 90 days before."
    )
    credit_amount = fields.Monetary(
        string="Credits",
        readonly=True,
        help="Credit notes and payments in the closing receivables that are not allocated (negative).",
    )
    written_off_amount = fields.Monetary(
        string="Written Off", readonly=True, help="Booked on the accounts for bad debts in the period."
    )
    due_amount = fields.Monetary(
        string="To Collect",
        readonly=True,
        help="Items open before the period or invoiced in it that were due before its last day, and of other entries of"
        " the period what is still open of them.",
    )
    remaining_amount = fields.Monetary(
        string="Not Collected", readonly=True, help="Items due before the last day that are open at its end."
    )
    promised_amount = fields.Monetary(
        string="Promised", readonly=True, help="Payments that customers promised for days of the period."
    )
    promise_kept_amount = fields.Monetary(
        string="Kept", readonly=True, help="Part of the promised payments that came in as promised."
    )

    # The figures
    dso = OptionalFloat(
        string="DSO",
        readonly=True,
        aggregator="avg",
        help="Days sales outstanding: closing receivables / sales of the period x days of the period.",
    )
    dso_best = OptionalFloat(
        string="Best-Possible DSO",
        readonly=True,
        aggregator="avg",
        help="Receivables not due / sales of the period x days of the period: the DSO if everybody paid on time.",
    )
    days_delinquent = OptionalFloat(
        string="Days Delinquent (ADD)",
        readonly=True,
        aggregator="avg",
        help="Average days delinquent: DSO - best-possible DSO.",
    )
    cei = OptionalFloat(
        string="CEI (%)",
        readonly=True,
        aggregator="avg",
        help="Collection effectiveness index: (opening + sales - closing) / (opening + sales - not due) x 100. 100:"
        " everything that was due came in. Of several months: the mean of the months.",
    )
    overdue_share = OptionalFloat(
        string="Overdue (%)",
        readonly=True,
        aggregator="avg",
        help="Overdue receivables / closing receivables.",
    )
    current_share = OptionalFloat(
        string="Not Due (%)",
        readonly=True,
        aggregator="avg",
        help="Receivables not due / closing receivables.",
    )
    over_90_share = OptionalFloat(
        string="Over 90 Days (%)",
        readonly=True,
        aggregator="avg",
        help="Receivables more than 90 days overdue / closing receivables.",
    )
    turnover = OptionalFloat(
        readonly=True,
        aggregator="avg",
        help="Sales of the period / mean of opening and closing receivables: how often they were turned over.",
    )
    bad_debt_ratio = OptionalFloat(
        string="Bad Debts (%)",
        readonly=True,
        aggregator="avg",
        help="Written off in the period / sales of the period.",
    )
    promise_kept_rate = OptionalFloat(
        string="Promises Kept (%)",
        readonly=True,
        aggregator="avg",
        help="Promised payments that came in / payments promised for days of the period.",
    )
    collection_progress = OptionalFloat(
        string="Collection Progress (%)",
        readonly=True,
        aggregator="avg",
        help="(To collect - not collected) / to collect: how much of what was or fell due is settled.",
    )

    # ------------------------------------------------------------------
    # GROUPS
    # ------------------------------------------------------------------

    def _read_group_select(self, aggregate_spec, query):
        """The figure of a group is that of its sums, never a mean of ratios; where sums mean nothing it is empty.

        Amounts of different currencies are not added up, nor amounts as of a day over several months (they are shown
        for one month), nor rows that hold the same customers twice. Of several months a ratio is that of the sums of
        all months: their mean, each with the weight of its denominator.
        """
        name = aggregate_spec.partition(":")[0]

        def column(each):
            return self._field_to_sql(self._table, each, query)

        if name in RATIOS:
            figure = ratio_sql(name, column, "sum(%s)")
        elif name in STOCKS:
            figure = SQL("CASE WHEN %s THEN sum(%s) END", self._is_one_day_sql(column), column(name))
        elif name in self._fields and self._fields[name].type == "monetary":
            figure = SQL("sum(%s)", column(name))
        else:
            return super()._read_group_select(aggregate_spec, query)
        return SQL("CASE WHEN %s THEN %s END", self._is_comparable_sql(column), figure)

    def _is_comparable_sql(self, column):
        """Condition on a group, ``column`` gives the columns of its rows: its amounts may be added up."""
        return SQL("min(%(currency)s) = max(%(currency)s)", currency=column("currency_id"))

    def _is_one_day_sql(self, column):
        """Condition on a group: its amounts are as of the same day."""
        return SQL("TRUE")
