from odoo import models


class PaymentTransaction(models.Model):
    """What is paid to us on line settles what is owed to us; Odoo takes the oldest instalment, whoever's it is."""

    _inherit = "payment.transaction"

    def _create_payment(self, **extra_create_values):
        invoices = self.invoice_ids | self.source_transaction_id.invoice_ids
        held = invoices._assigned_parts().move_line_id
        payment = super()._create_payment(**extra_create_values)
        paid = payment.move_id.line_ids.filtered(lambda line: line.account_id == payment.destination_account_id)
        if held.matched_credit_ids.credit_move_id & paid:
            paid.remove_move_reconcile()
            ours = invoices._open_with_us().filtered(lambda line: line.account_id == payment.destination_account_id)
            (paid + ours).reconcile()
        return payment
