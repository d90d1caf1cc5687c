from odoo import api, fields, models
from odoo.exceptions import UserError


class AbcClass(models.Model):
    """One class of a policy, such as A: the customers before whom less than ``upper_share`` of the total lies."""

    _name = "abc.class"
    _description = "ABC Class"
    _inherit = ["segmentation.company.keeper"]
    _order = "policy_id, sequence, upper_share, id"
    _rec_name = "code"
    _rec_names_search = ["code", "name"]

    policy_id = fields.Many2one("abc.policy", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="policy_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10, help="Best class first.")
    code = fields.Char(required=True, help="What is shown on the customer: A, B, C ...")
    name = fields.Char(required=True, translate=True)
    upper_share = fields.Float(
        string="Up to (%)",
        required=True,
        digits=(5, 2),
        help="A customer is in this class while the customers before hold less than this share of the total. "
        "The last class goes up to 100.",
    )
    color = fields.Char(string="Colour", default="#8c96a5", help="In the Pareto chart.")

    _unique_code = models.Constraint("UNIQUE (policy_id, code)", "Two classes of a policy have the same code.")
    _share_range = models.Constraint(
        "CHECK (upper_share > 0 AND upper_share <= 100)", "The share of a class lies above 0 and up to 100 %."
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_history(self):
        # sudo: the history that protects a class may belong to customers the user does not see
        used = self.env["abc.classification"].sudo().search([("class_id", "in", self.ids)], limit=1)
        if used:
            raise UserError(
                self.env._(
                    "Class %(code)s is part of the history of customers. Change its limits, or duplicate the policy.",
                    code=used.class_id.code,
                )
            )
