from datetime import timedelta

from odoo import Command
from odoo.tests import HttpCase, tagged

from .loss_common import EclCommon


@tagged("post_install", "-at_install")
class TestEclTour(EclCommon, HttpCase):
    def test_manager_computes_explains_approves_posts_and_reverses(self):
        user = self._user("ecl_manager", "receivable_dunning.group_collections_manager")
        for amount, days in ((15000, -10), (7500, 10), (4000, 40), (2500, 100)):
            due = self.today - timedelta(days=days)
            self._invoice(self.partner_a, amount, self.today - timedelta(days=120), due=due)
        run = self.env["ecl.run"].create({"company_id": self.company.id, "date": self.today, "method_id": self.hand.id})
        self.start_tour("/odoo/expected-credit-loss", "receivable_ecl_run", login=user.login)
        self.assertEqual(run.state, "reversed")
        self.assertEqual((run.allowance, run.approved_by, run.posted_by), (460.5, user, user))
        self.assertEqual(run.reversal_move_ids.reversed_entry_id, run.move_id)
        self.assertEqual(self._balance(self.allowance), 0)

    def test_spreadsheet_holds_the_figures_and_is_for_collections_only(self):
        run = self._ecl(self.hand, self.today, individual_ids=[
            Command.create({"partner_id": self.partner_b.id, "rate": 0.5, "note": "Known"})
        ])  # fmt: skip
        reader = self._user("ecl_xlsx", "receivable_dunning.group_collections_user")
        self.authenticate(reader.login, reader.login)
        answer = self.url_open(f"/receivable_dunning/ecl/{run.id}.xlsx")
        self.assertEqual((answer.status_code, answer.content[:2]), (200, b"PK"))
        stranger = self._user("ecl_nobody", "base.group_user")
        self.authenticate(stranger.login, stranger.login)
        self.assertEqual(self.url_open(f"/receivable_dunning/ecl/{run.id}.xlsx").status_code, 404)
