from odoo import models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    # What was matched after a date is added back to know what was open on it.
    _credit_max_date_idx = models.Index("(company_id, max_date)")
