from odoo import models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    # receipts at the bank are held against the payments of the same customer that wait for theirs
    _dunning_unmatched_idx = models.Index("(partner_id) WHERE is_matched IS NOT TRUE AND payment_type = 'inbound'")
