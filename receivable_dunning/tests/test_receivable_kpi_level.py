from datetime import timedelta

from odoo.tests import tagged

from ..models.receivable_kpi_facts import Period
from .test_receivable_kpi import KpiCommon


@tagged("post_install", "-at_install")
class TestDunningEffectiveness(KpiCommon):
    def test_levels_are_judged_by_the_money_that_came_in_time(self):
        plan = self.env.ref("receivable_dunning.dunning_plan_default").sudo().copy({"company_id": self.company.id})
        self.company.sudo().receivable_kpi_response_days = 14
        self.customer.write({"email": "a@example.com", "is_company": True})
        self.env["dunning.plan"].search([("company_id", "=", self.company.id), ("id", "!=", plan.id)]).active = False
        today = self.today
        paid, late, credited = (
            self._invoice(self.customer, amount, today - timedelta(days=40), due=today - timedelta(days=12))
            for amount in (100, 200, 400)
        )
        run = self.env["dunning.run"].create({"company_id": self.company.id, "plan_ids": plan.ids})
        run.action_propose()
        run.action_confirm()
        notices = run.notice_ids.filtered(lambda notice: notice.partner_id == self.customer)
        notices.sudo().write({"state": "sent", "sent_date": today - timedelta(days=20)})
        loss = {"payment_difference_handling": "reconcile", "writeoff_account_id": self.bad_debt.id}
        self._pay(paid, 90, today - timedelta(days=10), **loss)
        self._pay(late, 200, today - timedelta(days=1))
        credited._reverse_moves(
            [{"invoice_date": today - timedelta(days=9), "date": today - timedelta(days=9)}], cancel=True
        )
        self.env.flush_all()
        end = today - timedelta(days=6)
        period = Period(self.company, end.replace(day=1), end)
        levels = self.env["receivable.kpi.level"]._facts(period)
        claimed = sum(notices.line_ids.filtered(lambda line: not line.is_credit).mapped("residual"))
        self.assertEqual(len(levels), 1)
        self.assertEqual((levels[0]["claimed_amount"], levels[0]["received_amount"]), (claimed, 90))
        self.assertAlmostEqual(levels[0]["rate"], 90 / claimed, 8)
