from odoo import api, fields, models
from odoo.exceptions import UserError

DEFAULT_COLOR = "#8c96a5"


class RfmSegment(models.Model):
    """A named pattern of recency and frequency: the cells of the 5x5 grid that are treated alike, and what to do."""

    _name = "rfm.segment"
    _description = "RFM Segment"
    _inherit = ["segmentation.company.keeper"]
    _order = "policy_id, sequence, id"
    _rec_names_search = ["name", "code"]

    policy_id = fields.Many2one("customer.value.policy", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="policy_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10, help="Best segment first.")
    code = fields.Char(
        required=True,
        help="For conditions elsewhere, the same in every language: [('rfm_segment_id.code', '=', 'champions')].",
    )
    name = fields.Char(required=True, translate=True)
    color = fields.Char(string="Colour", default=DEFAULT_COLOR, help="In the heat map.")
    description = fields.Text(translate=True, help="Who these customers are.")
    advice = fields.Text(translate=True, help="What to do about them.")
    cell_ids = fields.One2many("rfm.cell", "segment_id", string="Cells", readonly=True)
    cell_count = fields.Integer(string="Cells of the Grid", compute="_compute_cell_count")

    _unique_code = models.Constraint("UNIQUE (policy_id, code)", "Two segments of a policy have the same code.")

    @api.depends("cell_ids")
    def _compute_cell_count(self):
        for segment in self:
            segment.cell_count = len(segment.cell_ids)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_cells(self):
        # sudo: the grid of a company is complete whoever looks
        used = self.sudo().filtered("cell_ids")[:1]
        if used:
            raise UserError(
                self.env._(
                    "%(segment)s still has cells of the grid: give them to another segment first.", segment=used.name
                )
            )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def _get_values(self):
        """The values of the customers in the segments, as far as the user may see them."""
        values = self.env["customer.value"].search([("rfm_segment_id", "in", self.ids)])
        if not values:
            raise UserError(self.env._("There is no customer in this segment."))
        return values

    def action_schedule_activity(self):
        """Schedule an activity on each customer of the segments."""
        return self._get_values().action_schedule_activity()

    def action_send_mail(self):
        """Write to the customers of the segments."""
        return self._get_values().action_send_mail()
