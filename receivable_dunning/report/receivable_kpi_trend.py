from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.customer_credit_mgmt.models.optional_number import OptionalFloat

# Kinds of days, in the order of the legend.
SERIES = [
    ("dso", "DSO"),
    ("dso_countback", "DSO (Countback)"),
    ("dso_best", "Best-Possible DSO"),
    ("dso_target", "DSO Target"),
]


class ReceivableKpiTrend(models.Model):
    """The days of the stored figures as rows, so that one chart shows them beside their target."""

    _name = "receivable.kpi.trend"
    _description = "Trend of the DSO"
    _auto = False
    _order = "month desc, series, id"

    kpi_id = fields.Many2one("receivable.kpi", string="Figures", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
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
        help="Of a single month and company; empty for a group of several, whose days are no sum and no mean.",
    )

    @property
    def _table_query(self):
        kpi = self.env["receivable.kpi"]._fields
        names = ("company_id", "dimension", "user_id", "month", "state", *dict(SERIES))
        rows = [
            SQL("(%s, %s, %s)", number, name, SQL.identifier("kpi", name)) for number, name in enumerate(dict(SERIES))
        ]
        return SQL(
            """
            SELECT kpi.id * 10 + line.number AS id, kpi.id AS kpi_id, kpi.company_id, kpi.dimension, kpi.user_id,
                   kpi.month, line.series, line.value
              FROM receivable_kpi kpi
             CROSS JOIN LATERAL (VALUES %s) AS line(number, series, value)
             WHERE kpi.state = 'closed' AND line.value IS NOT NULL
            """,
            SQL(", ").join(rows),
            to_flush=[kpi[name] for name in names],
        )

    def _read_group_select(self, aggregate_spec, query):
        """Days of several months or companies have no sum and no mean."""
        if not aggregate_spec.startswith("value:"):
            return super()._read_group_select(aggregate_spec, query)
        return SQL("CASE WHEN count(*) = 1 THEN min(%s) END", self._field_to_sql(self._table, "value", query))
