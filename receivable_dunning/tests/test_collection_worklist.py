from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..core import worklist as core
from .collection_common import CollectionCommon


@tagged("post_install", "-at_install")
class TestCollectionWorklist(CollectionCommon):
    # ------------------------------------------------------------------
    # AGAINST THE CORE
    # ------------------------------------------------------------------

    def _ledger(self):
        """Customers of all kinds."""
        names = ("plain", "credit", "held", "small", "talked", "tried")
        people = {name: self._customer(name.title(), phone="+49 1" if name != "small" else False) for name in names}
        for partner in people.values():
            self._overdue(40, 900, partner=partner)
            self._overdue(12, 350, partner=partner)
        self._overdue(5, 120, partner=people["credit"])
        self._invoice(people["credit"], 1000, self.today, move_type="out_refund")
        self.env["dunning.block"].create(
            {
                "partner_id": people["held"].id,
                "company_id": self.company.id,
                "move_id": self.env["account.move"].search([("partner_id", "=", people["held"].id)], limit=1).id,
                "reason": "goods sent back",
            }
        )
        self._noted("informed", people["talked"], days_ago=9, callback_date=False)
        self._noted("no_answer", people["tried"], days_ago=2, callback_date=False)
        habit = self._customer("Habit")
        for number in range(6):
            paid = self.today - timedelta(days=200 + 30 * number)
            invoice = self._invoice(habit, 100, paid - timedelta(days=60), due=paid - timedelta(days=20))
            self._pay(invoice, 100, paid)
        self._overdue(15, 700, partner=habit)
        self._invoice(habit, 5000, self.today, due=self.today + timedelta(days=20))
        self.env["collection.expectation"]._refresh(self.company, self.today)
        return people | {"habit": habit}

    def _expected(self, partner, reach, minutes):
        """What the core says of a customer, from documents read one by one."""
        expectations = {
            row["move_line_id"]: row["further_days"]
            for row in self.env.execute_query_dict(
                self.env["collection.expectation"]._search([]).select("move_line_id", "further_days")
            )
        }
        blocked = self.env["dunning.block"].search([("partner_id", "=", partner.id)]).move_id
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "=", partner.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
            ]
        )
        items = [
            core.Item(
                line.date_maturity,
                line.amount_residual,
                (self.today - line.date_maturity).days,
                line.amount_residual if line.amount_residual > 0 and line.move_id not in blocked else 0.0,
                expectations.get(line.id),
            )
            for line in lines
        ]
        rates = core.Rates(0.08, 30.0, minutes["phone"], 7)
        talks = self.env["collection.contact"].search([("partner_id", "=", partner.id), ("state", "=", "done")])
        reached = talks.filtered("is_reached")
        since = min(((self.today - talk.date.date()).days for talk in reached), default=None)
        cost = core.cost_of_waiting(items, rates)
        worth = cost * core.chance(len(talks), len(reached), reach, since, rates.rest_days)
        claim = sum(left for item, left in core.uncovered(items) if item.days > 0)
        situation = core.Situation(
            claims=claim > 0, has_phone=bool(partner.phone), has_email=bool(partner.email), worth=worth
        )
        return claim, cost, worth, core.next_action(situation, rates)

    def test_sql_says_what_the_core_says(self):
        people = self._ledger()
        reach, minutes = self.env["collection.facts"]._habits(self.company, self.today)
        for name, partner in people.items():
            with self.subTest(name):
                claim, cost, worth, (action, why) = self._expected(partner, reach, minutes)
                row = self._row(partner)
                self.assertAlmostEqual(row.claim_amount, claim)
                self.assertAlmostEqual(row.waiting_cost, cost, places=4)
                self.assertAlmostEqual(row.worth, worth, places=4)
                self.assertEqual((row.action, row.why), (str(action), str(why)))
                self.assertAlmostEqual(row.minute_value, worth / row.minutes, places=4)

    def test_amounts_are_those_of_the_exposure(self):
        people = self._ledger()
        for partner in people.values():
            profile = self.env["credit.profile"]._get_or_create(partner, self.company)
            row = self._row(partner)
            self.assertAlmostEqual(row.overdue_amount, profile.overdue_amount)
            self.assertAlmostEqual(row.open_amount, profile.receivable_amount)

    def test_order_is_gain_per_minute(self):
        self._ledger()
        rows = self.env["collection.worklist"].with_context(allowed_company_ids=self.company.ids).search([])
        values = rows.mapped("minute_value")
        self.assertEqual(values, sorted(values, reverse=True))
        self.assertGreater(len(set(values)), 4)

    def test_a_page_and_a_row_say_the_same(self):
        people = self._ledger()
        worklist = self.env["collection.worklist"].with_context(allowed_company_ids=self.company.ids)
        names = ["partner_id", "claim_amount", "worth", "action", "sentence"]
        page = worklist.web_search_read([], {name: {} for name in names}, limit=3, count_limit=2)
        self.assertEqual(page["length"], worklist.search_count([]))
        self.assertEqual(len(page["records"]), 3)
        self.env.invalidate_all()
        for record in page["records"]:
            row = worklist.browse(record["id"])
            self.assertIn(row.partner_id, self.env["res.partner"].union(*people.values()))
            self.assertEqual([row.partner_id.id, row.claim_amount], [record["partner_id"], record["claim_amount"]])
            self.assertAlmostEqual(row.worth, record["worth"])
            self.assertEqual(row.sentence, record["sentence"])

    # ------------------------------------------------------------------
    # WHO IS ON IT
    # ------------------------------------------------------------------

    def test_customer_is_listed_with_what_is_overdue_and_open(self):
        self._overdue(10, 100)
        self._invoice(self.customer, 50, self.today, due=self.today + timedelta(days=20))
        self.assertRecordValues(
            self._row(),
            [
                {
                    "open_amount": 150.0,
                    "overdue_amount": 100.0,
                    "claim_amount": 100.0,
                    "oldest_days": 10,
                    "reason": "overdue",
                    "phone": "+49 30 1234",
                }
            ],
        )

    def test_who_owes_nothing_overdue_is_not_listed(self):
        self._invoice(self.customer, 50, self.today, due=self.today + timedelta(days=20))
        self.assertFalse(self._row())
        covered = self._customer("Covered")
        self._overdue(10, 100, partner=covered)
        self._invoice(covered, 100, self.today, move_type="out_refund")
        self.assertFalse(self._row(covered))

    def test_not_due_yet_is_listed_where_waiting_costs_more_than_a_call(self):
        for number in range(6):
            paid = self.today - timedelta(days=100 + 30 * number)
            self._pay(self._invoice(self.customer, 10, paid, due=paid - timedelta(days=60)), 10, paid)
        self._invoice(self.customer, 100, self.today, due=self.today + timedelta(days=5))
        self.env["collection.expectation"]._refresh(self.company, self.today)
        self.assertFalse(self._row())
        self._invoice(self.customer, 100000, self.today, due=self.today + timedelta(days=5))
        self.env["collection.expectation"]._refresh(self.company, self.today)
        self.assertEqual((self._row().reason, self._row().action), ("early", "call"))
        self.assertIn("nothing overdue yet", self._row().sentence)

    def test_disputed_part_is_held_back(self):
        invoice = self._overdue(10, 100)
        item = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        reason = self.env["receivable.dispute.reason"].search([], limit=1)
        self.env["receivable.dispute"]._open(item, 40, {"reason_id": reason.id})
        self.assertRecordValues(
            self._row(), [{"claim_amount": 60.0, "held_amount": 40.0, "dispute_count": 1, "dispute_amount": 40.0}]
        )
        self.assertIn("held back", self._row().sentence)

    def test_promise_due_and_broken(self):
        invoice = self._overdue(10, 100)
        item = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        promise = self.env["receivable.promise"]._make(item, 100, self.today + timedelta(days=3), {})
        self.assertFalse(self._row())
        promise.sudo().line_ids.date_promised = self.today
        row = self._row()
        self.assertEqual(
            (row.action, row.why, row.promise_count, row.promise_amount), ("promise", "promise_due", 1, 100)
        )
        promise.sudo().line_ids.date_promised = self.today - timedelta(days=2)
        promise.sudo().write({"state": "broken", "date_decided": self.today - timedelta(days=1)})
        row = self._row()
        self.assertEqual((row.reason, row.why, row.broken_count), ("promise_broken", "promise_broken", 1))
        self._noted("informed", callback_date=False)
        self.assertFalse(self._row().promise_broken, "it was talked about")

    def test_tasks_of_reminders_bring_customers_on_the_list(self):
        self._overdue(10, 100)
        for name, action in (("call", "call"), ("escalation", "escalate"), ("visit", "visit")):
            self.customer.activity_schedule(
                f"receivable_dunning.mail_activity_type_{name}", date_deadline=self.today, user_id=self.collector.id
            )
            row = self._row()
            self.assertEqual((row.action, row.has_task, row.reason), (action, True, "task"))

    def test_statement_with_differences(self):
        self._overdue(10, 100)
        statement = self.env["receivable.statement"].create(
            {"partner_id": self.customer.id, "company_id": self.company.id}
        )
        statement.sudo()._set(state="disputed")
        self.assertEqual((self._row().reason, self._row().why), ("difference", "difference"))

    def test_customer_without_any_address(self):
        self._overdue(10, 100)
        self.customer.write({"phone": False, "email": False})
        self.assertEqual(self._row().action, "data")

    def test_wrong_number_is_not_called_again(self):
        self._overdue(100, 100000)
        self.assertEqual(self._row().action, "call")
        self._noted("wrong_number", days_ago=1)
        self.assertEqual((self._row().action, self._row().why), ("email", "no_phone"))
        self.customer.phone = "+49 30 9999"
        self.assertEqual(self._row().action, "call")

    def test_last_level_and_level_reached(self):
        self._overdue(60, 100)
        self._send(self._run())
        self.assertEqual(self._row().level_number, 1)
        self.assertEqual(self._row().reminded_on, self.today)
        self.plan.level_ids[1:].unlink()
        self.assertEqual(self._row().why, "last_level")

    # ------------------------------------------------------------------
    # REST
    # ------------------------------------------------------------------

    def test_snoozed_customer_comes_back_by_itself(self):
        self._overdue(10, 100)
        until = self.today + timedelta(days=3)
        self.env["collection.snooze"].create(
            {"partner_id": self.customer.id, "company_id": self.company.id, "date_until": until, "reason": "away"}
        )
        row = self._row()
        self.assertEqual((row.resting_until, row.action, row.why), (until, "none", "resting"))
        self.assertFalse(self._row(as_of=until).resting_until)
        row.action_wake()
        self.assertFalse(self._row().resting_until)
        with self.assertRaises(ValidationError):
            self.env["collection.snooze"].create(
                {"partner_id": self.customer.id, "date_until": self.today, "reason": "late"}
            )

    def test_snooze_is_signed_and_becomes_history(self):
        values = {
            "partner_id": self.customer.id,
            "company_id": self.company.id,
            "date_until": self.today + timedelta(days=3),
            "reason": "away",
        }
        snoozes = self.env["collection.snooze"].with_user(self.collector)
        with self.assertRaises(AccessError):
            snoozes.create({**values, "user_id": self.colleague.id})
        snooze = snoozes.create(values)
        with self.assertRaises(AccessError):
            snooze.lifted_on = self.today
        snooze.with_user(self.colleague).action_lift()
        self.assertEqual(snooze.lifted_by, self.colleague)
        with self.assertRaises(UserError):
            snooze.reason = "other"

    def test_contacted_today_rests_until_tomorrow(self):
        self._overdue(10, 100)
        self._noted("informed", callback_date=False)
        self.assertEqual(self._row().resting_until, self.today + timedelta(days=1))

    def test_callback_rests_until_the_day_and_then_asks(self):
        self._overdue(10, 100)
        day = self.today + timedelta(days=4)
        self._noted("callback", days_ago=1, callback_date=day)
        self.assertEqual(self._row().resting_until, day)
        row = self._row(as_of=day)
        self.assertFalse(row.resting_until)
        self.assertEqual((row.is_callback, row.reason, row.why), (True, "callback", "callback"))

    def test_recent_talk_lowers_the_rank_and_wears_off(self):
        self._overdue(60, 10000)
        fresh = self._row().worth
        self._noted("informed", days_ago=7, callback_date=False)
        once = self._row()
        self.assertLess(once.worth, fresh)
        self.assertGreater(self._row(as_of=self.today + timedelta(days=30)).chance, once.chance)

    # ------------------------------------------------------------------
    # WHOSE
    # ------------------------------------------------------------------

    def test_my_portfolio_and_that_of_who_is_away(self):
        self._overdue(10, 100)
        self.customer.with_company(self.company).collector_id = self.collector
        mine = [("is_mine", "=", True), ("partner_id", "=", self.customer.id)]
        worklist = self.env["collection.worklist"]
        self.assertTrue(worklist.with_user(self.collector).search(mine).is_mine)
        self.assertFalse(worklist.with_user(self.colleague).search(mine))
        substitution = self.env["collection.substitution"].create(
            {
                "company_id": self.company.id,
                "user_id": self.collector.id,
                "substitute_id": self.colleague.id,
                "date_from": self.today,
                "date_until": self.today,
            }
        )
        self.assertTrue(worklist.with_user(self.colleague).search(mine))
        substitution.date_from = substitution.date_until = self.today - timedelta(days=1)
        self.assertFalse(worklist.with_user(self.colleague).search(mine))

    def test_worklist_is_for_collections_and_of_the_own_companies(self):
        self._overdue(10, 100)
        self.assertTrue(self.env["collection.worklist"].with_user(self.collector).search([]))
        outsider = self._user("outsider", "base.group_user")
        with self.assertRaises(AccessError):
            self.env["collection.worklist"].with_user(outsider).search([])
        other = self.setup_other_company()["company"]
        stranger = self._user("stranger", "receivable_dunning.group_collections_user", other)
        self.assertFalse(
            self.env["collection.worklist"].with_user(stranger).search([("partner_id", "=", self.customer.id)])
        )

    def test_list_groups_and_totals(self):
        self._overdue(10, 100)
        groups = self.env["collection.worklist"]._read_group(
            [("partner_id", "=", self.customer.id)], ["action"], ["claim_amount:sum", "__count"]
        )
        self.assertEqual(groups, [("email", 100.0, 1)])

    def test_gain_per_minute_of_a_group_is_all_gain_by_all_minutes(self):
        self._overdue(90, 90_000)
        self._overdue(10, 100, self._customer("Small"))
        worklist = self.env["collection.worklist"]
        rows = worklist.search([("company_id", "=", self.company.id)])
        self.assertGreater(len(set(rows.mapped("minutes"))), 1)
        [(found,)] = worklist._read_group([("id", "in", rows.ids)], [], ["minute_value:avg"])
        self.assertAlmostEqual(found, sum(rows.mapped("worth")) / sum(rows.mapped("minutes")), 6)

    def test_weeks_of_work_are_empty_where_no_time_is_planned(self):
        self._overdue(10, 100)
        loads = self.env["collection.load"].search([("company_id", "=", self.company.id)])
        self.assertTrue(loads)
        self.assertEqual(set(loads.mapped("share")), {None})

    def test_screens_open(self):
        self._overdue(10, 100)
        for name in ("worklist", "contact", "snooze", "portfolio", "script", "log", "load", "outcome", "substitution"):
            model = self.env[f"collection.{name}"]
            action = self.env["ir.actions.act_window"]._for_xml_id(f"receivable_dunning.action_collection_{name}")
            kinds = [kind for _view, kind in action["views"]]
            views = model.get_views([(False, kind) for kind in [*kinds, "search"]])
            self.assertEqual(set(views["views"]), {*kinds, "search"})
        row = self._row()
        self.assertEqual(row.item_ids.amount_residual, 100.0)
        self.assertFalse(row.log_ids)
        action = row.action_next()
        self.assertEqual(action["context"]["default_partner_id"], self.customer.id)
        self.assertEqual(fields.Date.context_today(row), self.today)
