from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.customer_credit_mgmt.models.optional_number import OptionalFloat

from ..models.receivable_company_tree_mixin import parts_of_others

# Kinds of days, in the order of the legend.
SERIES = [
    ("dso", "DSO"),
    ("dso_countback", "DSO (Countback)"),
    ("dso_best", "Best-Possible DSO"),
    ("dso_target", "DSO Target"),
]
# What the days of several companies are computed from: receivables and sales.
PARTS = {"dso": ("closing_amount", "sales_amount"), "dso_best": ("current_amount", "sales_amount")}


class ReceivableKpiTrend(models.Model):
    """The days of the stored figures as rows, so that one chart shows them beside their target."""

    _name = "receivable.kpi.trend"
    _description = "Trend of the DSO"
    _inherit = ["receivable.company.tree.mixin"]
    _auto = False
    _order = "month desc, series, id"

    kpi_id = fields.Many2one("receivable.kpi", string="Figures", readonly=True)
    dimension = fields.Selection(
        selection=lambda self: self.env["receivable.kpi"]._fields["dimension"]._description_selection(self.env),
        string="Figures of",
        readonly=True,
    )
    user_id = fields.Many2one("res.users", string="Person", readonly=True)
    month = fields.Date(readonly=True)
    series = fields.Selection(SERIES, string="Figure", readonly=True)
    value = OptionalFloat(
        string="Days",
        digits=(16, 1),
        readonly=True,
        aggregator="avg",
        help="Of a month. For several companies of one currency the days of all together, not for countback and target:"
        " nothing on their months gives those. Several months have no days.",
    )
    numerator = fields.Float(readonly=True, aggregator=None, export_string_translation=False)
    denominator = fields.Float(readonly=True, aggregator=None, export_string_translation=False)
    currency_id = fields.Many2one("res.currency", readonly=True)

    @property
    def _table_query(self):
        kpi = self.env["receivable.kpi"]._fields
        names = ("company_id", "dimension", "user_id", "month", "state", "currency_id", *dict(SERIES))
        rows = [
            SQL("(%s, %s, %s, %s)", number, name, SQL.identifier("kpi", name), self._parts_sql(name))
            for number, name in enumerate(dict(SERIES))
        ]
        return SQL(
            """
            SELECT kpi.id * 10 + line.number AS id, kpi.id AS kpi_id, kpi.company_id, kpi.dimension, kpi.user_id,
                   kpi.month, kpi.currency_id, line.series, line.value, line.numerator, line.denominator
              FROM receivable_kpi kpi
             CROSS JOIN LATERAL (VALUES %s) AS line(number, series, value, numerator, denominator)
             WHERE kpi.state = 'closed' AND line.value IS NOT NULL
            """,
            SQL(", ").join(rows),
            to_flush=[kpi[name] for name in (*names, *PARTS["dso"], *PARTS["dso_best"], "days")],
        )

    def _parts_sql(self, series):
        """Numerator and denominator of the days; those of countback and target are none."""
        if series not in PARTS:
            return SQL("NULL::float8, NULL::float8")
        part, whole = (SQL.identifier("kpi", name) for name in PARTS[series])
        return SQL("(%s * kpi.days)::float8, %s::float8", part, whole)

    def _read_group_select(self, aggregate_spec, query):
        """The days of a group are those of its sums, never a sum or a mean of days."""
        if not aggregate_spec.startswith("value:"):
            return super()._read_group_select(aggregate_spec, query)
        names = ("value", "numerator", "denominator", "company_id")
        value, numerator, denominator, company = (self._field_to_sql(self._table, name, query) for name in names)
        same = SQL(" AND ").join(
            SQL("min(%(column)s) = max(%(column)s)", column=self._field_to_sql(self._table, name, query))
            for name in ("month", "series", "dimension", "currency_id")
        )
        return SQL(
            """
            CASE WHEN count(*) = 1 THEN min(%(value)s)
                 WHEN %(same)s AND count(%(numerator)s) = count(*) AND NOT bool_or(%(company)s = ANY(%(parts)s))
                 THEN sum(%(numerator)s) / NULLIF(sum(%(denominator)s), 0) END
            """,
            value=value,
            same=same,
            numerator=numerator,
            denominator=denominator,
            company=company,
            parts=parts_of_others(self.env.companies).ids,
        )
