from decimal import Decimal

from odoo import fields, models

from ..core.interest import round_to
from ..core.plan_schedule import Rhythm, Terms

RHYTHMS = [
    (Rhythm.WEEK, "Every Week"),
    (Rhythm.FORTNIGHT, "Every Two Weeks"),
    (Rhythm.MONTH, "Every Month"),
    (Rhythm.QUARTER, "Every Quarter"),
]
INTEREST_MODES = [
    ("late", "Late Interest Goes On"),
    ("none", "No Interest for the Days of the Plan"),
    ("plan", "Interest of the Plan Instead of Late Interest"),
]
# What a plan takes over from the wizard that it is made with.
PLAN_TERMS = (
    "date", "down_payment", "down_date", "instalment_count", "first_date", "rhythm", "interest_mode", "interest_rate",
    "note",
)  # fmt: skip


class ReceivablePlanTermsMixin(models.AbstractModel):
    """What is agreed about paying in instalments: what a plan and its wizard ask alike. Both have a currency."""

    _name = "receivable.plan.terms.mixin"
    _description = "Terms of a Payment Plan"

    currency_id = fields.Many2one("res.currency")
    date = fields.Date(
        string="Starts on",
        required=True,
        default=fields.Date.context_today,
        help="Interest of the plan counts from the day after.",
    )
    down_payment = fields.Monetary(help="Paid first, before the instalments.")
    down_date = fields.Date(string="Down Payment on")
    instalment_count = fields.Integer(string="Number of Instalments", default=3)
    first_date = fields.Date(string="First Instalment on")
    rhythm = fields.Selection(RHYTHMS, required=True, default=Rhythm.MONTH)
    interest_mode = fields.Selection(
        INTEREST_MODES,
        string="Interest",
        required=True,
        default="late",
        help="Late interest goes on: interest runs charge the items as ever. No interest: the days of the plan are left"
        " out by interest runs. Interest of the plan: invoiced when the customer accepts, and the days of the plan are"
        " left out by interest runs, so that no day is charged twice.",
    )
    interest_rate = fields.Float(
        string="Rate (% per Year)",
        digits=(16, 4),
        help="On what the plan leaves unpaid from one instalment to the next: balance x rate x days / 365.",
    )
    note = fields.Text(string="Text to the Customer", help="Printed in the agreement.")

    def _core_terms(self):
        """The terms as the pure rules read them."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        return Terms(
            self.date or today,
            self.first_date or self.date or today,
            max(self.instalment_count, 1),
            self.rhythm,
            Decimal(str(self.down_payment)),
            self.down_date or None,
            Decimal(str(self.interest_rate)) if self.interest_mode == "plan" else Decimal(0),
        )

    def _money(self):
        """Rounding to the coins of the plan's currency."""
        return round_to(Decimal(str(self.currency_id.rounding or 0.01)))
