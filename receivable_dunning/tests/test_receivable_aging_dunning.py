from datetime import timedelta

from odoo.tests import tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestReceivableAgingDunning(DunningCommon):
    """What dunning did with an item, as of the date of the aging."""

    def _item(self, invoice, days_ago=0):
        self.env.invalidate_all()  # the rows are computed when they are read
        as_of = self.today - timedelta(days=days_ago)
        return self.env["receivable.aging"].with_context(as_of=as_of).search([("move_id", "=", invoice.id)])

    def test_last_level_is_that_of_the_notices_sent_by_the_day(self):
        invoice = self._overdue(30)
        self._send(self._run())
        self.assertEqual((self._item(invoice).dunning_level, self._item(invoice, days_ago=1).dunning_level), (1, 0))
        reminded = self.env["receivable.aging"].search([("dunning_level", "!=", False)])
        self.assertIn(invoice, reminded.move_id)

    def test_block_counts_while_it_stands(self):
        blocked, free = self._overdue(30), self._overdue(20)
        block = self.env["dunning.block"].create(
            {
                "company_id": self.company.id,
                "partner_id": self.customer.id,
                "move_id": blocked.id,
                "reason": "goods are looked at",
                "date_from": self.today - timedelta(days=5),
            }
        )
        self.assertEqual((self._item(blocked).is_held, self._item(free).is_held), (True, False))
        self.assertFalse(self._item(blocked, days_ago=6).is_held)
        block.action_lift()
        self.assertFalse(self._item(blocked).is_held)
        self.assertTrue(self._item(blocked, days_ago=1).is_held, "a block that was lifted later stood then")

    def test_block_of_the_customer_holds_all_items(self):
        invoices = self._overdue(30) + self._overdue(20)
        other = self._overdue(20, partner=self._customer("Other"))
        self.env["dunning.block"].create(
            {"company_id": self.company.id, "partner_id": self.customer.id, "reason": "talks"}
        )
        held = self.env["receivable.aging"].search([("is_held", "=", True)]).move_id
        self.assertLessEqual(invoices, held)
        self.assertNotIn(other, held)
