from odoo import api, fields, models

from odoo.addons.customer_credit_mgmt.models.optional_number import OptionalFloat

from ..core.kpi import Collectable
from ..core.kpi_figures import figures
from .receivable_kpi_facts import FEW_MONTHS, MOST_MONTHS, Period


class ReceivableKpi(models.Model):
    """Figures of the receivables of a closed month, with what they were computed from."""

    _name = "receivable.kpi"
    _description = "Receivables Figures"
    _inherit = ["receivable.root.company.mixin"]
    _order = "month desc, company_id, id"

    month = fields.Date(required=True, readonly=True, index=True, help="First day of the month.")
    currency_id = fields.Many2one(related="company_id.currency_id", store=True)
    dso = OptionalFloat(string="DSO", readonly=True, digits=(16, 8))
    dso_countback = OptionalFloat(string="DSO (Countback)", readonly=True, digits=(16, 8))
    overdue_share = OptionalFloat(string="Overdue (%)", readonly=True, digits=(16, 8))
    cei = OptionalFloat(string="CEI", readonly=True, digits=(16, 8))

    # ------------------------------------------------------------------
    # FIGURES OF ANY PERIOD
    # ------------------------------------------------------------------

    @api.model
    def _figures(self, company, date_from, date_to):
        """Amounts and figures of a company with its branches, read live.

        :param company: any company of the tree: the root with all branches is read
        :param date_from: first day
        :param date_to: last day; receivables are as of its end
        :return: ``{name: value}``: the amounts (``AMOUNTS`` of receivable_kpi_facts.py, company currency) and the
            figures of core/kpi_figures.py; ``None`` where there is not enough data. Shares are parts of 1, CEI is in
            percent, DSO in days.
        """
        # sudo: a branch's receivables belong to its root company whoever asks
        period = Period(company.sudo().root_id, date_from, date_to)
        months = list(period.months())
        return self._computed(period, ("company",), self._collectables(months))[("company", None)]

    def _collectables(self, months):
        """What collection effectiveness is made of, month by month; nothing is read for a single month."""
        if len(months) == 1:
            return None
        facts = self.env["receivable.kpi.facts"]
        return [self._collectable(facts._facts(month, ("company",))[("company", None)]) for month in months]

    @staticmethod
    def _collectable(facts):
        return Collectable(*(facts[f"{name}_amount"] for name in ("opening", "sales", "closing", "current")))

    def _computed(self, period, dimensions, collectables=None):
        """``{(dimension, id): amounts and figures}`` of a period."""
        gathered = self.env["receivable.kpi.facts"]._facts(period, dimensions)
        back = self._months_back(period, dimensions, gathered)
        return {
            key: {
                **facts,
                **figures(facts, period.days, back[key], collectables or [self._collectable(facts)]),
                "days": period.days,
            }
            for key, facts in gathered.items()
        }

    def _months_back(self, period, dimensions, gathered):
        """``{(dimension, id): [(sales, days), ...]}`` from the end of the period backwards.

        Of many months only where the sales of a few do not cover the receivables.
        """
        facts = self.env["receivable.kpi.facts"]
        for count in (FEW_MONTHS, MOST_MONTHS):
            without_sales = [(0.0, month.days) for month in period.months_back(count)]
            sales = facts._sales_back(period, dimensions, count)
            back = {key: sales.get(key, without_sales) for key in gathered}
            if all(sum(each[0] for each in back[key]) > row["closing_amount"] for key, row in gathered.items()):
                break
        return back
