from odoo import fields, models

from odoo.addons.customer_abc_segmentation.models.optional_number import OptionalInteger


class CustomerValue(models.Model):
    _inherit = "customer.value"

    satisfaction_source = fields.Selection(selection_add=[("rating", "Ratings")])
    satisfaction_count = OptionalInteger(
        string="Ratings", readonly=True, help="Ratings that the customer gave in the window of the policy."
    )
