"""What becomes of a promise, by what is matched with its items."""

from datetime import timedelta

from odoo.tests import tagged

from .common import DunningCommon


class PromiseCommon(DunningCommon):
    """A customer with an invoice of 100 that is ten days overdue."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._invoice(cls.customer, 100, cls.today - timedelta(days=40), cls.today - timedelta(days=10))
        cls.item = cls._items(cls.invoice)

    @classmethod
    def _items(cls, invoices):
        return invoices.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")

    def _promise(self, amount=100, days=5, items=None, **values):
        items = self.item if items is None else items
        return self.env["receivable.promise"]._make(items, amount, self.today + timedelta(days=days), values)

    def _settle(self):
        """The end of a transaction: what was matched decides the promises."""
        self.env.cr.precommit.run()

    def _paid(self, amount, days=0, invoice=None):
        payment = self._pay(invoice or self.invoice, amount, self.today + timedelta(days=days))
        self._settle()
        return payment

    def _state(self, promise, days):
        """The state as the nightly job finds it so many days from now."""
        promise.sudo()._decide(self.today + timedelta(days=days))
        return promise.state


@tagged("post_install", "-at_install")
class TestPromiseDecision(PromiseCommon):
    def test_promise_is_open_until_its_day_has_passed(self):
        promise = self._promise()
        self.assertEqual(self._state(promise, 5), "open")
        self.assertEqual(self._state(promise, 6), "broken")
        self.assertEqual(promise.date_decided, self.today + timedelta(days=6))

    def test_payment_keeps_the_promise_at_once(self):
        promise = self._promise()
        self._paid(100)
        self.assertEqual(promise.state, "kept")
        self.assertEqual(promise.amount_kept, 100)
        self.assertEqual(promise.date_decided, self.today)
