from decimal import Decimal

from odoo import api, fields, models

from ..core.interest import Step
from ..core.interest_rates import Reference


class LateInterestReference(models.Model):
    """A published rate that laws and contracts refer to. Its values are entered by an accountant."""

    _name = "late.interest.reference"
    _description = "Reference Rate"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one("res.company", index=True, help="Empty: for all companies.")
    source = fields.Char(help="Where the rate is published.")
    note = fields.Text(translate=True, help="What to enter, and when.")
    valid_months = fields.Integer(
        string="Months Valid",
        help="So many months after its date a rate no longer counts, and the next one must be entered, even if nothing"
        " changed: interest is not charged at a rate that somebody forgot. 0: until the next one.",
    )
    rate_ids = fields.One2many("late.interest.reference.rate", "reference_id", string="Rates")
    current_percent = fields.Float(
        string="Rate Today", compute="_compute_current", digits=(16, 4), help="In force today, in percent per year."
    )
    current_state = fields.Char(string="Status", compute="_compute_current")

    _valid_months_check = models.Constraint("CHECK (valid_months >= 0)", "Months cannot be negative.")

    @api.depends("rate_ids.date", "rate_ids.percent", "valid_months")
    def _compute_current(self):
        today = fields.Date.context_today(self)
        for reference in self:
            percent = reference._core_reference().on(today)
            reference.current_percent = percent or 0.0
            if percent is not None:
                reference.current_state = self.env._("In force")
            elif reference.rate_ids:
                reference.current_state = self.env._("Outdated: enter the rate of today's half-year")
            else:
                reference.current_state = self.env._("No rate entered")

    def _core_reference(self):
        """The series as a value of the pure core."""
        self.ensure_one()
        rates = self.rate_ids.sorted("date")
        entries = tuple(Step(rate.date, Decimal(str(round(rate.percent, 6)))) for rate in rates)
        return Reference(entries, self.valid_months)
