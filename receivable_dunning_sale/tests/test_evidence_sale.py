from odoo.tests import tagged

from odoo.addons.receivable_dunning.tests.test_evidence import EvidenceCommon


@tagged("post_install", "-at_install")
class TestEvidenceSale(EvidenceCommon):
    def test_orders_of_the_invoices_are_in_the_pack(self):
        orders = self.env["sale.order"].sudo()
        values = {"partner_id": self.customer.id, "company_id": self.company.id, "signed_by": "Ms Lee"}
        line = (0, 0, {"product_id": self.product_a.id, "product_uom_qty": 1, "price_unit": 100, "tax_ids": False})
        self.product_a.sudo().invoice_policy = "order"
        order, other = (orders.create({**values, "order_line": [line]}) for _number in range(2))
        (order | other).action_confirm()
        move = order._create_invoices().sudo(False)
        move.action_post()
        self._attach(order, "delivery note.pdf", b"signed")
        wizard = self._wizard(move).with_user(self.reader)
        wizard = wizard.create(
            {
                "company_id": self.company.id,
                "partner_id": self.customer.id,
                "move_ids": [(6, 0, move.ids)],
            }
        )
        files = self._pack(wizard)
        self.assertEqual(files[f"0_orders/{order.name}/delivery note.pdf"], b"signed")
        self.assertTrue(any(path.startswith(f"0_orders/{order.name}.") for path in files))
        (row,) = self._table(files["0_orders/orders.csv"])
        self.assertEqual((row["order"], row["signed_by"]), (order.name, "Ms Lee"))
        self.assertFalse([path for path in files if other.name in path], "not what was not invoiced here")

    def test_without_orders_there_is_no_folder(self):
        files = self._pack(self._wizard(self._overdue(30)))
        self.assertFalse([path for path in files if path.startswith("0_orders")])
