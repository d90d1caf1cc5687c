from datetime import date

from odoo.tests import tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestCreditScorecard(CreditCommon):
    def test_smoke(self):
        card = self.env.ref("customer_credit_mgmt.credit_scorecard_default")
        self.assertEqual(card.state, "active")
        profile = self.env["credit.profile"].create({"partner_id": self.partner_a.id, "company_id": self.company.id})
        for day in range(1, 6):
            invoice = self._invoice(self.partner_a, 100, date(2024, 1, day), due=date(2024, 2, 1))
            self._pay(invoice, 100, date(2024, 2, 10))
        scores = card._score_profiles(as_of=date(2024, 6, 1))
        print(scores.read())
        print(profile.read(["score", "rating_id", "probability_late", "next_review_date", "score_explanation"]))
        print(scores._get_sentences())
