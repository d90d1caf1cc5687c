from datetime import date

from odoo.tests import new_test_user

from ..core.key_account_period import period_of
from .value_common import ValueCommon


class KeyAccountCommon(ValueCommon):
    """A manager who prepares, one who signs, a salesperson, and sheets of quarters."""

    Q2 = period_of("quarter", date(2024, 5, 1))
    Q1 = period_of("quarter", date(2024, 2, 1))

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.segmentation_capital_rate = 36.5
        cls.reviews = cls.env["key.account.review"]
        cls.sheets = cls.env["key.account.policy"].create({"company_id": cls.company.id, "user_id": cls.env.uid})
        cls.signer = cls._user("signer", "customer_abc_segmentation.group_segmentation_manager")
        cls.seller = cls._user("seller", "customer_abc_segmentation.group_segmentation_user")
        cls.ann = cls._customer("Ann", user_id=cls.seller.id, ref="K-1")
        cls.bob = cls._customer("Bob")

    @classmethod
    def _user(cls, login, group):
        return new_test_user(
            cls.env,
            login,
            name=login.capitalize(),
            groups=f"base.group_user,{group}",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    @classmethod
    def _invoice(cls, partner, amount, invoice_date="2024-05-15", move_type="out_invoice", **values):
        """As everywhere, but due at once."""
        return super()._invoice(
            partner, amount, invoice_date, move_type, **{"invoice_date_due": invoice_date, **values}
        )

    @classmethod
    def _pay(cls, invoice, amount, day):
        """Pay a part of an invoice, matched with it on that day."""
        return (
            cls.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"amount": amount, "payment_date": day})
            ._create_payments()
        )

    def _sheet(self, partner=None, period=None, policy=None):
        return self.reviews._create_for(partner or self.ann, period or self.Q2, policy or self.sheets)

    def _values(self, partner=None, period=None):
        return self._sheet(partner, period).figures["values"]

    def _signed(self, review=None):
        review = review or self._sheet()
        review.action_submit()
        review.with_user(self.signer).action_sign()
        return review
