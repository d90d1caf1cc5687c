from odoo import api, fields, models
from odoo.tools import SQL

from ..core.kpi_catalog import AMOUNTS, FIGURES, verdict
from ..models.receivable_kpi_words import filled_formula, written, written_change


class ReceivableKpiFigure(models.Model):
    """One figure of one month beside its formula, with the numbers filled in and the way to the records behind it."""

    _name = "receivable.kpi.figure"
    _description = "Figure with its Formula"
    _auto = False
    _order = "sequence, id"
    _rec_name = "name"

    kpi_id = fields.Many2one("receivable.kpi", string="Month", readonly=True)
    sequence = fields.Integer(readonly=True)
    is_amount = fields.Boolean(readonly=True)
    code = fields.Char(readonly=True)
    items = fields.Char(readonly=True)
    records = fields.Char(readonly=True)
    name = fields.Char(string="Figure", compute="_compute_words")
    formula = fields.Text(compute="_compute_words", help="How the figure is computed, in words.")
    value = fields.Char(compute="_compute_values", help="Empty: not enough data, for instance no sales.")
    numbers = fields.Text(
        string="In Numbers", compute="_compute_values", help="The formula with the numbers of the month."
    )
    previous = fields.Char(string="Month Before", compute="_compute_values")
    last_year = fields.Char(string="Year Before", compute="_compute_values", help="The same month of the year before.")
    change = fields.Char(compute="_compute_values", help="Against the month before.")
    verdict = fields.Integer(compute="_compute_values")

    @property
    def _table_query(self):
        rows = [
            SQL("(%s, %s, %s, %s, %s)", number, figure.name, figure in AMOUNTS, figure.items, ",".join(figure.records))
            for number, figure in enumerate((*FIGURES, *AMOUNTS), 1)
        ]
        return SQL(
            """
            SELECT kpi.id * 100 + figure.number AS id, kpi.id AS kpi_id, figure.number AS sequence,
                   figure.code, figure.is_amount, figure.items, figure.records
              FROM receivable_kpi kpi
             CROSS JOIN (VALUES %s) AS figure(number, code, is_amount, items, records)
             WHERE kpi.state = 'closed'
            """,
            SQL(", ").join(rows),
            to_flush=[self.env["receivable.kpi"]._fields["state"]],
        )

    # ------------------------------------------------------------------
    # WORDS AND NUMBERS
    # ------------------------------------------------------------------

    @api.depends("code")
    @api.depends_context("lang")
    def _compute_words(self):
        described = self.env["receivable.kpi"].fields_get([line.code for line in self], ["string", "help"])
        for line in self:
            line.name = described[line.code]["string"]
            line.formula = described[line.code]["help"]

    @api.depends("code", "kpi_id")
    @api.depends_context("lang")
    def _compute_values(self):
        neighbours = self.kpi_id._neighbours()
        for line in self:
            row = line.kpi_id
            before, year_before = neighbours[row]
            now, then = row[line.code], before[line.code] if before else None
            line.value, line.previous, line.last_year = (
                written(self.env, line.code, each, row.currency_id)
                for each in (now, then, year_before[line.code] if year_before else None)
            )
            line.change = written_change(self.env, line.code, now, then, row.currency_id)
            line.verdict = verdict(line.code, now, then)
            line.numbers = filled_formula(self.env, line.code, row, row.currency_id)

    # ------------------------------------------------------------------
    # DRILL-DOWN
    # ------------------------------------------------------------------

    def action_open_items(self):
        """The open items behind the figure, as of the day that it is about."""
        self.ensure_one()
        return self.kpi_id._items_action(self.items)

    def action_open_invoices(self):
        self.ensure_one()
        return self.kpi_id._invoices_action()

    def action_open_payments(self):
        self.ensure_one()
        return self.kpi_id._payments_action()

    def action_open_others(self):
        self.ensure_one()
        return self.kpi_id._others_action()

    def action_open_write_offs(self):
        self.ensure_one()
        return self.kpi_id._write_offs_action()

    def action_open_promises(self):
        self.ensure_one()
        return self.kpi_id._promises_action()
