from odoo import models
from odoo.fields import Domain

from ..core.key_account_period import planned

#: Figures of ``customer.value`` under the same name; None where there is not enough data.
EXPECTED = ("churn_risk", "value_at_risk", "expected_purchases_12", "expected_revenue_12", "clv", "clv_low", "clv_high")


class KeyAccountFacts(models.AbstractModel):
    """What other parts of segmentation found: profit of the period, and value and stage as last refreshed."""

    _inherit = "key.account.facts"

    def _get_value_parts(self, scope):
        return [
            *super()._get_value_parts(scope),
            self._get_profits(scope),
            self._get_budgets(scope),
            self._get_customer_values(scope),
        ]

    def _get_profits(self, scope):
        period = scope.period
        totals = self.env["customer.profit"]._totals(scope.company, scope.partners, period.start, period.end)
        names = ("margin", "capital_cost", "collection_cost", "profit")
        return {partner_id: {name: figures[name] for name in names} for partner_id, figures in totals.items()}

    def _get_budgets(self, scope):
        """Planned revenue, where every month of the period is planned."""
        period, planned_of = scope.period, {}
        # sudo: as below
        budgets = (
            self.env["customer.budget"]
            .sudo()
            .search(
                Domain("company_id", "=", scope.company.id)
                & Domain("partner_id", "in", scope.partner_ids)
                & Domain("date_from", "<=", period.end)
                & Domain("date_to", ">=", period.start)
            )
        )
        for budget in budgets:
            plan = (budget.date_from, budget.date_to, budget.sales)
            planned_of.setdefault(budget.partner_id.id, []).append(plan)
        return {partner_id: {"budget": planned(period, plans)} for partner_id, plans in planned_of.items()}

    def _get_customer_values(self, scope):
        # sudo: the sheet says what a customer is worth to whoever may read the sheet
        rows = (
            self.env["customer.value"]
            .sudo()
            .search(Domain("company_id", "=", scope.company.id) & Domain("partner_id", "in", scope.partner_ids))
        )
        segments = self._get_names(rows.rfm_segment_id)
        stages = self._get_labels(rows, "stage")
        reasons = self._get_churn_reasons(rows)
        return {
            row.partner_id.id: {
                "stage": stages.get(row.stage),
                "segment": segments.get(row.rfm_segment_id.id),
                "recency_days": row.recency_days if row.last_invoice_date else None,
                "churn_reason": reasons.get(row.id),
                **{name: row[name] for name in EXPECTED},
            }
            for row in rows
        }

    def _get_churn_reasons(self, rows):
        """``{id: {language: sentences}}`` of the values that have a reason."""
        reasons = {}
        for lang, _label in self.env["res.lang"].get_installed():
            for row in rows.with_context(lang=lang).filtered("churn_reason"):
                reasons.setdefault(row.id, {})[lang] = row.churn_explanation
        return reasons

    def _get_labels(self, records, name):
        """``{value: {language: label}}`` of a selection field."""
        labels = {}
        for lang, _label in self.env["res.lang"].get_installed():
            spoken = records.with_context(lang=lang)
            for value, label in spoken._fields[name]._description_selection(spoken.env):
                labels.setdefault(value, {})[lang] = label
        return labels
