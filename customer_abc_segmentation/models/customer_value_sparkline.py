from collections import defaultdict

from odoo import api, fields, models

from .res_partner import SEGMENTATION_USER

MONTHS = 12


class ResPartner(models.Model):
    """The line beside the stage on the customer: revenue of the window, month after month."""

    _inherit = "res.partner"

    customer_sparkline = fields.Json(
        string="Revenue by Month",
        compute="_compute_customer_sparkline",
        groups=SEGMENTATION_USER,
        help="Revenue of the policy's window at the end of each of the last twelve months, and today.",
    )

    @api.depends_context("company", "uid")
    @api.depends("commercial_partner_id")
    def _compute_customer_sparkline(self):
        points = self._get_sparkline_points()
        for partner in self:
            partner.customer_sparkline = points.get(partner.commercial_partner_id.id, [])

    def _get_sparkline_points(self):
        """``{customer id: [revenue]}``, oldest first, the revenue of today last."""
        values = self._get_customer_values()
        months = self.env["customer.value.history"].search(
            [("company_id", "in", values.company_id.ids), ("partner_id", "in", values.partner_id.ids)],
            order="partner_id, month",
        )
        points = defaultdict(list)
        for row in months:
            points[row.partner_id.id].append(row.monetary)
        return {
            value.partner_id.id: [*points[value.partner_id.id][-MONTHS:], value.monetary or 0.0] for value in values
        }
