import random
from datetime import date, timedelta

from odoo.tests import Form, freeze_time, tagged

from .common import GuaranteeCommon


@tagged("post_install", "-at_install")
class TestCreditGuarantee(GuaranteeCommon):
    def _cover(self, day, effect=None, partners=None):
        rows = self.env.execute_query(self.env["credit.guarantee"]._cover_sql(day, partners, effect))
        return dict(rows).get(self.profile.id)

    def _figures(self, day=None):
        self.env.flush_all()
        (row,) = self.profile._gather_figures(day or self.today)
        return row

    # ------------------------------------------------------------------
    # COVER
    # ------------------------------------------------------------------

    def test_cover_counts_from_its_first_to_its_last_day(self):
        self._guarantee(self.profile, 500, date_from=date(2024, 3, 10), date_to=date(2024, 3, 20))
        for day, amount in {
            date(2024, 3, 9): None,
            date(2024, 3, 10): 500,
            date(2024, 3, 20): 500,
            date(2024, 3, 21): None,
        }.items():
            with self.subTest(day=day):
                self.assertEqual(self._cover(day), amount)

    def test_cover_expires_on_the_day_without_a_job(self):
        with freeze_time("2024-06-30"):
            self._guarantee(self.profile, 400, date_from=date(2024, 1, 1), date_to=date(2024, 6, 30))
            self._invoice(self.partner_a, 1000, date(2024, 6, 1))
            self.profile.invalidate_recordset()
            self.assertEqual((self.profile.secured_amount, self.profile.exposure_amount), (400, 600))
        with freeze_time("2024-07-01"):
            self.profile.invalidate_recordset()
            self.assertEqual((self.profile.secured_amount, self.profile.exposure_amount), (0, 1000))
            guarantee = self.profile.guarantee_ids
            guarantee.invalidate_recordset()
            self.assertEqual((guarantee.validity, guarantee.current_cover, guarantee.expired_on), ("expired", 0, False))
            found = self.env["credit.guarantee"].search([("validity", "=", "expired")])
            self.assertIn(guarantee, found)
            self.assertNotIn(guarantee, self.env["credit.guarantee"].search([("validity", "=", "valid")]))

    def test_haircut_is_taken_off(self):
        guarantee = self._guarantee(self.profile, 1000, haircut=0.333)
        self.assertEqual((guarantee.cover_amount, self._cover(self.today)), (667, 667))
        insurance = self._guarantee(self.profile, 200, kind="insurance", haircut=0.1)
        self.assertAlmostEqual(insurance.insured_share, 0.9)
        self.assertEqual(self._cover(self.today), 847)

    def test_insured_percentage_is_entered_instead_of_the_haircut(self):
        insurance = self._entered(200, kind="insurance", insured_share=0.9)
        self.assertAlmostEqual(insurance.haircut, 0.1)
        insurance.insured_share = 0.8
        self.assertAlmostEqual(insurance.haircut, 0.2)
        self.assertEqual(insurance.cover_amount, 160)

    def test_foreign_currency_counts_once_at_the_rate_of_the_day(self):
        """peers.md row 1: EUR 1,000 at rate 2 counts as 2,000, not as 1,000 or 4,000."""
        rates = [("2023-01-01", 0.25), ("2024-03-01", 0.5)]
        currency = self.setup_other_currency("EUR", rates=rates)
        guarantee = self._guarantee(
            self.profile, 1000, currency_id=currency.id, haircut=0.1, date_from=date(2024, 1, 1)
        )
        for day in (date(2024, 2, 29), date(2024, 3, 1), self.today):
            expected = currency._convert(900, self.company.currency_id, self.company, day)
            with self.subTest(day=day):
                self.assertEqual(self._cover(day), expected)
        self.assertEqual(self._cover(date(2024, 2, 29)), 3600)
        self.assertEqual(self._cover(self.today), 1800)
        self.assertEqual(guarantee.current_cover, 1800)

    def test_only_what_is_in_force_covers(self):
        draft = self._entered(300)
        self.assertIsNone(self._cover(self.today))
        draft.with_user(self.manager).action_activate()
        self.assertEqual(self._cover(self.today), 300)
        draft.with_user(self.manager).action_release()
        self.assertIsNone(self._cover(self.today))
        self.assertEqual(self._cover(self.today - timedelta(days=1)), 300, "what it covered then is not rewritten")

    def test_effects_are_asked_for_one_by_one(self):
        self._guarantee(self.profile, 100, effect="raise_limit")
        self._guarantee(self.profile, 20)
        self.assertEqual(self._cover(self.today, "raise_limit"), 100)
        self.assertEqual(self._cover(self.today, "reduce_exposure"), 20)
        self.assertEqual(self._cover(self.today), 120)
        self.assertEqual(self._cover(self.today, partners=self.partner_a), 120)
        self.assertIsNone(self._cover(self.today, partners=self.partner_b))

    # ------------------------------------------------------------------
    # EFFECT
    # ------------------------------------------------------------------

    def test_cover_raises_the_limit_of_limited_customers_only(self):
        self._guarantee(self.profile, 500, effect="raise_limit")
        self.assertEqual(self._figures()["limit_amount"], 1500)
        self.assertEqual(self.profile.limit_amount, 1500)
        self.assertEqual(self.partner_a.with_company(self.company).credit_limit, 1500)
        self.profile.limit_mode = "no_credit"
        self.assertEqual(self._figures()["limit_amount"], 0)
        self.profile.limit_mode = "no_check"
        self.assertIsNone(self._figures()["limit_amount"])

    def test_cover_is_never_more_than_what_is_open(self):
        self._guarantee(self.profile, 500)
        self._invoice(self.partner_a, 200, self.today)
        row = self._figures()
        self.assertEqual((row["cover_amount"], row["secured_amount"], row["exposure_amount"]), (500, 200, 0))
        self.assertEqual(row["available_amount"], 1300, "what is left of the cover is available")
        self.assertEqual(row["utilization"], 0)

    def test_customer_with_a_credit_balance_does_not_become_more_negative(self):
        self._guarantee(self.profile, 500)
        self._invoice(self.partner_a, 80, self.today, move_type="out_refund")
        row = self._figures()
        self.assertEqual((row["receivable_amount"], row["secured_amount"], row["exposure_amount"]), (-80, 0, -80))

    def test_utilization_is_of_what_is_not_secured(self):
        self._guarantee(self.profile, 300)
        self._invoice(self.partner_a, 800, self.today)
        self.assertEqual(self._figures()["utilization"], 0.5)
        exposure = self.env["credit.exposure"].search([("profile_id", "=", self.profile.id)])
        self.assertEqual((exposure.secured_amount, exposure.exposure_amount, exposure.utilization), (300, 500, 0.5))

    def test_exposure_is_the_sum_of_its_parts(self):
        """For random sets of documents and guarantees."""
        generator = random.Random(19)
        partners = self.env["res.partner"].create([{"name": f"Customer {number}"} for number in range(16)])
        profiles = self.env["credit.profile"]._get_or_create(partners, self.company).sudo(False)
        for profile in profiles:
            for _document in range(generator.randint(0, 3)):
                kind = generator.choice(("out_invoice", "out_invoice", "out_refund"))
                post = generator.random() < 0.7
                amount = generator.randint(1, 900)
                self._invoice(profile.partner_id, amount, self.today, post=post, move_type=kind)
            for _guarantee in range(generator.randint(0, 2)):
                effect = generator.choice(("raise_limit", "reduce_exposure"))
                haircut = generator.choice((0, 0.1, 0.25))
                self._guarantee(profile, generator.randint(1, 800), effect=effect, haircut=haircut)
        self.env.flush_all()
        rows = profiles._gather_figures(self.today)
        self.assertEqual(len(rows), 16)
        secured = 0
        for row in rows:
            parts = row["receivable_amount"] + row["draft_amount"] + row["order_amount"]
            self.assertAlmostEqual(row["exposure_amount"], parts - row["secured_amount"])
            self.assertAlmostEqual(row["secured_amount"], min(row["cover_amount"], max(parts, 0)))
            self.assertGreaterEqual(row["exposure_amount"], min(parts, 0))
            cover = profiles.browse(row["profile_id"]).guarantee_ids
            reducing = cover.filtered(lambda it: it.effect == "reduce_exposure")
            self.assertAlmostEqual(row["cover_amount"], sum(reducing.mapped("cover_amount")))
            secured += row["secured_amount"] > 0
        self.assertGreater(secured, 2)
        total = self.env["credit.exposure"]._read_group(
            [("profile_id", "in", profiles.ids)], [], ["exposure_amount:sum"]
        )
        self.assertAlmostEqual(total[0][0], sum(row["exposure_amount"] for row in rows))

    def test_document_passes_up_to_limit_and_cover(self):
        self._strict_policy("over_limit")
        self._guarantee(self.profile, 500)
        passing, held = self._draft(1500), self._draft(0.01)
        (passing | held).action_post()
        self.assertEqual((passing.state, held.state), ("posted", "draft"))

    def test_offer_counts_on_the_cover(self):
        self._strict_policy("over_limit")
        self._guarantee(self.profile, 500)
        draft = self._draft(1700)
        draft.action_post()
        options = {option["kind"]: option for option in self._check_of(draft).inputs["offer"]["options"]}
        self.assertEqual((options["pay"]["pay"], options["reduce"]["amount"]), (200, 1500))

    def test_document_is_held_from_the_day_after_the_end(self):
        self._strict_policy("over_limit")
        self._guarantee(self.profile, 500, date_to=self.today)
        self._draft(1400).action_post()
        with freeze_time(self.today + timedelta(days=1)):
            late = self._draft(50)
            late.action_post()
            self.assertEqual(late.state, "draft")

    def test_archived_customer_stays_covered(self):
        self._guarantee(self.profile, 300)
        self._invoice(self.partner_a, 500, self.today)
        self.partner_a.active = False
        self.assertEqual(self._figures()["exposure_amount"], 200)

    # ------------------------------------------------------------------
    # SCREENS
    # ------------------------------------------------------------------

    def test_guarantee_is_entered_on_an_empty_form(self):
        action = self.profile.with_user(self.controller).action_open_guarantees()
        model = self.env["credit.guarantee"].with_user(self.controller).with_context(**action["context"])
        with Form(model) as form:
            self.assertEqual(form.profile_id, self.profile)
            form.kind = "insurance"
            form.provider_id = self.bank
            form.amount = 700
            form.insured_share = 0.85
            form.stop_days = 60
        self.assertEqual((form.record.state, form.record.cover_amount), ("draft", 595))

    def test_cover_pivots_by_kind(self):
        self._guarantee(self.profile, 300, haircut=0.5)
        self._guarantee(self.profile, 70, kind="mortgage")
        rows = self.env["credit.guarantee"]._read_group(
            [("profile_id", "=", self.profile.id)], ["kind"], ["cover_amount:sum"]
        )
        self.assertEqual(dict(rows), {"bank_guarantee": 150, "mortgage": 70})

    def test_views_load(self):
        for model in ("credit.guarantee", "credit.guarantee.claim", "credit.group", "credit.concentration"):
            for name in ("list", "form", "kanban", "search", "pivot", "graph"):
                with self.subTest(model=model, view=name):
                    if self.env["ir.ui.view"].search_count([("model", "=", model), ("type", "=", name)], limit=1):
                        self.env[model].with_user(self.asker).get_view(view_type=name)
