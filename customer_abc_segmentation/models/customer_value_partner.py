from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .customer_value import STAGES
from .live_field import live_condition
from .res_partner import SEGMENTATION_USER

# field of the partner: column of customer.value
COLUMNS = {"rfm_segment_id": "rfm_segment_id", "customer_stage": "stage"}


class ResPartner(models.Model):
    """RFM segment and lifecycle stage of the customer in the current company.

    Read live from ``customer.value`` rather than stored, as the ABC class is and for the same reasons: contacts and
    branches follow by themselves, the record rules hold here too, and a night does not rewrite the partners.
    """

    _inherit = "res.partner"

    rfm_segment_id = fields.Many2one(
        "rfm.segment",
        string="RFM Segment",
        compute="_compute_rfm_segment_id",
        search="_search_rfm_segment_id",
        groups=SEGMENTATION_USER,
        help="By how lately and how often the customer buys. Empty: no purchase in the window of the policy.",
    )
    customer_stage = fields.Selection(
        STAGES,
        string="Lifecycle Stage",
        compute="_compute_rfm_segment_id",
        search="_search_customer_stage",
        groups=SEGMENTATION_USER,
        help="Where the customer stands, from prospect to won back.",
    )

    @api.depends_context("company", "uid")
    @api.depends("commercial_partner_id")
    def _compute_rfm_segment_id(self):
        values = {value.partner_id.id: value for value in self._get_customer_values()}
        empty = self.env["customer.value"]
        for partner in self:
            value = values.get(partner.commercial_partner_id.id, empty)
            partner.rfm_segment_id = value.rfm_segment_id
            partner.customer_stage = value.stage

    def _get_customer_values(self):
        """The values of the customers in the current company."""
        return self.env["customer.value"].search(
            self._get_value_domain() & Domain("partner_id", "in", self.commercial_partner_id.ids)
        )

    def _get_value_domain(self):
        """The values that count in the current company; without a policy in force there are none."""
        return Domain("policy_id", "=", self.env["customer.value.policy"]._get_for().id)

    def _search_rfm_segment_id(self, operator, value):
        return live_condition(self, "rfm_segment_id", operator, value)

    def _search_customer_stage(self, operator, value):
        return live_condition(self, "customer_stage", operator, value)

    def _field_to_sql(self, alias, field_expr, query=None):
        if query is None or field_expr not in COLUMNS:
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        rows = self.env["customer.value"]._search(self._get_value_domain())
        joined = self._join_customer_rows(alias, query, "customer_value", rows, COLUMNS.values())
        return SQL.identifier(joined, COLUMNS[field_expr])

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_open_customer_value(self):
        """Show value, segment and stage of the customer, and why."""
        self.ensure_one()
        value = self._get_customer_values()
        action = self.env["ir.actions.actions"]._for_xml_id("customer_abc_segmentation.action_customer_value")
        domain = [("partner_id", "=", self.commercial_partner_id.id)]
        if not value:
            return {**action, "domain": domain}
        return {**action, "res_id": value.id, "views": [(False, "form")], "view_mode": "form", "domain": domain}
