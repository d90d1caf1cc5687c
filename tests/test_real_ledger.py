"""What the file says is what the ledger facts say, on any day, to the cent."""

import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL

from .common import LedgerCase, ledger_items, open_on

AFTER_ALL = date(2014, 6, 30)


def cents(amount):
    return round(Decimal(str(amount)), 2)


class TestRealLedger(LedgerCase):
    def _invoices(self, *domain):
        return self.env["account.move"].search(
            [("company_id", "=", self.company.id), ("move_type", "=", "out_invoice"), ("state", "=", "posted"), *domain]
        )

    def test_every_invoice_is_booked_with_its_amount_dates_and_customer(self):
        invoices = self._invoices()
        self.assertEqual(len(invoices), 2466)
        self.assertEqual(cents(sum(invoices.mapped("amount_total"))), Decimal("147703.18"))
        booked = {
            (move.partner_id.ref, move.ref, move.invoice_date, move.invoice_date_due, cents(move.amount_total))
            for move in invoices
        }
        expected = {(item.customer, item.number, item.date, item.due, item.amount) for item in ledger_items()}
        self.assertEqual(booked, expected)
        self.assertEqual(set(invoices.mapped("payment_state")), {"paid"})

    def test_every_payment_is_matched_on_the_day_of_the_file(self):
        rows = self._rows(
            SQL(
                """
                SELECT move.ref, max(partial.max_date) AS paid_on, sum(partial.amount) AS amount
                  FROM account_partial_reconcile partial
                  JOIN account_move_line line ON line.id = partial.debit_move_id
                  JOIN account_move move ON move.id = line.move_id
                 WHERE partial.company_id = %s
                 GROUP BY move.ref
                """,
                self.company.id,
            )
        )
        matched = {row["ref"]: (row["paid_on"], cents(row["amount"])) for row in rows}
        self.assertEqual(matched, {item.number: (item.paid_on, item.amount) for item in ledger_items()})

    def test_877_invoices_are_paid_after_their_due_date(self):
        rows = self._rows(self.ledger._payment_behaviour_sql(AFTER_ALL, 60, self.company))
        late = sum(round(float(row["late_share_count"]) * row["settled_count"]) for row in rows)
        self.assertEqual(late, 877)
        self.assertEqual(late, sum(item.paid_on > item.due for item in ledger_items()))
        self.assertEqual(sum(row["settled_count"] for row in rows), 2466)

    def test_disputed_invoices_carry_a_note_and_nothing_that_a_score_reads(self):
        notes = self.env["mail.message"].search(
            [("model", "=", "account.move"), ("res_id", "in", self._invoices().ids), ("body", "ilike", "disputed")]
        )
        noted = set(self.env["account.move"].browse(notes.mapped("res_id")).mapped("ref"))
        self.assertEqual(noted, {item.number for item in ledger_items() if item.disputed})
        self.assertEqual(len(noted), 561)

    def test_country_codes_that_are_no_iso_codes_are_kept_as_tags(self):
        customers = self._invoices().partner_id
        self.assertFalse(customers.country_id)
        self.assertEqual(
            sorted(customers.category_id.mapped("name")),
            [f"Country code {code}" for code in ("391", "406", "770", "818", "897")],
        )

    def test_open_items_on_any_day_are_those_of_the_file(self):
        picked = random.Random(20120103)
        first = date(2012, 1, 1)
        for as_of in sorted(first + timedelta(days=picked.randrange(760)) for _n in range(40)):
            with self.subTest(as_of=as_of):
                rows = self._open_items(as_of)
                expected = open_on(as_of)
                self.assertEqual(len(rows), len(expected))
                residual = sum(row["residual"] for row in rows)
                self.assertEqual(cents(residual), sum(item.amount for item in expected))

    def test_open_items_age_from_their_due_date(self):
        known = {
            date(2012, 12, 31): {"not due": (86, "4936.32"), "1-30": (13, "788.74")},
            date(2013, 6, 30): {"not due": (72, "4284.29"), "1-30": (12, "835.56")},
        }
        for as_of, buckets in known.items():
            with self.subTest(as_of=as_of):
                found = defaultdict(list)
                for row in self._open_items(as_of):
                    age = (as_of - row["date_maturity"]).days
                    found["not due" if age <= 0 else "1-30" if age <= 30 else "older"].append(row["residual"])
                counted = {bucket: (len(amounts), str(cents(sum(amounts)))) for bucket, amounts in found.items()}
                self.assertEqual(counted, buckets)

    def test_open_items_equal_the_general_ledger_at_every_month_end(self):
        accounts = self.ledger._receivable_account_ids()
        for months in range(26):
            as_of = date(2012, 1, 1) + relativedelta(months=months + 1, days=-1)
            with self.subTest(as_of=as_of):
                domain = [("account_id", "in", accounts), ("parent_state", "=", "posted"), ("date", "<=", as_of)]
                domain += [("company_id", "=", self.company.id)]
                [(balance,)] = self.env["account.move.line"]._read_group(domain, [], ["balance:sum"])
                residual = sum(row["residual"] for row in self._open_items(as_of))
                self.assertEqual(cents(residual), cents(balance))
                self.assertEqual(cents(residual), sum(item.amount for item in open_on(as_of)))

    def test_behaviour_is_days_from_due_to_settled_day(self):
        rows = self._rows(self.ledger._payment_behaviour_sql(AFTER_ALL, 60, self.company))
        names = {partner.id: partner.ref for partner in self._invoices().partner_id}
        found = {names[row["partner_id"]]: row for row in rows}
        late, amounts = defaultdict(list), defaultdict(list)
        for item in ledger_items():
            late[item.customer].append((item.paid_on - item.due).days)
            amounts[item.customer].append(item.amount)
        self.assertEqual(set(found), set(late))
        for customer, days in late.items():
            with self.subTest(customer=customer):
                row = found[customer]
                weighted = sum(n * a for n, a in zip(days, amounts[customer], strict=True)) / sum(amounts[customer])
                self.assertAlmostEqual(float(row["days_late_avg"]), sum(days) / len(days), 6)
                self.assertAlmostEqual(float(row["days_late_weighted"]), float(weighted), 6)
                self.assertAlmostEqual(float(row["days_late_median"]), median(days), 6)
                self.assertAlmostEqual(float(row["late_share_count"]), sum(n > 0 for n in days) / len(days), 6)

    def test_behaviour_in_the_middle_knows_nothing_of_later_payments(self):
        as_of = date(2013, 1, 31)
        rows = self._rows(self.ledger._payment_behaviour_sql(as_of, 60, self.company))
        known = [item for item in ledger_items() if item.date <= as_of]
        self.assertEqual(sum(row["invoice_count"] for row in rows), len(known))
        self.assertEqual(sum(row["settled_count"] for row in rows), sum(item.paid_on <= as_of for item in known))

    def test_exposure_is_what_is_open_by_customer(self):
        as_of = date(2013, 6, 30)
        rows = self._rows(self.ledger._exposure_sql(as_of, self.company))
        self.assertEqual(cents(sum(row["receivable_amount"] for row in rows)), Decimal("5119.85"))
        self.assertEqual(cents(sum(row["overdue_amount"] for row in rows)), Decimal("835.56"))
