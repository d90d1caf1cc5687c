from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .test_limitation import LegalCommon


@tagged("post_install", "-at_install")
class TestCollectionCase(LegalCommon):
    def test_a_case_claims_what_is_open(self):
        move = self._overdue(30, 100)
        self._pay(move, 40, self.today)
        case = self._case(move)
        self.assertRecordValues(case, [{"partner_id": self.customer.id, "amount_claimed": 60, "amount_open": 60,
                                        "amount_received": 0, "state": "draft"}])  # fmt: skip
        self.assertTrue(case.name.startswith("LC/"))

    def test_overdue_items_are_added_to_a_draft_in_one_go(self):
        first, second = self._overdue(30, 100), self._overdue(5, 50)
        self._overdue(-10, 70)
        other = self._case(second)
        with Form(self.env["collection.case"].with_user(self.clerk)) as form:
            form.partner_id = self.customer
        case = form.record
        case.action_add_overdue()
        self.assertEqual(case.line_ids.move_id, first, "neither what is not due nor what another case claims")
        with self.assertRaisesRegex(UserError, "Nothing else"):
            case.action_add_overdue()
        other.unlink()
        case.action_add_overdue()
        self.assertEqual(case.line_ids.move_id, first | second)

    def test_an_item_is_in_one_open_case(self):
        move = self._overdue(30)
        case = self._case(move)
        self.assertFalse(self._case(move))
        with self.assertRaisesRegex(UserError, "Nothing to claim"):
            self.env["collection.case"]._open_drafts(self._item(move))
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation), self.cr.savepoint():
            self.env["collection.case"].create(
                {"partner_id": self.customer.id, "line_ids": [(0, 0, {"move_line_id": self._item(move).id})]}
            )
        self._step(case, "closed", outcome="withdrawn")
        self.assertTrue(self._case(move))

    def test_drafts_are_made_per_customer(self):
        other = self._customer("Other")
        cases = self._case(self._overdue(30), self._overdue(20), self._overdue(30, partner=other))
        self.assertEqual(cases.partner_id, self.customer | other)
        self.assertEqual(sorted(len(case.line_ids) for case in cases), [1, 2])

    def test_only_claims_of_the_customer_are_claimed(self):
        case = self._case(self._overdue(30))
        stranger = self._overdue(30, partner=self._customer("Other"))
        revenue = case.line_ids.move_id.line_ids.filtered(lambda line: line.account_type == "income")
        for line in (self._item(stranger), revenue):
            with self.assertRaises(ValidationError):
                case.line_ids = [(0, 0, {"move_line_id": line.id, "amount_claimed": 1})]
        with self.assertRaisesRegex(ValidationError, "more is claimed"):
            case.line_ids.amount_claimed = 1000
            self.env.flush_all()

    def test_items_of_an_open_case_are_held_from_dunning(self):
        move = self._overdue(30)
        case = self._case(move)
        run = self._run()
        self.assertTrue(self._notice(run), "a draft holds nothing")
        run.action_cancel()
        self._step(case, "demand")
        self.assertEqual(self._reasons(self._run()), ["legal"])
        self._step(case, "closed", outcome="settled")
        self.env["dunning.run"].search([("state", "=", "proposed")]).action_cancel()
        self.assertTrue(self._notice(self._run()), "free again")

    def test_an_agency_case_holds_with_its_own_reason(self):
        self._step(self._case(self._overdue(30), kind="agency"), "demand")
        self.assertEqual(self._reasons(self._run()), ["agency"])

    def test_a_notice_on_its_way_does_not_claim_what_went_to_court(self):
        run = self._run_with(self._overdue(30))
        self._step(self._case(self.move), "demand")
        self._deliver(run)
        self.assertEqual(self._notice(run).state, "suppressed")

    def _run_with(self, move):
        self.move = move
        run = self._run()
        run.action_confirm()
        return run

    def test_what_came_in_is_counted_from_the_claim_on(self):
        move = self._overdue(30, 100)
        self._pay(move, 10, self.today)
        case = self._step(self._case(move), "demand")
        self._pay(move, 25, self.today - timedelta(days=20))
        case.invalidate_recordset()
        self.assertRecordValues(case, [{"amount_claimed": 90, "amount_received": 25, "amount_open": 65}])
        note = move._reverse_moves([{"date": self.today, "invoice_date": self.today}])
        note.invoice_line_ids.price_unit = 15
        note.action_post()
        (self._item(move) | self._item(note)).reconcile()
        self.env.invalidate_all()
        self.assertRecordValues(case, [{"amount_claimed": 90, "amount_received": 25, "amount_open": 50}])

    def test_foreign_currency_is_claimed_in_its_own(self):
        usd = self.setup_other_currency("HRK", rates=[("2020-01-01", 2.0)])
        move = self._overdue(30, 100, currency_id=usd.id)
        case = self._step(self._case(move), "demand")
        self.assertEqual(case.line_ids.amount_claimed, 100)
        self.assertEqual(case.amount_claimed, 50)
        self._pay(move, 40, self.today, currency_id=usd.id)
        self.env.invalidate_all()
        self.assertRecordValues(case.line_ids, [{"amount_received": 40, "amount_open": 60}])
        self.assertEqual((case.amount_received, case.amount_open), (20, 30))

    def test_the_handler_is_told_of_a_payment(self):
        move = self._overdue(30, 100)
        case = self._step(self._case(move, user_id=self.clerk.id), "demand")
        self._pay(move, 25, self.today)
        activity = case.activity_ids
        self.assertEqual(activity.user_id, self.clerk)
        self.assertIn("25.00", activity.note)
        self.assertNotIn("Nothing is open", activity.note)
        self._pay(move, 75, self.today)
        self.assertIn("Nothing is open", (case.activity_ids - activity).note)

    def test_stages_follow_each_other_and_keep_their_days(self):
        case = self._case(self._overdue(400))
        day = self.today - timedelta(days=10)
        self._step(case, "demand", date=day, deadline=day + timedelta(days=7))
        court = self.env["res.partner"].create({"name": "Court"})
        self._step(case, "order", court_id=court.id, reference="7 B 12/26", cost=36, payee_id=court.id)
        self.assertRecordValues(case, [{"state": "order", "date_demand": day, "date_order": self.today,
                                        "deadline": day + timedelta(days=7), "court_id": court.id,
                                        "reference": "7 B 12/26", "amount_costs": 36}])  # fmt: skip
        with self.assertRaisesRegex(UserError, "another stage"):
            self._step(case, "demand")
        self._step(case, "enforcement")
        self.assertFalse(case.date_judgment, "stages may be passed over")
        self._step(case, "closed", outcome="uncollectible", note="No assets")
        self.assertRecordValues(case, [{"state": "closed", "outcome": "uncollectible", "date_closed": self.today}])
        with self.assertRaisesRegex(UserError, "closed"):
            self.env["collection.case.event"].create({"case_id": case.id, "kind": "note"})

    def test_a_stage_entered_by_mistake_is_taken_back(self):
        case = self._case(self._overdue(400))
        self._step(case, "demand")
        self._step(case, "order")
        case.with_user(self.clerk).action_back()
        self.assertRecordValues(case, [{"state": "demand", "date_order": False, "date_demand": self.today}])
        self.assertTrue(case.event_ids.filtered(lambda event: event.kind == "order").is_void)
        case.action_back()
        self.assertEqual(case.state, "draft")

    def test_a_case_is_reopened_where_it_was_closed(self):
        case = self._case(self._overdue(30))
        self._step(case, "demand")
        self._step(case, "closed", outcome="paid")
        self.assertFalse(case.line_ids.is_open)
        case.action_reopen()
        self.assertRecordValues(case, [{"state": "demand", "outcome": False, "date_closed": False}])
        self.assertTrue(case.line_ids.is_open)
        self.assertEqual(self._reasons(self._run()), ["legal"])

    def test_stages_interrupt_limitation_and_give_it_back_when_taken_back(self):
        move = self._overdue(400)
        due = self._item(move).date_maturity
        case = self._case(move)
        self._step(case, "demand")
        in_three = self.today.replace(year=self.today.year + 3)
        self.assertEqual(self._row(move).date_limit, in_three)
        self.assertEqual(case.limitation_date, in_three)
        self.assertEqual(self._row(move).case_id, case)
        case.action_back()
        self.assertEqual(self._row(move).date_limit, due.replace(year=due.year + 3))
        event = self.env["collection.case.event"].with_user(self.clerk).create(
            {"case_id": case.id, "kind": "acknowledgement", "date": self.today, "note": "signed"}
        )  # fmt: skip
        self.assertEqual(self._row(move).date_limit, in_three)
        event.unlink()
        self.assertEqual(self._row(move).date_limit, due.replace(year=due.year + 3))

    def test_figures_of_a_draft_follow_and_are_frozen_by_the_demand(self):
        move, paid = self._overdue(30, 100), self._overdue(40, 50)
        case = self._case(move, paid)
        self._pay(paid, 50, self.today)
        self._pay(move, 10, self.today)
        self._step(case, "demand")
        self.assertEqual(case.line_ids.move_id, move, "what is settled is not demanded")
        self.assertEqual(case.amount_claimed, 90)
        with self.assertRaisesRegex(UserError, "draft"):
            case.with_user(self.clerk).line_ids.amount_claimed = 1

    def test_a_part_of_an_item_may_be_claimed(self):
        case = self._case(self._overdue(30, 100))
        case.line_ids.amount_claimed = 70
        self._step(case, "demand")
        self.assertEqual((case.amount_claimed, case.amount_open), (70, 70))

    def test_interest_is_claimed_as_reminders_claim_it(self):
        self.env["late.interest.rule"].create(
            {
                "name": "Contract", "company_id": self.company.id, "sequence": 1, "fixed_rate": 8.5,
                "currency_id": self.company.currency_id.id,
                "product_id": self.env.ref("receivable_dunning.product_late_interest").id,
            }
        )  # fmt: skip
        case = self._case(self._overdue(50, 1000))
        self.assertAlmostEqual(case.line_ids.interest, 11.64)
        self.assertAlmostEqual(case.amount_total, 1011.64)
        self._step(case, "demand", date=self.today - timedelta(days=25))
        self.assertAlmostEqual(case.line_ids.interest, 5.82, msg="until the day of the letter")

    def test_costs_are_booked_by_a_vendor_bill(self):
        case = self._case(self._overdue(30))
        self._step(case, "demand")
        event = self.env["collection.case.event"].create(
            {"case_id": case.id, "kind": "cost", "cost": 36, "cost_kind": "court", "note": "Court fee"}
        )
        with self.assertRaisesRegex(UserError, "whom it is paid to"):
            event.action_make_bill()
        event.payee_id = self.partner_b
        event.action_make_bill()
        bill = event.bill_id
        self.assertRecordValues(bill, [{"move_type": "in_invoice", "partner_id": self.partner_b.id, "state": "draft"}])
        self.assertEqual(bill.invoice_line_ids.price_unit, 36)
        self.assertIn(case.name, bill.invoice_line_ids.name)
        event.action_make_bill()
        self.assertEqual(event.bill_id, bill)
        self.assertEqual((case.amount_costs, case.amount_costs_claimed), (36, 36))
        event.is_claimed = False
        self.assertEqual((case.amount_costs, case.amount_costs_claimed), (36, 0))

    def test_nobody_writes_a_stage(self):
        case = self._case(self._overdue(30)).with_user(self.clerk)
        for values in ({"state": "judgment"}, {"date_judgment": self.today}, {"outcome": "paid"}, {"name": "X"}):
            with self.assertRaises(AccessError):
                case.write(values)
            with self.assertRaises(AccessError):
                case.create({"partner_id": self.customer.id, **values})
        with self.assertRaises(AccessError):
            case.create([{"partner_id": self.customer.id}]).with_context(default_state="closed").copy()
        event = self.env["collection.case.event"].with_user(self.clerk)
        with self.assertRaises(AccessError):
            event.create({"case_id": case.id, "kind": "judgment", "is_stage": True})
        self._step(case, "demand")
        stage = case.event_ids.filtered("is_stage")
        with self.assertRaises(AccessError):
            stage.is_void = True
        with self.assertRaisesRegex(UserError, "Take the stage back"):
            stage.date = self.today - timedelta(days=5)
        with self.assertRaisesRegex(UserError, "Stages are kept"):
            stage.unlink()
        with self.assertRaisesRegex(UserError, "is kept"):
            case.unlink()
        for values in ({"is_open": False}, {"partial_mark": 0}, {"interest": 500.0}):
            with self.assertRaises(UserError):
                case.line_ids.write(values)

    def test_users_read_and_others_see_nothing(self):
        case = self._case(self._overdue(30))
        self.assertEqual(case.with_user(self.reader).amount_open, 100)
        with self.assertRaises(AccessError):
            case.with_user(self.reader).action_demand()
        with self.assertRaises(AccessError):
            case.with_user(self.reader).action_back()
        with self.assertRaises(AccessError):
            case.with_user(self.reader).user_id = self.reader
        sales = self._user("legal_sales", "base.group_user")
        portal = self._user("legal_portal", "base.group_portal")
        for model in ("collection.case", "collection.case.line", "collection.case.event", "collection.handover",
                      "collection.handover.line", "limitation.event", "limitation.rule", "limitation.term",
                      "limitation.alarm", "collection.limitation", "collection.evidence.wizard"):  # fmt: skip
            for user in (sales, portal):
                with self.subTest(model=model, user=user.login), self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])

    def test_companies_are_apart(self):
        case = self._case(self._overdue(30))
        other = self.setup_other_company()["company"]
        stranger = self._user("legal_other", "receivable_dunning.group_collections_manager", other)
        for record in (case, case.line_ids, self._row(case.line_ids.move_id)):
            self.assertFalse(record.with_user(stranger).search([("id", "in", record.ids)]))

    def test_the_last_level_opens_a_draft(self):
        self.plan.legal_user_id = self.clerk
        self.plan.level_ids[0].escalate_to = "legal"
        move = self._overdue(30)
        run = self._send(self._run())
        case = self.env["collection.case"].search([("partner_id", "=", self.customer.id)])
        self.assertRecordValues(case, [{"state": "draft", "kind": "in_house", "user_id": self.clerk.id,
                                        "notice_id": self._notice(run).id}])  # fmt: skip
        self.assertEqual(case.line_ids.move_id, move)
        kind = self.env.ref("receivable_dunning.mail_activity_type_escalation")
        activity = self.env["mail.activity"].search([("activity_type_id", "=", kind.id)])
        self.assertIn(case.name, activity.note)

    def test_a_level_for_the_agency_opens_an_agency_case_once(self):
        self.plan.level_ids[0].escalate_to = "agency"
        self._case(self._overdue(30))
        second = self._overdue(30)
        self._send(self._run())
        cases = self.env["collection.case"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual(sorted(cases.mapped("kind")), ["agency", "in_house"])
        self.assertEqual(cases.filtered(lambda case: case.kind == "agency").line_ids.move_id, second)


@tagged("post_install", "-at_install")
class TestDemandLetter(LegalCommon):
    def _letter(self, case):
        return (
            self.env["ir.actions.report"]
            ._render_qweb_html("receivable_dunning.report_collection_demand", case.ids)[0]
            .decode()
        )

    def test_the_letter_says_what_is_claimed_and_until_when(self):
        move = self._overdue(30, 100)
        case = self._case(move)
        self._step(case, "demand", deadline=self.today + timedelta(days=10))
        letter = self._letter(case)
        for text in (move.name, "100.00", "Formal Demand for Payment", case.name, "By our books", "legal steps"):
            self.assertIn(text, letter)
        self.assertNotIn("collection agency", letter)

    def test_the_letter_speaks_of_an_account_only_where_it_names_one(self):
        case = self._case(self._overdue(30))
        self._step(case, "demand")
        banks = self.env["account.journal"].sudo().search([("company_id", "=", self.company.id), ("type", "=", "bank")])
        banks.bank_account_id = False
        self.assertNotIn("account named below", self._letter(case))
        banks[0].bank_account_id = (
            self.env["res.partner.bank"]
            .sudo()
            .create({"acc_number": "DE89370400440532013000", "partner_id": self.company.partner_id.id})
        )
        letter = self._letter(case)
        self.assertIn("account named below", letter)
        self.assertIn("DE89370400440532013000", letter.replace(" ", ""))

    def test_the_letter_is_kept_with_the_demand(self):
        case = self._step(self._case(self._overdue(30)), "demand")
        self.assertEqual(len(case.event_ids.attachment_ids), 1)
        self.assertEqual(case.event_ids.attachment_ids.res_id, case.id)

    def test_counsel_writes_on_counsels_paper(self):
        counsel = self.env["res.partner"].create({"name": "Blackstone LLP", "street": "Bar 1"})
        case = self._case(self._overdue(30), kind="lawyer", counsel_id=counsel.id)
        letter = self._letter(case)
        self.assertIn("We act for", letter)
        self.assertIn("Letter of Demand by Counsel", letter)
        self.assertIn("Blackstone LLP", letter)

    def test_a_letter_by_counsel_needs_counsel(self):
        case = self._case(self._overdue(30), kind="lawyer")
        with self.assertRaisesRegex(UserError, "Choose the lawyer"):
            self._step(case, "demand")

    def test_an_agency_is_announced(self):
        case = self._case(self._overdue(30), kind="agency")
        self.assertIn("collection agency", self._letter(case))

    def test_the_letter_goes_by_email_where_asked_for(self):
        case = self._case(self._overdue(30))
        self._step(case, "demand", send_email=True)
        message = case.message_ids.filtered(lambda it: it.partner_ids == self.customer)
        self.assertEqual(len(message), 1)
        self.assertTrue(message.attachment_ids)

    def test_the_deadline_is_after_the_letter(self):
        case = self._case(self._overdue(30))
        with self.assertRaisesRegex(UserError, "after the letter"):
            self._step(case, "demand", deadline=self.today)

    def test_the_letter_speaks_chinese(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        case = self._case(self._overdue(30))
        case.lang = "zh_CN"
        self.assertIn('data-oe-lang="zh_CN"', self._letter(case))
