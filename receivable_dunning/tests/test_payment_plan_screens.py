"""Every screen of promises and plans loads, the letters render, in both languages."""

from datetime import timedelta

from odoo.tests import tagged

from .test_payment_plan import PlanCommon

VIEWS = {
    "receivable.promise": ("list", "form", "kanban", "search", "pivot", "graph", "activity"),
    "receivable.promise.line": ("list", "calendar", "search"),
    "receivable.payment.plan": ("list", "form", "kanban", "search", "pivot", "graph", "activity"),
    "receivable.payment.plan.line": ("list", "calendar", "search"),
    "receivable.promise.wizard": ("form",),
    "receivable.promise.cancel.wizard": ("form",),
    "receivable.payment.plan.wizard": ("form",),
    "receivable.payment.plan.accept.wizard": ("form",),
    "receivable.aging": ("list", "search"),
    "res.partner": ("form",),
    "account.move": ("form",),
    "res.config.settings": ("form",),
}


@tagged("post_install", "-at_install")
class TestPaymentPlanScreens(PlanCommon):
    def test_every_view_loads_for_users(self):
        user = self._user("collector", "receivable_dunning.group_collections_user")
        for model, kinds in VIEWS.items():
            env = self.env if model in ("res.config.settings", "receivable.payment.plan.accept.wizard") else user.env
            for kind in kinds:
                with self.subTest(model=model, kind=kind):
                    self.assertIn(kind, env[model].get_views([(False, kind)])["views"])

    def _html(self, plan, name):
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(f"receivable_dunning.{name}", plan.ids)
        return html.decode()

    def test_agreement_says_who_owes_what_when_and_what_follows(self):
        plan = self._plan(interest_mode="plan", interest_rate=10, note="Thank you for your call.")
        html = self._html(plan, "report_payment_plan")
        for text in (self.customer.name, self.invoice.name, "Thank you for your call.", "(draft)", "at once", "365"):
            self.assertIn(text, html)
        plan.action_offer_otherwise()
        plan._accept("Anna Smith", "staff")
        html = self._html(plan, "report_payment_plan")
        self.assertIn("Anna Smith", html)
        self.assertIn(plan.content_hash, html)
        self.assertNotIn("(draft)", html)

    def test_letter_about_the_break_names_the_rest(self):
        plan = self._active()
        self._paid(20)
        self._plan_state(plan, 11)
        html = self._html(plan, "report_payment_plan_broken")
        self.assertIn("80.00", html)
        self.assertIn("missed", html)

    def test_letters_are_in_the_language_of_the_contact(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.customer.lang = "zh_CN"
        plan = self._plan()
        self.assertEqual(plan.lang, "zh_CN")
        html = self._html(plan, "report_payment_plan")
        self.assertIn('data-oe-lang="zh_CN"', html)

    def test_smart_buttons_lead_to_promises_and_plans(self):
        promise = self._promise(30)
        self.assertEqual(self.customer.promise_open_count, 1)
        self.assertEqual(self.invoice.promise_count, 1)
        for action in (self.customer.action_view_promises(), self.invoice.action_view_promises()):
            self.assertEqual(self.env["receivable.promise"].search(action["domain"]), promise)
        self.assertEqual(promise.action_open_documents()["res_id"], self.invoice.id)
        plan = self._plan()
        self.env.invalidate_all()
        self.assertEqual((self.customer.payment_plan_count, self.invoice.payment_plan_count), (1, 1))
        for action in (self.customer.action_view_payment_plans(), self.invoice.action_view_payment_plans()):
            self.assertEqual(self.env["receivable.payment.plan"].search(action["domain"]), plan)

    def test_cancel_wizard_asks_for_a_reason(self):
        promise = self._promise(30)
        action = promise.action_cancel()
        wizard = self.env[action["res_model"]].with_context(**action["context"]).create({"reason": "By mistake"})
        wizard.action_apply()
        self.assertRecordValues(
            promise, [{"state": "cancelled", "cancel_reason": "By mistake", "cancelled_on": self.today}]
        )

    def test_settings_are_those_of_the_company(self):
        settings = self.env["res.config.settings"].create({})
        settings.promise_tolerance_days = 4
        settings.plan_manager_amount = 5000
        settings.execute()
        self.assertRecordValues(self.company, [{"promise_tolerance_days": 4, "plan_manager_amount": 5000}])

    def test_next_instalment_is_shown(self):
        plan = self._active()
        self.assertRecordValues(plan, [{"next_date": self.today + timedelta(days=10), "next_amount": 50}])
