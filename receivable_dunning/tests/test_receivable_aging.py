from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import CollectionsCommon

AS_OF = date(2024, 6, 30)


def days_ago(days):
    return AS_OF - timedelta(days=days)


@tagged("post_install", "-at_install")
class TestReceivableAging(CollectionsCommon):
    def _ledger_balance(self, as_of):
        lines = self.env["account.move.line"].search(
            [
                ("company_id", "=", self.company.id),
                ("parent_state", "=", "posted"),
                ("account_id.account_type", "=", "asset_receivable"),
                ("date", "<=", as_of),
            ]
        )
        return sum(lines.mapped("balance"))

    def _mixed_ledger(self):
        """Documents on both sides of every bound, credits, a later payment."""
        for age in (-5, 0, 1, 30, 31, 60, 61, 90, 91, 120, 121, 400, 5000):
            self._invoice(self.partner_a, 100 + age / 100, days_ago(max(age, 0) + 10), due=days_ago(age))
        self._invoice(self.partner_b, 33.33, days_ago(45), move_type="out_refund")
        paid_later = self._invoice(self.partner_b, 500, days_ago(80))
        self._pay(paid_later, 200, days_ago(20))
        self._pay(paid_later, 300, days_ago(-15))

    # ------------------------------------------------------------------
    # BUCKETS
    # ------------------------------------------------------------------

    def test_bounds_are_inclusive_and_due_today_is_not_overdue(self):
        expected = {0: "Not due", 1: "1-30", 30: "1-30", 31: "31-60", 120: "91-120", 121: "Over 120", 9000: "Over 120"}
        for age, bucket in expected.items():
            invoice = self._invoice(self.partner_a, 10, days_ago(max(age, 0)), due=days_ago(age))
            item = self._aging().search([("move_id", "=", invoice.id)])
            with self.subTest(age=age):
                self.assertEqual((item.age, item.bucket_id.name), (age, bucket))

    def test_two_equal_instalments_are_two_items(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "halves",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days}) for days in (10, 15)
                ],
            }
        )
        self._invoice(self.partner_a, 200, days_ago(50), invoice_payment_term_id=term.id, invoice_date_due=False)
        items = self._aging().search([])
        self.assertEqual(items.mapped("amount_residual"), [100, 100])
        self.assertEqual(self._by_bucket(self._aging()), {"31-60": 200})

    def test_buckets_of_any_scheme_add_up_to_the_general_ledger(self):
        self._mixed_ledger()
        for bounds in ((7, 14), (30,), (45, 400), (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)):
            scheme = self._new_scheme(*bounds)
            for as_of in (days_ago(4000), days_ago(50), days_ago(20), AS_OF, days_ago(-30)):
                buckets = self._by_bucket(self._aging(as_of, bucket_scheme_id=scheme.id))
                with self.subTest(bounds=bounds, as_of=as_of):
                    self.assertAlmostEqual(sum(buckets.values()), self._ledger_balance(as_of), 2)

    def test_groups_by_bucket_come_in_the_order_of_the_columns(self):
        """As the client asks for pivot, graph and list; the order in which the buckets were made does not matter."""
        self._mixed_ledger()
        aging = self._aging(bucket_scheme_id=self._new_scheme(60, 7, 30).id)
        expected = ["Not due", "<= 7", "<= 30", "<= 60", "Above"]
        groups = aging.formatted_read_group([], ["bucket_id"], ["amount_residual:sum"])
        self.assertEqual([group["bucket_id"][1] for group in groups], expected)
        (pivot,) = aging.formatted_read_grouping_sets([], [["bucket_id"]], ["amount_residual:sum"])
        self.assertEqual([group["bucket_id"][1] for group in pivot], expected)

    # ------------------------------------------------------------------
    # CONTEXT
    # ------------------------------------------------------------------

    def test_same_item_read_as_of_two_dates_does_not_mix(self):
        invoice = self._invoice(self.partner_a, 100, days_ago(100))
        self._pay(invoice, 40, days_ago(10))
        early, late = (self._aging(days_ago(days)).search([("move_id", "=", invoice.id)]) for days in (50, 5))
        self.assertEqual(early.ids, late.ids)
        self.assertEqual((early.age, early.amount_residual, early.bucket_id.name), (50, 100, "31-60"))
        self.assertEqual((late.age, late.amount_residual, late.bucket_id.name), (95, 60, "91-120"))
        self.assertEqual((early.age, late.with_context(as_of=days_ago(60)).age), (50, 40))

    def test_age_counts_from_the_invoice_date_on_demand(self):
        self._invoice(self.partner_a, 100, days_ago(40), due=days_ago(-20))
        self.assertEqual(self._aging(date_basis="due").search([]).age, -20)
        self.assertEqual(self._aging(date_basis="invoice").search([]).age, 40)
        self.assertEqual(self._by_bucket(self._aging(date_basis="invoice")), {"31-60": 100})

    def test_date_as_text_and_no_date_are_understood(self):
        self._invoice(self.partner_a, 100, days_ago(0))
        self.assertEqual(self._aging("2024-07-05").search([]).age, 5)
        today = self.env["receivable.aging"].with_context(allowed_company_ids=self.company.ids).search([])
        self.assertGreater(today.age, 365)

    def test_wrong_context_says_what_is_wrong(self):
        other = self.setup_other_company()["company"]
        foreign = self._new_scheme(10, company_id=other.id)
        wrong = (
            {"as_of": "yesterday"},
            {"as_of": 7},
            {"date_basis": "shipping"},
            {"date_basis": ["due"]},
            {"bucket_scheme_id": 0x7FFFFFFF},
            {"bucket_scheme_id": "1 OR 1=1"},
            {"bucket_scheme_id": foreign.id},
        )
        for context in wrong:
            with self.subTest(context=context), self.assertRaises(UserError):
                self._aging(**{"as_of": AS_OF, **context}).search([])

    def test_a_company_with_a_scheme_of_its_own_uses_it(self):
        self._invoice(self.partner_a, 100, days_ago(5))
        self._new_scheme(3, company_id=self.company.id, sequence=99)
        self.assertEqual(self._by_bucket(self._aging()), {"Above": 100})

    # ------------------------------------------------------------------
    # COLUMNS
    # ------------------------------------------------------------------

    def test_foreign_currency_shows_both_amounts(self):
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 0.5)])
        self._invoice(self.partner_a, 100, days_ago(5), currency_id=euro.id)
        item = self._aging().search([])
        self.assertEqual((item.amount_residual, item.amount_residual_currency), (200, 100))
        self.assertEqual((item.company_currency_id, item.currency_id), (self.company.currency_id, euro))

    def test_item_carries_what_is_grouped_by(self):
        contact = self.env["res.partner"].create({"name": "Contact", "parent_id": self.partner_a.id})
        self.partner_a.country_id = self.env.ref("base.de")
        invoice = self._invoice(contact, 100, days_ago(5), invoice_user_id=self.env.user.id)
        invoice.action_toggle_block_payment()
        item = self._aging().search([])
        line = invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")
        self.assertEqual(item.id, line.id)
        self.assertRecordValues(
            item,
            [
                {
                    "move_line_id": line.id,
                    "move_id": invoice.id,
                    "move_type": "out_invoice",
                    "partner_id": contact.id,
                    "commercial_partner_id": self.partner_a.id,
                    "country_id": self.env.ref("base.de").id,
                    "user_id": self.env.user.id,
                    "account_id": line.account_id.id,
                    "date": days_ago(5),
                    "is_blocked": True,
                    "in_payment": False,
                }
            ],
        )
        self.assertEqual(item.action_open_document()["res_id"], invoice.id)

    def test_other_companies_are_not_seen(self):
        other = self.setup_other_company()["company"]
        invoice = (
            self.env["account.move"]
            .with_company(other)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.partner_a.id,
                    "invoice_date": days_ago(5),
                    "invoice_line_ids": [Command.create({"name": "goods", "price_unit": 7, "tax_ids": False})],
                }
            )
        )
        invoice.action_post()
        self._invoice(self.partner_a, 100, days_ago(5))
        self.assertEqual(self._aging().search([]).mapped("amount_residual"), [100])
        both = self._aging().with_context(allowed_company_ids=(self.company + other).ids)
        self.assertEqual(sorted(both.search([]).mapped("amount_residual")), [7, 100])

    def test_views_load(self):
        views = [(False, kind) for kind in ("pivot", "list", "graph", "search")]
        self.assertEqual(len(self.env["receivable.aging"].get_views(views)["views"]), 4)

    def _query_count(self, read):
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        read()
        return self.cr.sql_log_count - before

    def test_number_of_queries_does_not_grow_with_the_items(self):
        self._invoice(self.partner_a, 100, days_ago(5))
        aging = self._aging()
        self._by_bucket(aging)
        one = self._query_count(lambda: self._by_bucket(aging))
        self._mixed_ledger()
        self.env.flush_all()
        self.assertEqual(self._query_count(lambda: self._by_bucket(aging)), one)


@tagged("post_install", "-at_install")
class TestBucketScheme(CollectionsCommon):
    def test_new_scheme_starts_complete(self):
        with Form(self.env["receivable.bucket.scheme"]) as form:
            form.name = "Mine"
        self.assertEqual(
            form.record._ordered_buckets().mapped("name"), ["Not due", "1-30", "31-60", "61-90", "91-120", "Over 120"]
        )

    def test_columns_follow_the_bounds(self):
        scheme = self._new_scheme(60, 7, 30)
        self.assertEqual(scheme._ordered_buckets().mapped("name"), ["Not due", "<= 7", "<= 30", "<= 60", "Above"])

    def test_scheme_that_would_lose_items_is_refused(self):
        Scheme = self.env["receivable.bucket.scheme"]
        not_due, middle, above = (
            {"name": "a", "is_not_due": True},
            {"name": "b", "upper_bound": 30},
            {"name": "c", "is_open": True},
        )
        for buckets in ([], [not_due, middle], [middle, above], [not_due, above, {"name": "d", "upper_bound": 0}]):
            with self.subTest(buckets=buckets), self.assertRaises(UserError):
                Scheme.create({"name": "Bad", "bucket_ids": [Command.create(values) for values in buckets]})
        scheme = self._new_scheme(30)
        with self.assertRaises(UserError):
            scheme.bucket_ids[-1].unlink()
        with self.assertRaises(UserError):
            scheme.bucket_ids[1].upper_bound = -3
        scheme.unlink()

    def test_copy_keeps_the_buckets(self):
        copy = self.scheme.copy()
        self.assertEqual(copy._ordered_buckets().mapped("name"), self.scheme._ordered_buckets().mapped("name"))
