from datetime import date

from odoo.tests import freeze_time, tagged

from .key_account_common import KeyAccountCommon


@tagged("post_install", "-at_install")
@freeze_time("2024-07-10")
class TestPartnerMerge(KeyAccountCommon):
    """Odoo's merge updates foreign keys by itself, and knows nothing of partial unique indexes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._invoice(cls.ann, 100, "2024-01-10")
        for day in ("2024-02-10", "2024-03-10"):
            cls._invoice(cls.bob, 50, day)

    def setUp(self):
        super().setUp()
        self._refresh(date(2024, 5, 31))
        self._refresh(date(2024, 6, 30))
        self._classify()

    def _merge(self):
        self.env.flush_all()
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo().create({})
        wizard._merge((self.ann | self.bob).ids, self.ann)
        self.env.invalidate_all()

    def test_the_history_of_who_bought_most_stays(self):
        bought = self._value(self.bob).purchase_count
        self._merge()
        self.assertEqual(bought, 2)
        self.assertEqual(self._value(self.ann).purchase_count, 2)
        self.assertEqual(len(self._open_row(self.ann)), 1)
        self.assertEqual(self._open_row(self.ann).measure, 100)

    def test_the_next_night_reads_the_documents_of_both(self):
        self._merge()
        self._refresh(date(2024, 7, 10))
        self._classify(date(2024, 7, 10))
        self.assertEqual((self._value(self.ann).monetary, self._value(self.ann).purchase_count), (200, 3))
        self.assertEqual(self._open_row(self.ann).measure, 200)
        stages = self.env["customer.stage.history"].search([("partner_id", "=", self.ann.id), ("date_to", "=", False)])
        self.assertEqual(len(stages), 1)

    def test_what_people_entered_is_kept(self):
        self._value(self.ann).wallet_share = 0.25
        self._value(self.bob).satisfaction_hand = "4"
        self._merge()
        value = self._value(self.ann)
        self.assertEqual((value.wallet_share, value.wallet_user_id), (0.25, self.env.user))
        self.assertEqual(value.satisfaction_hand, "4")

    def test_of_two_sheets_of_a_period_the_signed_one_stays(self):
        first, signed = self._sheet(self.ann, self.Q1), self._signed(self._sheet(self.bob, self.Q1))
        other = self._sheet(self.bob, self.Q2)
        self._merge()
        self.assertFalse(first.exists())
        self.assertEqual((signed | other).partner_id, self.ann)

    def test_one_attempt_to_win_back_goes_on(self):
        wizard = self.env["customer.winback.wizard"].create({"value_ids": self._value(self.ann | self.bob).ids})
        wizard.action_schedule()
        self._merge()
        attempts = self.env["customer.winback"].search([("partner_id", "=", self.ann.id)])
        self.assertEqual(sorted(attempts.mapped("state")), ["closed", "open"])

    def test_budgets_of_a_period_are_added_up(self):
        for partner, sales in ((self.ann, 10), (self.bob, 5)):
            self.env["customer.budget"].create({"partner_id": partner.id, "date_from": "2024-01-01", "sales": sales})
        self._merge()
        budget = self.env["customer.budget"].search([("partner_id", "=", self.ann.id)])
        self.assertEqual(budget.mapped("sales"), [15])
