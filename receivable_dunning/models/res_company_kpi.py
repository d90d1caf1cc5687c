from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    receivable_dso_target = fields.Float(
        string="DSO Target",
        digits=(16, 1),
        help="Days sales outstanding that the company wants to reach. 0: no target.",
    )
    receivable_kpi_close_day = fields.Integer(
        string="Figures from Day",
        default=5,
        required=True,
        help="Day of the month on which the figures of the month before are computed and kept: by then it is booked.",
    )
    receivable_kpi_response_days = fields.Integer(
        string="Days to Answer a Notice",
        default=14,
        required=True,
        help="What comes in within so many days of sending counts as the success of a dunning notice.",
    )

    @api.constrains("receivable_dso_target", "receivable_kpi_close_day", "receivable_kpi_response_days")
    def _check_receivable_kpi(self):
        for company in self:
            if company.receivable_dso_target < 0:
                raise ValidationError(self.env._("The DSO target is a number of days: 0 or more."))
            if not 1 <= company.receivable_kpi_close_day <= 28:
                raise ValidationError(self.env._("Figures are computed on a day from 1 to 28 of the month."))
            if not 1 <= company.receivable_kpi_response_days <= 90:
                raise ValidationError(self.env._("Customers have from 1 to 90 days to answer a notice."))
