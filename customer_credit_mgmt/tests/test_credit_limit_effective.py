"""The effective limit on any day, in any currency, and the contact's own field that follows it."""

import random
from datetime import date, timedelta

from odoo.tests import freeze_time, tagged

from .limit_common import LimitCommon


@tagged("post_install", "-at_install")
class TestCreditLimitEffective(LimitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gold = cls.setup_other_currency("EUR", rates=[("2024-01-01", 2.0), ("2024-03-01", 4.0)])

    def _effective(self, day, profile=None):
        profile = profile or self.profile
        return self.env["credit.limit"]._effective_amounts(profile, day).get(profile.id)

    # ------------------------------------------------------------------
    # CURRENCY
    # ------------------------------------------------------------------

    def test_limit_in_another_currency_counts_at_the_rate_of_the_day(self):
        limit = self._approved(1000, currency_id=self.gold.id)
        self.assertEqual(limit.currency_id, self.gold)
        for day, amount in {date(2024, 2, 29): 500, date(2024, 3, 1): 250, date(2025, 1, 1): 250}.items():
            with self.subTest(day=day):
                self.assertEqual(self._effective(day), amount)

    def test_kinds_in_different_currencies_add_up(self):
        self._approved(1000, currency_id=self.gold.id)
        self._approved(300, kind="temporary", date_to=date(2024, 12, 31))
        self._approved(40, kind="seasonal", currency_id=self.gold.id, date_to=date(2024, 12, 31))
        self.assertEqual(self._effective(date(2024, 1, 1)), 500 + 300 + 20)
        self.assertEqual(self._effective(date(2024, 3, 1)), 250 + 300 + 10)

    def test_conversion_is_that_of_the_currency(self):
        """Before the first rate, between rates, with a rate of the company beside a shared one, without any rate."""
        shared = self.env["res.currency.rate"].sudo()
        shared.create({"name": "2024-02-01", "currency_id": self.gold.id, "rate": 3.0, "company_id": False})
        bare = self.env.ref("base.CHF")
        bare.sudo().active = True
        bare.sudo().rate_ids.unlink()
        for currency in (self.gold, bare, self.company.currency_id):
            profile = self.env["credit.profile"]._get_or_create(
                self.env["res.partner"].create({"name": currency.name}), self.company
            )
            self._approved(700, profile=profile.sudo(False), currency_id=currency.id, date_from=date(2023, 1, 1))
            for day in (date(2023, 6, 1), date(2024, 1, 1), date(2024, 2, 15), date(2024, 4, 1)):
                with self.subTest(currency=currency.name, day=day):
                    expected = currency._convert(700, self.company.currency_id, self.company, day)
                    self.assertAlmostEqual(self._effective(day, profile), expected, places=6)

    def test_profile_shows_the_own_currency_where_it_differs(self):
        self._approved(1000, currency_id=self.gold.id)
        self._approved(50, kind="temporary", date_from=self.today, date_to=self.today)
        self.profile.invalidate_recordset()
        self.assertEqual(self.profile.limit_amount, 300)
        self.assertEqual(self.profile.limit_currency_id, self.gold)
        self.assertEqual(self.profile.limit_amount_currency, 1200)
        self.assertEqual(self.profile.available_amount_currency, 1200)
        explanation = self.profile.limit_explanation.splitlines()
        self.assertEqual(len(explanation), 2)
        self.assertIn("1,000.00", explanation[0])
        self.assertIn("250.00", explanation[0])
        self.assertIn("until", explanation[1])

    def test_profile_in_company_currency_shows_no_other(self):
        self._approved(1000)
        self.assertFalse(self.profile.limit_currency_id)
        self.assertFalse(self.profile.limit_explanation, "there is nothing to explain")

    def test_new_limit_is_in_company_currency(self):
        self.assertEqual(self._request(5).currency_id, self.company.currency_id)

    # ------------------------------------------------------------------
    # NATIVE FIELD
    # ------------------------------------------------------------------

    def _cron(self, day):
        with freeze_time(day):
            self.env["credit.limit"].sudo()._cron_expire()

    def test_missed_nights_are_made_good(self):
        """An end, a beginning and another rate while the job did not run for weeks."""
        with freeze_time("2024-01-10"):
            self._approved(1000)
            self._approved(200, kind="temporary", date_to=date(2024, 1, 20))
            self._approved(1600, date_from=date(2024, 2, 5))
            foreign = self.env["credit.profile"]._get_or_create(self.partner_b, self.company).sudo(False)
            self._approved(1000, profile=foreign, currency_id=self.gold.id)
        self.assertEqual((self._native(), self._native(self.partner_b)), (1200, 500))
        self._cron("2024-03-20")
        self.assertEqual((self._native(), self._native(self.partner_b)), (1600, 250))
        self.assertEqual(
            sorted(self.profile.limit_ids.mapped(lambda limit: (limit.kind, limit.state))),
            [("base", "approved"), ("base", "approved"), ("temporary", "expired")],
        )

    def test_job_corrects_what_a_hand_wrote(self):
        self._approved(1000)
        self.partner_a.with_company(self.company).credit_limit = 5
        self._cron("2024-06-01")
        self.assertEqual(self._native(), 1000)

    def test_job_leaves_customers_without_limit_alone(self):
        """Installing the addon changes nothing: the native limit of somebody who is not limited is not ours."""
        self.partner_a.with_company(self.company).credit_limit = 777
        self._cron("2024-06-01")
        self.assertEqual(self._native(), 777)

    def test_only_differences_are_written(self):
        self._approved(1000)
        with freeze_time("2024-06-01"):
            changed = self.env["credit.limit"].sudo()._write_native_limit(self.company, date(2024, 6, 1))
            self.assertFalse(changed)
            self.partner_a.with_company(self.company).credit_limit = 5
            changed = self.env["credit.limit"].sudo()._write_native_limit(self.company, date(2024, 6, 1))
            self.assertEqual(changed, self.profile)

    def test_native_limit_reaches_the_contacts_of_the_customer_and_no_other_company(self):
        other = self.setup_other_company()["company"]
        contact = self.env["res.partner"].create({"name": "Buyer", "parent_id": self.partner_a.id})
        self.partner_a.sudo().with_company(other).credit_limit = 33
        self._approved(1000)
        self.assertEqual(self._native(contact), 1000)
        self.assertEqual(self.partner_a.sudo().with_company(other).credit_limit, 33)

    def test_job_takes_a_constant_number_of_queries(self):
        def queries(count):
            partners = self.env["res.partner"].create([{"name": f"C{number}"} for number in range(count)])
            profiles = self.env["credit.profile"]._get_or_create(partners, self.company).sudo(False)
            self.env["credit.limit"].sudo().create(
                [{"profile_id": it.id, "amount": 10, "date_from": "2024-01-01", "state": "approved"} for it in profiles]
            )
            profiles.limit_mode = "limited"
            self.env["credit.limit"].sudo()._write_native_limit(self.company, date(2024, 6, 1))
            partners.flush_recordset()
            self.env.cr.execute("UPDATE res_partner SET credit_limit = NULL WHERE id = ANY(%s)", (partners.ids,))
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["credit.limit"].sudo()._write_native_limit(self.company, date(2024, 6, 1))
            return self.env.cr.sql_log_count - before

        queries(1)  # whatever the first run has to look up
        self.assertEqual(queries(5), queries(150))

    # ------------------------------------------------------------------
    # PROPERTY
    # ------------------------------------------------------------------

    def test_effective_limit_is_what_a_plain_reading_of_the_limits_says(self):
        chance = random.Random(19)
        begin = date(2024, 1, 1)
        for history in range(12):
            partner = self.env["res.partner"].create({"name": f"History {history}"})
            profile = self.env["credit.profile"]._get_or_create(partner, self.company)
            limits = (
                self.env["credit.limit"]
                .sudo()
                .create([self._random_limit(chance, profile, begin) for _number in range(chance.randint(1, 9))])
            )
            for day in (begin + timedelta(days=chance.randint(-5, 130)) for _sample in range(25)):
                with self.subTest(history=history, day=day):
                    self.assertAlmostEqual(self._effective(day, profile), self._plain(limits, day), places=6)

    def _random_limit(self, chance, profile, begin):
        first = begin + timedelta(days=chance.randint(0, 60))
        kind = chance.choice(["base", "base", "temporary", "seasonal"])
        endless = kind == "base" and chance.random() < 0.5
        return {
            "profile_id": profile.id,
            "kind": kind,
            "amount": chance.randint(0, 5000),
            "currency_id": chance.choice([self.gold, self.company.currency_id]).id,
            "date_from": first,
            "date_to": False if endless else first + timedelta(days=chance.randint(0, 60)),
            "state": chance.choice(["approved", "approved", "expired", "submitted", "refused", "revoked", "draft"]),
        }

    def _plain(self, limits, day):
        """The rule of the specification, word by word."""
        counting = [
            limit
            for limit in limits
            if limit.state in ("approved", "expired")
            and limit.date_from <= day
            and (not limit.date_to or day <= limit.date_to)
        ]
        if not counting:
            return None
        bases = [limit for limit in counting if limit.kind == "base"]
        newest = max(bases, key=lambda limit: (limit.date_from, limit.id), default=None)
        total = 0.0
        for limit in counting:
            if limit == newest or limit.kind != "base":
                total += limit.currency_id._convert(limit.amount, self.company.currency_id, self.company, day)
        return total
