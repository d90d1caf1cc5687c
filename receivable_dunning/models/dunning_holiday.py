from datetime import timedelta

from odoo import api, fields, models


class DunningHoliday(models.Model):
    """Days on which plans that keep to working days send nothing, and weekend days on which they do."""

    _name = "dunning.holiday"
    _description = "Dunning Holiday"
    _inherit = ["receivable.root.company.mixin"]
    _order = "date_from desc, id"

    name = fields.Char(required=True, translate=True)
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(
        string="To", compute="_compute_date_to", store=True, readonly=False, precompute=True, required=True
    )
    is_working = fields.Boolean(
        string="Working Day", help="People work on these days although they are a weekend, as around Chinese holidays."
    )

    _dates_check = models.Constraint("CHECK (date_to >= date_from)", "The holiday ends before it begins.")
    _length_check = models.Constraint("CHECK (date_to <= date_from + 366)", "A holiday lasts a year at most.")

    @api.depends("date_from")
    def _compute_date_to(self):
        for holiday in self:
            if holiday.date_from and not (holiday.date_to and holiday.date_to >= holiday.date_from):
                holiday.date_to = holiday.date_from

    @api.model
    def _exceptions(self, company, day):
        """``{date: whether people work}`` for the days from ``day`` on, as ``core.workdays`` takes them."""
        # sudo: holidays are no secret of those who configure them
        holidays = self.sudo().search([("company_id", "=", company.id), ("date_to", ">=", day)])
        return {
            holiday.date_from + timedelta(days=days): holiday.is_working
            for holiday in holidays.sorted("is_working")
            for days in range((holiday.date_to - holiday.date_from).days + 1)
        }
