"""Whom a statement plan finds is decided with the rights of who set its condition; the job says so where it cannot."""

from datetime import date
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestStatementPlanAuthor(DunningCommon):
    AS_OF = date(2024, 6, 30)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.author = cls._user("author", "receivable_dunning.group_collections_manager")
        cls.author.company_ids = cls.company
        cls.boss = cls._user("boss", "receivable_dunning.group_collections_manager")
        cls.secret = cls._customer("Secret", ref="SECRET")
        for partner in cls.customer + cls.secret:
            cls._invoice(partner, 100, date(2024, 6, 1))
        # what the author may not read
        cls.env["ir.rule"].sudo().create(
            {
                "name": "Not for the author",
                "model_id": cls.env["ir.model"]._get_id("res.partner"),
                "domain_force": f"['|', ('ref', '=', False), ('ref', '!=', 'SECRET')]"
                f" if user.id == {cls.author.id} else []",
            }
        )

    def _plan(self, user=None, **values):
        plans = self.env["receivable.statement.plan"].with_user(user or self.author)
        values = {"name": "P", "company_id": self.company.id, "date_next": date(2024, 7, 1), **values}
        return plans.create(values).with_user(self.env.user)

    def _run_job(self):
        cron = self.env.ref("receivable_dunning.ir_cron_make_statements")
        self.env.flush_all()
        with self.enter_registry_test_mode(), patch("odoo.fields.Date.context_today", lambda *args: date(2024, 7, 3)):
            cron.method_direct_trigger()

    def _task(self, plan):
        kind = self.env.ref("receivable_dunning.mail_activity_type_statement_plan")
        return plan.activity_ids.filtered(lambda task: task.activity_type_id == kind)

    # ------------------------------------------------------------------
    # WHOM
    # ------------------------------------------------------------------

    def test_plan_finds_only_customers_whom_its_author_may_read(self):
        both = (self.customer + self.secret).ids
        for domain in ("[]", "[('name', '!=', 'x')]", "[('ref', '=', 'SECRET')]"):
            with self.subTest(domain):
                found = self._plan(partner_domain=domain)._partner_ids(self.AS_OF)
                self.assertFalse(set(found) & set(self.secret.ids))
        self.assertEqual(self._plan(self.boss)._partner_ids(self.AS_OF), both)

    def test_job_makes_what_the_author_may_read(self):
        plan = self._plan()
        self._run_job()
        self.assertEqual(plan.statement_ids.partner_id, self.customer)

    def test_wizard_finds_what_its_user_may_read(self):
        wizard = self.env["receivable.statement.wizard"].with_user(self.author)
        form = Form(wizard.with_context(allowed_company_ids=self.company.ids))
        form.date = self.AS_OF
        self.assertEqual(form.customer_count, 1)
        self.assertEqual(form.save()._partner_ids(self.AS_OF), self.customer.ids)

    def test_condition_on_what_the_author_may_not_read_is_refused(self):
        plan = self._plan()
        for write in (
            lambda: self._plan(partner_domain="[('signup_type', '=', 'reset')]"),
            lambda: plan.with_user(self.author).write({"partner_domain": "[('signup_type', '=', 'reset')]"}),
        ):
            with self.assertRaisesRegex(ValidationError, "may not read yourself"), self.cr.savepoint():
                write()

    # ------------------------------------------------------------------
    # WHO ANSWERS FOR IT
    # ------------------------------------------------------------------

    def test_author_is_who_set_the_condition_whatever_is_sent(self):
        plan = self._plan(author_id=self.boss.id, user_id=self.boss.id)
        self.assertEqual(plan.author_id, self.author)
        with self.assertRaises(AccessError):
            plan.with_user(self.author).author_id = self.boss
        plan.with_user(self.boss).name = "Renamed"
        self.assertEqual(plan.author_id, self.author)
        plan.with_user(self.boss).partner_domain = "[('ref', '=', 'SECRET')]"
        self.assertEqual(plan.author_id, self.boss)
        self.assertEqual(plan._partner_ids(self.AS_OF), self.secret.ids)
        self.assertEqual(plan.with_user(self.author).copy().author_id, self.author)

    def test_who_moves_a_plan_to_another_company_answers_for_it_there(self):
        other = self.setup_other_company()["company"]
        (self.author + self.boss).sudo().company_ids += other
        plan = self._plan()
        moved = plan.with_user(self.boss).with_context(allowed_company_ids=(self.company + other).ids)
        moved.name = "Q"
        self.assertEqual(plan.author_id, self.author)
        moved.company_id = other
        self.assertEqual(plan.author_id, self.boss)

    def _check_standstill(self, **loss):
        """The author loses something: the plan stands still and says so once, until somebody takes it over."""
        plan, other = self._plan(user_id=self.boss.id), self._plan(self.boss)
        self.assertFalse(plan.problem)
        self.author.sudo().write(loss)
        self.env.invalidate_all()
        self.assertIn(self.author.name, plan.problem)
        for _twice in range(2):
            self._run_job()
        self.assertRecordValues(plan, [{"statement_count": 0, "date_next": date(2024, 7, 1)}])
        self.assertEqual(other.statement_count, 2, "the other plan goes on")
        self.assertRecordValues(self._task(plan), [{"user_id": self.boss.id}])
        self.assertIn("takes the plan over", self._task(plan).note)
        with self.assertRaisesRegex(UserError, "takes the plan over"):
            plan.with_user(self.boss).action_make_now()
        plan.with_user(self.boss).action_take_over()
        self.assertEqual((plan.problem, plan.author_id, len(self._task(plan))), (False, self.boss, 0))
        self._run_job()
        self.assertEqual((plan.statement_count, plan.date_next), (2, date(2024, 8, 1)))

    def test_plan_of_an_archived_author_stands_still(self):
        self._check_standstill(active=False)

    def test_plan_of_an_author_without_the_right_stands_still(self):
        self._check_standstill(group_ids=[Command.set(self.env.ref("base.group_user").ids)])

    def test_plan_of_an_author_who_left_the_company_stands_still(self):
        elsewhere = self.env.ref("base.main_company")
        self._check_standstill(company_id=elsewhere.id, company_ids=[Command.set(elsewhere.ids)])

    def test_only_who_may_make_plans_takes_one_over(self):
        plan, clerk = self._plan(), self._user("clerk", "receivable_dunning.group_collections_accountant")
        with self.assertRaises(AccessError):
            plan.with_user(clerk).action_take_over()

    def test_nobody_takes_over_a_condition_on_what_they_may_not_read(self):
        self.env.ref("base.group_erp_manager").sudo().user_ids += self.boss
        plan = self._plan(self.boss, partner_domain="[('signup_type', '=', 'reset')]")
        with self.assertRaisesRegex(ValidationError, "may not read yourself"), self.cr.savepoint():
            plan.with_user(self.author).action_take_over()
        self.assertEqual(plan.author_id, self.boss)
