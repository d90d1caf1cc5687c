"""The real invoices of a wholesaler: what the statement says is what plain Python says, customer by customer."""

import unittest
from collections import defaultdict
from datetime import date
from decimal import Decimal
from statistics import quantiles

from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from .test_retail_classes import RETAIL_FILE, retail_invoices

AS_OF = date(2010, 12, 9)
WINDOW_START = date(2009, 12, 10)
FREQUENCY_CUTS = (2, 4, 7, 12)


def retail_documents():
    """``[(customer, number, day, amount)]`` of the set; credit notes (numbers with C) have negative amounts."""
    return [
        (customer, number, day, Decimal(cents) / 100) for number, customer, _country, day, cents in retail_invoices()
    ]


def is_credit_note(number):
    return number.startswith("C")


def fifths(values):
    """``{key: score}`` by counting, for each value, how many are not larger."""
    ordered = sorted(values.values())
    scores = {}
    for value in set(ordered):
        not_larger = sum(other <= value for other in ordered)
        scores[value] = -(-5 * not_larger // len(ordered))
    return {key: scores[value] for key, value in values.items()}


@tagged("post_install", "-at_install")
class TestRetailValue(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not RETAIL_FILE.exists():
            raise unittest.SkipTest(f"the data set is not there: {RETAIL_FILE}")
        cls.documents = retail_documents()
        cls.company = cls.env["res.company"].create({"name": "Retail"})
        cls.policy = cls.env["customer.value.policy"]._get_for(cls.company)
        cls.partners = cls._make_customers()
        cls._make_documents()
        cls.policy._refresh(AS_OF)
        cls.rows = {
            row["ref"]: row
            for row in cls.env.execute_query_dict(
                SQL(
                    "SELECT partner.ref, value.* FROM customer_value value"
                    " JOIN res_partner partner ON partner.id = value.partner_id"
                    " WHERE value.company_id = %s AND partner.ref LIKE %s",
                    cls.company.id,
                    "retail-%",
                )
            )
        }

    @classmethod
    def _make_customers(cls):
        customers = sorted({customer for customer, *_rest in cls.documents})
        partners = cls.env["res.partner"].create(
            [{"name": str(customer), "ref": f"retail-{customer}", "is_company": True} for customer in customers]
        )
        return dict(zip(customers, partners.ids, strict=True))

    @classmethod
    def _make_documents(cls):
        """Write the heads of posted documents directly: customer value reads nothing else, and there are 23,000."""
        journal = cls.env["account.journal"].create(
            {"name": "Retail", "code": "RET", "type": "general", "company_id": cls.company.id}
        )
        cls.env.flush_all()
        rows = [
            (
                *(journal.id, cls.company.currency_id.id, cls.company.id, "posted", "no"),
                *("out_refund" if is_credit_note(number) else "out_invoice", number, day, day),
                *(cls.partners[customer], cls.partners[customer], amount),
            )
            for customer, number, day, amount in cls.documents
        ]
        for start in range(0, len(rows), 5000):
            cls.env.execute_query(
                SQL(
                    """
                    INSERT INTO account_move (journal_id, currency_id, company_id, state, auto_post, move_type, name,
                                              date, invoice_date, partner_id, commercial_partner_id,
                                              amount_untaxed_signed)
                    VALUES %s RETURNING id
                    """,
                    SQL(", ").join(SQL("%s", row) for row in rows[start : start + 5000]),
                )
            )

    def _by_customer(self):
        """``{ref: [(number, day, amount)]}``"""
        documents = defaultdict(list)
        for customer, number, day, amount in self.documents:
            documents[f"retail-{customer}"].append((number, day, amount))
        return documents

    def _purchases(self):
        return {
            ref: sorted({day for number, day, _amount in documents if not is_credit_note(number)})
            for ref, documents in self._by_customer().items()
        }

    def test_everybody_is_there(self):
        self.assertEqual(set(self.rows), set(self._by_customer()))
        self.assertGreater(len(self.rows), 4000)

    def test_purchases_and_revenue_are_those_of_the_file(self):
        purchases = self._purchases()
        for ref, documents in self._by_customer().items():
            row, days = self.rows[ref], purchases[ref]
            money = sum((amount for _number, day, amount in documents if WINDOW_START <= day <= AS_OF), Decimal())
            self.assertEqual(
                (row["purchase_count"], row["frequency"], row["monetary"]),
                (len(days), sum(day >= WINDOW_START for day in days), float(money)),
                ref,
            )
            self.assertEqual(row["last_invoice_date"], days[-1] if days else None)

    def test_scores_and_segments_are_those_of_a_plain_count(self):
        refs = [ref for ref, row in self.rows.items() if row["frequency"]]
        recency = fifths({ref: self.rows[ref]["last_invoice_date"] for ref in refs})
        monetary = fifths({ref: self.rows[ref]["monetary"] for ref in refs})
        segments = {(cell.r, cell.f): cell.segment_id.id for cell in self.policy.cell_ids}
        for ref in refs:
            row = self.rows[ref]
            frequency = 1 + sum(row["frequency"] >= cut for cut in FREQUENCY_CUTS)
            self.assertEqual((row["rfm_r"], row["rfm_f"], row["rfm_m"]), (recency[ref], frequency, monetary[ref]), ref)
            self.assertEqual(row["rfm_segment_id"], segments[recency[ref], frequency])
        self.assertEqual({row["rfm_r"] for row in self.rows.values()}, {None, 1, 2, 3, 4, 5})
        unscored = [row for row in self.rows.values() if not row["frequency"]]
        self.assertTrue(unscored)
        self.assertFalse([row for row in unscored if row["rfm_segment_id"] or row["rfm_m"]])

    def test_rhythms_are_those_of_the_statistics_module(self):
        seen = 0
        for ref, days in self._purchases().items():
            gaps = [(after - before).days for before, after in zip(days, days[1:], strict=False)]
            if len(gaps) < 3:
                self.assertIsNone(self.rows[ref]["gap_median"])
                continue
            low, middle, high = quantiles(gaps, n=4, method="inclusive")
            self.assertAlmostEqual(float(self.rows[ref]["gap_median"]), middle, 1)
            self.assertAlmostEqual(float(self.rows[ref]["gap_spread"]), high - low, 1)
            seen += 1
        self.assertGreater(seen, 1000)

    def test_customers_with_credit_notes_only_have_no_stage(self):
        refs = {ref for ref, days in self._purchases().items() if not days}
        self.assertTrue(refs)
        self.assertEqual({self.rows[ref]["stage"] for ref in refs}, {None})
        self.assertEqual(refs, {ref for ref, row in self.rows.items() if row["stage"] is None})
