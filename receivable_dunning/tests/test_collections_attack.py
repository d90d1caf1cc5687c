"""Doors around signatures and rights of the collections, tried by people who know the interface."""

from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged

from .collection_common import CollectionCommon
from .common import LateInterestCommon
from .loss_common import AS_OF, EclCommon, WriteoffCommon
from .test_payment_plan import PlanCommon
from .test_receivable_assignment import AssignmentCommon


class EntryDoors:
    """Every way in which Odoo takes an entry out of the books."""

    def _assert_refused(self, entry, pattern, names=()):
        """:param names: of the ways that are closed; all of them by default"""
        attempts = {
            "reset": entry.button_draft,
            "cancel": entry.button_cancel,
            "write": lambda: entry.write({"state": "draft"}),
            "delete": lambda: entry.with_context(force_delete=True).unlink(),
            "reverse": lambda: self._reverse_button(entry),
            "reverse later": lambda: entry._reverse_moves([{"date": entry.date}]),
            "reversed by a copy": lambda: entry.copy({"reversed_entry_id": entry.id, "date": entry.date}).action_post(),
        }
        for name in names or attempts:
            with self.subTest(name=name), self.assertRaisesRegex(UserError, pattern), self.cr.savepoint():
                attempts[name]()
            self.env.invalidate_all()
            self.assertEqual(entry.state, "posted")

    def _reverse_button(self, entry):
        context = {"active_model": "account.move", "active_ids": entry.ids}
        values = {"journal_id": entry.journal_id.id, "date": entry.date}
        self.env["account.move.reversal"].with_context(**context).create(values).refund_moves()


@tagged("post_install", "-at_install")
class TestWriteoffAttack(EntryDoors, WriteoffCommon):
    def test_the_amount_that_decides_who_approves_is_not_written(self):
        writeoff = self._writeoff(self._old(5000))
        with self.assertRaises(AccessError):
            writeoff.amount = 1
        for values in ({"amount": 1}, {"amount_tax": 1}, {"partner_id": self.partner_b.id}, {"credit_line_id": False}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                writeoff.line_ids.write(values)
        writeoff.action_submit()
        with self.assertRaises(AccessError):
            writeoff.amount = 1
        with self.assertRaisesRegex(UserError, "manager"):
            writeoff.with_user(self.second).action_approve()

    def test_no_item_slips_into_what_was_approved(self):
        approved, draft = self._approved(self._old(10)), self._writeoff(self._old(900))
        with self.assertRaises(AccessError):
            draft.line_ids.writeoff_id = approved
        with self.assertRaises(UserError):
            approved.with_user(self.clerk).line_ids = [Command.link(draft.line_ids.id)]
        self.assertEqual(len(approved.line_ids), 1)

    def test_the_entry_of_a_write_off_leaves_the_books_by_undoing_it_only(self):
        invoice = self._old(100)
        writeoff = self._posted(invoice)
        self._assert_refused(writeoff.move_id, "undo the write-off")
        self.assertEqual((invoice.amount_residual, writeoff.state), (0, "posted"))
        writeoff.with_user(self.boss)._undo(self.day, "Paid after all")
        self.assertEqual((invoice.amount_residual, self._balance(self.bad_debt)), (100, 0))

    def test_the_entry_of_an_undone_write_off_and_its_reversal_stay_together(self):
        writeoff = self._posted(self._old(100))
        writeoff.with_user(self.boss)._undo(self.day, "Paid after all")
        for entry in (writeoff.move_id, writeoff.undo_move_id):
            self._assert_refused(entry, "was undone")
        with self.assertRaisesRegex(UserError, "was undone"):
            (writeoff.move_id | writeoff.undo_move_id).button_draft()
        self.assertEqual(self._balance(self.bad_debt), 0)

    def _recovered(self, writeoff, amount):
        credit = self._item(self._invoice(self.partner_a, amount, self.day, move_type="out_refund"))
        return writeoff.line_ids._recover(credit, amount, self.day)

    def test_the_entry_of_a_recovery_leaves_the_books_by_reversing_it_only(self):
        writeoff = self._posted(self._old(100))
        recovery = self._recovered(writeoff, 40)
        self._assert_refused(recovery.move_id, "reverse the entry", ("reset", "cancel", "write", "delete"))
        self.assertEqual((writeoff.amount_recovered, self._balance(self.recovery)), (40, -40))
        with self.assertRaisesRegex(UserError, "recovered"):
            writeoff.with_user(self.boss)._undo(self.day, "Paid after all")
        recovery.move_id._reverse_moves([{"date": self.day}], cancel=True)
        self.assertEqual((writeoff.amount_recovered, self._balance(self.recovery)), (0, 0))

    def test_the_entry_of_a_recovery_taken_back_and_its_reversal_stay_together(self):
        writeoff = self._posted(self._old(100))
        recovery = self._recovered(writeoff, 40)
        reversal = recovery.move_id._reverse_moves([{"date": self.day}], cancel=True)
        for entry in (recovery.move_id, reversal):
            self._assert_refused(entry, "was taken back")
        self.assertEqual((writeoff.amount_recovered, self._balance(self.recovery)), (0, 0))
        self._recovered(writeoff, 40)
        self.assertEqual(writeoff.amount_recovered, 40)

    def test_the_entry_of_a_write_off_stays_matched_until_it_is_undone(self):
        invoice = self._old(100)
        writeoff = self._posted(invoice)
        items = self._item(invoice)
        attempts = {
            "items": items.with_user(self.clerk).remove_move_reconcile,
            "list": items.with_context(active_ids=items.ids).action_unreconcile_match_entries,
            "invoice": lambda: invoice.js_remove_outstanding_partial(items.matched_credit_ids.id),
            "credit note instead": lambda: invoice._reverse_moves([{"date": self.day}], cancel=True),
        }
        for name, attempt in attempts.items():
            with self.subTest(name=name), self.assertRaisesRegex(UserError, "undo the write-off"), self.cr.savepoint():
                attempt()
            self.env.invalidate_all()
            self.assertEqual((writeoff.state, invoice.amount_residual), ("posted", 0))
        writeoff.with_user(self.boss)._undo(self.day, "Paid after all")
        with self.assertRaisesRegex(UserError, "stay together"):
            self._item(writeoff.move_id).remove_move_reconcile()

    def test_what_a_write_off_or_a_recovery_booked_stays_on_its_accounts(self):
        writeoff = self._posted(self._old(100))
        recovery = self._recovered(writeoff, 40)
        other = self._account("XX01", "Somewhere else", "expense")
        for entry, pattern in ((writeoff.move_id, "undo the write-off"), (recovery.move_id, "reverse the entry")):
            lines = entry.line_ids.filtered(lambda line: line.account_type != "asset_receivable")
            for values in ({"account_id": other.id}, {"debit": 1}):
                with self.subTest(entry=entry.name, values=values), self.assertRaisesRegex(UserError, pattern):
                    lines.with_user(self.clerk).write(values)
        loss = writeoff.move_id.line_ids.filtered(lambda line: line.account_id == self.bad_debt)
        loss.write({"account_id": self.bad_debt.id, "name": "Insolvent since May"})
        self.assertEqual((loss.name, self._balance(self.bad_debt)), ("Insolvent since May", 100))

    def test_other_payments_of_the_document_may_be_taken_back(self):
        ways = {
            "cancel": lambda payment: payment.action_cancel(),
            "delete": lambda payment: (payment.action_draft(), payment.unlink()),
            "reverse": lambda payment: payment.move_id._reverse_moves([{"date": self.day}], cancel=True),
            "unmatch": lambda payment: self._item(payment.move_id).remove_move_reconcile(),
        }
        for name, take_back in ways.items():
            with self.subTest(name=name):
                invoice = self._old(100)
                payment = self._pay(invoice, 40, self.day)
                writeoff = self._posted(invoice)
                self.assertEqual(writeoff.amount, 60)
                take_back(payment)
                self.assertEqual((invoice.amount_residual, writeoff.state), (40, "posted"))
                writeoff.with_user(self.boss)._undo(self.day, "Paid after all")
                self.assertEqual(invoice.amount_residual, 100)


@tagged("post_install", "-at_install")
class TestPlanAttack(PlanCommon, LateInterestCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debt = cls._invoice(cls.customer, 36500, cls.today - timedelta(days=60), cls.today - timedelta(days=30))

    def test_customers_read_neither_why_nor_how_lenient_we_are(self):
        promise = self._promise()
        promise._cancel("Says what he likes")
        login = new_test_user(self.env(su=True), "anna.portal", "base.group_portal")
        login.partner_id.parent_id = self.customer
        seen = promise.with_user(login)
        self.assertEqual(seen.read(["name", "state"])[0]["state"], "cancelled")
        for name in ("cancel_reason", "tolerance_days", "tolerance_amount", "note"):
            with self.subTest(name=name), self.assertRaises(AccessError):
                seen.read([name])

    def test_who_becomes_a_contact_of_a_firm_owes_as_the_firm(self):
        # a person: a company that is merged into a contact makes that a company of its own
        self.customer.is_company = False
        firm = self._customer("Firm")
        contact = self.env["res.partner"].create({"name": "Branch Office", "parent_id": firm.id})
        promise, plan = self._promise(), self._plan(self._items(self.debt))
        reason = self.env.ref("receivable_dunning.dispute_reason_price")
        dispute = self.env["receivable.dispute"]._open(self._items(self.debt), 5, {"reason_id": reason.id})
        self._overdue(50, partner=firm)
        run = self._run()
        ours, theirs = self._notice(run), self._notice(run, firm)
        self.assertTrue(ours and theirs)
        self.env["base.partner.merge.automatic.wizard"].sudo().create({})._merge((self.customer | contact).ids, contact)
        self.env.invalidate_all()
        for document in (promise, promise.line_ids, plan, plan.line_ids, dispute, ours, theirs):
            with self.subTest(document=document):
                self.assertEqual(document.partner_id, firm)
        self.assertEqual((ours.state, theirs.state), ("cancelled", "proposed"))
        self.assertEqual(self.item.partner_id.commercial_partner_id, firm)

    def test_no_instalment_of_a_draft_becomes_one_of_an_active_plan(self):
        user = self._user("plan_user", "receivable_dunning.group_collections_user")
        active = self._active()
        draft = self._plan(self._items(self.debt)).with_user(user)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            draft.line_ids[0].plan_id = active
        with self.assertRaises(UserError):
            active.with_user(user).line_ids = [Command.link(draft.line_ids[0].id)]

    def test_colleagues_accept_on_the_page_only_what_they_may_in_the_backend(self):
        plan = self._plan()
        plan.action_offer_otherwise()
        user = self._user("plan_user", "receivable_dunning.group_collections_user")
        accountant = self._user("plan_accountant", "receivable_dunning.group_collections_accountant")
        for login, state in ((user, "offered"), (accountant, "active")):
            self.authenticate(login.login, login.login)
            self.url_open(
                f"/my/payment_plans/{plan.id}/accept",
                data={"csrf_token": Request.csrf_token(self), "person": "Anna Smith", "agree": "1"},
            )
            self.env.invalidate_all()
            self.assertEqual(plan.state, state)

    def test_a_plan_never_invoices_days_that_a_run_has_charged(self):
        plan = self._plan(self._items(self.debt), interest_mode="plan", interest_rate=10)
        plan.date = self.today - timedelta(days=10)
        run = self._charged()
        self.assertTrue(run.charge_ids)
        with self.assertRaisesRegex(UserError, "charged up to"):
            plan.action_offer_otherwise()
        plan.date = self.today
        plan.action_offer_otherwise()

    def test_an_offer_is_not_accepted_for_days_charged_since(self):
        plan = self._plan(self._items(self.debt), interest_mode="plan", interest_rate=10)
        plan.date = self.today - timedelta(days=10)
        plan.action_offer_otherwise()
        self._charged()
        with self.assertRaisesRegex(UserError, "charged up to"):
            plan._accept("Anna Smith", "portal")

    def test_a_second_plan_never_invoices_the_days_of_the_first(self):
        first = self._active(self._items(self.debt), interest_mode="plan", interest_rate=10)
        first._close("Another one")
        second = self._plan(self._items(self.debt), interest_mode="plan", interest_rate=10)
        with self.assertRaisesRegex(UserError, "charged up to"):
            second.action_offer_otherwise()


@tagged("post_install", "-at_install")
class TestContactAttack(CollectionCommon):
    def test_a_subsidiary_is_a_customer_of_its_own(self):
        subsidiary = self._customer("Subsidiary", parent_id=self.customer.id)
        own, foreign = self._overdue(10, 100), self._overdue(20, 70, partner=subsidiary)
        talk = self._talk("promised", user=self.collector)
        self.assertEqual(talk._open_items().move_id, own)
        self.assertEqual(talk.promise_amount, 100)
        talk.action_done()
        self.assertEqual(talk.promise_id.line_ids.move_id, own)
        disputed = self._talk("disputed", dispute_item_id=self._receivable(foreign).id)
        with self.assertRaisesRegex(UserError, "belongs to another customer"):
            disputed._check_own_item()

    @staticmethod
    def _receivable(move):
        return move.line_ids.filtered(lambda line: line.account_type == "asset_receivable")


@tagged("post_install", "-at_install")
class TestLossAttack(EclCommon):
    def test_nothing_moves_into_a_run_that_was_computed(self):
        self._standard_debts()
        computed = self._ecl()
        draft = self.env["ecl.run"].create(
            {
                "company_id": self.company.id,
                "date": computed.date,
                "method_id": self.hand.id,
                "individual_ids": [Command.create({"partner_id": self.partner_b.id, "rate": 0.5, "note": "Why"})],
                "scenario_ids": [Command.create({"name": "Bad", "probability": 1, "factor": 2})],
            }
        )
        for part in (draft.individual_ids, draft.scenario_ids):
            with self.subTest(part=part), self.assertRaises(UserError), self.env.cr.savepoint():
                part.run_id = computed

    def test_merged_customers_are_assessed_once_with_what_stood_for_both(self):
        self._standard_debts()
        self._invoice(self.partner_b, 1000, AS_OF)
        assessed = ((self.partner_a, 0.5, "One"), (self.partner_b, 0.1, "Two"))
        run = self._ecl(
            individual_ids=[
                Command.create({"partner_id": partner.id, "rate": rate, "note": note})
                for partner, rate, note in assessed
            ]
        )
        allowance = sum(run.individual_ids.mapped("allowance"))
        self.assertTrue(allowance)
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo().create({})
        wizard._merge((self.partner_a | self.partner_b).ids, self.partner_a)
        self.env.invalidate_all()
        self.assertRecordValues(run.individual_ids, [{"partner_id": self.partner_a.id, "note": "One; Two"}])
        self.assertAlmostEqual(run.individual_ids.allowance, allowance)


@tagged("post_install", "-at_install")
class TestAssignmentAttack(EntryDoors, AssignmentCommon):
    def test_the_entry_of_an_assignment_leaves_the_books_by_buying_back_only(self):
        invoice = self._overdue(5)
        batch = self._assigned(self._agreement(**self._booking()))
        self._assert_refused(batch.entry_id, "buy its items back")
        self.assertEqual((invoice.amount_residual, batch.amount_open), (0, 100))
        self._buy_back(batch.line_ids)
        self.assertEqual((invoice.amount_residual, batch.amount_open), (100, 0))
        for entry in (batch.entry_id, batch.line_ids.buy_back_id):
            self._assert_refused(entry, "were bought back")

    def test_an_entry_of_which_a_part_was_bought_back_says_what_still_stands(self):
        self._overdue(5)
        self._overdue(6)
        batch = self._assigned(self._agreement(**self._booking()))
        self._buy_back(batch.line_ids[0])
        self._assert_refused(batch.entry_id, "buy its items back")
        self._assert_refused(batch.line_ids[0].buy_back_id, "were bought back")

    def test_what_is_not_with_the_factor_is_not_bought_back(self):
        self._overdue(5)
        proposed = self._batch()
        wizard = self.env["receivable.buy.back"].create(
            {"line_ids": [Command.set(proposed.line_ids.ids)], "reason": "Crafted"}
        )
        with self.assertRaisesRegex(UserError, "with the factor"):
            wizard.action_apply()
        proposed.action_assign()
        self.env.invalidate_all()
        self._buy_back(proposed.line_ids)
        with self.assertRaisesRegex(UserError, "with the factor"):
            wizard.action_apply()
