import io
from datetime import timedelta

from odoo.tests import tagged

from .test_portal_account import PortalCommon

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF"


class PortalFormsCommon(PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"has_portal_promise": True, "has_portal_dispute": True, "has_portal_plan": True})
        cls.reason = cls.env["receivable.dispute.reason"]._of_company(cls.company)[:1]

    @staticmethod
    def _item(invoice):
        return invoice.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")

    def _day(self, days):
        return str(self.today + timedelta(days=days))

    def _promises(self, partner=None):
        return self.env["receivable.promise"].search([("partner_id", "=", (partner or self.customer).id)])

    def _disputes(self, partner=None):
        return self.env["receivable.dispute"].search([("partner_id", "=", (partner or self.customer).id)])

    def _plans(self, partner=None):
        return self.env["receivable.payment.plan"].search([("partner_id", "=", (partner or self.customer).id)])

    def _promise(self, link, *invoices, **values):
        items = {f"item_{self._item(invoice).id}": "1" for invoice in invoices}
        return self._post(link, "/promise", **{"person": "Ann", "date_1": self._day(5), **items, **values})

    def _dispute(self, link, invoice, files=(), **values):
        item = self._item(invoice).id
        page = self._by_link(link, f"/dispute?item={item}") if link else self._by_login(f"/dispute?item={item}")
        target = f"/account_balance/{link._token()}" if link else f"/my/account_balance/{self.company.id}"
        data = {
            **self._fields(page), "item": item, "reason": self.reason.id, "amount": "40", "note": "Two are broken",
            "person": "Ann", **values,
        }  # fmt: skip
        files = [("files", (name, io.BytesIO(content))) for name, content in files] or None
        return self.url_open(f"{target}/dispute", data=data, files=files)

    def _offered(self, partner=None, invoice=None):
        invoice = invoice or self.invoice
        values = {"instalment_count": 2, "first_date": self.today + timedelta(days=5)}
        plan = self.env["receivable.payment.plan"]._make(self._item(invoice), values)
        plan._offer()
        return plan

    def _accept_plan(self, plan, token=None, **values):
        token = plan._portal_ensure_token() if token is None else token
        page = self.url_open(f"/my/payment_plans/{plan.id}?access_token={token}")
        csrf = self._fields(page).get("csrf_token") or self._fields(self._by_link(self.link, "/message"))["csrf_token"]
        return self.url_open(
            f"/my/payment_plans/{plan.id}/accept", data={"csrf_token": csrf, "access_token": token, **values}
        )


@tagged("post_install", "-at_install")
class TestPortalForms(PortalFormsCommon):
    """What customers do counts once, within the bounds of the company, and comes back to their page."""

    # ------------------------------------------------------------------
    # PROMISE
    # ------------------------------------------------------------------

    def test_customer_promises_by_the_link(self):
        page = self._promise(self.link, self.invoice)
        self.assertIn("Thank you for your promise", page.text)
        promise = self._promises()
        self.assertRecordValues(promise, [{"amount": 100, "channel": "portal", "state": "open", "contact_id": False}])
        self.assertRecordValues(
            promise.line_ids,
            [
                {
                    "move_line_id": self._item(self.invoice).id,
                    "amount": 100,
                    "date_promised": self.today + timedelta(days=5),
                }
            ],
        )
        self.assertIn("We count on it", page.text)
        self.assertFalse(promise.user_id.share, "somebody of the house looks after it")

    def test_customer_promises_by_login_as_itself(self):
        self.authenticate("acc_portal", "acc_portal")
        self._promise(None, self.invoice)
        self.assertEqual(self._promises().contact_id, self.portal_user.partner_id)

    def test_promise_in_parts_pays_the_oldest_first(self):
        self._promise(
            self.link, self.invoice, self.later,
            amount_1="120", date_1=self._day(3), amount_2="30", date_2=self._day(9),
        )  # fmt: skip
        parts = [
            (line.move_line_id.move_id, line.amount, (line.date_promised - self.today).days)
            for line in self._promises().line_ids.sorted(lambda line: (line.date_promised, line.id))
        ]
        self.assertEqual(parts, [(self.invoice, 100, 3), (self.later, 20, 3), (self.later, 30, 9)])

    def test_promised_part_is_shown_and_not_promised_twice(self):
        self._promise(self.link, self.invoice, amount_1="60")
        self.assertIn("promised", self._by_link(self.link).text)
        page = self._promise(self.link, self.invoice, amount_1="60")
        self.assertIn("more than what you chose", page.text)
        self.assertEqual(len(self._promises()), 1)

    def test_promise_keeps_to_the_bounds_of_the_company(self):
        self.company.write({"promise_portal_days": 10, "portal_promise_minimum": 20})
        for values, words in (
            ({"date_1": self._day(11)}, "Please choose a day up to"),
            ({"date_1": self._day(-1)}, "A promise is for today or a later day"),
            ({"date_1": ""}, "Please choose a day"),
            ({"date_1": "tomorrow"}, "Please choose a day"),
            ({"amount_1": "10"}, "Please promise at least"),
            ({"amount_1": "100.01"}, "more than what you chose"),
            ({"amount_1": "-5"}, "Please enter an amount above zero"),
            ({"amount_1": "0"}, "Please enter an amount above zero"),
            ({"amount_1": "nan"}, "is not an amount"),
            ({"amount_1": "1e300"}, "is not an amount"),
            ({"amount_1": "50", "date_2": self._day(6)}, "Please say how much you pay on each day"),
            ({"person": ""}, "Please give your name"),
        ):
            with self.subTest(values=values):
                page = self._promise(self.link, self.invoice, **values)
                self.assertIn(words, page.text)
                self.assertFalse(self._promises())
        self.assertIn("choose at least one item", self._promise(self.link).text)

    def test_only_so_many_promises_stand_at_a_time(self):
        self.company.portal_promise_max = 1
        self._promise(self.link, self.invoice)
        page = self._promise(self.link, self.later)
        self.assertIn("You have promised several payments already", page.text)
        self.assertEqual(len(self._promises()), 1)

    def test_items_of_two_currencies_are_promised_apart(self):
        usd = self._overdue(3, 70, currency_id=self.setup_other_currency("EUR").id)
        page = self._promise(self.link, self.invoice, usd)
        self.assertIn("one currency at a time", page.text)
        self.assertFalse(self._promises())

    def test_promise_sent_twice_is_one(self):
        page = self._by_link(self.link, "/promise")
        values = {
            **self._fields(page), f"item_{self._item(self.invoice).id}": "1", "date_1": self._day(5),
            "amount_1": "10", "person": "Ann",
        }  # fmt: skip
        for _time in range(2):
            self.url_open(f"/account_balance/{self.link._token()}/promise", data=values)
        self.assertEqual(len(self._promises()), 1)

    # ------------------------------------------------------------------
    # PAYMENT PLAN
    # ------------------------------------------------------------------

    def test_customer_asks_for_instalments(self):
        page = self._post(
            self.link, "/plan", count="3", date_1=self._day(10), note="Short of cash", person="Ann",
            **{f"item_{self._item(self.invoice).id}": "1"},
        )  # fmt: skip
        self.assertIn("We look at your request", page.text)
        plan = self._plans()
        self.assertRecordValues(plan, [{"state": "draft", "instalment_count": 3, "amount_total": 100}])
        self.assertNotIn(plan.name, page.text, "a draft is not shown")

    def test_request_keeps_to_the_bounds(self):
        for values, words in (
            ({"count": "7"}, "choose how many instalments"),
            ({"count": "-1"}, "choose how many instalments"),
            ({"date_1": self._day(-1)}, "choose a first day"),
            ({"date_1": self._day(61)}, "choose a first day"),
        ):
            with self.subTest(values=values):
                page = self._post(
                    self.link, "/plan",
                    **{"count": "3", "date_1": self._day(10), "person": "A",
                       f"item_{self._item(self.invoice).id}": "1", **values},
                )  # fmt: skip
                self.assertIn(words, page.text)
                self.assertFalse(self._plans())

    def test_offered_plan_is_read_and_accepted_by_name(self):
        plan = self._offered()
        page = self._by_link(self.link).text
        self.assertIn(plan.name, page)
        self.assertIn("Please answer", page)
        accepted = self._accept_plan(plan, person="Ann Buyer", agree="1")
        self.assertIn("You accepted this plan", accepted.text)
        self.assertRecordValues(plan, [{"state": "active", "accept_name": "Ann Buyer", "accept_via": "link"}])
        self.assertTrue(plan.accept_ip)
        again = self._accept_plan(plan, person="Bob", agree="1")
        self.assertIn("answered, withdrawn or has expired", again.text)
        self.assertEqual(plan.accept_name, "Ann Buyer")

    def test_plan_is_accepted_by_login_too(self):
        plan = self._offered()
        self.authenticate("acc_portal", "acc_portal")
        self.assertIn(plan.name, self.url_open("/my/payment_plans").text)
        self._accept_plan(plan, token="", person="Ann", agree="1")
        self.assertRecordValues(plan, [{"accept_via": "portal", "accept_partner_id": self.portal_user.partner_id.id}])

    def test_plan_without_tick_or_name_is_not_accepted(self):
        plan = self._offered()
        self.assertIn("Please tick", self._accept_plan(plan, person="Ann").text)
        self.assertIn("Please give your name", self._accept_plan(plan, person=" ", agree="1").text)
        self.assertEqual(plan.state, "offered")

    # ------------------------------------------------------------------
    # SETTINGS
    # ------------------------------------------------------------------

    def test_what_is_switched_off_is_neither_offered_nor_taken(self):
        page = self._by_link(self.link, "/promise")
        fields = self._fields(page)
        self.company.write({"has_portal_promise": False, "has_portal_dispute": False, "has_portal_plan": False})
        start = self._by_link(self.link).text
        for path in ("promise", "dispute", "plan"):
            with self.subTest(path=path):
                self.assertNotIn(f"/{path}", start)
                self.assertEqual(self._by_link(self.link, f"/{path}").status_code, 404 if path != "dispute" else 200)
                values = {
                    **fields, f"item_{self._item(self.invoice).id}": "1", "item": self._item(self.invoice).id,
                    "date_1": self._day(3), "person": "Ann", "count": "2", "reason": self.reason.id, "note": "x",
                }  # fmt: skip
                answer = self.url_open(f"/account_balance/{self.link._token()}/{path}", data=values)
                self.assertEqual(answer.status_code, 404)
        self.assertFalse(self._promises() | self._promises())
        self.assertFalse(self._disputes())
        self.assertFalse(self._plans())

    # ------------------------------------------------------------------
    # TOURS
    # ------------------------------------------------------------------

    def test_tours_of_a_portal_user(self):
        plan = self._offered(invoice=self._overdue(8, 60))
        account = f"/my/account_balance/{self.company.id}"
        self.start_tour(account, "account_portal_plan", login="acc_portal")
        self.assertRecordValues(plan, [{"state": "active", "accept_name": "Ann Buyer", "accept_via": "portal"}])
        self.start_tour(account, "account_portal_dispute", login="acc_portal")
        dispute = self._disputes()
        self.assertRecordValues(dispute, [{"amount_opened": 40, "channel": "portal"}])
        self.assertEqual(dispute._attachments().mapped("name"), ["photo.png"])
        self.start_tour(account, "account_portal_promise", login="acc_portal")
        self.assertEqual(self._promises().mapped("line_ids.amount"), [30, 20])
