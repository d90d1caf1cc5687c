from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .customer_churn_model import METHODS
from .customer_winback import STATES as WINBACK_STATES
from .optional_number import OptionalFloat, OptionalMonetary


class CustomerValue(models.Model):
    """Churn risk, expectations and lifetime value; written by ``customer.value.expectation``."""

    _inherit = "customer.value"

    churn_risk = OptionalFloat(
        readonly=True,
        digits=(5, 3),
        aggregator="avg",
        help="Probability of no purchase within the churn horizon of the policy. Empty: not enough data to say.",
    )
    churn_method = fields.Selection(
        METHODS, string="Risk by", readonly=True, help="The method in force that found the risk."
    )
    churn_reason = fields.Json(readonly=True, export_string_translation=False)
    is_high_risk = fields.Boolean(
        string="High Churn Risk", search="_search_is_high_risk", compute="_compute_is_high_risk"
    )
    expected_purchases_3 = OptionalFloat(
        string="Purchases in 3 Months", digits=(12, 2), readonly=True, help="Days with an invoice expected."
    )
    expected_purchases_12 = OptionalFloat(
        string="Purchases in 12 Months", digits=(12, 2), readonly=True, help="Days with an invoice expected."
    )
    expected_revenue_3 = OptionalMonetary(string="Revenue in 3 Months", readonly=True, help="Expected net revenue.")
    expected_revenue_12 = OptionalMonetary(string="Revenue in 12 Months", readonly=True, help="Expected net revenue.")
    clv = OptionalMonetary(
        string="Lifetime Value",
        readonly=True,
        help="Customer lifetime value: discounted margin of the revenue expected over the years of the policy, less "
        "the expected credit loss where the policy names one. Empty: not enough data.",
    )
    clv_low = OptionalMonetary(
        string="Lifetime Value, Low",
        readonly=True,
        aggregator=None,
        help="One customer in ten is expected to bring less.",
    )
    clv_high = OptionalMonetary(
        string="Lifetime Value, High",
        readonly=True,
        aggregator=None,
        help="One customer in ten is expected to bring more.",
    )
    value_at_risk = OptionalMonetary(
        string="Value at Risk",
        readonly=True,
        help="Churn risk x net revenue of the last 12 months: what is likely to be lost within a year.",
    )
    winback_id = fields.Many2one("customer.winback", string="Latest Win-Back", compute="_compute_winback_id")
    winback_state = fields.Selection(WINBACK_STATES, string="Win-Back", compute="_compute_winback_id")
    has_open_winback = fields.Boolean(
        string="Win-Back Under Way", compute="_compute_winback_id", search="_search_has_open_winback"
    )

    _value_at_risk_idx = models.Index("(company_id, value_at_risk DESC NULLS LAST)")

    # ------------------------------------------------------------------
    # COMPUTE AND SEARCH
    # ------------------------------------------------------------------

    def _compute_is_high_risk(self):
        for value in self:
            value.is_high_risk = value.churn_risk is not None and value.churn_risk >= value.policy_id.churn_high

    def _search_is_high_risk(self, operator, value):
        if operator != "in":
            return NotImplemented
        policies = self.env["customer.value.policy"].search([])
        return Domain.OR(
            Domain("policy_id", "=", policy.id) & Domain("churn_risk", ">=", policy.churn_high) for policy in policies
        )

    def _compute_winback_id(self):
        domain = [("partner_id", "in", self.partner_id.ids), ("company_id", "in", self.company_id.ids)]
        latest = {
            (winback.partner_id, winback.company_id): winback
            for winback in self.env["customer.winback"].search(domain, order="date, id")
        }
        for value in self:
            value.winback_id = latest.get((value.partner_id, value.company_id), False)
            value.winback_state = value.winback_id.state
            value.has_open_winback = value.winback_state == "open"

    def _search_has_open_winback(self, operator, value):
        if operator != "in":
            return NotImplemented
        underway = self.env["customer.winback"]._search([("state", "=", "open")])
        pairs = underway.subselect(*(SQL.identifier("customer_winback", name) for name in ("partner_id", "company_id")))
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "(%s, %s) IN %s", SQL.identifier(alias, "partner_id"), SQL.identifier(alias, "company_id"), pairs
            )
        )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_explain_churn(self):
        """Why this risk and this lifetime value, with figures."""
        self.ensure_one()
        view = self.env.ref("customer_abc_segmentation.customer_value_churn_view_form")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Churn Risk and Lifetime Value"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(view.id, "form")],
            "target": "new",
        }

    def action_schedule_winback(self):
        """Ask who tries to win these customers back, how and by when."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("customer_abc_segmentation.action_customer_winback_wizard"),
            "context": {"active_model": self._name, "active_ids": self.ids},
        }

    def action_open_winbacks(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("customer_abc_segmentation.action_customer_winback"),
            "domain": [("partner_id", "=", self.partner_id.id), ("company_id", "=", self.company_id.id)],
            "context": {},
        }
