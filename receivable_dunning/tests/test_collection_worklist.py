from datetime import timedelta

from odoo.tests import tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestCollectionWorklist(DunningCommon):
    def _row(self, partner=None):
        return self.env["collection.worklist"].search([("partner_id", "=", (partner or self.customer).id)])

    def test_overdue_customer_is_listed_with_what_is_open(self):
        self._overdue(10, 100)
        self._invoice(self.customer, 50, self.today, due=self.today + timedelta(days=20))
        row = self._row()
        self.assertRecordValues(
            row, [{"open_amount": 150.0, "overdue_amount": 100.0, "claim_amount": 100.0, "oldest_days": 10}]
        )
        self.assertEqual((row.action, row.why, row.reason), ("email", "no_phone", "overdue"))
