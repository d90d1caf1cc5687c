import random
from datetime import date, timedelta
from fractions import Fraction

from odoo import Command
from odoo.tests import tagged

from ..core.abc import Scheme, classify
from ..core.xyz import Thresholds, evenness
from .common import SegmentationCommon


@tagged("post_install", "-at_install")
class TestAbcRules(SegmentationCommon):
    """What counts, and that the database ranks as the pure rules do."""

    def test_who_crosses_the_limit_still_belongs_to_the_better_class(self):
        ann, bob, cid, dan = customers = [self._customer(name) for name in ("Ann", "Bob", "Cid", "Dan")]
        for partner, amount in zip(customers, (50, 29, 12, 9), strict=True):
            self._invoice(partner, amount)
        self._classify()
        self.assertEqual(self._codes(customers), ["A", "A", "A", "B"])
        self.assertRecordValues(
            self._open_row(cid),
            [
                {
                    "rank": 3,
                    "measure": 12.0,
                    "share": 0.12,
                    "share_before": 0.79,
                    "cumulative_share": 0.91,
                    "rule": "share",
                }
            ],
        )
        self.assertEqual(self._open_row(ann).rule, "leader")

    def test_a_limit_itself_belongs_to_the_next_class(self):
        customers = [self._customer(name) for name in ("Ann", "Bob", "Cid", "Dan")]
        for partner, amount in zip(customers, (50, 30, 15, 5), strict=True):
            self._invoice(partner, amount)
        self._classify()
        self.assertEqual(self._codes(customers), ["A", "A", "B", "C"])

    def test_credit_notes_are_netted_and_nothing_positive_is_last(self):
        good, even, negative = customers = [self._customer(name) for name in ("Good", "Even", "Negative")]
        self._invoice(good, 100)
        self._invoice(good, 40, move_type="out_refund")
        self._invoice(even, 70)
        self._invoice(even, 70, move_type="out_refund")
        self._invoice(negative, 10, move_type="out_refund")
        self._classify()
        self.assertEqual(self._codes(customers), ["A", "C", "C"])
        self.assertEqual([self._open_row(partner).measure for partner in customers], [60, 0, -10])
        self.assertEqual([self._open_row(partner).share for partner in customers], [1, 0, 0])
        self.assertEqual(self._open_row(even).rule, "nothing")

    def test_contacts_count_for_their_commercial_entity(self):
        parent = self._customer("Parent")
        contact = self.env["res.partner"].create({"name": "Buyer", "parent_id": parent.id})
        self._invoice(contact, 100)
        self._classify()
        self.assertEqual(self._open_row(parent).measure, 100)
        self.assertFalse(self._open_row(contact))

    def test_draft_and_vendor_documents_do_not_count(self):
        partner = self._customer("Ann")
        self._invoice(partner, 10)
        self._invoice(partner, 500, move_type="in_invoice")
        self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": "2024-05-15",
                "invoice_line_ids": [(0, 0, {"name": "goods", "price_unit": 900, "tax_ids": False})],
            }
        )
        self._classify()
        self.assertEqual(self._open_row(partner).measure, 10)

    def test_taxes_do_not_count(self):
        partner = self._customer("Ann")
        tax = self.company_data["default_tax_sale"]
        line = {"name": "goods", "price_unit": 100, "tax_ids": [Command.set(tax.ids)]}
        invoice = self._invoice(partner, 0, invoice_line_ids=[Command.create(line)])
        self.assertGreater(invoice.amount_total, 100)
        self._classify()
        self.assertEqual(self._open_row(partner).measure, 100)

    def test_foreign_currency_counts_in_company_currency(self):
        partner = self._customer("Ann")
        euro = self.setup_other_currency("EUR", rates=[("2024-01-01", 4.0)])
        self._invoice(partner, 100, currency_id=euro.id)
        self._classify()
        self.assertEqual(self._open_row(partner).measure, 25)

    def test_window_is_the_last_months_inclusive(self):
        partner = self._customer("Ann")
        for day, amount in (("2023-06-30", 1), ("2023-07-01", 10), ("2024-06-30", 100), ("2024-07-01", 1000)):
            self._invoice(partner, amount, day)
        self._classify()
        self.assertEqual(self._open_row(partner).measure, 110)

    def test_calendar_windows(self):
        for window, expected in (
            ("year", (date(2024, 1, 1), self.AS_OF)),
            ("last_year", (date(2023, 1, 1), date(2023, 12, 31))),
        ):
            with self.subTest(window):
                self.policy.window_type = window
                self.assertEqual(self.policy._get_window(self.AS_OF), expected)

    def test_branches_are_read_with_their_root_company(self):
        branch = self._create_company(name="Branch", parent_id=self.company.id)
        partner = self._customer("Ann")
        self._invoice(partner, 100)
        journal = self.env["account.journal"].search(
            [("company_id", "parent_of", branch.id), ("type", "=", "sale")], limit=1
        )
        self._invoice(partner, 30, company_id=branch.id, journal_id=journal.id)
        self._classify()
        self.assertEqual(self._open_row(partner).measure, 130)

    def test_other_companies_do_not_count(self):
        partner = self._customer("Ann")
        other = self.setup_other_company()["company"]
        self._invoice(partner, 100)
        journal = self.env["account.journal"].search([("company_id", "=", other.id), ("type", "=", "sale")], limit=1)
        self._invoice(partner, 30, company_id=other.id, journal_id=journal.id)
        self._classify()
        self.assertEqual(self._open_row(partner).measure, 100)

    # ------------------------------------------------------------------
    # MEASURES
    # ------------------------------------------------------------------

    def test_number_of_invoices_ignores_credit_notes(self):
        partner = self._customer("Ann")
        self._invoice(partner, 10)
        self._invoice(partner, 10)
        self._invoice(partner, 5, move_type="out_refund")
        self.policy.measure = "invoices"
        run = self._classify()
        self.assertEqual(self._open_row(partner).measure, 2)
        self.assertFalse(run.currency_id)

    def test_margin_is_that_of_the_invoice_analysis(self):
        partner = self._customer("Ann")
        product = self.product_a
        product.standard_price = 30
        dozen = self.env.ref("uom.product_uom_dozen")
        line = {"product_id": product.id, "quantity": 2, "price_unit": 100, "tax_ids": False}
        self._invoice(partner, 0, invoice_line_ids=[Command.create(line)])
        self._invoice(
            partner, 0, invoice_line_ids=[Command.create({**line, "product_uom_id": dozen.id, "price_unit": 900})]
        )
        self._invoice(partner, 0, move_type="out_refund", invoice_line_ids=[Command.create({**line, "quantity": 1})])
        self.policy.measure = "margin"
        self._classify()
        report = self.env["account.invoice.report"].search([("commercial_partner_id", "=", partner.id)])
        self.assertAlmostEqual(self._open_row(partner).measure, sum(report.mapped("price_margin")))
        self.assertAlmostEqual(self._open_row(partner).measure, 140 + (1800 - 24 * 30) - 70)

    def test_cash_in_is_what_bank_and_cash_credited(self):
        payer, debtor = self._customer("Payer"), self._customer("Debtor")
        paid = self._invoice(payer, 100)
        self._invoice(debtor, 900)
        for amount, day in ((60, "2024-06-10"), (40, "2024-07-10")):
            self.env["account.payment.register"].with_context(active_model="account.move", active_ids=paid.ids).create(
                {"amount": amount, "payment_date": day}
            )._create_payments()
        self.policy.measure = "cash_in"
        self._classify()
        self.assertEqual(self._open_row(payer).measure, 60)
        self.assertRecordValues(
            self._open_row(debtor), [{"measure": 0, "rule": "nothing", "class_id": self.class_c.id}]
        )

    # ------------------------------------------------------------------
    # WHO IS RANKED
    # ------------------------------------------------------------------

    def test_domain_restricts_customers_and_total(self):
        inland, abroad = self._customer("In", country_id=self.env.ref("base.de").id), self._customer("Out")
        self._invoice(inland, 10)
        self._invoice(abroad, 90)
        self.policy.partner_domain = "[('country_id.code', '=', 'DE')]"
        self._classify()
        self.assertEqual(self._open_row(inland).share, 1)
        self.assertFalse(self._open_row(abroad))

    def test_customers_with_too_little_history_are_not_ranked(self):
        old, new = self._customer("Old"), self._customer("New")
        self._invoice(old, 10, "2024-03-30")
        self._invoice(new, 90, "2024-03-31")
        self.policy.minimum_months = 3
        self._classify()
        self.assertEqual(self._codes([old, new]), ["A", False])

    def test_former_customers_are_last(self):
        former, present = self._customer("Former"), self._customer("Present")
        self._invoice(former, 1000, "2022-01-15")
        self._invoice(present, 10)
        self._classify()
        self.assertEqual(self._codes([former, present]), ["C", "A"])

    def test_partition_ranks_within_each_value(self):
        germany, china = self.env.ref("base.de"), self.env.ref("base.cn")
        small = self._customer("Small", country_id=germany.id)
        tiny = self._customer("Tiny", country_id=germany.id)
        large = self._customer("Large", country_id=china.id)
        nowhere = self._customer("Nowhere")
        for partner, amount in ((small, 9), (tiny, 1), (large, 10000), (nowhere, 5)):
            self._invoice(partner, amount)
        self.policy.partition_field_id = self.env["ir.model.fields"]._get("res.partner", "country_id")
        self._classify()
        self.assertEqual(self._codes([small, tiny, large, nowhere]), ["A", "B", "A", "A"])
        self.assertEqual(self._open_row(small).partition_id, germany.id)
        self.assertEqual(self._open_row(small).rank, 1)

    def test_edges(self):
        cases = [
            ("nobody", (), []),
            ("one customer", (7,), ["A"]),
            ("one customer above every limit", (96, 3, 1), ["A", "C", "C"]),
            ("all equal", (5, 5, 5), ["A", "A", "A"]),
            ("equals across a limit", (70, 10, 10, 10), ["A", "A", "A", "A"]),
            ("nothing positive", (-1, -2), ["C", "C"]),
        ]
        for name, amounts, expected in cases:
            tag = self.env["res.partner.category"].create({"name": name})
            customers = [self._customer(f"{name} {place}", category_id=tag.ids) for place in range(len(amounts))]
            for partner, amount in zip(customers, amounts, strict=True):
                self._invoice(partner, abs(amount), move_type="out_invoice" if amount > 0 else "out_refund")
            policy = self.policy.copy({"partner_domain": f"[('category_id', 'in', {tag.ids})]"})
            run = self._classify(policy=policy)
            with self.subTest(name):
                self.assertEqual(self._codes(customers, policy), expected)
                self.assertEqual(run.customer_count, len(amounts))

    # ------------------------------------------------------------------
    # THE DATABASE DOES WHAT THE PURE RULES SAY
    # ------------------------------------------------------------------

    def _random_ledger(self, seed):
        dice = random.Random(seed)
        customers = [self._customer(f"C{number}") for number in range(18)]
        sales = {}
        for partner in customers:
            for _number in range(dice.randint(1, 8)):
                day = date(2022, 5, 1) + timedelta(days=dice.randint(0, 790))
                # round amounts, so that customers tie and limits are hit exactly
                amount = dice.choice([10, 10, 20, 50, 100, 12.34])
                move_type = dice.choice(["out_invoice"] * 5 + ["out_refund"])
                self._invoice(partner, amount, str(day), move_type)
                signed = Fraction(str(amount)) * (1 if move_type == "out_invoice" else -1)
                sales.setdefault(partner, []).append((day, signed))
        return sales

    def test_database_ranks_as_the_pure_rules(self):
        sales = self._random_ledger(7)
        indexes = {level: place for place, level in enumerate(self.policy.class_ids.sorted())}
        previous = {}
        for as_of, points in ((date(2024, 3, 31), 0), (date(2024, 6, 30), 20)):
            self.policy.hysteresis = points
            self._classify(as_of)
            start, end = self.policy._get_window(as_of)
            known = {partner: rows for partner, rows in sales.items() if min(day for day, _amount in rows) <= as_of}
            measures = {
                partner: sum((amount for day, amount in rows if start <= day <= end), Fraction(0))
                for partner, rows in known.items()
            }
            expected = classify(measures, Scheme((80, 95, 100), points), previous)
            bounds = self.policy._get_xyz_bounds(as_of)
            for partner, place in expected.items():
                periods = [
                    sum(amount for day, amount in known[partner] if low <= day < high)
                    for low, high in zip(bounds, bounds[1:], strict=False)
                ]
                even = evenness(periods, Thresholds())
                row = self._open_row(partner)
                with self.subTest(partner.name, as_of=as_of):
                    self.assertEqual(
                        (indexes[row.class_id], row.rank, row.rule, row.xyz),
                        (place.class_index, place.rank, place.reason, even.code),
                    )
                    self.assertAlmostEqual(row.measure, float(measures[partner]))
                    self.assertAlmostEqual(row.share, float(place.share) / 100)
                    self.assertAlmostEqual(row.variation, even.variation or 0)
            previous = {partner: place.class_index for partner, place in expected.items()}
        self.assertIn("kept", self.env["abc.classification"].search([]).mapped("rule"))
