"""From the ledger to the rows: figures of any period, and of months with all their salespeople and collectors."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ..core.kpi import Collectable, cei, months_taken
from ..core.kpi_figures import figures
from .receivable_kpi_facts import AMOUNTS, DIMENSIONS, FEW_MONTHS, MOST_MONTHS, Period


class ReceivableKpi(models.Model):
    _inherit = "receivable.kpi"

    # ------------------------------------------------------------------
    # FIGURES OF ANY PERIOD
    # ------------------------------------------------------------------

    @api.model
    def _figures(self, company, date_from, date_to):
        """Amounts and figures of a company with the branches below it, read live.

        :param date_from: first day
        :param date_to: last day; receivables are as of its end
        :return: ``{name: value}``: the amounts (``AMOUNTS`` of receivable_kpi_facts.py, company currency), ``days``,
            and the figures of core/kpi_figures.py; ``None`` where there is not enough data. Shares are parts of 1, CEI
            is in percent (the mean of the months of the period; ``cei_crf``: "CRF with N"), DSO in days.
        """
        # sudo: what branches add to the figures is read whoever asks for the company
        period = Period(company.sudo(), date_from, date_to)
        return self._computed(period, ("company",))["company", None]

    def _computed(self, period, dimensions):
        """``{(dimension, id): amounts and figures}`` of a period."""
        gathered = self.env["receivable.kpi.facts"]._facts(period, dimensions)
        back = self._months_back(period, dimensions, gathered)
        months = self._collectables(period)
        return {
            key: {
                **facts,
                **figures(facts, period.days, back[key], months or [self._collectable(facts)]),
                "days": period.days,
                "months_back": months_taken(facts["closing_amount"], back[key]),
                "cei_months": [cei(month) for month in months or ()],
            }
            for key, facts in gathered.items()
        }

    def _collectables(self, period):
        """What the collection effectiveness of a company is made of, month by month; None for a single month."""
        months = list(period.months())
        if len(months) == 1:
            return None
        facts = self.env["receivable.kpi.facts"]
        return [self._collectable(facts._facts(month, ("company",))["company", None]) for month in months]

    @staticmethod
    def _collectable(facts):
        return Collectable(*(facts[f"{name}_amount"] for name in ("opening", "sales", "closing", "current")))

    def _months_back(self, period, dimensions, gathered):
        """``{(dimension, id): [(sales, days), ...]}`` from the end of the period backwards.

        Of many months only where the sales of a few do not cover the receivables.
        """
        facts = self.env["receivable.kpi.facts"]
        for count in (FEW_MONTHS, MOST_MONTHS):
            without_sales = [(0.0, month.days) for month in period.months_back(count)]
            sales = facts._sales_back(period, dimensions, count)
            back = {key: sales.get(key, without_sales) for key in gathered}
            if all(sum(each[0] for each in back[key]) >= row["closing_amount"] for key, row in gathered.items()):
                break
        return back

    # ------------------------------------------------------------------
    # MONTHS
    # ------------------------------------------------------------------

    def _compute_months(self):
        """Compute the months of these rows, with all salespeople and collectors, in place of what was there."""
        # sudo: nobody writes figures by hand; who may ask for them is checked by the actions
        for company, month in sorted({(row.company_id, row.month) for row in self.sudo()}, key=lambda key: key[1]):
            self.sudo()._compute_month(company, month)
        # rows of views that follow from those of the months
        self.invalidate_model(["figure_ids", "amount_ids"])
        self.env["receivable.kpi.figure"].invalidate_model()

    def _compute_month(self, company, month):
        period = Period(company, month, month + relativedelta(day=31))
        there = self.search([("company_id", "=", company.id), ("month", "=", month)])
        by_key = {(row.dimension, row.user_key): row for row in there}
        common = {
            "company_id": company.id,
            "month": month,
            "state": "closed",
            "dso_target": company.root_id.receivable_dso_target or False,
            "closed_on": fields.Datetime.now(),
            "closed_by": self.env.uid,
            "checked_on": fields.Datetime.now(),
            "is_different": False,
            "difference_data": False,
        }
        new = []
        for (dimension, user_id), found in self._computed(period, DIMENSIONS).items():
            values = {**common, **{name: value for name, value in found.items() if name in self._fields}}
            row = by_key.pop((dimension, user_id or 0), None)
            if row:
                row.write(values)
            elif dimension == "company" or any(found[name] for name in AMOUNTS):
                new.append({**values, "dimension": dimension, "user_id": user_id, "user_key": user_id or 0})
        self.create(new)
        # whose customers were given to somebody else
        self.browse().union(*by_key.values()).unlink()

    @api.model
    def _await(self, company, first, last):
        """Rows of the company for all months from the first to the last, those that are new waiting for figures."""
        months = [first]
        while months[-1] < last:
            months.append(months[-1] + relativedelta(months=1))
        # sudo: nobody writes figures by hand; who may ask for them is checked by the actions
        rows = self.sudo()
        there = rows.search([("company_id", "=", company.id), ("dimension", "=", "company"), ("month", "in", months)])
        missing = set(months) - set(there.mapped("month"))
        return there | rows.create([{"company_id": company.id, "month": month} for month in sorted(missing)])
