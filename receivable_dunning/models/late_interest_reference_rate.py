from odoo import api, fields, models


class LateInterestReferenceRate(models.Model):
    """The value of a reference rate from a day on, until the next one."""

    _name = "late.interest.reference.rate"
    _description = "Value of a Reference Rate"
    _order = "reference_id, date desc, id desc"

    reference_id = fields.Many2one("late.interest.reference", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="reference_id.company_id", store=True, index=True)
    date = fields.Date(string="In Force From", required=True, default=lambda self: fields.Date.context_today(self))
    percent = fields.Float(string="Rate (%)", required=True, digits=(16, 4), help="Percent per year.")
    source = fields.Char(help="Publication the value is from, e.g. a link or a gazette.")

    _date_uniq = models.Constraint("UNIQUE (reference_id, date)", "There is a value of this rate for that day already.")
    _percent_check = models.Constraint(
        "CHECK (percent > -100 AND percent < 1000)", "A rate is a percentage per year, like 2.15."
    )

    @api.depends("reference_id", "date", "percent")
    def _compute_display_name(self):
        for rate in self:
            rate.display_name = f"{rate.reference_id.name} {rate.date}: {rate.percent:g} %"
