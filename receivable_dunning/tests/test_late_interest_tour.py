from odoo.tests import HttpCase, tagged

from .common import LateInterestCommon


@tagged("post_install", "-at_install")
class TestLateInterestTour(LateInterestCommon, HttpCase):
    def test_accountant_posts_waives_and_reverses_interest(self):
        user = self._user("interest_clerk", "receivable_dunning.group_collections_accountant")
        names = ("Waived one", "Reversed one", "Left out", "Exempt")
        partners = {name: self._customer(name) for name in names}
        partners["Exempt"].late_interest_mode = "exempt"
        for partner in partners.values():
            self._late(50, partner=partner)
        self.start_tour("/odoo/late-interest-runs", "receivable_late_interest", login=user.login)
        charges = self.env["late.interest.charge"].search([("company_id", "=", self.company.id)])
        self.assertEqual(
            {charge.partner_id.name: charge.state for charge in charges},
            {"Waived one": "waived", "Reversed one": "reversed", "Left out": "excluded"},
        )
        closed = charges.filtered("invoice_id")
        self.assertEqual(closed.credit_note_id.mapped("state"), ["posted", "posted"])
        self.assertEqual(set(closed.mapped("reason")), {"Agreed by phone"})
        self.assertEqual(closed.closed_by, user)
