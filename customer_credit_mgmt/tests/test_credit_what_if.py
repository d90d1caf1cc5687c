from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import SQL

from .common import CreditCommon

OWN_TABLES = "credit_policy_backtest"


class WhatIfCommon(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.backtest = cls.env["credit.policy.backtest"]

    def _day(self, days):
        return self.today - timedelta(days=days)

    def _what_if(self, *rules, **values):
        """A what-if of the last twelve months with rules for everybody; ``rules`` as for ``_strict_policy``."""
        pairs = [(rule, 0) if isinstance(rule, str) else rule for rule in rules]
        backtest = self.backtest.create({"name": "Try", "company_id": self.company.id, **values})
        if pairs:
            backtest.rule_ids = [
                Command.clear(),
                *(Command.create({"kind": kind, "threshold": threshold}) for kind, threshold in pairs),
            ]
        backtest.action_run()
        return backtest

    def _limit_since(self, partner, amount, days):
        profile = self._limited_profile(partner, amount)
        profile.limit_ids.sudo().with_context(tracking_disable=True)._write({"date_from": self._day(days)})
        self.env.invalidate_all()
        return profile

    def _side(self, backtest, side="what_if"):
        return backtest._totals()[backtest][side]


@tagged("post_install", "-at_install")
class TestCreditWhatIf(WhatIfCommon):
    # ------------------------------------------------------------------
    # VERDICTS
    # ------------------------------------------------------------------

    def test_document_over_a_tried_limit_is_newly_held_with_figure_and_threshold(self):
        self._limit_since(self.partner_a, 1000, 300)
        self._invoice(self.partner_a, 700, self._day(100), due=self._day(70))
        second = self._invoice(self.partner_a, 200, self._day(90), due=self._day(60))
        backtest = self._what_if("over_limit", limit_basis="scaled", limit_factor=0.8)
        line = backtest.line_ids
        self.assertEqual(line.move_id, second)
        self.assertEqual((line.change, line.in_force_outcome, line.what_if_outcome), ("more", "pass", "block"))
        self.assertEqual((line.receivable_amount, line.in_force_limit, line.what_if_limit), (700, 1000, 800))
        self.assertIn("900", line.what_if_reason)
        self.assertIn("800", line.what_if_reason)

    def test_policy_in_force_is_replayed_on_the_same_documents(self):
        self._invoice(self.partner_a, 501, self._day(50))
        self._invoice(self.partner_a, 500, self._day(50))
        self._strict_policy(("document_amount", 500))
        backtest = self._what_if(("document_amount", 1000))
        line = backtest.line_ids
        self.assertEqual((line.amount, line.change), (501, "less"))
        self.assertEqual(self._side(backtest, "in_force").held, 1)
        self.assertEqual(self._side(backtest).held, 0)
        self.assertEqual(self._side(backtest).documents, 2)

    def test_limit_of_the_day_counts_not_the_one_of_today(self):
        profile = self._limit_since(self.partner_a, 1000, 300)
        profile.limit_ids.sudo()._write({"date_to": self._day(31)})
        newer = {"profile_id": profile.id, "amount": 100, "date_from": self._day(30), "state": "approved"}
        self.env["credit.limit"].sudo().create(newer)
        self._strict_policy("over_limit", invoice_action="none")
        self._invoice(self.partner_a, 400, self._day(40))
        late = self._invoice(self.partner_a, 50, self._day(20))
        backtest = self._what_if("over_limit")
        self.assertEqual(backtest.line_ids.move_id, late)
        self.assertEqual(backtest.line_ids.what_if_limit, 100)

    def test_customer_limited_later_was_not_limited_before(self):
        self._limit_since(self.partner_a, 100, 30)
        self._invoice(self.partner_a, 400, self._day(60))
        self.assertFalse(self._what_if("over_limit").line_ids)

    def test_policy_that_only_warns_holds_nothing(self):
        self._strict_policy(("document_amount", 10), invoice_action="warn")
        self._invoice(self.partner_a, 501, self._day(50))
        in_force = self._side(self._what_if(), "in_force")
        self.assertEqual((in_force.held, in_force.warned), (0, 1))

    def test_tried_policy_is_for_its_own_customers_and_spares_the_exempt(self):
        policy = self._strict_policy(
            ("document_amount", 10),
            active=False,
            partner_domain=str([("id", "in", (self.partner_a + self.partner_b).ids)]),
            exempt_domain=str([("id", "=", self.partner_b.id)]),
        )
        other = self.env["res.partner"].create({"name": "Other"})
        for partner in (self.partner_a, self.partner_b, other):
            self._invoice(partner, 100, self._day(10))
        backtest = self._what_if(policy_id=policy.id)
        self.assertEqual(backtest.rule_ids.mapped("kind"), ["document_amount"])
        self.assertEqual(backtest.line_ids.partner_id, self.partner_a)

    def test_policy_set_by_hand_stays(self):
        by_hand = self._strict_policy(("document_amount", 1000), sequence=99)
        profile = self.env["credit.profile"]._get_or_create(self.partner_a, self.company).sudo(False)
        profile.policy_by_hand_id = by_hand
        self._invoice(self.partner_a, 100, self._day(10))
        self._invoice(self.partner_b, 100, self._day(10))
        tried = self._strict_policy(("document_amount", 10), active=False)
        self.assertEqual(self._what_if(policy_id=tried.id).line_ids.partner_id, self.partner_b)

    def test_documents_due_at_once_are_spared_where_the_policy_says_so(self):
        tried = self._strict_policy(("document_amount", 10), active=False, exempt_immediate=True)
        self._invoice(self.partner_a, 100, self._day(10))
        credit = self._invoice(self.partner_a, 100, self._day(10), due=self._day(5))
        self.assertEqual(self._what_if(policy_id=tried.id).line_ids.move_id, credit)

    def test_limits_as_requested_and_by_rating(self):
        self._invoice(self.partner_a, 300, self._day(20))
        profile = self.env["credit.profile"]._get_or_create(self.partner_a, self.company).sudo(False)
        self.env["credit.limit"].create({"profile_id": profile.id, "amount": 250})
        backtest = self._what_if("over_limit", limit_basis="requested")
        self.assertEqual(backtest.line_ids.what_if_limit, 250)
        rating = self.env["credit.rating"].search([], limit=1)
        self._score(profile, rating, self._day(25))
        lines = [Command.create({"rating_id": rating.id, "amount": 200})]
        backtest = self._what_if("over_limit", limit_basis="rating", rating_ids=lines)
        self.assertEqual(backtest.line_ids.what_if_limit, 200)

    def _score(self, profile, rating, day):
        """A row of the history of ratings."""
        scorecard = self.env["credit.scorecard"].search([], limit=1)
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "INSERT INTO credit_score (profile_id, partner_id, company_id, scorecard_id, date, rating_id)"
                " VALUES (%s, %s, %s, %s, %s, %s)",
                profile.id,
                profile.partner_id.id,
                profile.company_id.id,
                scorecard.id,
                day,
                rating.id,
            )
        )

    def test_rules_without_dated_history_are_named_and_left_out(self):
        self._invoice(self.partner_a, 300, self._day(20))
        backtest = self._what_if("manual_hold", ("document_amount", 100))
        self.assertEqual(backtest.notes, ["manual_hold"])
        self.assertIn("Not replayed: On hold by hand.", backtest.comparison)
        self.assertEqual(backtest.rule_ids.mapped("is_replayed"), [False, True])
        self.assertEqual(self._side(backtest).held, 1)

    # ------------------------------------------------------------------
    # WHAT IT MUST NOT DO
    # ------------------------------------------------------------------

    def test_nothing_but_its_own_tables_is_written(self):
        self._strict_policy("over_limit", ("overdue_days", 10))
        self._limit_since(self.partner_a, 1000, 300)
        self._invoice(self.partner_a, 700, self._day(100), due=self._day(70))
        backtest = self.backtest.create({"name": "Try", "company_id": self.company.id})
        before = self._written()
        backtest.action_run()
        self.env.flush_all()
        self.assertEqual(self._written(), before)

    def _written(self):
        """``{table: rows written}`` of this transaction, but for the what-if's own tables and the temporary ones."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables"
                " WHERE relname NOT LIKE %s AND relname NOT LIKE 'credit_replay_%%'",
                f"{OWN_TABLES}%",
            )
        )
        return {name: counts for name, *counts in rows if any(counts)}

    def test_result_is_frozen_with_what_was_asked(self):
        backtest = self._what_if(("document_amount", 100))
        for values in ({"date_from": self._day(10)}, {"limit_basis": "scaled"}, {"state": "draft"}, {"held_count": 3}):
            with self.assertRaises(UserError):
                backtest.write(values)
        with self.assertRaises(UserError):
            backtest.rule_ids.threshold = 5
        with self.assertRaises(UserError):
            backtest.rule_ids.unlink()
        with self.assertRaises(UserError):
            backtest.action_run()
        with self.assertRaises(UserError):
            self.backtest.create({"name": "Made up", "state": "done"})
        with self.assertRaises(AccessError):
            self.env["credit.policy.backtest.month"].create({"backtest_id": backtest.id})
        backtest.note = "Too strict."

    def test_duplicate_tries_again_and_reset_deletes_the_result(self):
        self._invoice(self.partner_a, 500, self._day(30))
        backtest = self._what_if(("document_amount", 100))
        again = backtest.copy()
        self.assertEqual((again.state, again.rule_ids.threshold, len(again.line_ids)), ("draft", 100, 0))
        again.rule_ids.threshold = 1000
        again.action_run()
        self.assertEqual((len(backtest.line_ids), len(again.line_ids)), (1, 0))
        backtest.action_reset()
        for results in (backtest.line_ids, backtest.month_ids, backtest.finding_ids):
            self.assertFalse(results)
        backtest.action_run()
        self.assertEqual(len(backtest.line_ids), 1)

    def test_wrong_questions_are_refused_with_what_to_do(self):
        with self.assertRaises(ValidationError):
            self._what_if(date_to=self.today + relativedelta(days=3))
        with self.assertRaises(UserError):
            self._what_if("over_limit", limit_basis="rating")
        with self.assertRaises(ValidationError):
            self._what_if(("document_amount", -1))

    def test_other_companies_are_not_replayed(self):
        journal = self.setup_other_company()["default_journal_sale"]
        self._invoice(self.partner_a, 500, self._day(30))
        self._invoice(self.partner_a, 900, self._day(30), journal_id=journal.id)
        backtest = self._what_if(("document_amount", 100))
        self.assertEqual(backtest.line_ids.mapped("amount"), [500])

    def test_only_controllers_may_try(self):
        clerk = self._user("clerk", "account.group_account_invoice,customer_credit_mgmt.group_credit_user")
        with self.assertRaises(AccessError):
            self.backtest.with_user(clerk).create({"name": "Try"})
        controller = self._user("controller", "customer_credit_mgmt.group_credit_controller")
        self._invoice(self.partner_a, 500, self._day(30))
        backtest = self.backtest.with_user(controller).create({"name": "Try", "company_id": self.company.id})
        backtest.rule_ids = [Command.create({"kind": "document_amount", "threshold": 100})]
        backtest.action_run()
        self.assertEqual(backtest.line_ids.mapped("amount"), [500])
        self.assertIn("500.00", backtest.comparison)

    # ------------------------------------------------------------------
    # SCREENS
    # ------------------------------------------------------------------

    def test_form_takes_the_rules_of_the_policy(self):
        policy = self._strict_policy(("overdue_days", 45), active=False)
        with Form(self.backtest.with_context(default_policy_id=policy.id)) as form:
            form.name = "Stricter"
            with form.rule_ids.edit(0) as rule:
                rule.threshold = 30
        backtest = form.save()
        self.assertEqual((backtest.rule_ids.threshold, policy.rule_ids.threshold), (30, 45))

    def test_every_view_loads(self):
        views = {
            "credit.policy.backtest": ("list", "form", "search"),
            "credit.policy.backtest.line": ("list", "form", "pivot", "graph", "search"),
            "credit.policy.backtest.month": ("graph", "pivot", "list", "search"),
        }
        for model, kinds in views.items():
            self.env[model].get_views([(False, kind) for kind in kinds])
        self.assertIn("Try on History", self.env["credit.policy"].get_view(view_type="form")["arch"])


@tagged("post_install", "-at_install")
class TestCreditWhatIfTour(WhatIfCommon, HttpCase):
    def test_controller_tries_a_policy_on_history(self):
        self._invoice(self.partner_a, 700, self._day(200), due=self._day(170))
        self._invoice(self.partner_a, 500, self._day(140), due=self._day(100))
        self._strict_policy(("overdue_days", 60))
        tried = self._strict_policy(("overdue_days", 20), name="Stricter", sequence=99)
        self._user("tour_controller", "customer_credit_mgmt.group_credit_manager,account.group_account_invoice")
        self.start_tour(f"/odoo/credit-policies/{tried.id}", "credit_what_if", login="tour_controller")
        backtest = self.backtest.search([("policy_id", "=", tried.id)])
        self.assertEqual((backtest.state, backtest.line_ids.mapped("amount")), ("done", [500]))
