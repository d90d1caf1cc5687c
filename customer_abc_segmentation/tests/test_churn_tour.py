from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

from .churn_common import ChurnCommon


@tagged("post_install", "-at_install")
class TestChurnTour(ChurnCommon, HttpCase):
    def test_churn_list_to_win_back_to_outcome(self):
        today = fields.Date.today()
        partners = self._customers(12)
        partners[-1].name = "Gone Quiet"
        self._ledger(
            [
                (partner.id, today - timedelta(days=number + 30 * month + (150 if number == 11 else 0)), 100)
                for number, partner in enumerate(partners)
                for month in range(10)
            ]
        )
        self._refresh(today)
        user = new_test_user(
            self.env,
            "churn_manager",
            groups="account.group_account_manager,customer_abc_segmentation.group_segmentation_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.start_tour("/odoo/churn-risk", "churn_winback", login="churn_manager")
        winback = self.env["customer.winback"].search([("partner_id", "=", partners[-1].id)])
        self.assertEqual((winback.note, winback.activity_ids.user_id), ("5 % off the next order", user))
        tomorrow = today + timedelta(days=1)
        self._invoice(partners[-1], 750, tomorrow)
        winback._decide(tomorrow)
        self.start_tour("/odoo/win-back-success", "churn_outcome", login="churn_manager")
