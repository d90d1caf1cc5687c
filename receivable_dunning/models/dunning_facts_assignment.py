from odoo import models


class DunningFacts(models.AbstractModel):
    _inherit = "dunning.facts"

    def _get_held_parts(self, company, as_of):
        return [*super()._get_held_parts(company, as_of), self.env["receivable.assignment.line"]._held_sql(company)]
