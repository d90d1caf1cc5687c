from odoo import api, fields, models

from .month_name import month_name


class CreditBacktestMixin(models.AbstractModel):
    """How good something was that was foretold of a month, with what was known on its eve; in figures and in words."""

    _name = "credit.backtest.mixin"
    _description = "Back-Test of a Month"

    month = fields.Date(required=True, readonly=True, help="First day of the month; what was known on its eve is used.")
    judged_on = fields.Date(readonly=True, help="The outcome is what was known at the end of this day.")
    conclusion = fields.Text(compute="_compute_conclusion", help="What the figures of the month say.")

    @api.depends("month")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for row in self:
            row.display_name = row.month and month_name(self.env, row.month)

    @api.depends(lambda self: self._get_conclusion_fields())
    @api.depends_context("lang")
    def _compute_conclusion(self):
        for row in self:
            row.conclusion = "\n".join(row._get_sentences())

    def _get_conclusion_fields(self):
        """The figures that the conclusion is about."""
        return ["judged_on"]

    def _get_sentences(self):
        """What the figures of the month say, in words."""
        return []
