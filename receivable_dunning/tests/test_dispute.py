import zipfile
from io import BytesIO

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import DisputeCommon

PDF = b"%PDF-1.7\n1 0 obj"


@tagged("post_install", "-at_install")
class TestDisputeOpening(DisputeCommon):
    def _refused(self, words, amount=40, **values):
        with self.assertRaisesRegex(UserError, words):
            self._dispute(amount, **values)

    def test_a_dispute_knows_its_item_customer_and_number(self):
        dispute = self._dispute(40, note="  agreed 60  ", channel="phone")
        self.assertRecordValues(
            dispute,
            [
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "move_id": self.invoice.id,
                    "amount": 40,
                    "amount_opened": 40,
                    "amount_company": 40,
                    "note": "agreed 60",
                    "channel": "phone",
                    "state": "open",
                    "date": self.today,
                }
            ],
        )
        self.assertRegex(dispute.name, r"^DIS/\d{4}/\d+$")
        self.assertNotEqual(dispute.name, self._dispute(10, reason=self.other_reason).name)

    def test_no_more_is_disputed_than_is_open_and_not_disputed_yet(self):
        self._refused("At most", 100.01)
        self._dispute(60)
        self._refused("At most", 50, reason=self.other_reason)
        self.assertEqual(self._dispute(40, reason=self.other_reason).amount, 40)

    def test_an_amount_of_nothing_is_refused(self):
        self._refused("which amount", 0)
        self._refused("which amount", -5)
        self._refused("which amount", 0.001)

    def test_the_same_reason_is_not_given_twice(self):
        dispute = self._dispute(10)
        self._refused(dispute.name, 10)

    def test_what_is_settled_or_a_credit_is_not_disputed(self):
        self._pay(self.invoice, 100, self.today)
        self._refused("is settled")
        refund = self._invoice(self.customer, 10, self.today, move_type="out_refund")
        self._refused("is settled", 10, invoice=refund)

    def test_a_bill_or_a_draft_is_not_disputed(self):
        draft = self._invoice(self.customer, 10, self.today, post=False)
        self._refused("Only open items", 10, invoice=draft)
        line = self.invoice.line_ids - self._item(self.invoice)
        with self.assertRaisesRegex(UserError, "Only open items"):
            self.env["receivable.dispute"]._open(line, 10, {"reason_id": self.reason.id})

    def test_the_reason_is_of_the_company(self):
        other = self.setup_other_company(name="Other")["company"]
        foreign = self.reason.sudo().copy({"company_id": other.id})
        self._refused("choose what is wrong", reason=foreign)

    def test_the_contact_belongs_to_the_customer(self):
        stranger = self._customer("Stranger")
        with self.assertRaisesRegex(ValidationError, "no contact"):
            self._dispute(contact_id=stranger.id)

    def test_the_amount_shrinks_with_the_residual_and_comes_back(self):
        dispute = self._dispute(40)
        self._pay(self.invoice, 70, self.today)
        self.assertEqual(dispute.amount, 30)
        self._item(self.invoice).remove_move_reconcile()
        self.assertEqual(dispute.amount, 40)

    def test_the_owner_is_that_of_the_reason_else_the_salesperson(self):
        clerk = self._user("clerk", "receivable_dunning.group_collections_user")
        seller = self._user("seller", "account.group_account_invoice")
        self.invoice.invoice_user_id = seller
        self.assertEqual(self._dispute(10).user_id, seller)
        self.reason.sudo().with_company(self.company).user_id = clerk
        dispute = self._dispute(10, invoice=self._overdue_invoice(5))
        self.assertEqual(dispute.user_id, clerk)
        self.assertEqual(dispute.activity_ids.user_id, clerk)
        self.assertEqual(dispute.activity_ids.date_deadline, dispute.answer_deadline)

    def test_an_amount_changed_by_hand_is_bounded(self):
        dispute = self._dispute(40)
        dispute.amount_opened = 100
        self.assertEqual(dispute.amount, 100)
        with self.assertRaisesRegex(UserError, "no more than that"):
            dispute.amount_opened = 100.5

    # ------------------------------------------------------------------
    # FILES
    # ------------------------------------------------------------------

    @staticmethod
    def _office(*names):
        buffer = BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name in ("[Content_Types].xml", *names):
                archive.writestr(name, "x")
        return buffer.getvalue()

    def test_files_are_kept_with_the_dispute(self):
        files = [("../proof.pdf", PDF), ("order.docx", self._office("word/document.xml"))]
        dispute = self._dispute(attachments=files)
        kept = dispute._attachments()
        self.assertEqual(kept.mapped("name"), ["proof.pdf", "order.docx"])
        self.assertEqual(kept[0].raw, PDF)
        self.assertFalse(any(kept.mapped("public")))

    def test_files_that_are_something_else_are_refused(self):
        for name, content in (
            ("page.html", b"<html>"),
            ("image.svg", b"<svg onload='x'/>"),
            ("program.pdf", b"MZ\x90"),
            ("photo.pdf", b"\xff\xd8\xff\xe0"),
            ("macro.docx", self._office("word/document.xml", "word/vbaProject.bin")),
            ("archive.docx", self._office("other/file")),
            ("broken.xlsx", b"PK\x03\x04broken"),
        ):
            with self.subTest(name):
                self._refused("is not a PDF", attachments=[(name, content)])

    def test_number_and_size_of_files_are_those_of_the_company(self):
        self._refused("At most 5 files", attachments=[("a.pdf", PDF)] * 6)
        self.company.sudo().dispute_file_megabytes = 1
        self._refused("larger than 1 MB", attachments=[("a.pdf", PDF + b" " * 1024 * 1024)])

    # ------------------------------------------------------------------
    # ACCESS
    # ------------------------------------------------------------------

    def test_nobody_makes_decides_or_deletes_a_dispute_by_hand(self):
        dispute = self._dispute()
        for values in ({"state": "accepted"}, {"note": "x"}, {"amount_accepted": 1}, {"answered_on": self.today}):
            with self.assertRaises(AccessError):
                dispute.write(values)
        with self.assertRaises(AccessError):
            dispute.with_context(default_name="x").create({"partner_id": self.customer.id})
        with self.assertRaises(UserError):
            dispute.unlink()

    def test_portal_users_read_their_own_disputes_only(self):
        dispute = self._dispute()
        other = self._customer("Other")
        foreign = self._dispute(10, invoice=self._overdue_invoice(3, partner=other))
        portal = new_test_user(
            self.env(context={**self.env.context, "no_reset_password": True}),
            "ann",
            "base.group_portal",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        portal.partner_id.parent_id = self.customer
        own = dispute.with_user(portal)
        self.assertEqual(own.search([]), own)
        self.assertEqual((own.name, own.reason_id.name), (dispute.name, self.reason.name))
        with self.assertRaises(AccessError):
            own.cause_id.name  # noqa: B018
        with self.assertRaises(AccessError):
            foreign.with_user(portal).read(["name"])
        with self.assertRaises(AccessError):
            own.write({"amount_opened": 1})

    def test_disputes_of_other_companies_are_not_seen(self):
        dispute = self._dispute()
        other = self.setup_other_company(name="Other")["company"]
        stranger = self._user("stranger", "receivable_dunning.group_collections_manager", other)
        self.assertFalse(dispute.with_user(stranger).search([]))


@tagged("post_install", "-at_install")
class TestDisputeHolds(DisputeCommon):
    def test_only_the_undisputed_rest_is_dunned(self):
        self._dispute(40)
        notice = self._notice(self._run())
        self.assertEqual(notice.amount_total, 60)
        self.assertEqual((notice.line_ids.residual, notice.line_ids.amount_held), (60, 40))
        self.assertEqual(notice.line_ids.held_reason, "disputed")

    def test_an_item_disputed_in_full_is_not_dunned_and_says_why(self):
        self._dispute(100)
        run = self._run()
        self.assertFalse(self._notice(run))
        self.assertEqual(self._reasons(run), ["disputed"])

    def test_two_disputes_of_an_item_add_up(self):
        self._dispute(40)
        self._dispute(50, reason=self.other_reason)
        self.assertEqual(self._notice(self._run()).amount_total, 10)

    def test_the_guard_drops_what_was_disputed_since_the_proposal(self):
        run = self._run()
        self._dispute(40)
        self._send(run)
        self.assertEqual(self._notice(run).amount_total, 60)
        self.assertEqual(self._notice(run).state, "sent")

    def test_the_guard_suppresses_a_notice_whose_item_is_disputed_in_full(self):
        run = self._run()
        self._dispute(100)
        self._send(run)
        self.assertRecordValues(self._notice(run), [{"state": "suppressed", "reason": "disputed"}])

    def test_a_foreign_item_is_held_in_its_share(self):
        currency = self.setup_other_currency("EUR", rates=[("2010-01-01", 2.0)])
        foreign = self._overdue_invoice(30, 80, self._customer("Foreign"), currency_id=currency.id)
        self._dispute(20, invoice=foreign)
        notice = self._notice(self._run(), foreign.partner_id)
        self.assertEqual((notice.amount_total, notice.line_ids.residual_currency), (30, 60))
