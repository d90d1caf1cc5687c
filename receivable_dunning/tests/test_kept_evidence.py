"""What went out stands in the chatter of its record, and nobody changes or deletes it silently."""

import base64
import io

from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .test_limitation import LegalCommon
from .test_payment_plan import PlanCommon
from .test_receivable_assignment import AssignmentCommon


class EvidenceDoors:
    def _assert_kept(self, record, attachment):
        """In the chatter, and as it was whatever is tried."""
        self.assertTrue(attachment.is_evidence)
        self.assertEqual((attachment.res_model, attachment.res_id), (record._name, record.id))
        message = record.message_ids.filtered(lambda message: attachment in message.attachment_ids)
        self.assertEqual(len(message), 1)
        name_kept = attachment.name
        content, other = attachment.raw, base64.b64encode(b"something else")
        attempts = {
            "deleted": attachment.unlink,
            "deleted in the chatter": lambda: attachment.sudo()._delete_and_notify(message),
            "overwritten": lambda: attachment.write({"datas": other}),
            "overwritten as the system": lambda: attachment.sudo().write({"raw": b"something else"}),
            "called otherwise": lambda: attachment.sudo().write({"name": "Holiday.pdf"}),
            "of another kind": lambda: attachment.sudo().write({"mimetype": "text/plain"}),
            "moved": lambda: attachment.write({"res_id": 0, "res_model": False}),
            "no evidence": lambda: attachment.sudo().write({"is_evidence": False}),
        }
        for name, attempt in attempts.items():
            with self.subTest(name=name), self.assertRaisesRegex(UserError, "evidence"), self.cr.savepoint():
                attempt()
            self.env.invalidate_all()
            self.assertEqual((attachment.raw, attachment.res_id, attachment.name), (content, record.id, name_kept))
        # the store of files may be moved: that writes the same content again
        attachment.sudo().write({"raw": content})


@tagged("post_install", "-at_install")
class TestKeptCase(EvidenceDoors, LegalCommon):
    def test_the_letter_of_demand_is_kept(self):
        case = self._case(self._overdue(30))
        self._step(case, "demand")
        self._assert_kept(case, case.event_ids.attachment_ids)

    def test_what_an_agency_was_given_is_kept(self):
        invoice = self._overdue(30)
        handover = self._handover(invoice)
        handover.action_export()
        kept = handover.message_ids.attachment_ids
        self._assert_kept(handover, kept)
        (_head, row) = load_workbook(io.BytesIO(kept.raw))["claims"].iter_rows(values_only=True)
        self.assertIn(invoice.name, row)

    def test_other_attachments_come_and_go(self):
        values = {"name": "scan.pdf", "raw": b"%PDF", "res_model": "res.partner", "res_id": self.customer.id}
        scan = self.env["ir.attachment"].create({**values, "is_evidence": True})
        self.assertFalse(scan.is_evidence, "what is evidence is not for anybody to say")
        scan.raw = b"%PDF 2"
        scan.unlink()

    def test_nobody_makes_evidence(self):
        """Neither by writing, nor by a default, also not where the system makes the attachment."""
        user = new_test_user(self.env, "evidence_user", "base.group_user")
        attachments = self.env["ir.attachment"].with_user(user)
        scan = attachments.create({"name": "scan.txt", "raw": b"x"})
        with self.assertRaises(AccessError):
            scan.write({"is_evidence": True})
        by_default = attachments.with_context(default_is_evidence=True)
        made = by_default.create({"name": "a.txt", "raw": b"a"}) | by_default.sudo().create(
            {"name": "b.txt", "raw": b"b"}
        )
        self.assertEqual((scan | made).mapped("is_evidence"), [False] * 3)

    def test_a_copy_of_evidence_is_none(self):
        case = self._case(self._overdue(30))
        self._step(case, "demand")
        copy = case.event_ids.attachment_ids.sudo().copy()
        self.assertFalse(copy.is_evidence)
        copy.unlink()


@tagged("post_install", "-at_install")
class TestKeptAssignment(EvidenceDoors, AssignmentCommon):
    def _kept(self, batch):
        return batch.message_ids.attachment_ids.sorted("id")

    def test_letters_of_an_assignment_are_kept_once_as_long_as_they_say_the_same(self):
        self._overdue(5)
        self._overdue(6)
        batch = self._assigned(self._agreement(name="Disclosed", is_disclosed=True))
        action = batch.action_print_letters()
        self._assert_kept(batch, self._kept(batch))
        self.assertEqual(batch.action_print_letters(), action)
        self._buy_back(batch.line_ids[0])
        self.assertNotEqual(batch.action_print_letters(), action)
        self.assertEqual(len(self._kept(batch)), 2)

    def test_letters_with_a_wrong_account_are_corrected(self):
        """What went out stays in the chatter; what is printed from then on says what the portal says."""
        self._overdue(5)
        bank = self.env["res.partner.bank"].create({"acc_number": "WRONG-0001", "partner_id": self.factor.id})
        batch = self._assigned(self._agreement(name="Disclosed", is_disclosed=True))
        wrong = batch.action_print_letters()
        bank.acc_number = "RIGHT-0002"
        right = batch.action_print_letters()
        self.assertNotEqual(right, wrong)
        first, second = self._kept(batch)
        self.assertIn(str(second.id), right["url"])
        self.assertTrue(first.is_evidence)
        report = self.env["ir.actions.report"]
        page = report._render_qweb_html("receivable_dunning.report_assignment_letters", batch.ids)[0].decode()
        [group] = self.env["receivable.portal.account"]._get_assigned(self.customer, self.company, self.today)
        self.assertIn(group["bank"].acc_number, page)
        self.assertNotIn("WRONG-0001", page)
        bank.acc_number = "WRONG-0001"
        self.assertEqual(batch.action_print_letters(), wrong, "the same words are the same letters")

    def test_customers_are_not_told_of_what_is_not_disclosed(self):
        self._overdue(5)
        batch = self._assigned()
        report = self.env["ir.actions.report"]
        for make in (
            batch.action_print_letters,
            lambda: report._render_qweb_html("receivable_dunning.report_assignment_letters", batch.ids),
        ):
            with self.assertRaisesRegex(UserError, "not told"):
                make()


@tagged("post_install", "-at_install")
class TestKeptPlan(EvidenceDoors, PlanCommon):
    def test_the_agreement_that_was_accepted_is_kept(self):
        if not self.env["ir.actions.report"]._can_print():
            self.skipTest("no renderer: the agreement is the page")
        plan = self._active()
        self._assert_kept(plan, plan.agreement_id)
