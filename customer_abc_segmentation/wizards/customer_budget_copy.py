from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..models.customer_budget import FIGURES, PERIODS
from ..models.customer_profit_facts import ProfitScope

YEAR = relativedelta(years=1)


class CustomerBudgetCopy(models.TransientModel):
    """Plans a year from the one before it: from its budgets or from what happened, with a percentage more or less."""

    _name = "customer.budget.copy"
    _description = "Plan from Last Year"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company.root_id)
    source = fields.Selection(
        [("budget", "Budgets of that year"), ("actual", "What happened in that year")], required=True, default="actual"
    )
    date_from = fields.Date(
        string="Year from",
        required=True,
        default=lambda self: self._default_date_from(),
        help="First month of the twelve that are copied. The plan is made for the same months a year later.",
    )
    period = fields.Selection(
        [("month", "Month"), ("quarter", "Quarter"), ("year", "Year")],
        string="Budget per",
        required=True,
        default="year",
        help="Copied budgets keep their own periods.",
    )
    percent = fields.Float(string="More or less (%)", help="5 plans 5 % more, -10 plans 10 % less.")
    partner_ids = fields.Many2many("res.partner", string="Customers", help="Empty: all that have anything to copy.")

    _sensible_percent = models.Constraint("CHECK (percent > -100)", "The plan cannot be less than nothing.")

    def _default_date_from(self):
        return fields.Date.context_today(self).replace(month=1, day=1)

    def action_copy(self):
        """Create the budgets that are not there yet and show them."""
        self.ensure_one()
        values = self._get_values()
        if not values:
            raise UserError(
                self.env._("There is nothing to copy: no budget and no sales in that year for these customers.")
            )
        new = self._without_planned(values)
        if not new:
            raise UserError(self.env._("All these customers have budgets for the year already. Nothing was changed."))
        budgets = self.env["customer.budget"].create(new)
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_abc_segmentation.action_customer_budget")
        skipped = len(values) - len(new)
        name = self.env._("%(new)s New Budgets (%(skipped)s Skipped)", new=len(budgets), skipped=skipped)
        return {
            **action,
            "name": name,
            "display_name": name,
            "domain": [("id", "in", budgets.ids)],
            "context": {},
        }

    # ------------------------------------------------------------------
    # WHAT IS PLANNED
    # ------------------------------------------------------------------

    def _get_values(self):
        """Values of the budgets of the next year, whether or not there is one already."""
        return self._from_budgets() if self.source == "budget" else self._from_actual()

    def _raise(self, amount):
        return self.company_id.currency_id.round((amount or 0) * (1 + self.percent / 100))

    def _from_budgets(self):
        first = self.date_from.replace(day=1)
        domain = [
            ("company_id", "=", self.company_id.id),
            ("date_from", ">=", first),
            ("date_from", "<", first + YEAR),
        ]
        if self.partner_ids:
            domain.append(("partner_id", "in", self.partner_ids.commercial_partner_id.ids))
        return [
            {
                "partner_id": budget.partner_id.id,
                "company_id": self.company_id.id,
                "period": budget.period,
                "date_from": budget.date_from + YEAR,
                **{name: self._raise(budget[name]) for name in FIGURES},
            }
            for budget in self.env["customer.budget"].search(domain, order="date_from, partner_id")
        ]

    def _from_actual(self):
        """One budget per customer and period in which it bought anything."""
        months = PERIODS[self.period]
        first = self.date_from.replace(day=1)
        starts = [first + relativedelta(months=months * number) for number in range(12 // months)]
        facts = self.env["customer.profit.facts"]
        partners = tuple(self.partner_ids.commercial_partner_id.ids) if self.partner_ids else None
        scope = ProfitScope((*starts, first + YEAR), facts._branches(self.company_id), first + YEAR, partners)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner_id, period, sum(sales), sum(margin), sum(collections)
                  FROM (%s) fact
                 GROUP BY partner_id, period
                HAVING sum(sales) > 0
                 ORDER BY partner_id, period
                """,
                facts._actual_sql(scope),
            )
        )
        return [
            {
                "partner_id": partner,
                "company_id": self.company_id.id,
                "period": self.period,
                "date_from": starts[number - 1] + YEAR,
                "sales": self._raise(float(sales)),
                "margin": self._raise(float(margin or 0)),
                "collections": max(self._raise(float(collections or 0)), 0),
            }
            for partner, number, sales, margin, collections in rows
        ]

    def _without_planned(self, values):
        """Leave out what would overlap a budget that is there already."""
        planned = self.env["customer.budget"].search_fetch(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "in", [each["partner_id"] for each in values]),
                ("date_to", ">=", min(each["date_from"] for each in values)),
            ],
            ["partner_id", "date_from", "date_to"],
        )
        taken = {}
        for budget in planned:
            taken.setdefault(budget.partner_id.id, []).append((budget.date_from, budget.date_to))
        return [
            each
            for each in values
            if not any(
                start <= self._last_day(each) and end >= each["date_from"]
                for start, end in taken.get(each["partner_id"], ())
            )
        ]

    @api.model
    def _last_day(self, values):
        return values["date_from"] + relativedelta(months=PERIODS[values["period"]], days=-1)
