from odoo.tests import HttpCase, tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestDisputeTour(DisputeCommon, HttpCase):
    def test_from_the_invoice_to_the_credit_note(self):
        user = self._user("dispute_clerk", "receivable_dunning.group_collections_accountant")
        url = f"/odoo/action-account.action_move_out_invoice_type/{self.invoice.id}"
        self.start_tour(url, "receivable_dispute", login=user.login)
        dispute = self.env["receivable.dispute"].search([("move_id", "=", self.invoice.id)])
        self.assertRecordValues(
            dispute,
            [{"state": "accepted", "amount_opened": 40, "amount_accepted": 40, "closed_how": "credit_note"}],
        )
        self.assertEqual((dispute.cause_id, dispute.note), (self.cause, "60 were agreed"))
        self.assertEqual(self.invoice.amount_residual, 60)
