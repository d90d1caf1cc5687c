import re
from ast import literal_eval
from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import DunningCommon


class LegalCommon(DunningCommon):
    """A company whose claims are time-barred three years after the due date, as in China, and a customer who owes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.law = cls.env["limitation.rule"].create(
            {
                "name": "Three years",
                "law": "Test Act s. 1",
                "sequence": 1,
                "company_id": cls.company.id,
                "country_id": (cls.company.account_fiscal_country_id or cls.company.country_id).id,
                "period_years": 3,
                "effect_ids": [
                    Command.create({"kind": kind, "effect": "restart"})
                    for kind in ("payment", "acknowledgement", "statement", "notice", "demand", "promise", "order")
                ],
            }
        )
        cls.clerk = cls._user("legal_clerk", "receivable_dunning.group_collections_accountant")
        cls.reader = cls._user("legal_reader", "receivable_dunning.group_collections_user")

    def _item(self, move):
        return move.line_ids.filtered(lambda line: line.account_type == "asset_receivable")

    def _refresh(self):
        self.env["limitation.term"].sudo()._refresh(self.company)

    def _row(self, move):
        """The item in the list of limitation dates."""
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["collection.limitation"].search([("move_id", "=", move.id)])

    def _last_day(self, move):
        self._refresh()
        return self._row(move).date_limit

    def _case(self, *moves, **values):
        lines = self.env["account.move.line"].union(*(self._item(move) for move in moves))
        return self.env["collection.case"]._make_drafts(lines, **values)

    def _handover(self, *moves, **values):
        """A draft for an agency."""
        lines = self.env["account.move.line"].union(*(self._item(move) for move in moves))
        agency = self.env["res.partner"].create({"name": "Agency", "is_company": True})
        return self.env["collection.handover"].create(
            {
                "company_id": self.company.id,
                "agency_id": agency.id,
                "line_ids": [Command.create({"move_line_id": line.id}) for line in lines],
                **values,
            }
        )

    def _step(self, case, step, **values):
        wizard = self.env["collection.case.step"].create({"case_id": case.id, "step": step, **values})
        wizard.action_apply()
        return case


@tagged("post_install", "-at_install")
class TestLimitation(LegalCommon):
    def test_an_open_item_is_listed_with_its_last_day(self):
        move = self._overdue(30)
        due = self._item(move).date_maturity
        self._refresh()
        row = self._row(move)
        self.assertEqual(row.date_limit, due.replace(year=due.year + 3))
        self.assertEqual(row.rule_id, self.law)
        self.assertEqual(row.status, "later")
        self.assertEqual(row.amount_residual, 100)

    def test_an_item_that_is_settled_leaves_the_list(self):
        move = self._overdue(30)
        self._refresh()
        self._pay(move, 100, self.today)
        self.assertFalse(self._row(move))
        self._refresh()
        self.assertFalse(self.env["limitation.term"].search([("move_line_id", "=", self._item(move).id)]))

    def test_statuses_by_days_left(self):
        cases = [(-1, "expired"), (0, "week"), (7, "week"), (8, "month"), (30, "month"), (31, "quarter"),
                 (90, "quarter"), (91, "later")]  # fmt: skip
        moves = {self._overdue(10, 10 + number): case for number, case in enumerate(cases)}
        self._refresh()
        term = self.env["limitation.term"].sudo()
        for move, (left, status) in moves.items():
            found = term.search([("move_line_id", "=", self._item(move).id)])
            found.date_limit = self.today + timedelta(days=left)
            with self.subTest(left=left):
                row = self._row(move)
                self.assertEqual((row.days_left, row.status), (left, status))

    def test_a_part_payment_begins_the_period_anew_and_a_credit_note_does_not(self):
        move = self._invoice(self.customer, 100, date(2024, 1, 10))
        note = move._reverse_moves([{"date": date(2024, 5, 1), "invoice_date": date(2024, 5, 1)}])
        note.invoice_line_ids.price_unit = 20
        note.action_post()
        (self._item(move) | self._item(note)).reconcile()
        self.assertEqual(self._last_day(move), date(2027, 1, 10))
        self._pay(move, 30, date(2024, 9, 1))
        self.assertEqual(self._last_day(move), date(2027, 9, 1))

    def test_a_payment_that_is_taken_back_no_longer_counts(self):
        move = self._invoice(self.customer, 100, date(2024, 1, 10))
        payment = self._pay(move, 30, date(2024, 9, 1))
        self.assertEqual(self._last_day(move), date(2027, 9, 1))
        payment.move_id.line_ids.remove_move_reconcile()
        self.assertEqual(self._last_day(move), date(2027, 1, 10))

    def test_a_statement_that_is_agreed_begins_the_period_anew(self):
        move = self._overdue(400)
        other = self._overdue(30)
        statement = self.env["receivable.statement"].create({"partner_id": self.customer.id, "date": self.today})
        statement.action_sent_otherwise()
        line = statement.line_ids.filtered(lambda it: it.move_id == other)
        statement._answer({"name": "Ms Lee", "via": "staff"}, {line.id: (1.0, "not ours")})
        answered = statement.answer_date.date()
        self.assertEqual(self._last_day(move), answered.replace(year=answered.year + 3))
        due = self._item(other).date_maturity
        self.assertEqual(self._row(other).date_limit, due.replace(year=due.year + 3), "disputed: nothing is agreed")

    def test_a_reminder_counts_only_where_the_law_says_so(self):
        move = self._overdue(30)
        run = self._send(self._run())
        self.assertEqual(self._notice(run).state, "sent")
        self.assertEqual(self._last_day(move), self.today.replace(year=self.today.year + 3))
        self.law.effect_ids.filtered(lambda effect: effect.kind == "notice").unlink()
        due = self._item(move).date_maturity
        self.assertEqual(self._last_day(move), due.replace(year=due.year + 3))

    def test_a_promise_counts_when_it_was_given_in_writing(self):
        said, written = self._overdue(400), self._overdue(400, 50)
        promises = self.env["receivable.promise"]
        soon = self.today + timedelta(days=5)
        promises._make(self._item(said), 100, soon, {"channel": "phone"})
        promise = promises._make(self._item(written), 50, soon, {"channel": "email"})
        due = self._item(said).date_maturity
        self.assertEqual(self._last_day(said), due.replace(year=due.year + 3))
        self.assertEqual(self._row(written).date_limit, promise.date.replace(year=promise.date.year + 3))

    def test_an_event_entered_by_hand_moves_the_date_at_once(self):
        move = self._invoice(self.customer, 100, date(2024, 1, 10))
        other = self._invoice(self.customer, 100, date(2024, 1, 10))
        late = self._invoice(self.customer, 100, date(2025, 8, 1))
        self._refresh()
        values = {"company_id": self.company.id, "kind": "acknowledgement", "date": date(2025, 6, 1), "note": "letter"}
        event = self.env["limitation.event"].with_user(self.clerk).create({**values, "move_id": move.id})
        self.assertEqual(event.partner_id, self.customer)
        self.assertEqual(self._row(move).date_limit, date(2028, 6, 1))
        self.assertEqual(self._row(move).last_kind, "acknowledgement")
        self.assertEqual(self._row(other).date_limit, date(2027, 1, 10))
        event.with_user(self.clerk).move_id = other
        self.assertEqual(self._row(move).date_limit, date(2027, 1, 10))
        self.assertEqual(self._row(other).date_limit, date(2028, 6, 1))
        event.with_user(self.clerk).unlink()
        self.assertEqual(self._row(other).date_limit, date(2027, 1, 10))
        self.env["limitation.event"].create({**values, "partner_id": self.customer.id})
        self.assertEqual(self._row(move).date_limit, date(2028, 6, 1), "everything booked by that day")
        self.assertEqual(self._row(late).date_limit, date(2028, 8, 1), "not what was booked later")

    def test_events_are_not_in_the_future_nor_of_others(self):
        move = self._overdue(30)
        values = {"partner_id": self.customer.id, "company_id": self.company.id, "note": "x"}
        with self.assertRaises(ValidationError):
            self.env["limitation.event"].create({**values, "date": self.today + timedelta(days=1)})
        with self.assertRaises(ValidationError):
            self.env["limitation.event"].create({**values, "partner_id": self.partner_b.id}).write(
                {"move_id": move.id, "partner_id": self.partner_b.id}
            )
        with self.assertRaises(AccessError):
            self.env["limitation.event"].with_user(self.clerk).create({**values, "user_id": self.reader.id})
        with self.assertRaises(AccessError):
            self.env["limitation.event"].with_user(self.reader).create(values)

    def test_the_law_agreed_with_a_customer_goes_before_that_of_the_country(self):
        other = self.env["limitation.rule"].create({"name": "Ten", "law": "x", "period_years": 10, "country_id": False})
        move = self._invoice(self.customer, 100, date(2024, 1, 10))
        self.assertEqual(self._last_day(move), date(2027, 1, 10))
        self.customer.limitation_rule_id = other
        self.assertEqual(self._row(move).date_limit, date(2034, 1, 10), "at once")

    def test_the_law_set_as_default_of_all_customers_is_the_one_their_forms_show(self):
        other = self.env["limitation.rule"].create({"name": "Ten", "law": "x", "period_years": 10, "country_id": False})
        self.env["ir.default"].sudo().set("res.partner", "limitation_rule_id", other.id, company_id=self.company.id)
        move = self._invoice(self.customer, 100, date(2024, 1, 10))
        self.assertEqual(self.customer.with_company(self.company).limitation_rule_id, other)
        self.assertEqual(self._last_day(move), date(2034, 1, 10))

    def test_the_law_is_that_of_the_seat_else_of_the_taxes(self):
        """A company that took the chart of accounts of another country is not without a law."""
        seat, taxes = self.env.ref("base.aq"), self.env.ref("base.gs")
        self.company.sudo().write({"country_id": seat.id, "account_fiscal_country_id": taxes.id})
        self.law.country_id = taxes
        rules = self.env["limitation.rule"]
        self.assertEqual(rules._default_of(self.company), self.law)
        ours = self.law.copy({"country_id": seat.id, "sequence": 99})
        self.assertEqual(rules._default_of(self.company), ours)

    def test_without_a_law_the_list_says_so(self):
        self.law.active = False
        self.env["limitation.rule"].search([]).country_id = self.env.ref("base.aq")
        move = self._overdue(30)
        self.assertFalse(self._last_day(move))
        self.assertEqual(self._row(move).status, "unknown")
        self.assertFalse(move.limitation_date)
        self.assertFalse(self._row(move).explanation)

    def test_the_invoice_shows_the_date_of_this_moment(self):
        move = self._invoice(self.customer, 100, date(2024, 1, 10))
        self.assertEqual(move.limitation_date, date(2027, 1, 10))
        self._pay(move, 30, date(2024, 9, 1))
        move.invalidate_recordset()
        self.assertEqual(move.limitation_date, date(2027, 9, 1))
        self._pay(move, 70, date(2024, 9, 1))
        move.invalidate_recordset()
        self.assertFalse(move.limitation_date)

    def test_the_date_explains_itself(self):
        move = self._invoice(self.customer, 100, date(2024, 1, 10))
        self._pay(move, 30, date(2024, 9, 1))
        self._refresh()
        explanation = str(self._row(move).explanation)
        for text in ("Three years", "Test Act s. 1", "09/01/2027", "Part payment", "begins anew"):
            self.assertIn(text, explanation)

    def test_refreshing_twice_writes_nothing(self):
        self._overdue(30)
        self._refresh()
        self.env.flush_all()
        query = "SELECT array_agg(xmin::text ORDER BY id) FROM limitation_term"
        self.env.cr.execute(query)
        before = self.env.cr.fetchone()
        self._refresh()
        self.env.cr.execute(query)
        self.assertEqual(self.env.cr.fetchone(), before)

    def test_refreshing_takes_as_many_queries_for_one_item_as_for_many(self):
        self._overdue(30)
        self._refresh()

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self._refresh()
            return self.env.cr.sql_log_count - start

        few = queries()
        for number in range(15):
            self._overdue(30 + number, partner=self._customer(f"C{number}"))
        self.assertLessEqual(queries(), few)

    def test_instalments_are_barred_one_by_one(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Two parts",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days}) for days in (0, 60)
                ],
            }
        )
        move = self._invoice(self.customer, 100, date(2024, 1, 10), invoice_payment_term_id=term.id)
        self._refresh()
        self.assertEqual(self._row(move).mapped("date_limit"), [date(2027, 1, 10), date(2027, 3, 10)])
        self.assertEqual(move.limitation_date, date(2027, 1, 10))

    def test_the_filter_of_this_year_ends_with_it(self):
        self.law.write({"period_years": 0, "period_months": 1})
        moves = [self._overdue(10), self._overdue(20)]
        self._refresh()
        first, second = (
            self.env["limitation.term"].sudo().search([("move_line_id", "=", self._item(move).id)]) for move in moves
        )
        first.date_limit, second.date_limit = date(self.today.year, 12, 31), date(self.today.year + 1, 1, 1)
        self.env.flush_all()
        arch = self.env.ref("receivable_dunning.collection_limitation_view_search").arch
        (domain,) = re.findall(r"""name="year".*?domain="(.*?)\"""", arch.replace("&lt;", "<"))
        found = self.env["collection.limitation"].search([*literal_eval(domain), ("partner_id", "=", self.customer.id)])
        self.assertEqual(found.move_id, moves[0])

    def test_proof_belongs_to_the_event(self):
        proof = self.env["ir.attachment"].with_user(self.clerk).create({"name": "letter.pdf", "raw": b"x"})
        event = self.env["limitation.event"].with_user(self.clerk).create(
            {"partner_id": self.customer.id, "note": "x", "attachment_ids": [(6, 0, proof.ids)]}
        )  # fmt: skip
        self.assertEqual((proof.res_model, proof.res_id), ("limitation.event", event.id))
        self.assertEqual(proof.with_user(self.reader).raw, b"x")

    def test_a_rule_that_changes_is_to_be_checked_again(self):
        self.law.action_checked()
        self.assertEqual(self.law.checked_by, self.env.user)
        self.law.effect_ids[0].months = 1
        self.assertFalse(self.law.checked_on)
        self.law.action_checked()
        self.law.period_years = 4
        self.assertFalse(self.law.checked_on)
        with self.assertRaises(AccessError):
            self.law.checked_by = self.env.user

    def test_rules_are_shipped_with_their_source_and_unchecked(self):
        shipped = self.env["limitation.rule"].search([("company_id", "=", False), ("law", "!=", False)])
        countries = set(shipped.country_id.mapped("code"))
        self.assertLessEqual({"DE", "AT", "FR", "GB", "NL", "ES", "CN"}, countries)
        self.assertFalse(any(shipped.mapped("checked_on")))
        self.assertTrue(all(effect.law for effect in shipped.effect_ids))
        china = shipped.filtered(lambda rule: rule.country_id.code == "CN")._core_law()
        self.assertIn("notice", china.responses)
        germany = shipped.filtered(lambda rule: rule.country_id.code == "DE")._core_law()
        self.assertNotIn("notice", germany.responses)

    def test_only_accountants_work_out_the_dates_now(self):
        self.env["collection.limitation"].with_user(self.clerk).action_refresh()
        with self.assertRaises(UserError):
            self.env["collection.limitation"].with_user(self.reader).action_refresh()


@tagged("post_install", "-at_install")
class TestLimitationAlarm(LegalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._user("limit_manager", "receivable_dunning.group_collections_manager")
        cls.company.sudo().limitation_alarms = True
        cls.company.sudo().limitation_user_id = cls.manager

    def _barred_in(self, days, amount=100):
        """An invoice that is time-barred so many days from today."""
        last = self.today + timedelta(days=days)
        return self._invoice(self.customer, amount, last.replace(year=last.year - 3))

    def _alarms(self, as_of=None):
        self._refresh()
        self.env["limitation.alarm"].sudo()._raise_alarms(self.company, as_of or self.today)
        kind = self.env.ref("receivable_dunning.mail_activity_type_limitation")
        return self.env["mail.activity"].sudo().search([("activity_type_id", "=", kind.id)], order="id")

    def test_each_alarm_is_given_exactly_once(self):
        self._barred_in(89)
        self.assertEqual(len(self._alarms()), 1)
        self.assertEqual(len(self._alarms()), 1)
        self.assertEqual(len(self._alarms(self.today + timedelta(days=58))), 1, "31 days left")
        self.assertEqual(len(self._alarms(self.today + timedelta(days=59))), 2, "30 days left")
        self.assertEqual(len(self._alarms(self.today + timedelta(days=60))), 2)
        self.assertEqual(len(self._alarms(self.today + timedelta(days=82))), 3, "7 days left")
        self.assertEqual(len(self._alarms(self.today + timedelta(days=83))), 3)
        self.assertEqual(len(self._alarms(self.today + timedelta(days=95))), 3, "time-barred")

    def test_of_several_due_at_once_the_latest_is_given(self):
        self._barred_in(5)
        alarms = self._alarms()
        self.assertEqual(alarms.user_id, self.manager)
        self.assertEqual(len(alarms), 1)
        self.assertEqual(self.env["limitation.alarm"].search([]).mapped("days"), [7])

    def test_items_of_a_customer_share_an_activity(self):
        moves = [self._barred_in(80, 10), self._barred_in(85, 20)]
        activity = self._alarms()
        self.assertEqual((activity.res_model, activity.res_id), ("res.partner", self.customer.id))
        for move in moves:
            self.assertIn(move.name, activity.note)
        self.assertIn("30.00", activity.note)

    def test_handler_first_and_the_manager_too_at_the_end(self):
        move = self._barred_in(80)
        case = self._case(move, user_id=self.clerk.id)
        first = self._alarms()
        self.assertEqual(first.user_id, self.clerk)
        self.assertEqual((first.res_model, first.res_id), ("collection.case", case.id))
        last = self._alarms(self.today + timedelta(days=75)) - first
        self.assertEqual(last.user_id, self.clerk | self.manager)

    def test_the_collector_is_told_where_there_is_no_case(self):
        self.customer.with_company(self.company).collector_id = self.reader
        self._barred_in(80)
        self.assertEqual(self._alarms().user_id, self.reader)

    def test_alarms_begin_anew_when_the_last_day_moves(self):
        move = self._barred_in(80)
        self.assertEqual(len(self._alarms()), 1)
        event = {"company_id": self.company.id, "kind": "acknowledgement", "note": "x", "move_id": move.id}
        self.env["limitation.event"].create({**event, "date": self.today})
        self.assertEqual(len(self._alarms()), 1)
        later = self.today.replace(year=self.today.year + 3) - timedelta(days=20)
        self.assertEqual(len(self._alarms(later)), 2)

    def test_nobody_is_told_before_alarms_are_turned_on(self):
        self.company.sudo().limitation_alarms = False
        self._barred_in(5)
        self.assertFalse(self._alarms())

    def test_the_night_works_out_and_tells(self):
        self._barred_in(5)
        with self.enter_registry_test_mode():
            self.env.ref("receivable_dunning.ir_cron_watch_limitation").sudo().method_direct_trigger()
        kind = self.env.ref("receivable_dunning.mail_activity_type_limitation")
        self.assertTrue(self.env["mail.activity"].sudo().search([("activity_type_id", "=", kind.id)]))
