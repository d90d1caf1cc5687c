"""Courts and agencies ask for nothing that was agreed about, that somebody else owns, or that is paid."""

from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_payment_plan import PlanCommon
from .test_receivable_assignment import AssignmentCommon


@tagged("post_install", "-at_install")
class TestClaimAttack(PlanCommon):
    def _handover(self, item, **values):
        agency = self.env["res.partner"].create({"name": "Agency", "is_company": True})
        line = {"move_line_id": item.id, **values}
        return self.env["collection.handover"].create(
            {"company_id": self.company.id, "agency_id": agency.id, "line_ids": [Command.create(line)]}
        )

    def _demand(self, case):
        step = {"case_id": case.id, "step": "demand", "deadline": self.today + timedelta(days=9)}
        self.env["collection.case.step"].create(step).action_apply()

    def test_what_is_promised_goes_to_no_court_and_no_agency(self):
        self.env["receivable.promise"]._make(self.item, 40, self.today + timedelta(days=5), {})
        with self.assertRaisesRegex(UserError, "Promised"):
            self._demand(self.env["collection.case"]._make_drafts(self.item))
        handover = self._handover(self.item)
        with self.assertRaisesRegex(UserError, "Promised"):
            handover.action_export()
        handover.line_ids.amount_claimed = 60
        handover.action_export()
        self.assertEqual((handover.state, handover.line_ids.amount_claimed), ("exported", 60))

    def test_what_is_a_draft_again_goes_to_no_court_and_no_agency(self):
        # another invoice, so that the customer owes enough for the claim
        self._overdue(31)
        case, handover = self.env["collection.case"]._make_drafts(self.item), self._handover(self.item)
        self.invoice.button_draft()
        with self.assertRaisesRegex(UserError, "no posted claim"):
            self._demand(case)
        with self.assertRaisesRegex(UserError, "no posted claim"):
            handover.action_export()
        self.assertEqual((case.state, handover.state), ("draft", "draft"))

    def test_what_is_paid_and_not_allocated_goes_to_no_court_and_no_agency(self):
        self._invoice(self.customer, 30, self.today, move_type="out_refund")
        case = self.env["collection.case"]._make_drafts(self.item)
        with self.assertRaisesRegex(UserError, "allocate"):
            self._demand(case)
        with self.assertRaisesRegex(UserError, "allocate"):
            self._handover(self.item).action_export()
        case.line_ids.amount_claimed = 70
        self._demand(case)
        self.assertEqual((case.state, case.amount_claimed), ("demand", 70))

    def test_what_is_in_a_plan_that_is_kept_goes_to_no_court(self):
        plan = self._active()
        case = self.env["collection.case"]._make_drafts(self.item)
        with self.assertRaisesRegex(UserError, "payment plan"):
            self._demand(case)
        plan._close("Not kept")
        self._demand(case)
        self.assertEqual(case.state, "demand")

    def test_what_is_in_dispute_is_for_courts_not_for_agencies(self):
        reason = self.env.ref("receivable_dunning.dispute_reason_price")
        self.env["receivable.dispute"]._open(self.item, 100, {"reason_id": reason.id})
        with self.assertRaisesRegex(UserError, "In dispute"):
            self._handover(self.item).action_export()
        case = self.env["collection.case"]._make_drafts(self.item)
        self._demand(case)
        self.assertEqual(case.state, "demand")


@tagged("post_install", "-at_install")
class TestAssignedClaimAttack(AssignmentCommon):
    def test_what_a_factor_holds_is_not_claimed_by_us(self):
        invoice = self._overdue(5)
        self._assigned()
        item = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        case = self.env["collection.case"]._make_drafts(item)
        step = {"case_id": case.id, "step": "order"}
        with self.assertRaisesRegex(UserError, "factor"):
            self.env["collection.case.step"].create(step).action_apply()
