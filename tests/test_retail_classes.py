"""ABC on a real wholesaler: 525,461 lines of a year (UCI Online Retail II), against plain arithmetic written here.

The product ranks in SQL and, as its specification, in ``core.abc``; both must say of every one of the 4,383 customers
what the sums below say. The lines without customer (a fifth) are nobody's revenue; invoices that start with C are
credit notes.
"""

import functools
import statistics
import unittest
from collections import defaultdict
from datetime import date, timedelta

from psycopg2.extras import execute_values

from odoo.tests import tagged

from odoo.addons.customer_abc_segmentation.core.abc import Scheme, classify
from odoo.addons.customer_abc_segmentation.tests.common import SegmentationCommon

from .common import SHARED

RETAIL_FILE = SHARED / "data" / "online_retail" / "year_2009_2010.parquet"
LIMITS = (("A", 80), ("B", 95), ("C", 100))


@functools.cache
def retail_invoices():
    """``[(number, customer, country, day, cents)]``: what the lines of an invoice add up to."""
    import pyarrow  # only where the data set is
    import pyarrow.parquet

    names = ["InvoiceNo", "CustomerID", "Country", "InvoiceDate", "Quantity", "UnitPrice"]
    table = pyarrow.parquet.read_table(RETAIL_FILE, columns=names)
    columns = {name: table[name] for name in names} | {
        "InvoiceDate": table["InvoiceDate"].cast(pyarrow.date32(), False)
    }
    totals, heads = defaultdict(int), {}
    for number, customer, country, day, quantity, price in zip(
        *(columns[name].to_pylist() for name in names), strict=True
    ):
        if customer is not None:
            heads.setdefault(number, (customer, country, day))
            totals[number] += quantity * round(price * 1000)
    return [(number, *head, round(totals[number] / 10)) for number, head in heads.items()]


def plain_classes(cents):
    """``{customer: (class, rank)}`` by sorting and adding up, in whole cents."""
    total = sum(max(amount, 0) for amount in cents.values())
    found, before, above = {}, 0, 0
    by_amount = defaultdict(list)
    for customer, amount in cents.items():
        by_amount[amount].append(customer)
    for amount in sorted(by_amount, reverse=True):
        code = next(code for code, limit in LIMITS if before * 100 < limit * total or limit == 100)
        for customer in by_amount[amount]:
            found[customer] = (code if amount > 0 else "C", above + 1)
        above += len(by_amount[amount])
        before += max(amount, 0) * len(by_amount[amount])
    return found


def plain_evenness(cents):
    """X, Y, Z or N of the sales of the months, by the textbook's standard deviation."""
    if sum(amount > 0 for amount in cents) < 4 or sum(cents) <= 0:
        return "N"
    variation = statistics.stdev(cents) / statistics.mean(cents)
    return "X" if variation <= 0.5 else "Y" if variation <= 1 else "Z"


@tagged("post_install", "-at_install")
@unittest.skipUnless(RETAIL_FILE.exists(), f"the data set is not there: {RETAIL_FILE}")
class TestRetailClasses(SegmentationCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoices = retail_invoices()
        cls.partner_of = cls._load_customers()
        cls._load_moves()
        cls.policy.write({"xyz_period": "month", "xyz_period_count": 12})

    @classmethod
    def _insert(cls, statement, rows):
        return execute_values(cls.env.cr._obj, statement, rows, page_size=5000, fetch="RETURNING" in statement)

    @classmethod
    def _load_customers(cls):
        """``{number of the data set: id of the contact}``."""
        places = {country.name: country.id for country in cls.env["res.country"].search([])}
        country_of = {customer: country for _number, customer, country, _day, _cents in cls.invoices}
        rows = [(f"Customer {code}", str(code), places.get(name)) for code, name in country_of.items()]
        loaded = cls._insert(
            "INSERT INTO res_partner (name, complete_name, ref, country_id, active, is_company, type, autopost_bills)"
            " VALUES %s RETURNING ref::int, id",
            [(name, name, code, country, True, True, "contact", "ask") for name, code, country in rows],
        )
        cls.env.cr.execute("UPDATE res_partner SET commercial_partner_id = id WHERE commercial_partner_id IS NULL")
        return dict(loaded)

    @classmethod
    def _load_moves(cls):
        """The documents as posted, with what a classification reads; booking 20,000 of them would take minutes."""
        journal = cls.company_data["default_journal_sale"].id
        common = (journal, cls.company.id, cls.company.currency_id.id, "posted", "no")
        cls._insert(
            "INSERT INTO account_move (journal_id, company_id, currency_id, state, auto_post, name, partner_id,"
            " commercial_partner_id, move_type, invoice_date, date, amount_untaxed_signed) VALUES %s",
            [
                (
                    *common,
                    f"RETAIL/{number}",
                    cls.partner_of[customer],
                    cls.partner_of[customer],
                    "out_refund" if number.startswith("C") else "out_invoice",
                    day,
                    day,
                    cents / 100,
                )
                for number, customer, _country, day, cents in cls.invoices
            ],
        )
        cls.env.invalidate_all()

    # ------------------------------------------------------------------
    # PLAIN
    # ------------------------------------------------------------------

    def _plain(self, as_of):
        """``{customer: cents}`` of the policy's window, of everybody invoiced by then."""
        start, end = self.policy._get_window(as_of)
        cents = {}
        for _number, customer, _country, day, amount in self.invoices:
            if day <= as_of:
                cents[customer] = cents.get(customer, 0) + (amount if start <= day <= end else 0)
        return cents

    def _plain_months(self, as_of):
        """``{customer: [cents of each of the 12 complete months]}``."""
        after = as_of + timedelta(days=1)  # a month that ends on the day is complete
        last = after.year * 12 + after.month - 1
        months = defaultdict(lambda: [0] * 12)
        for _number, customer, _country, day, amount in self.invoices:
            place = day.year * 12 + day.month - 1 - (last - 12)
            if 0 <= place < 12:
                months[customer][place] += amount
        return months

    def _found(self):
        """``{customer: row}`` of the product."""
        rows = self.env["abc.classification"].search_read(
            [("policy_id", "=", self.policy.id), ("date_to", "=", False), ("is_manual", "=", False)],
            ["partner_id", "class_id", "rank", "xyz", "measure", "share", "partition_id"],
        )
        number = {partner: customer for customer, partner in self.partner_of.items()}
        return {number[row["partner_id"][0]]: row for row in rows}

    # ------------------------------------------------------------------
    # RULES
    # ------------------------------------------------------------------

    def test_every_customer_has_the_class_that_adding_up_gives(self):
        for as_of in (date(2010, 6, 30), date(2010, 12, 9)):
            cents = self._plain(as_of)
            run = self._classify(as_of)
            found, expected, months = self._found(), plain_classes(cents), self._plain_months(as_of)
            codes = {level.id: level.code for level in self.policy.class_ids}
            self.assertEqual(found.keys(), cents.keys())
            self.assertEqual(
                {customer: (codes[row["class_id"][0]], row["rank"]) for customer, row in found.items()}, expected
            )
            self.assertEqual({customer: round(row["measure"] * 100) for customer, row in found.items()}, cents)
            self.assertEqual(
                {customer: row["xyz"] for customer, row in found.items()},
                {customer: plain_evenness(months[customer]) for customer in cents},
            )
            self.assertAlmostEqual(sum(row["share"] for row in found.values()), 1)
            self.assertEqual((run.customer_count, round(run.total * 100)), (len(cents), sum(cents.values())))

    def test_the_year_is_the_wholesalers(self):
        """What is known of the data set: a fifth of the customers makes four fifths of the revenue."""
        cents = self._plain(date(2010, 12, 9))
        self.assertEqual(len(cents), 4383)
        self.assertTrue(any(amount <= 0 for amount in cents.values()), "returns outweigh sales with some")
        self.assertLess(len(set(cents.values())), len(cents), "some tie")
        found = plain_classes(cents)
        share = sum(code == "A" for code, _rank in found.values()) / len(found)
        self.assertTrue(0.2 < share < 0.3, share)

    def test_the_pure_rules_say_the_same(self):
        cents = self._plain(date(2010, 12, 9))
        places = classify(cents, Scheme((80, 95, 100)))
        self.assertEqual(
            {customer: ("ABC"[place.class_index], place.rank) for customer, place in places.items()},
            plain_classes(cents),
        )
        self.assertEqual(sum(place.share for place in places.values()), 100)

    def test_within_countries_each_is_ranked_alone(self):
        as_of = date(2010, 12, 9)
        self.policy.partition_field_id = self.env["ir.model.fields"]._get("res.partner", "country_id")
        self._classify(as_of)
        found, cents = self._found(), self._plain(as_of)
        codes = {level.id: level.code for level in self.policy.class_ids}
        partitions = defaultdict(dict)
        for customer, row in found.items():
            partitions[row["partition_id"]][customer] = cents[customer]
        self.assertGreater(len(partitions), 20)
        self.assertTrue(any(len(members) == 1 for members in partitions.values()), "somebody is alone in a country")
        for members in partitions.values():
            self.assertEqual(
                {customer: (codes[found[customer]["class_id"][0]], found[customer]["rank"]) for customer in members},
                plain_classes(members),
            )
