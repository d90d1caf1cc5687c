"""What courts, agencies, factors or the customer rely on is not reset silently, and reopening a case asks again."""

from datetime import timedelta

from odoo.exceptions import RedirectWarning, UserError
from odoo.tests import new_test_user, tagged

from .loss_common import WriteoffCommon
from .test_limitation import LegalCommon
from .test_payment_plan import PlanCommon
from .test_receivable_assignment import AssignmentCommon


class ResetDoors:
    """Every way in which an invoice goes back to draft."""

    def _closed(self, *invoices):
        """A case with these invoices that went to court and was closed."""
        items = self.env["account.move"].union(*invoices).line_ids
        case = self.env["collection.case"]._make_drafts(items)
        Step = self.env["collection.case.step"]
        Step.create({"case_id": case.id, "step": "order"}).action_apply()
        Step.create({"case_id": case.id, "step": "closed", "outcome": "withdrawn"}).action_apply()
        return case

    def _assert_stopped(self, invoices, *patterns):
        clerk = new_test_user(
            self.env, f"clerk_{invoices[0].id}", "account.group_account_invoice",
            company_ids=[(6, 0, self.company.ids)], company_id=self.company.id,
        )  # fmt: skip
        wizard = self.env["dunning.draft.reason"].create({"move_ids": [(6, 0, invoices.ids)], "reason": "Wrong price"})
        attempts = {
            "reset": invoices.button_draft,
            "reset by a clerk": invoices.with_user(clerk).button_draft,
            "cancel": invoices.button_cancel,
            "write": lambda: invoices.write({"state": "draft"}),
            "with a reason": wizard.action_reset,
            "delete": lambda: invoices.with_context(force_delete=True).unlink(),
        }
        for name, attempt in attempts.items():
            with self.subTest(name=name), self.assertRaises(UserError) as stopped, self.cr.savepoint():
                attempt()
            for pattern in patterns:
                self.assertRegex(str(stopped.exception), pattern)
            self.env.invalidate_all()
            self.assertEqual(set(invoices.mapped("state")), {"posted"})


@tagged("post_install", "-at_install")
class TestCaseReset(ResetDoors, LegalCommon):
    def test_what_a_case_claims_is_not_reset(self):
        invoice = self._overdue(30)
        case = self._case(invoice)
        self._step(case, "demand")
        self._assert_stopped(invoice, f"{case.name}.*close the case", "credit note")
        self._step(case, "closed", outcome="withdrawn")
        invoice.button_draft()
        self.assertEqual(invoice.state, "draft")

    def test_a_draft_case_claims_nothing_yet(self):
        invoice = self._overdue(30)
        self._case(invoice)
        invoice.button_draft()
        self.assertEqual(invoice.state, "draft")

    def test_what_an_agency_has_is_not_reset(self):
        invoice = self._overdue(30)
        handover = self._handover(invoice)
        handover.action_export()
        self._assert_stopped(invoice, f"{handover.name}.*recall")
        handover.line_ids._recall("Wrong price")
        invoice.button_draft()
        self.assertEqual(invoice.state, "draft")

    def test_the_reason_is_asked_for_after_the_case_is_closed(self):
        invoice = self._overdue(30)
        self._send(self._run())
        case = self._case(invoice)
        self._step(case, "demand")
        with self.assertRaisesRegex(UserError, "close the case"), self.cr.savepoint():
            invoice.button_draft()
        self._step(case, "closed", outcome="withdrawn")
        with self.assertRaises(RedirectWarning):
            invoice.button_draft()

    def test_of_many_all_are_named_or_counted_in_constant_queries(self):
        counts = []
        for size in (1, 9):
            invoices = self.env["account.move"].union(*(self._overdue(30 + day) for day in range(size)))
            self._step(self._case(*invoices), "demand")
            self.env.flush_all()
            self.env.invalidate_all()
            invoices.fetch(["name", "state"])
            before = self.cr.sql_log_count
            obstacles = invoices._reset_obstacles()
            counts.append(self.cr.sql_log_count - before)
            self.assertEqual(len(obstacles), size)
        self.assertLessEqual(counts[1], counts[0])
        with self.assertRaisesRegex(UserError, "and 4 more"):
            invoices.button_draft()

    # ------------------------------------------------------------------
    # REOPEN
    # ------------------------------------------------------------------

    def test_reopening_leaves_out_what_was_settled_and_says_why(self):
        paid, open_, unposted = self._overdue(30), self._overdue(31), self._overdue(32)
        case = self._closed(paid, open_, unposted)
        self._pay(paid, 100, self.today)
        unposted.button_draft()
        case.action_reopen()
        self.assertEqual(case.state, "order")
        self.assertEqual(case.line_ids.filtered("is_open").move_id, open_)
        note = case.event_ids.filtered(lambda event: event.kind == "reopened").note
        self.assertIn(f"{paid.name} (settled)", note)
        self.assertIn("(not posted any more)", note)
        self.assertNotIn(open_.name, note)

    def test_a_case_of_which_nothing_is_owed_is_not_reopened(self):
        paid = self._overdue(30)
        case = self._closed(paid)
        self._pay(paid, 100, self.today)
        with self.assertRaisesRegex(UserError, rf"nothing that it claimed.*{paid.name} \(settled\)"):
            case.action_reopen()
        self.assertEqual(case.state, "closed")

    def test_a_case_is_not_reopened_over_another_that_is_open(self):
        invoice = self._overdue(30)
        case = self._closed(invoice)
        other = self._case(invoice)
        with self.assertRaisesRegex(UserError, rf"{invoice.name} \({other.name}\)"):
            case.action_reopen()
        other.unlink()
        case.action_reopen()
        self.assertEqual(case.state, "order")

    def test_a_case_is_not_reopened_over_what_was_promised_meanwhile(self):
        invoice = self._overdue(30)
        case = self._closed(invoice)
        promise = self.env["receivable.promise"]._make(self._item(invoice), 100, self.today + timedelta(days=5), {})
        with self.assertRaisesRegex(UserError, rf"{invoice.name} \(Promised.*End what was agreed"), self.cr.savepoint():
            case.action_reopen()
        self.env.invalidate_all()
        self.assertEqual((case.state, case.line_ids.is_open), ("closed", False))
        promise._cancel("Withdrawn")
        case.action_reopen()
        self.assertEqual(case.state, "order")


@tagged("post_install", "-at_install")
class TestAssignedReset(ResetDoors, AssignmentCommon):
    def test_what_a_factor_holds_is_not_reset(self):
        for name, booking in (("Disclosed", {}), ("Sale", self._booking())):
            with self.subTest(name=name):
                invoice = self._overdue(5)
                batch = self._assigned(self._agreement(name=name, **booking))
                self._assert_stopped(invoice, f"{batch.name}.*buy it back")
                self._buy_back(batch.line_ids)
                invoice.button_draft()
                self.assertEqual(invoice.state, "draft")

    def test_what_a_factor_holds_and_is_paid_is_freed_of_the_payment_first(self):
        """Bought back is only what is not paid: the error says what works."""
        invoice = self._overdue(5)
        batch = self._assigned()
        self._pay(invoice, 100, self.today)
        for attempt in (invoice.button_draft, invoice.button_cancel):
            with self.assertRaisesRegex(UserError, f"{batch.name}.*take the payment off first"):
                attempt()
        with self.assertRaisesRegex(UserError, "not paid yet"):
            batch.line_ids.action_buy_back()
        invoice.line_ids.remove_move_reconcile()
        self._buy_back(batch.line_ids)
        invoice.button_draft()
        self.assertEqual(invoice.state, "draft")

    def test_a_case_is_not_reopened_over_what_a_factor_holds(self):
        invoice = self._overdue(5)
        case = self._closed(invoice)
        self._assigned()
        with self.assertRaisesRegex(UserError, "factor"):
            case.action_reopen()

    def test_what_was_sold_to_a_factor_stays_out_of_a_case_that_is_reopened(self):
        invoice = self._overdue(5)
        case = self._closed(invoice)
        batch = self._assigned(self._agreement(name="Sale", **self._booking()))
        with self.assertRaisesRegex(UserError, f"with a factor by {batch.name}"):
            case.action_reopen()


@tagged("post_install", "-at_install")
class TestPlannedReset(ResetDoors, PlanCommon):
    def test_what_is_in_a_plan_that_was_accepted_is_not_reset(self):
        plan = self._active()
        self._assert_stopped(self.invoice, f"{plan.name}.*close the plan")
        plan._close("Wrong price")
        self.invoice.button_draft()
        self.assertEqual(self.invoice.state, "draft")

    def test_an_offer_stops_nobody(self):
        plan = self._plan()
        plan.action_offer_otherwise()
        self.invoice.button_draft()
        self.assertEqual(self.invoice.state, "draft")


@tagged("post_install", "-at_install")
class TestWrittenOffReset(ResetDoors, WriteoffCommon):
    def test_what_was_written_off_is_not_reset(self):
        invoice = self._old(100)
        writeoff = self._posted(invoice)
        self._assert_stopped(invoice, f"{writeoff.name}.*undo the write-off")
        writeoff.with_user(self.boss)._undo(self.day, "Paid after all")
        invoice.button_draft()
        self.assertEqual(invoice.state, "draft")

    def test_a_case_is_not_reopened_over_what_was_written_off(self):
        invoice = self._old(100)
        case = self._closed(invoice)
        writeoff = self._posted(invoice)
        with self.assertRaisesRegex(UserError, f"written off by {writeoff.name}"):
            case.action_reopen()
