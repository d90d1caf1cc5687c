from odoo.tests import HttpCase, tagged

from .collection_common import CollectionCommon


@tagged("post_install", "-at_install")
class TestCollectionTour(CollectionCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.large = cls._customer("Large", phone="+49 1")
        cls.second = cls._customer("Second", phone="+49 2")

    def setUp(self):
        super().setUp()
        self._overdue(40, 9000, partner=self.large)
        self._overdue(30, 5000, partner=self.second)

    def test_collector_works_the_list(self):
        self.start_tour("/odoo/collection-worklist", "collection_worklist", login=self.collector.login)
        contacts = self.env["collection.contact"].search([("state", "=", "done")], order="id")
        self.assertRecordValues(
            contacts,
            [
                {"partner_id": self.large.id, "user_id": self.collector.id, "note": "On Friday, all of it"},
                {"partner_id": self.second.id, "user_id": self.collector.id, "note": False},
            ],
        )
        self.assertEqual(contacts[0].promise_id.amount, 9000)
        self.assertTrue(self._tasks("callback", self.second))

    def test_visit_is_reported(self):
        self.start_tour("/odoo/collection-worklist", "collection_visit", login=self.collector.login)
        contact = self.env["collection.contact"].search([("partner_id", "=", self.large.id), ("state", "=", "done")])
        self.assertRecordValues(contact, [{"channel": "visit", "person_met": "Ms Li", "note": "The stock is full"}])

    def test_customer_is_snoozed(self):
        self.start_tour("/odoo/collection-worklist", "collection_snooze", login=self.collector.login)
        snooze = self.env["collection.snooze"].search([("partner_id", "=", self.large.id)])
        self.assertRecordValues(snooze, [{"reason": "On holiday", "user_id": self.collector.id}])
