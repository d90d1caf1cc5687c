from odoo import models

from odoo.addons.receivable_dunning.core.evidence import EvidenceFile, csv_bytes, safe_name

ORDERS = "order date state currency amount customer_reference signed_by signed_on message_id_of_last_email"


class CollectionEvidenceWizard(models.TransientModel):
    """The orders that the invoices come from."""

    _inherit = "collection.evidence.wizard"

    def _get_parts(self):
        return [self._order_files, *super()._get_parts()]

    def _order_files(self):
        """Orders as they print, with the customer's signature; what is attached to them; a list of them."""
        # sudo: collectors read no orders, but prove what was ordered; only those that these documents invoice
        orders = self.move_ids.sudo().line_ids.sale_line_ids.order_id.sorted("name")
        for order in orders:
            name, day = safe_name(order.name), order.date_order.date()
            content, kind = self.sudo()._render("sale.report_saleorder", order, day)
            title = self.env._("Order %(number)s", number=order.name)
            yield EvidenceFile(f"0_orders/{name}.{kind}", content, title, day)
            yield from self._attached(f"0_orders/{name}", self.sudo()._attachments_of(order))
        if orders:
            rows = [self._order_row(order) for order in orders]
            title = self.env._("Orders")
            yield EvidenceFile("0_orders/orders.csv", csv_bytes(ORDERS.split(), rows), title, self.date)

    def _order_row(self, order):
        mails = order.message_ids.filtered(lambda message: message.message_type in ("email", "email_outgoing"))
        signed = (order.client_order_ref, order.signed_by, order.signed_on, mails[:1].message_id)
        return (order.name, order.date_order, order.state, order.currency_id.name, order.amount_total, *signed)
