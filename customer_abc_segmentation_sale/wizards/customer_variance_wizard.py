from odoo import models


class CustomerVarianceWizard(models.TransientModel):
    _inherit = "customer.variance.wizard"

    def _sees_all_customers(self):
        """Who sees the orders of all salespeople sees the profits of all customers, and why their sales differ."""
        return super()._sees_all_customers() or self.env.user.has_group("sales_team.group_sale_salesman_all_leads")
