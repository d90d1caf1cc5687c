from odoo.addons.account.tests.common import AccountTestInvoicingCommon


class CreditCommon(AccountTestInvoicingCommon):
    """A company with its chart of accounts, and a user who works its credit department."""

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.quick_ref("customer_credit_mgmt.group_credit_manager")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.ledger = cls.env["receivable.ledger"]

    @classmethod
    def _invoice(cls, partner, amount, invoice_date, due=None, post=True, move_type="out_invoice", **values):
        """An untaxed customer document in one line; ``due`` replaces the payment term."""
        invoice = cls.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": partner.id,
                "invoice_date": invoice_date,
                "date": invoice_date,
                "invoice_payment_term_id": False,
                "invoice_date_due": due or invoice_date,
                "invoice_line_ids": [(0, 0, {"name": "goods", "price_unit": amount, "quantity": 1, "tax_ids": False})],
                **values,
            }
        )
        if post:
            invoice.action_post()
        return invoice

    @classmethod
    def _pay(cls, invoices, amount, payment_date, **values):
        """Register a payment on the invoices, matched on its date."""
        return (
            cls.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoices.ids)
            .create({"amount": amount, "payment_date": payment_date, "group_payment": True, **values})
            ._create_payments()
        )
