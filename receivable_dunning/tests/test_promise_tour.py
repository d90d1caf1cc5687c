from odoo.tests import HttpCase, tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestPromiseTour(DunningCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls._user("promise_clerk", "receivable_dunning.group_collections_accountant")
        cls.debtor = cls._customer("Promise Tour Customer")

    def test_promise_from_the_aging_list_is_kept_by_the_payment(self):
        self._overdue(20, 1000, self.debtor)
        self.start_tour("/odoo/aged-receivables?view_type=list", "receivable_promise", login=self.accountant.login)
        promise = self.env["receivable.promise"].search([("partner_id", "=", self.debtor.id)])
        self.assertRecordValues(
            promise,
            [{"state": "kept", "amount_kept": 1000, "note": "On Friday, said Anna", "user_id": self.accountant.id}],
        )

    def test_plan_is_offered_accepted_and_kept(self):
        self._overdue(20, 1000, self.debtor)
        self.start_tour("/odoo/aged-receivables?view_type=list", "receivable_payment_plan", login=self.accountant.login)
        plan = self.env["receivable.payment.plan"].search([("partner_id", "=", self.debtor.id)])
        self.assertRecordValues(
            plan, [{"state": "kept", "amount_paid": 1000, "accept_name": "Anna Smith", "accept_via": "staff"}]
        )
