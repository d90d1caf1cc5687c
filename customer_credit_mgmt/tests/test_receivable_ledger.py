from datetime import date

from odoo.tests import tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestReceivableLedger(CreditCommon):
    def _rows(self, statement):
        return self.env.execute_query_dict(statement)

    def _open_items(self, as_of, partner):
        rows = self._rows(self.ledger._open_items_sql(as_of, self.company, partner.commercial_partner_id))
        return sorted((row["date_maturity"], row["residual"]) for row in rows)

    def test_item_is_open_until_the_day_it_is_matched(self):
        partner = self.partner_a
        invoice = self._invoice(partner, 100, date(2024, 1, 10), due=date(2024, 2, 10))
        self._pay(invoice, 40, date(2024, 3, 1))
        self._pay(invoice, 60, date(2024, 4, 1))
        due = date(2024, 2, 10)
        self.assertEqual(self._open_items(date(2024, 1, 9), partner), [])
        self.assertEqual(self._open_items(date(2024, 1, 10), partner), [(due, 100)])
        self.assertEqual(self._open_items(date(2024, 2, 29), partner), [(due, 100)])
        self.assertEqual(self._open_items(date(2024, 3, 1), partner), [(due, 60)])
        self.assertEqual(self._open_items(date(2024, 4, 1), partner), [])

    def test_matching_with_a_draft_is_not_effective(self):
        partner = self.partner_a
        draft = self._invoice(partner, 100, date(2024, 1, 10), post=False)
        posted = self._invoice(partner, 100, date(2024, 1, 12), move_type="out_refund")
        lines = (draft + posted).line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
        lines.reconcile()
        self.assertEqual(self._open_items(date(2024, 2, 1), partner), [(date(2024, 1, 12), -100)])

    def test_only_accounts_of_the_company_are_read_and_a_new_one_at_once(self):
        accounts = self.ledger._own_receivable_account_ids
        own = self.company_data["default_account_receivable"]
        foreign = self.setup_other_company()["default_account_receivable"]
        self.assertIn(own.id, accounts(self.company))
        self.assertNotIn(foreign.id, accounts(self.company))
        foreign.sudo().with_company(self.company).write({"code": "129999"})
        foreign.sudo().company_ids += self.company
        self.assertIn(foreign.id, accounts(self.company))
        invoice = self._invoice(self.partner_a, 100, date(2024, 1, 10), post=False)
        invoice.line_ids.filtered(lambda line: line.account_id == own).account_id = foreign
        invoice.action_post()
        self.assertEqual(self._open_items(date(2024, 2, 1), self.partner_a), [(date(2024, 1, 10), 100)])

    def test_credits_pay_the_oldest_overdue_item_first(self):
        partner = self.partner_a
        self._invoice(partner, 100, date(2024, 1, 1), due=date(2024, 1, 31))
        self._invoice(partner, 50, date(2024, 2, 1), due=date(2024, 2, 29))
        self._invoice(partner, 120, date(2024, 3, 1), move_type="out_refund")
        self._invoice(partner, 70, date(2024, 3, 5), post=False)
        (row,) = self._rows(self.ledger._exposure_sql(date(2024, 3, 10), self.company, partner))
        self.assertEqual(row["receivable_amount"], 30)
        self.assertEqual(row["overdue_amount"], 30)
        self.assertEqual(row["overdue_days"], 10)
        self.assertEqual(row["draft_amount"], 70)

    def test_behaviour_measures_from_due_date_to_settling(self):
        partner = self.partner_a
        for day, late in ((1, 10), (2, -5), (3, 20)):
            invoice = self._invoice(partner, 100 * day, date(2024, 1, day), due=date(2024, 2, 1))
            self._pay(invoice, 100 * day, date.fromordinal(date(2024, 2, 1).toordinal() + late))
        self._invoice(partner, 10, date(2024, 1, 4), due=date(2024, 2, 1))
        (row,) = self._rows(self.ledger._payment_behaviour_sql(date(2024, 6, 1), 24, self.company, partner))
        self.assertEqual(row["invoice_count"], 4)
        self.assertEqual(row["settled_count"], 3)
        self.assertAlmostEqual(float(row["days_late_avg"]), 25 / 3)
        self.assertAlmostEqual(float(row["days_late_weighted"]), (10 * 100 - 5 * 200 + 20 * 300) / 600)
        self.assertEqual(row["days_late_median"], 10)
        self.assertEqual(row["days_late_worst"], 121)
        self.assertAlmostEqual(float(row["late_share_count"]), 2 / 3)
        self.assertAlmostEqual(float(row["late_share_amount"]), 400 / 600)
        self.assertEqual(row["turnover_12m"], 610)
        self.assertIsNone(row["days_late_trend"])
