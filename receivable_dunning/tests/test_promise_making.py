"""What may be promised, by whom, and what a promise remembers."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_promise_decision import PromiseCommon
from .test_receivable_assignment import AssignmentCommon


@tagged("post_install", "-at_install")
class TestPromiseMaking(PromiseCommon):
    def test_amount_is_spread_over_the_oldest_items_first(self):
        older = self._items(self._overdue(50, 60))
        promise = self._promise(100, items=self.item + older)
        self.assertEqual({line.move_line_id: line.amount for line in promise.line_ids}, {older: 60, self.item: 40})

    def test_promise_remembers_who_gave_it_how_and_who_looks_after_it(self):
        contact = self.env["res.partner"].create({"name": "Anna", "parent_id": self.customer.id})
        promise = self._promise(channel="visit", contact_id=contact.id, note="On Friday")
        self.assertRecordValues(
            promise,
            [
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "contact_id": contact.id,
                    "channel": "visit",
                    "note": "On Friday",
                    "date": self.today,
                    "user_id": self.env.user.id,
                    "amount": 100,
                    "date_promised": self.today + timedelta(days=5),
                    "state": "open",
                }
            ],
        )
        self.assertTrue(promise.name.startswith("PTP/"))

    def test_two_promises_of_one_item_are_never_above_what_is_open(self):
        self._promise(60)
        self._promise(40)
        with self.assertRaisesRegex(UserError, "more than what may be promised"):
            self._promise(1)

    def test_broken_promise_leaves_its_part_free_for_another_one(self):
        promise = self._promise(100)
        self._state(promise, 6)
        self.assertEqual(promise.state, "broken")
        self.assertEqual(self._promise(100).amount, 100)

    def test_more_than_the_residual_is_refused(self):
        with self.assertRaisesRegex(UserError, "more than what may be promised"):
            self._promise(100.01)

    def test_past_days_nothing_and_less_are_refused(self):
        for amount, days in ((100, -1), (0, 5), (-5, 5)):
            with self.subTest(amount=amount, days=days), self.assertRaises(UserError):
                self._promise(amount, days)

    def test_what_is_paid_or_no_receivable_is_refused(self):
        other = self.invoice.line_ids - self.item
        with self.assertRaisesRegex(UserError, "settled already"):
            self._promise(10, items=other)
        self._paid(100)
        with self.assertRaises(UserError):
            self._promise(10)

    def test_items_of_two_customers_or_currencies_are_refused(self):
        stranger = self._items(self._overdue(5, 50, self._customer("Stranger")))
        with self.assertRaisesRegex(UserError, "one customer"):
            self._promise(10, items=self.item + stranger)
        foreign = self._items(self._overdue(5, 50, currency_id=self._euro().id))
        with self.assertRaisesRegex(UserError, "one currency"):
            self._promise(10, items=self.item + foreign)

    def _euro(self):
        currency = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        return currency

    def test_contact_of_somebody_else_is_refused(self):
        with self.assertRaisesRegex(UserError, "contact of the customer"):
            self._promise(contact_id=self._customer("Stranger").id)

    # ------------------------------------------------------------------
    # PORTAL
    # ------------------------------------------------------------------

    def test_portal_promise_is_for_the_next_days_only(self):
        self.company.promise_portal_days = 10
        with self.assertRaisesRegex(UserError, "choose a day up to"):
            self._promise(days=11, channel="portal")
        self.assertTrue(self._promise(days=10, channel="portal"))

    def test_portal_does_not_take_another_promise_after_a_broken_one(self):
        self._state(self._promise(days=1), 2)
        with self.assertRaisesRegex(UserError, "did not arrive in time"):
            self._promise(channel="portal")
        self.assertTrue(self._promise(channel="phone"))

    def test_promise_on_the_portal_belongs_to_the_salesperson(self):
        seller = self._user("seller", "base.group_user")
        self.customer.user_id = seller
        portal = self._user("portal_person", "base.group_portal")
        promise = (
            self.env["receivable.promise"]
            .with_user(portal)
            .sudo()
            ._make(self.item, 100, self.today + timedelta(days=5), {"channel": "portal"})
        )
        self.assertEqual(promise.user_id, seller)

    # ------------------------------------------------------------------
    # DOORS
    # ------------------------------------------------------------------

    def test_users_make_promises_and_change_nothing_that_was_promised(self):
        user = self._user("collector", "receivable_dunning.group_collections_user")
        Promise = self.env["receivable.promise"].with_user(user)
        promise = Promise._make(self.item, 100, self.today + timedelta(days=5), {})
        self.assertEqual(promise.user_id, user)
        promise.note = "Called back"
        for values in ({"state": "kept"}, {"date": "2020-01-01"}, {"amount_kept": 100}, {"tolerance_amount": 100}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                promise.write(values)
        for values in ({"amount": 1}, {"state": "kept"}, {"date_promised": "2030-01-01"}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                promise.line_ids.write(values)
        with self.assertRaises(AccessError):
            Promise.create({"partner_id": self.customer.id, "currency_id": self.company.currency_id.id})
        with self.assertRaises(AccessError):
            promise.line_ids.unlink()
        with self.assertRaises(AccessError):
            promise.unlink()

    def test_who_is_not_in_collections_makes_no_promise(self):
        user = self._user("clerk", "account.group_account_invoice")
        with self.assertRaises(AccessError):
            self.env["receivable.promise"].with_user(user)._make(self.item, 100, self.today, {})

    def test_portal_user_reads_only_the_promises_of_its_company(self):
        promise = self._promise(note="He sounded nervous")
        other = self._promise(items=self._items(self._overdue(5, 50, self._customer("Stranger"))), amount=50)
        portal = self._user("portal_person", "base.group_portal")
        portal.partner_id.parent_id = self.customer
        seen = self.env["receivable.promise"].with_user(portal).search([])
        self.assertEqual(seen, promise)
        self.assertEqual(seen.line_ids.amount, 100)
        with self.assertRaises(AccessError):
            seen.read(["note"])
        with self.assertRaises(AccessError):
            other.with_user(portal).read(["amount"])
        with self.assertRaises(AccessError):
            seen.write({"channel": "phone"})

    def test_user_of_another_company_sees_nothing(self):
        promise = self._promise()
        other = self.setup_other_company()["company"]
        stranger = self._user("stranger", "receivable_dunning.group_collections_user", other)
        self.assertFalse(self.env["receivable.promise"].with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            promise.with_user(stranger).read(["amount"])


@tagged("post_install", "-at_install")
class TestAssignedPromise(AssignmentCommon):
    def _promise(self, invoice):
        item = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        return self.env["receivable.promise"]._make(item, 100, self.today + timedelta(days=5), {})

    def test_what_is_to_be_paid_to_a_factor_is_not_promised_to_us(self):
        invoice = self._overdue(5)
        batch = self._assigned(self._agreement(name="Disclosed", is_disclosed=True))
        with self.assertRaisesRegex(UserError, f"{invoice.name}: assigned to Factor and to be paid there"):
            self._promise(invoice)
        self._buy_back(batch.line_ids)
        self.assertEqual(self._promise(invoice).amount, 100)

    def test_what_is_not_disclosed_is_promised_as_ever(self):
        invoice = self._overdue(5)
        self._assigned()
        self.assertEqual(self._promise(invoice).amount, 100)
