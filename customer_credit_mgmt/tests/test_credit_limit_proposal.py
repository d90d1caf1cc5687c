"""Proposals on a real ledger: the figures behind them, what binds, and what a request keeps."""

from datetime import date, timedelta

from odoo.tests import Form, tagged

from .limit_common import LimitCommon

AS_OF = date(2025, 1, 1)


@tagged("post_install", "-at_install")
class TestCreditLimitProposal(LimitCommon):
    def _sold(self, amount, day, days=30, paid_after=None):
        """An invoice on terms of so many days, paid so many days after it was made."""
        invoice = self._invoice(self.partner_a, amount, day, due=day + timedelta(days=days))
        if paid_after is not None:
            self._pay(invoice, amount, day + timedelta(days=paid_after))
        return invoice

    def _year(self):
        """A customer of a year: 1,200 a month on 30 days, paid after 30."""
        for month in range(1, 13):
            self._sold(1200, date(2024, month, 1), paid_after=30)

    def _proposals(self):
        return {it.key: it for it in self.profile._limit_proposals(AS_OF)}

    def test_purchases_are_multiplied_by_terms(self):
        self._year()
        found = self._proposals()["purchases"]
        # the first invoice is 366 days old: it is not in the twelve months, and 11 invoices are
        self.assertAlmostEqual(found.amount, 2 * (11 * 1200 / 12) * 30 / 30)
        self.assertIn("30 days", found.sentence)
        self.company.credit_proposal_factor = 3
        self.assertAlmostEqual(self._proposals()["purchases"].amount, 3 * 1100)

    def test_credit_notes_lower_the_purchases(self):
        self._year()
        self._invoice(self.partner_a, 1200, date(2024, 6, 15), move_type="out_refund")
        self.assertAlmostEqual(self._proposals()["purchases"].amount, 2 * (10 * 1200 / 12))

    def test_new_customer_is_measured_over_three_months_at_least(self):
        for day in (2, 9, 16):
            self._sold(900, date(2024, 12, day), days=60)
        self.assertAlmostEqual(self._proposals()["purchases"].amount, 2 * (2700 / 3) * 60 / 30)

    def test_peak_counts_only_what_was_paid_on_time(self):
        self._sold(1000, date(2024, 3, 1), paid_after=20)
        self._sold(500, date(2024, 3, 10), paid_after=25)
        self._sold(200, date(2024, 5, 1), paid_after=10)
        self._sold(9000, date(2024, 3, 5), paid_after=80)  # late
        self._sold(8000, date(2024, 12, 20))  # open
        found = self._proposals()["peak"]
        self.assertEqual((found.amount, found.figures["count"]), (1500, 3))

    def test_what_was_paid_before_the_next_invoice_is_no_peak(self):
        for month in (3, 4, 5):
            self._sold(1000, date(2024, month, 1), paid_after=10)
        self.assertEqual(self._proposals()["peak"].amount, 1000)

    def test_part_payment_is_not_paid(self):
        for month in (3, 4, 5):
            self._sold(1000, date(2024, month, 1), paid_after=10)
        half = self._sold(4000, date(2024, 6, 1))
        self._pay(half, 2000, date(2024, 6, 5))
        self.assertEqual(self._proposals()["peak"].amount, 1000)

    def test_too_little_is_not_enough_data_and_not_zero(self):
        self._sold(1000, date(2024, 12, 1), paid_after=5)
        for key, proposal in self._proposals().items():
            with self.subTest(key=key):
                self.assertIsNone(proposal.amount)
                self.assertFalse(proposal.is_binding)
        self.profile.invalidate_recordset()
        self.assertFalse(self.profile.has_proposal)
        self.assertIn("Not enough data", self.profile.proposal_text)

    def test_rating_factor_binds_for_a_poor_customer(self):
        self._year()
        self.profile.sudo().rating_id = self.env["credit.rating"].search([("code", "=", "B")])
        found = self._proposals()
        self.assertAlmostEqual(found["rating"].amount, 0.4 * found["purchases"].amount)
        self.assertEqual([it.key for it in found.values() if it.is_binding], ["rating"])

    def test_equity_of_the_latest_confirmed_statement_in_company_currency(self):
        currency = self.setup_other_currency("EUR", rates=[("2024-01-01", 2.0)])
        statements = self.env["partner.financial.statement"].sudo()
        for year, equity, state in ((2022, 1000, "confirmed"), (2023, 80000, "confirmed"), (2024, 10**6, "draft")):
            statements.create(
                {
                    "partner_id": self.partner_a.id,
                    "date_end": date(year, 12, 31),
                    "currency_id": currency.id,
                    "equity": equity,
                    "state": state,
                }
            )
        self.assertEqual(self._proposals()["equity"].amount, 80000 / 2 * 0.1)
        self.company.credit_proposal_equity_share = 0.25
        self.assertEqual(self._proposals()["equity"].amount, 10000)

    def test_cover_of_the_insurer_binds_only_while_it_is_valid(self):
        self._year()
        guarantees = self.env["credit.guarantee"].sudo()
        for kind, amount in (("insurance", 1000), ("bank_guarantee", 10)):
            guarantees.create(
                {
                    "profile_id": self.profile.id,
                    "kind": kind,
                    "amount": amount,
                    "haircut": 0.1,
                    "currency_id": self.company.currency_id.id,
                    "date_from": date(2024, 1, 1),
                    "date_to": AS_OF,
                    "state": "active",
                }
            )
        found = self._proposals()["insured"]
        self.assertEqual((found.amount, found.is_binding), (900, True))
        self.assertIsNone(self.profile._limit_proposals(AS_OF + timedelta(days=1))[-1].amount)

    def test_what_is_not_known_yet_does_not_count(self):
        """As of a day before the purchases there is nothing."""
        self._year()
        self.assertIsNone(self.profile._limit_proposals(date(2024, 1, 1))[0].amount)

    def test_purchases_of_another_company_do_not_count(self):
        self._year()
        other = self.setup_other_company()["company"]
        profile = self.env["credit.profile"].sudo()._get_or_create(self.partner_a, other)
        self.assertIsNone(profile._limit_proposals(AS_OF)[0].amount)

    def _recent(self):
        for weeks in (4, 8, 12, 16):
            self._sold(1000, self.today - timedelta(weeks=weeks), paid_after=20)
        self.profile.invalidate_recordset()

    def test_request_takes_the_proposal_over(self):
        self._recent()
        self.assertTrue(self.profile.has_proposal)
        action = self.profile.with_user(self.asker).action_request_proposed_limit()
        form = Form(self.env["credit.limit"].with_user(self.asker).with_context(**action["context"]))
        self.assertEqual(form.amount, self.profile.proposed_limit)
        self.assertTrue(form.reason)
        limit = form.save()
        limit.action_submit()
        self.assertEqual(limit.state, "submitted")

    def test_request_keeps_the_proposals_of_its_day(self):
        self._recent()
        limit = self._request(500)
        kept = limit.proposal_text
        self.assertIn("binds", kept)
        for _again in range(3):
            self._sold(50000, self.today - timedelta(days=40), paid_after=10)
        self.env.invalidate_all()
        self.assertEqual(limit.proposal_text, kept)
        self.assertNotEqual(self.profile.proposal_text, kept)

    def test_salesperson_sees_proposals_without_accounting_rights(self):
        self._recent()
        self.assertIn("binds", self.profile.with_user(self.asker).proposal_text)

    def test_proposals_of_many_take_a_constant_number_of_queries(self):
        def queries(count):
            partners = self.env["res.partner"].create([{"name": f"C{number}"} for number in range(count)])
            profiles = self.env["credit.profile"]._get_or_create(partners, self.company)
            self.env.flush_all()
            begin = self.env.cr.sql_log_count
            self.assertEqual(len(profiles._gather_proposals(AS_OF)), count)
            return self.env.cr.sql_log_count - begin

        queries(1)
        self.assertEqual(queries(3), queries(90))
