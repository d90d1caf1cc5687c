from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command

from ..core.rfm import SCORES
from ..core.rfm_segments import SEGMENTS, shipped_cells


class CustomerValuePolicy(models.Model):
    """The segments of a policy and its grid: all 25 cells of recency and frequency, each in exactly one segment."""

    _inherit = "customer.value.policy"

    segment_ids = fields.One2many("rfm.segment", "policy_id", string="Segments")
    cell_ids = fields.One2many("rfm.cell", "policy_id", string="Grid")

    @api.model_create_multi
    def create(self, vals_list):
        policies = super().create(vals_list)
        for policy in policies:
            if not policy.segment_ids:
                policy._create_segments()
            policy._create_cells(shipped_cells())
        policies._check_grid()
        return policies

    def copy(self, default=None):
        """The grid is copied with its segments."""
        copies = super().copy({"active": False, **(default or {}), "segment_ids": False})
        for policy, duplicate in zip(self, copies, strict=True):
            duplicate._take_grid(policy)
        return copies

    def copy_data(self, default=None):
        names = [self.env._("%(policy)s (copy)", policy=policy.name) for policy in self]
        return [{"name": name, **vals} for name, vals in zip(names, super().copy_data(default), strict=True)]

    @api.constrains("segment_ids", "cell_ids")
    def _check_grid(self):
        places = {(r, f) for r in SCORES for f in SCORES}
        for policy in self:
            # during create the cells are still to come
            if policy.cell_ids and {(cell.r, cell.f) for cell in policy.cell_ids} != places:
                raise ValidationError(
                    self.env._("Each of the 25 cells of recency and frequency has to be in one segment.")
                )

    # ------------------------------------------------------------------
    # MAKING THE GRID
    # ------------------------------------------------------------------

    def _create_segments(self):
        shipped = self.env.ref("customer_abc_segmentation.customer_value_policy_default", raise_if_not_found=False)
        if shipped and shipped != self:
            # sudo: the shipped policy may belong to a company that the user does not see
            for segment in shipped.sudo().segment_ids:
                segment.copy({"policy_id": self.id})
        else:
            self.segment_ids = [Command.create(dict(vals, sequence=10 * n)) for n, vals in enumerate(SEGMENTS, 1)]

    def _create_cells(self, codes):
        """One cell per place of ``{(r, f): segment code}``; a code without segment falls to the first one."""
        segments = {segment.code: segment for segment in self.segment_ids}
        # sudo: nobody has the right to create a cell, so that the grid stays complete
        self.env["rfm.cell"].sudo().create(
            [
                {"policy_id": self.id, "r": r, "f": f, "segment_id": segments.get(code, self.segment_ids[:1]).id}
                for (r, f), code in codes.items()
            ]
        )

    def _take_grid(self, source):
        """Replace segments and cells by copies of those of another policy."""
        # sudo: as in _create_cells; the source may be the shipped policy of another company
        self.sudo().cell_ids.unlink()
        self.sudo().segment_ids.unlink()
        for segment in source.sudo().segment_ids:
            segment.copy({"policy_id": self.id})
        self._create_cells({(cell.r, cell.f): cell.segment_id.code for cell in source.sudo().cell_ids})
