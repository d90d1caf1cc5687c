"""Open items in the corners: branches, contacts, archived partners, payments without entry, matches across."""

from datetime import date
from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestReceivableLedgerCases(CreditCommon):
    def _items(self, as_of=date(2024, 12, 31), company=None, partners=None):
        statement = self.ledger._open_items_sql(as_of, company or self.company, partners)
        return sorted(self.env.execute_query_dict(statement), key=lambda row: row["line_id"])

    def test_branch_belongs_to_its_root(self):
        self.company.child_ids = [Command.create({"name": "Branch"})]
        self.cr.precommit.run()
        branch = self.company.child_ids
        self.env.user.company_ids |= branch
        self._invoice(self.partner_a, 100, date(2024, 1, 1))
        self._invoice(self.partner_a, 20, date(2024, 1, 1), company_id=branch.id)
        for asked in (self.company, branch):
            rows = self._items(company=asked)
            self.assertEqual([row["residual"] for row in rows], [100, 20])
            self.assertEqual({row["root_company_id"] for row in rows}, {self.company.id})
            self.assertEqual([row["company_id"] for row in rows], [self.company.id, branch.id])

    def test_other_company_stays_outside(self):
        other = self.setup_other_company()["company"]
        invoice = (
            self.env["account.move"]
            .with_company(other)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.partner_a.id,
                    "invoice_date": date(2024, 1, 1),
                    "invoice_line_ids": [Command.create({"name": "goods", "price_unit": 7, "tax_ids": False})],
                }
            )
        )
        invoice.action_post()
        self._invoice(self.partner_a, 100, date(2024, 1, 1))
        self.assertEqual([row["residual"] for row in self._items()], [100])
        self.assertEqual([row["residual"] for row in self._items(company=other)], [7])

    def test_contacts_count_with_their_company(self):
        contact = self.env["res.partner"].create({"name": "Contact", "parent_id": self.partner_a.id})
        self._invoice(contact, 100, date(2024, 1, 1))
        self.env["account.payment"].create(
            {"partner_id": contact.id, "amount": 40, "date": date(2024, 1, 2), "payment_type": "inbound"}
        ).action_post()
        rows = self._items(partners=self.partner_a)
        self.assertEqual([row["residual"] for row in rows], [100, -40])
        self.assertEqual({row["partner_id"] for row in rows}, {self.partner_a.id})
        self.assertEqual(rows[1]["contact_id"], contact.id)

    def test_archived_customer_still_owes(self):
        self._invoice(self.partner_a, 100, date(2024, 1, 1))
        self.partner_a.active = False
        self.assertEqual([row["residual"] for row in self._items(partners=self.partner_a)], [100])

    def test_payment_without_entry_leaves_the_item_open_and_marked(self):
        invoice = self._invoice(self.partner_a, 100, date(2024, 1, 1))
        line = self.company_data["default_journal_bank"].inbound_payment_method_line_ids[:1]
        line.payment_account_id = False
        # with a bank reconciliation app installed, Odoo books no entry for a payment without outstanding account
        moves = type(self.env["account.move"])
        with patch.object(moves, "_get_invoice_in_payment_state", lambda self: "in_payment"):
            payment = self._pay(invoice, 100, date(2024, 2, 1), payment_method_line_id=line.id)
        self.assertFalse(payment.move_id)
        before, after = self._items(date(2024, 1, 31)), self._items(date(2024, 2, 1))
        self.assertEqual([(row["residual"], row["in_payment"]) for row in before], [(100, False)])
        self.assertEqual([(row["residual"], row["in_payment"]) for row in after], [(100, True)])

    def test_match_between_two_customers_moves_nothing_out_of_the_total(self):
        invoice = self._invoice(self.partner_a, 100, date(2024, 1, 1))
        refund = self._invoice(self.partner_a, 30, date(2024, 1, 2), move_type="out_refund")
        refund.line_ids.partner_id = self.partner_b
        lines = (invoice + refund).line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
        lines.reconcile()
        self.assertEqual([row["residual"] for row in self._items()], [70])

    def test_partner_filter_gives_the_same_items_as_no_filter(self):
        for partner in (self.partner_a, self.partner_b):
            invoice = self._invoice(partner, 100, date(2024, 1, 1))
            self._pay(invoice, 40, date(2024, 3, 1))
        everybody = self._items(date(2024, 2, 1))
        apart = self._items(date(2024, 2, 1), partners=self.partner_a) + self._items(
            date(2024, 2, 1), partners=self.partner_b
        )
        self.assertEqual(everybody, sorted(apart, key=lambda row: row["line_id"]))
        self.assertEqual(self._items(date(2024, 2, 1), partners=self.env["res.partner"]), [])

    # ------------------------------------------------------------------
    # BOUNDARIES
    # ------------------------------------------------------------------

    def _exposure(self, as_of):
        (row,) = self.env.execute_query_dict(self.ledger._exposure_sql(as_of, self.company, self.partner_a))
        return row["overdue_amount"], row["overdue_days"]

    def test_item_is_overdue_from_the_day_after_its_due_date(self):
        self._invoice(self.partner_a, 100, date(2024, 1, 1), due=date(2024, 1, 31))
        self.assertEqual(self._exposure(date(2024, 1, 31)), (0, 0))
        self.assertEqual(self._exposure(date(2024, 2, 1)), (100, 1))

    def test_credits_cover_the_oldest_items_to_the_cent(self):
        self._invoice(self.partner_a, 100, date(2024, 1, 1))
        self._invoice(self.partner_a, 50, date(2024, 1, 11))
        refund = self._invoice(self.partner_a, 99.99, date(2024, 1, 20), move_type="out_refund")
        as_of = date(2024, 1, 31)
        self.assertEqual(self._exposure(as_of), (50.01, 30))
        refund.button_draft()
        refund.invoice_line_ids.price_unit = 100
        refund.action_post()
        self.assertEqual(self._exposure(as_of), (50, 20), "the first is covered exactly: the second is the oldest")
        self._invoice(self.partner_a, 50, date(2024, 1, 21), move_type="out_refund")
        self.assertEqual(self._exposure(as_of), (0, 0))

    def test_payment_on_the_due_date_is_not_late(self):
        for paid_on in (date(2024, 1, 31), date(2024, 2, 1)):
            invoice = self._invoice(self.partner_a, 100, date(2024, 1, 1), due=date(2024, 1, 31))
            self._pay(invoice, 100, paid_on)
        part = self._invoice(self.partner_a, 100, date(2024, 1, 1), due=date(2024, 1, 31))
        self._pay(part, 60, date(2024, 2, 5))
        statement = self.ledger._payment_behaviour_sql(date(2024, 2, 10), company=self.company, partners=self.partner_a)
        (row,) = self.env.execute_query_dict(statement)
        self.assertEqual((row["settled_count"], row["late_share_count"], row["late_share_amount"]), (2, 0.5, 0.5))
