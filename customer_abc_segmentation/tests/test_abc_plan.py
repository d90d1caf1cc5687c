from datetime import timedelta

from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common_proposal import ProposalCommon


@tagged("post_install", "-at_install")
class TestAbcPlan(ProposalCommon):
    """An activity plan starts by itself, once per move, unless too many customers are concerned."""

    def _activities(self, partner):
        return self.env["mail.activity"].search(
            [("res_model", "=", "res.partner"), ("res_id", "=", partner.id)], order="summary"
        )

    def test_plan_starts_for_who_enters(self):
        seller = new_test_user(self.env, "seller", groups="base.group_user")
        self.bob.user_id = seller
        self._plan_action(self._plan(None, self.env.user))
        self._classify_and_swap()
        self.assertFalse(self._activities(self.bob), "not within the run")
        self._start_plans()
        activities = self._activities(self.bob)
        self.assertEqual(activities.mapped("summary"), ["Call 0", "Call 1"])
        self.assertEqual([activity.user_id for activity in activities], [seller, self.env.user])
        self.assertEqual(self._proposals().mapped("state"), ["accepted"])
        self.assertIn("entered class A", self.bob.message_ids[0].body)
        self.assertFalse(self._activities(self.ann))

    def test_without_salesperson_the_user_of_the_action_is_responsible(self):
        deputy = new_test_user(self.env, "deputy", groups="base.group_user")
        self.bob.user_id = new_test_user(self.env, "gone", groups="base.group_user")
        self.bob.user_id.sudo().active = False
        self._plan_action(plan_user_id=deputy.id)
        self._classify_and_swap()
        self._start_plans()
        self.assertEqual(self._activities(self.bob).user_id, deputy)

    def test_plan_does_not_start_twice_for_a_move(self):
        self._plan_action()
        self._classify_and_swap()
        self._start_plans()
        self._start_plans()
        self._classify(self.NEXT)
        self._classify(self.NEXT + timedelta(days=1))
        self._start_plans()
        self.assertEqual(len(self._activities(self.bob)), 1)
        self.assertEqual(len(self._proposals()), 1)

    def test_plan_of_another_move_starts_again(self):
        self._plan_action()
        self._classify_and_swap()
        self._start_plans()
        self._invoice(self.ann, 50000, "2024-07-12")
        self._classify(self.NEXT + timedelta(days=5))
        self._invoice(self.bob, 5000000, "2024-07-18")
        self._classify(self.NEXT + timedelta(days=10))
        self._start_plans()
        self.assertEqual(len(self._activities(self.bob)), 2)

    def test_too_many_at_once_wait_for_a_person(self):
        self._plan_action(start_limit=0)
        self._classify_and_swap()
        self._start_plans()
        proposal = self._proposals()
        self.assertRecordValues(proposal, [{"state": "open", "is_automatic": False}])
        self.assertFalse(self._activities(self.bob))
        proposal._accept()
        self.assertEqual(len(self._activities(self.bob)), 1)
        with self.assertRaises(UserError):
            proposal._take_back()

    def test_limit_counts_the_customers_of_a_run(self):
        self._plan_action(level=self.class_c, on_first=True, start_limit=3)
        for number in range(4):
            self._invoice(self._customer(f"S{number}"), 0.01)
        self._classify()
        self.assertEqual(self._proposals().mapped("is_automatic"), [False] * 4, "one too many: all wait")

    def test_waiting_plan_of_a_former_move_does_not_start(self):
        self._plan_action()
        self._classify_and_swap()
        self._invoice(self.ann, 50000, "2024-07-12")
        self._classify(self.NEXT + timedelta(days=5))
        self._start_plans()
        self.assertFalse(self._activities(self.bob))
        self.assertEqual(len(self._activities(self.ann)), 1)

    def test_archived_plan_does_not_start(self):
        action = self._plan_action()
        self._classify_and_swap()
        action.plan_id.sudo().active = False
        self._start_plans()
        self.assertRecordValues(self._proposals(), [{"state": "obsolete", "closed_because": "gone"}])

    def test_plan_must_be_one_for_contacts(self):
        plan = self.env["mail.activity.plan"].sudo().create({"name": "Other", "res_model": "account.move"})
        with self.assertRaises(ValidationError):
            self._plan_action(plan)
