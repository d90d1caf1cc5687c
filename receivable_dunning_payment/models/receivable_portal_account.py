from odoo import fields, models


class ReceivablePortalAccount(models.AbstractModel):
    """The account page leads to the payment pages that Odoo has: they decide what is paid how."""

    _inherit = "receivable.portal.account"

    def _get_pay_urls(self, documents):
        return {
            document: document.get_portal_url(query_string="&payment=True", anchor="portal_pay")
            for document in documents
            if document._has_to_be_paid()
        }

    def _pay_all_url(self, partner, company):
        """Odoo's page of all overdue invoices shows those addressed to the login, in one company and currency."""
        invoices = self.env["account.move"].search(
            [
                ("state", "=", "posted"),
                ("move_type", "in", ("out_invoice", "out_receipt")),
                ("payment_state", "not in", ("in_payment", "paid", "reversed", "blocked", "invoicing_legacy")),
                ("invoice_date_due", "<", fields.Date.context_today(self)),
                ("partner_id", "=", self.env.user.partner_id.id),
                ("id", "not in", self.env["account.move"]._assigned_sql()),
            ]
        )
        payable = invoices.filtered(lambda invoice: invoice._has_to_be_paid())
        fits = len(invoices) > 1 and payable == invoices and len(invoices.currency_id) == 1
        return "/my/invoices/overdue" if fits and invoices.company_id == company else ""
