"""Payment plans: from the draft to the agreement, and what payments make of it."""

from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .test_promise_decision import PromiseCommon


class PlanCommon(PromiseCommon):
    def _plan(self, items=None, **values):
        """A draft in two instalments: in 10 and in 40 days or so."""
        items = self.item if items is None else items
        values = {"instalment_count": 2, "first_date": self.today + timedelta(days=10), "rhythm": "fortnight", **values}
        return self.env["receivable.payment.plan"]._make(items, values)

    def _active(self, items=None, **values):
        plan = self._plan(items, **values)
        plan.action_offer_otherwise()
        plan._accept("Anna Smith", "staff")
        self._settle()
        return plan

    def _plan_state(self, plan, days):
        plan.sudo()._decide(self.today + timedelta(days=days))
        return plan.state


@tagged("post_install", "-at_install")
class TestPaymentPlan(PlanCommon):
    def test_draft_splits_what_is_open_and_the_last_instalment_takes_the_rest(self):
        self._paid(0.01)
        plan = self._plan(instalment_count=3, down_payment=10, down_date=self.today)
        self.assertEqual(plan.line_ids.mapped("principal"), [10, 30, 30, 29.99])
        self.assertEqual(plan.amount_total, 99.99)
        self.assertTrue(plan.name.startswith("PLAN/"))

    def test_edited_instalments_have_to_add_up_before_it_is_offered(self):
        plan = self._plan()
        with Form(plan) as form, form.line_ids.edit(0) as line:
            line.principal = 70
        with self.assertRaisesRegex(UserError, "add up to"):
            plan.action_offer_otherwise()
        with Form(plan) as form, form.line_ids.edit(1) as line:
            line.principal = 30
        plan.action_offer_otherwise()
        self.assertEqual(plan.state, "offered")

    def test_instalments_in_the_past_are_not_offered(self):
        plan = self._plan(date=self.today - timedelta(days=9), first_date=self.today - timedelta(days=1))
        with self.assertRaisesRegex(UserError, "in the past"):
            plan.action_offer_otherwise()

    def test_payment_since_the_draft_asks_for_new_figures(self):
        plan = self._plan()
        self._paid(20)
        with self.assertRaisesRegex(UserError, "Something was booked"):
            plan.action_offer_otherwise()
        plan.action_refresh_items()
        self.assertEqual(plan.line_ids.mapped("amount"), [40, 40])
        plan.action_offer_otherwise()

    def test_offer_by_email_carries_link_and_agreement(self):
        plan = self._plan()
        plan.action_offer()
        message = plan.message_ids.filtered(lambda message: message.message_type != "notification")[:1]
        mail = self.env["mail.mail"].sudo().search([("model", "=", plan._name), ("res_id", "=", plan.id)])
        self.assertIn(plan.access_token, mail.body_html)
        self.assertEqual(mail.recipient_ids, self.customer)
        self.assertTrue(message or mail)
        if self.env["ir.actions.report"]._can_print():
            self.assertEqual(mail.attachment_ids.mimetype, "application/pdf")

    def test_customer_without_email_is_offered_otherwise(self):
        self.customer.email = False
        plan = self._plan()
        with self.assertRaisesRegex(UserError, "no e-mail address"):
            plan.action_offer()
        self.assertEqual(plan.state, "draft")

    # ------------------------------------------------------------------
    # ACCEPTANCE
    # ------------------------------------------------------------------

    def test_acceptance_is_recorded_with_fingerprint(self):
        plan = self._plan()
        plan.action_offer_otherwise()
        fingerprint = plan.content_hash
        plan._accept("Anna Smith", "link", ip="192.0.2.1")
        self.assertRecordValues(
            plan,
            [
                {
                    "state": "active",
                    "accept_name": "Anna Smith",
                    "accept_via": "link",
                    "accept_ip": "192.0.2.1",
                    "content_hash": fingerprint,
                }
            ],
        )
        self.assertEqual(len(fingerprint), 64)
        self.assertTrue(plan.accept_date)
        self.assertTrue(plan.message_ids.filtered(lambda message: fingerprint[:16] in (message.body or "")))

    def test_acceptance_keeps_the_pdf_of_the_agreement(self):
        report = self.env.registry["ir.actions.report"]
        with (
            patch.object(report, "_can_print", lambda self: True),
            patch.object(report, "_render_qweb_pdf", lambda self, name, ids: (b"%PDF-agreement", "pdf")),
        ):
            plan = self._active()
        self.assertEqual(plan.agreement_id.raw, b"%PDF-agreement")
        self.assertEqual(plan.agreement_id.res_id, plan.id)

    def test_offer_is_accepted_once_named_and_in_time(self):
        plan = self._plan(answer_until=self.today)
        with self.assertRaisesRegex(UserError, "withdrawn"):
            plan._accept("Anna", "link")
        plan.action_offer_otherwise()
        with self.assertRaisesRegex(UserError, "your name"):
            plan._accept("  ", "link")
        plan.sudo().answer_until = self.today - timedelta(days=1)
        with self.assertRaisesRegex(UserError, "expired"):
            plan._accept("Anna", "link")
        plan.sudo().answer_until = self.today
        plan._accept("Anna", "link")
        with self.assertRaises(UserError):
            plan._accept("Bob", "link")

    def test_what_was_changed_after_the_offer_is_not_accepted(self):
        plan = self._plan()
        plan.action_offer_otherwise()
        plan.sudo().line_ids[0].principal = 10
        with self.assertRaisesRegex(UserError, "not what was offered"):
            plan._accept("Anna", "link")

    def test_payment_after_the_offer_asks_for_a_new_plan(self):
        plan = self._plan()
        plan.action_offer_otherwise()
        self._paid(20)
        with self.assertRaisesRegex(UserError, "Something was booked"):
            plan._accept("Anna", "link")

    def test_what_is_a_draft_again_is_neither_offered_nor_accepted(self):
        draft, offered = self._plan(), self._plan()
        offered.action_offer_otherwise()
        self.invoice.button_draft()
        with self.assertRaisesRegex(UserError, f"{self.invoice.name} is not booked"):
            draft.action_offer_otherwise()
        with self.assertRaisesRegex(UserError, f"{self.invoice.name} is not booked"):
            offered._accept("Anna", "link")
        self.invoice.action_post()
        offered._accept("Anna", "link")
        self.assertEqual(offered.state, "active")

    def test_one_item_is_in_one_standing_plan(self):
        second = self._plan()
        self._active()
        with self.assertRaisesRegex(UserError, "Another plan stands"):
            second.action_offer_otherwise()
        with self.assertRaisesRegex(UserError, "instalment plan is agreed"):
            self._plan()

    def test_plan_takes_the_place_of_promises(self):
        promise = self._promise(60)
        plan = self._active()
        self.assertEqual(promise.state, "cancelled")
        self.assertIn(plan.name, promise.cancel_reason)
        with self.assertRaisesRegex(UserError, "instalment plan is agreed"):
            self._promise(10)

    # ------------------------------------------------------------------
    # KEPT OR BROKEN
    # ------------------------------------------------------------------

    def test_plan_is_kept_when_every_instalment_comes_in_time(self):
        plan = self._active()
        self._paid(50)
        self.assertRecordValues(plan, [{"state": "active", "amount_paid": 50, "progress": 50}])
        self.assertEqual(plan.line_ids.mapped("state"), ["kept", "open"])
        self.assertEqual(self._plan_state(plan, 24), "active")
        self._paid(50)
        self.assertRecordValues(plan, [{"state": "kept", "date_decided": self.today}])

    def test_missed_instalment_breaks_the_plan(self):
        plan = self._active()
        self.assertEqual(self._plan_state(plan, 10), "active")
        self.assertEqual(self._plan_state(plan, 11), "broken")
        self.assertEqual(plan.date_decided, self.today + timedelta(days=11))
        activity = plan.activity_ids
        self.assertEqual(activity.user_id, plan.user_id)
        self.assertIn("missed an instalment", activity.note)

    def test_too_little_breaks_it_too(self):
        plan = self._active()
        self._paid(49)
        self.assertEqual(self._plan_state(plan, 11), "broken")
        self.assertEqual(plan.line_ids.mapped("state"), ["partly", "open"])

    def test_tolerance_of_the_company_counts(self):
        self.company.write({"promise_tolerance_days": 3, "promise_tolerance_amount": 2})
        plan = self._active()
        self.assertEqual(self._plan_state(plan, 13), "active")
        self.assertEqual(self._plan_state(plan, 14), "broken")
        self._paid(98)
        self.assertEqual(self._plan_state(plan, 14), "kept")

    def test_undone_payment_breaks_a_plan_that_was_kept(self):
        plan = self._active()
        self._paid(100)
        self.assertEqual(self._plan_state(plan, 60), "kept")
        self.item.remove_move_reconcile()
        self._settle()
        self.assertEqual(plan.state, "active")
        self.assertEqual(self._plan_state(plan, 60), "broken")

    def test_late_booked_payment_mends_the_plan_and_takes_the_work_back(self):
        plan = self._active(first_date=self.today + timedelta(days=1))
        self._plan_state(plan, 2)
        self.assertTrue(plan.activity_ids)
        self._paid(50)
        self.assertEqual(self._plan_state(plan, 2), "active")
        self.assertFalse(plan.activity_ids)

    def test_what_was_paid_before_does_not_count(self):
        self._paid(40)
        plan = self._active()
        self.assertEqual(plan.amount_paid, 0)
        self.assertEqual(self._plan_state(plan, 11), "broken")

    def test_credit_note_lowers_the_last_instalments(self):
        plan = self._active()
        self._credited(50)
        self._paid(50)
        self.assertEqual(plan.state, "kept")

    def test_forgiven_plan_goes_on_and_breaks_again_at_the_next_day(self):
        plan = self._active(first_date=self.today)
        self.assertEqual(self._plan_state(plan, 1), "broken")
        plan._set(pardoned_on=self.today + timedelta(days=1))
        self.assertEqual(self._plan_state(plan, 1), "active")
        self.assertEqual(self._plan_state(plan, 15), "broken")

    def test_broken_plan_puts_the_customer_on_hold_where_the_company_wants_it(self):
        self.company.plan_broken_hold = True
        plan = self._active()
        self._plan_state(plan, 11)
        profile = self.env["credit.profile"].search([("partner_id", "=", self.customer.id)])
        self.assertTrue(profile.manual_hold)

    def test_broken_plan_leaves_the_credit_alone_by_default(self):
        self._plan_state(self._active(), 11)
        self.assertFalse(self.env["credit.profile"].search([("partner_id", "=", self.customer.id)]).manual_hold)

    def test_nightly_job_finds_missed_instalments(self):
        plan = self._active()
        plan.sudo().line_ids[0].date_due = self.today - timedelta(days=1)
        with self.enter_registry_test_mode():
            self.env.ref("receivable_dunning.ir_cron_decide_payment_plans").method_direct_trigger()
        self.assertEqual(plan.state, "broken")

    def test_rest_is_asked_for_by_email(self):
        plan = self._active()
        self._paid(20)
        self._plan_state(plan, 11)
        plan.action_send_broken()
        mails = self.env["mail.mail"].sudo().search([("model", "=", plan._name), ("res_id", "=", plan.id)])
        self.assertTrue(mails.filtered(lambda mail: "80.00" in mail.body_html))

    # ------------------------------------------------------------------
    # REMINDERS
    # ------------------------------------------------------------------

    def test_reminders_wait_while_the_plan_is_kept(self):
        plan = self._active()
        self.assertEqual(self._reasons(self._run()), ["in_plan"])
        plan.sudo().line_ids[0].date_due = self.today - timedelta(days=1)
        # before the job has said so
        self.assertEqual(plan.state, "active")
        self.assertEqual(self._notice(self._run()).amount_total, 100)

    def test_offer_alone_stops_no_reminder(self):
        self._plan().action_offer_otherwise()
        self.assertEqual(self._notice(self._run()).amount_total, 100)

    def test_plan_accepted_after_the_proposal_stops_the_sending(self):
        run = self._run()
        run.action_confirm()
        self._active()
        self._deliver(run)
        self.assertRecordValues(self._notice(run), [{"state": "suppressed", "reason": "in_plan"}])

    def test_cancelled_plan_holds_nothing(self):
        plan = self._active()
        plan._close("The customer wants to pay at once")
        self.assertEqual(self._notice(self._run()).amount_total, 100)
        with self.assertRaises(UserError):
            self._plan()._close("")

    def test_new_plan_takes_what_is_left(self):
        plan = self._active()
        self._paid(20)
        self._plan_state(plan, 11)
        new = self.env["receivable.payment.plan"].browse(plan.action_replan()["res_id"])
        self.assertEqual(plan.state, "cancelled")
        self.assertRecordValues(new, [{"amount_total": 80, "previous_id": plan.id, "state": "draft"}])

    # ------------------------------------------------------------------
    # DOORS
    # ------------------------------------------------------------------

    def test_users_make_drafts_accountants_offer_managers_above_the_amount(self):
        user = self._user("collector", "receivable_dunning.group_collections_user")
        accountant = self._user("accountant", "receivable_dunning.group_collections_accountant")
        plan = (
            self.env["receivable.payment.plan"]
            .with_user(user)
            ._make(self.item, {"instalment_count": 2, "first_date": self.today + timedelta(days=5)})
        )
        plan.instalment_count = 4
        plan.action_make_schedule()
        self.assertEqual(len(plan.line_ids), 4)
        for action in ("action_offer_otherwise", "action_offer"):
            with self.assertRaises(AccessError):
                getattr(plan, action)()
        self.company.plan_manager_amount = 99
        with self.assertRaisesRegex(AccessError, "managers"):
            plan.with_user(accountant).action_offer_otherwise()
        plan.with_env(self.env).action_offer_otherwise()
        for action in ("action_accept", "action_reopen", "action_send_again", "action_replan"):
            with self.subTest(action=action), self.assertRaises(AccessError):
                getattr(plan, action)()
        with self.assertRaises(UserError):
            plan.instalment_count = 3
        with self.assertRaises(UserError):
            plan.line_ids[0].principal = 1

    def test_state_figures_and_acceptance_are_not_written(self):
        plan = self._plan()
        for values in ({"state": "active"}, {"accept_name": "X"}, {"amount_paid": 9}, {"content_hash": "0"}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                plan.write(values)
        with self.assertRaises(AccessError):
            plan.line_ids[0].amount_paid = 50
        with self.assertRaises(AccessError):
            plan.line_ids = [Command.create({"date_due": self.today, "principal": 1, "state": "kept"})]
        with self.assertRaises(AccessError):
            plan.item_ids[0].amount = 1
        with self.assertRaises(AccessError):
            self.env["receivable.payment.plan"].create({"partner_id": self.customer.id})

    def test_portal_user_sees_its_own_plans_once_offered_and_changes_nothing(self):
        plan = self._plan(internal_note="Careful")
        portal = self._user("portal_person", "base.group_portal")
        portal.partner_id.parent_id = self.customer
        Plan = self.env["receivable.payment.plan"].with_user(portal)
        self.assertFalse(Plan.search([]))
        plan.action_offer_otherwise()
        seen = Plan.search([])
        self.assertEqual(seen, plan)
        self.assertEqual(sum(seen.line_ids.mapped("amount")), 100)
        self.assertEqual(seen.item_ids.mapped("name"), [self.invoice.name])
        with self.assertRaises(AccessError):
            seen.read(["internal_note"])
        with self.assertRaises(AccessError):
            seen.write({"note": "x"})
        self.assertFalse(Plan.with_user(self._user("other_portal", "base.group_portal")).search([]))

    # ------------------------------------------------------------------
    # REQUESTS
    # ------------------------------------------------------------------

    def test_customer_asks_for_instalments(self):
        seller = self._user("seller", "base.group_user")
        self.customer.user_id = seller
        portal = self._user("portal_person", "base.group_portal")
        Plan = self.env["receivable.payment.plan"].with_user(portal).sudo()
        plan = Plan._request(self.item, 4, self.today + timedelta(days=14), "Business is slow")
        self.assertRecordValues(
            plan, [{"state": "draft", "request_note": "Business is slow", "user_id": seller.id, "amount_total": 100}]
        )
        self.assertEqual(plan.line_ids.mapped("amount"), [25, 25, 25, 25])
        self.assertEqual(plan.activity_ids.user_id, seller)
        with self.assertRaisesRegex(UserError, "asked for already"):
            Plan._request(self.item, 4, self.today + timedelta(days=14), "")

    def test_requests_out_of_bounds_are_refused(self):
        Plan = self.env["receivable.payment.plan"]
        for count, days in ((0, 5), (61, 5), (3, -1), (3, 100)):
            with self.subTest(count=count, days=days), self.assertRaises(UserError):
                Plan._request(self.item, count, self.today + timedelta(days=days), "")

    # ------------------------------------------------------------------
    # WIZARD
    # ------------------------------------------------------------------

    def test_wizard_shows_the_schedule_and_makes_the_draft(self):
        action = self.customer.action_payment_plan()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        with Form(wizard) as form:
            form.instalment_count = 4
            form.down_payment = 20
            self.assertEqual(len(form.part_ids), 5)
            self.assertEqual(form.amount_total, 100)
        plan = self.env["receivable.payment.plan"].browse(wizard.action_apply()["res_id"])
        self.assertEqual(plan.line_ids.mapped("amount"), [20, 20, 20, 20, 20])

    def test_acceptance_entered_by_staff_says_how(self):
        plan = self._plan()
        plan.action_offer_otherwise()
        wizard = self.env["receivable.payment.plan.accept.wizard"].create(
            {"plan_id": plan.id, "name": "Anna", "how": "Signed, came by post"}
        )
        wizard.action_apply()
        self.assertRecordValues(plan, [{"state": "active", "accept_via": "staff", "accept_name": "Anna"}])
        self.assertTrue(plan.message_ids.filtered(lambda message: "came by post" in (message.body or "")))
