from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Domain

CHURN_ROWS = 10
PARETO_BARS = 15


class CustomerDashboard(models.AbstractModel):
    """Data of the segmentation dashboard: each panel is what its own screen shows, in short."""

    _name = "customer.dashboard"
    _description = "Segmentation Dashboard"

    @api.model
    @api.readonly
    def get_data(self):
        """Everything the dashboard shows, in one call, of the current company and of the customers the user may see.

        :return: dict ``rfm`` (as the heat map, with stages), ``figures``, ``churn``, and for managers ``pareto`` and
            ``matrix`` (False for others: these rank all customers)
        """
        rfm = self.env["rfm.heat.map"].get_data()
        is_manager = self.env.user.has_group("customer_abc_segmentation.group_segmentation_manager")
        policy = rfm["policy"]
        has_values = bool(policy and policy["date"])
        domain = Domain("policy_id", "=", policy["id"]) if has_values else Domain.FALSE
        return {
            "rfm": rfm,
            "figures": self._get_figures(domain, policy["date"]) if has_values else [],
            "churn": self._get_churn_rows(domain),
            "pareto": is_manager and self.env["abc.pareto"].get_chart(top=PARETO_BARS),
            "matrix": is_manager and self.env["abc.matrix"].get_matrix(),
        }

    # ------------------------------------------------------------------
    # FIGURES
    # ------------------------------------------------------------------

    def _get_figures(self, domain, as_of):
        """``[{key, name, hint, count, amount, domain}]``: customers and an amount, and what a click opens."""
        return [
            {"key": key, "name": name, "hint": hint, "domain": list(part), **self._count(domain & part, field)}
            for key, name, hint, part, field in self._describe_figures(as_of)
        ]

    def _describe_figures(self, as_of):
        """``(key, name, hint, domain, field that is summed)`` of each figure."""
        quarter, year = as_of - relativedelta(months=3), as_of - relativedelta(years=1)
        yield (
            "active",
            self.env._("Customers who bought"),
            self.env._("In the window of the policy, with their revenue."),
            Domain("frequency", ">", 0),
            "monetary",
        )
        yield (
            "new",
            self.env._("New in 3 months"),
            self.env._("First purchase in the last three months, with their revenue so far."),
            Domain("first_invoice_date", ">", quarter),
            "monetary",
        )
        yield (
            "risk",
            self.env._("Likely to leave"),
            self.env._("Churn risk above the threshold of the policy, with the value at risk."),
            Domain("is_high_risk", "=", True),
            "value_at_risk",
        )
        yield (
            "lost",
            self.env._("Lost in 12 months"),
            self.env._("Lost in the last twelve months."),
            Domain("stage", "=", "lost") & Domain("stage_date", ">", year),
            "monetary",
        )
        yield (
            "won_back",
            self.env._("Won back"),
            self.env._("Bought again after they were lost, with their revenue."),
            Domain("stage", "=", "won_back"),
            "monetary",
        )
        yield (
            "expected",
            self.env._("Expected, 12 months"),
            self.env._("Customers with an expectation, and the revenue expected of them."),
            Domain("expected_revenue_12", ">", 0),
            "expected_revenue_12",
        )

    def _count(self, domain, field):
        [(count, amount)] = self.env["customer.value"]._read_group(domain, [], ["__count", f"{field}:sum"])
        return {"count": count, "amount": amount or 0.0}

    # ------------------------------------------------------------------
    # WHO LEAVES
    # ------------------------------------------------------------------

    def _get_churn_rows(self, domain):
        """The customers with the most value at risk."""
        rows = self.env["customer.value"].search(
            domain & Domain("value_at_risk", ">", 0), order="value_at_risk DESC, id", limit=CHURN_ROWS
        )
        stages = dict(rows._fields["stage"]._description_selection(self.env))
        return [
            {
                "id": row.id,
                "name": row.partner_id.display_name,
                "stage": stages.get(row.stage, ""),
                "churn_risk": row.churn_risk,
                "value_at_risk": row.value_at_risk,
                "last_invoice_date": row.last_invoice_date,
            }
            for row in rows
        ]
