from odoo import Command

from odoo.addons.customer_credit_mgmt.tests.common import CreditCommon


class SaleCommon(CreditCommon):
    """Whoever tests may sell, and the product is invoiced as ordered, without tax."""

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.quick_ref("sales_team.group_sale_manager")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product_a.write({"taxes_id": False, "invoice_policy": "order"})


class CreditSaleCommon(SaleCommon):
    """A policy that holds orders, a customer with a limit of 1,000 and a salesperson."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls._strict_policy("over_limit", "manual_hold", "terms_longer", order_action="block")
        cls.profile = cls._limited_profile(cls.partner_a, 1000)
        cls.profile.agreed_terms_days = 30
        (cls.partner_a | cls.partner_b).property_payment_term_id = False
        cls.seller = cls._user("seller", "sales_team.group_sale_salesman")
        cls.manager = cls._user("boss", "customer_credit_mgmt.group_credit_manager")

    @classmethod
    def _order(cls, amount, partner=None, **values):
        line = {"product_id": cls.product_a.id, "product_uom_qty": 1, "price_unit": amount, "tax_ids": False}
        return cls.env["sale.order"].create(
            {
                "partner_id": (partner or cls.partner_a).id,
                "user_id": cls.seller.id,
                "order_line": [Command.create(line)],
                **values,
            }
        )

    @classmethod
    def _confirmed(cls, amount, **values):
        order = cls._order(amount, **values)
        order.with_user(cls.seller).action_confirm()
        assert order.state == "sale", "the order was to pass"
        return order.with_user(cls.seller)

    @classmethod
    def _term(cls, days):
        line = Command.create({"value_amount": 100, "nb_days": days})
        return cls.env["account.payment.term"].create({"name": f"{days} days", "line_ids": [line]})
