from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError


class RfmCell(models.Model):
    """A cell of the grid of recency and frequency. A policy has all 25 of them, each in exactly one segment.

    Cells come with their policy and go with it; nobody may create or delete one, only give it to another segment.
    """

    _name = "rfm.cell"
    _description = "RFM Cell"
    _order = "policy_id, r DESC, f"

    policy_id = fields.Many2one("customer.value.policy", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="policy_id.company_id", store=True, index=True)
    r = fields.Integer(string="Recency", required=True, readonly=True, aggregator=None)
    f = fields.Integer(string="Frequency", required=True, readonly=True, aggregator=None)
    segment_id = fields.Many2one(
        "rfm.segment", required=True, index=True, ondelete="restrict", domain="[('policy_id', '=', policy_id)]"
    )

    _unique_place = models.Constraint("UNIQUE (policy_id, r, f)", "A cell of the grid is in one segment only.")
    _in_grid = models.Constraint(
        "CHECK (r BETWEEN 1 AND 5 AND f BETWEEN 1 AND 5)", "The scores of recency and frequency go from 1 to 5."
    )

    @api.depends("r", "f")
    def _compute_display_name(self):
        for cell in self:
            cell.display_name = self.env._("R%(recency)s F%(frequency)s", recency=cell.r, frequency=cell.f)

    def write(self, vals):
        if not self.env.su and vals.keys() - {"segment_id"}:
            raise AccessError(self.env._("A cell keeps its place in the grid: give it to another segment instead."))
        return super().write(vals)

    @api.constrains("policy_id", "segment_id")
    def _check_same_policy(self):
        for cell in self:
            if cell.segment_id.policy_id != cell.policy_id:
                raise ValidationError(
                    self.env._(
                        "%(segment)s is no segment of %(policy)s.",
                        segment=cell.segment_id.name,
                        policy=cell.policy_id.name,
                    )
                )
