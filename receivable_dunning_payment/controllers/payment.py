from odoo.http import request

from odoo.addons.account_payment.controllers.payment import PaymentPortal


class AssignedPaymentPortal(PaymentPortal):
    """Every payment of invoices on line begins here, from pages, payment links and by direct calls."""

    def _process_transaction(self, partner_id, currency_id, invoice_ids, payment_reference, **kwargs):
        # sudo: a visitor is told whom to pay; the right to the invoices was checked
        request.env["account.move"].sudo().browse(invoice_ids)._check_paid_to_us(kwargs.get("amount"))
        return super()._process_transaction(partner_id, currency_id, invoice_ids, payment_reference, **kwargs)
