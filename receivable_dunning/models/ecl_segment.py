import ast

from odoo import api, fields, models


class EclSegment(models.Model):
    """Customers with similar losses, by conditions; the first segment that fits takes the customer."""

    _name = "ecl.segment"
    _description = "Expected Loss Segment"
    _order = "sequence, id"

    method_id = fields.Many2one("ecl.method", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="method_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    domain = fields.Char(
        string="Customers",
        required=True,
        default="[]",
        help="As the customers are today: past months are counted with today's segments.",
    )

    @api.constrains("domain")
    def _check_domain(self):
        for segment in self:
            self.env["res.partner"].search_count(ast.literal_eval(segment.domain or "[]"), limit=1)

    def _partners_sql(self):
        """The customers of the conditions, archived ones too, as the company of the method sees them."""
        # sudo: which customers belong together does not depend on who asks
        partners = self.env["res.partner"].sudo().with_company(self.company_id).with_context(active_test=False)
        return partners._search(ast.literal_eval(self.domain or "[]")).select()
