from odoo import fields, models

from odoo.addons.customer_credit_mgmt.models.credit_policy import STAGE_ACTIONS


class CreditPolicy(models.Model):
    _inherit = "credit.policy"

    order_action = fields.Selection(
        STAGE_ACTIONS,
        string="On Orders",
        default="none",
        required=True,
        tracking=True,
        help="The strictest action a rule may take when a sales order is confirmed.",
    )

    def _stages(self):
        return ["order", *super()._stages()]
