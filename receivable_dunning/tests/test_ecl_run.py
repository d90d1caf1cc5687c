from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import BadDebtCommon

AS_OF = date(2024, 6, 30)


class EclCommon(BadDebtCommon):
    """A company with an allowance account and a method by hand: 0.5 / 2.2 / 2.7 / 4.5 %."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.allowance = cls._account("AL01", "Allowance", "asset_current")
        cls.impairment = cls._account("IM01", "Impairment", "expense")
        cls.company.sudo().write(
            {"ecl_allowance_account_id": cls.allowance.id, "ecl_expense_account_id": cls.impairment.id}
        )
        cls.ecl_scheme = cls._new_scheme(30, 60)
        cls.hand = cls._method("hand", rates=(0.005, 0.022, 0.027, 0.045))

    @classmethod
    def _method(cls, method, rates=(), **values):
        buckets = values.get("scheme", cls.ecl_scheme)._ordered_buckets()
        values.pop("scheme", None)
        return cls.env["ecl.method"].create(
            {
                "name": method,
                "company_id": cls.company.id,
                "method": method,
                "scheme_id": buckets.scheme_id.id,
                "rate_ids": [
                    Command.create({"bucket_id": bucket.id, "rate": rate})
                    for bucket, rate in zip(buckets, rates, strict=False)
                ],
                **values,
            }
        )

    def _ecl(self, method=None, day=AS_OF, **values):
        run = self.env["ecl.run"].create(
            {"company_id": self.company.id, "date": day, "method_id": (method or self.hand).id, **values}
        )
        run.action_compute()
        return run

    def _standard_debts(self):
        """15,000 not due, 7,500 / 4,000 / 2,500 overdue."""
        for amount, due in ((15000, "2024-07-15"), (7500, "2024-06-20"), (4000, "2024-05-20"), (2500, "2024-02-01")):
            self._invoice(self.partner_a, amount, date(2024, 1, 1), due=date.fromisoformat(due))

    def _figures(self, run, name="allowance"):
        return run.line_ids.mapped(name)

    def _posted(self, method=None, day=AS_OF, **values):
        run = self._ecl(method, day, **values)
        run.action_approve()
        run.action_post()
        return run

    def _balance(self, account, day=None):
        domain = [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        domain += [("date", "<=", day)] if day else []
        [(balance,)] = self.env["account.move.line"]._read_group(domain, [], ["balance:sum"])
        return balance


@tagged("post_install", "-at_install")
class TestEclRun(EclCommon):
    # ------------------------------------------------------------------
    # FIGURES
    # ------------------------------------------------------------------

    def test_matrix_by_hand_is_rate_times_balance(self):
        self._standard_debts()
        run = self._ecl()
        self.assertEqual(self._figures(run), [75, 165, 108, 112.5])
        self.assertEqual((run.allowance, run.exposure, run.receivable), (460.5, 29000, 29000))
        self.assertEqual(run.state, "computed")

    def test_credits_pay_the_oldest_items_first_and_nobody_elses(self):
        self._standard_debts()
        self._invoice(self.partner_a, 3000, date(2024, 6, 1), move_type="out_refund")
        self._invoice(self.partner_b, 500, date(2024, 6, 1), move_type="out_refund")
        run = self._ecl()
        self.assertEqual(self._figures(run, "exposure"), [15000, 7500, 3500, 0])
        self.assertEqual((run.credit, run.credit_left), (3000, 500))
        self.assertEqual(run.receivable, 25500)
        self.assertEqual(run.receivable, run._receivable_in_ledger())

    def test_guarantees_are_spread_over_the_buckets_of_the_customer(self):
        self._standard_debts()
        profile = self._limited_profile(self.partner_a, 100000)
        self._guarantee(profile, 14500, date_from=date(2024, 1, 1))
        run = self._ecl()
        self.assertEqual(self._figures(run, "cover"), [7500, 3750, 2000, 1250])
        self.assertEqual(run.allowance, 230.25)
        self.hand.use_cover = False
        self.assertEqual(self._ecl().cover, 0)

    def test_a_customer_assessed_individually_leaves_the_matrix(self):
        self._standard_debts()
        self._invoice(self.partner_b, 1000, date(2024, 1, 1), due=date(2024, 2, 1))
        individual = {"partner_id": self.partner_b.id, "rate": 0.8, "note": "Insolvency opened", "reason": "insolvent"}
        run = self._ecl(individual_ids=[Command.create(individual)])
        self.assertEqual(run.matrix_allowance, 460.5)
        self.assertEqual((run.individual_exposure, run.individual_allowance, run.allowance), (1000, 800, 1260.5))
        exposures = self.env["ecl.exposure"].search([("run_id", "=", run.id)])
        self.assertAlmostEqual(sum(exposures.mapped("allowance")), 1260.5, 6)

    def test_segments_take_the_first_condition_that_fits(self):
        self._standard_debts()
        self._invoice(self.partner_b, 1000, date(2024, 1, 1), due=date(2024, 7, 1))
        self.hand.write(
            {
                "segmentation": "domain",
                "segment_ids": [
                    Command.create({"name": "B", "domain": repr([("id", "=", self.partner_b.id)])}),
                    Command.create({"name": "Never", "domain": repr([("id", "=", self.partner_b.id)])}),
                ],
            }
        )
        segment = self.hand.segment_ids[0]
        self.hand.rate_ids = [
            Command.create({"segment_id": segment.id, "bucket_id": self.hand.rate_ids[0].bucket_id.id, "rate": 0.5})
        ]
        run = self._ecl()
        by_segment = {key: sum(lines.mapped("allowance")) for key, lines in run.line_ids.grouped("segment").items()}
        self.assertEqual(by_segment, {"B": 500, "Others": 460.5})

    def test_a_field_of_the_customer_makes_segments(self):
        self._standard_debts()
        country = self.env.ref("base.cn")
        self.partner_a.country_id = country
        self._invoice(self.partner_b, 1000, date(2024, 1, 1), due=date(2024, 7, 1))
        self.partner_b.country_id = False
        field = self.env["ir.model.fields"]._get("res.partner", "country_id")
        self.hand.sudo().write({"segmentation": "field", "segment_field_id": field.id})
        run = self._ecl()
        by_segment = {key: sum(lines.mapped("allowance")) for key, lines in run.line_ids.grouped("segment").items()}
        self.assertEqual(by_segment, {country.name: 460.5, "Others": 5})

    def test_the_factor_ahead_raises_every_rate_and_needs_a_reason(self):
        self._standard_debts()
        scenarios = [
            Command.create({"name": "Good", "probability": 0.4, "factor": 1.0}),
            Command.create({"name": "Bad", "probability": 0.6, "factor": 1.5}),
        ]
        with self.assertRaisesRegex(UserError, "Say why"):
            self._ecl(scenario_ids=scenarios)
        run = self._ecl(scenario_ids=scenarios, overlay_note="More insolvencies are expected.")
        self.assertEqual((run.factor, run.allowance), (1.3, 598.65))

    def test_probabilities_add_up_to_one(self):
        with self.assertRaises(ValidationError):
            self.hand.scenario_ids = [Command.create({"name": "Half", "probability": 0.5, "factor": 1.2})]
        self.hand.scenario_ids = [Command.create({"name": "All", "probability": 1, "factor": 1.2})]
        run = self.env["ecl.run"].create({"company_id": self.company.id, "date": AS_OF, "method_id": self.hand.id})
        self.assertEqual(run.scenario_ids.mapped("factor"), [1.2])
        run.scenario_ids.probability = 0.3
        run.overlay_note = "Why"
        with self.assertRaises(ValidationError):
            run.action_compute()

    def test_without_enough_data_there_is_no_rate_until_somebody_enters_one(self):
        self._standard_debts()
        run = self._ecl(self._method("cohort"))
        unknown = run.line_ids.filtered(lambda line: line.rate is None)
        self.assertEqual(unknown.mapped("bucket_place"), [0, 1, 2])
        self.assertEqual(set(unknown.mapped("source")), {"none"})
        self.assertEqual((unknown.mapped("allowance"), run.unknown_count), ([None] * 3, 3))
        self.assertEqual(self.env["ecl.line"].search([("run_id", "=", run.id), ("rate", "=", False)]), unknown)
        with self.assertRaisesRegex(UserError, "enter their rates by hand"):
            run.action_approve()
        with self.assertRaisesRegex(UserError, "Say why"):
            unknown[0].hand_rate = 1
        unknown.write({"hand_rate": 1, "hand_note": "As the trade association says"})
        self.assertEqual(run.allowance, 2765)
        self.assertEqual(run.unknown_count, 0)
        run.action_approve()
        with self.assertRaises(UserError):
            unknown[0].write({"hand_rate": 2, "hand_note": "later"})

    def test_the_lowest_rate_holds_where_nothing_was_ever_lost(self):
        self._standard_debts()
        self.hand.rate_ids.rate = 0
        self.hand.floor_rate = 0.01
        self.assertEqual(self._ecl().allowance, 290)

    def test_every_figure_is_explained(self):
        self._standard_debts()
        run = self._ecl()
        text = run.line_ids[1].explanation
        for part in ("7,500.00", "2.2", "165.00"):
            self.assertIn(part, text)

    # ------------------------------------------------------------------
    # DRILL-DOWN
    # ------------------------------------------------------------------

    def test_a_cell_leads_to_its_customers_and_open_items(self):
        self._standard_debts()
        self._invoice(self.partner_b, 1000, date(2024, 1, 1), due=date(2024, 6, 29))
        run = self._ecl()
        cell = run.line_ids[1]
        action = cell.action_view_items()
        aging = self.env["receivable.aging"].with_context(**action["context"])
        items = aging.search(action["domain"])
        self.assertEqual(sum(items.mapped("amount_residual")), cell.balance)
        self.assertEqual(items.commercial_partner_id, self.partner_a | self.partner_b)
        customers = self.env["ecl.exposure"].search(cell.action_view_customers()["domain"])
        self.assertEqual(sum(customers.mapped("exposure")), 8500)
        self.assertEqual(customers[0].action_view_items()["context"]["as_of"], "2024-06-30")

    # ------------------------------------------------------------------
    # BOOKING
    # ------------------------------------------------------------------

    def test_only_the_difference_is_booked(self):
        self._standard_debts()
        first = self._posted()
        self.assertEqual(self._balance(self.allowance), -460.5)
        self.assertEqual(self._balance(self.impairment), 460.5)
        self.hand.rate_ids[0].rate = 0.01
        second = self._posted(day=date(2024, 7, 1))
        self.assertEqual(second.previous_run_id, first)
        self.assertEqual(second.booked, 460.5)
        self.assertEqual(second.move_id.amount_total, second.change)
        self.assertEqual(self._balance(self.allowance), -second.allowance)

    def test_what_is_released_goes_to_the_release_account(self):
        self._standard_debts()
        release = self._account("RE01", "Release", "income_other")
        self.company.sudo().ecl_release_account_id = release
        self._posted()
        self.hand.rate_ids.rate = 0
        self._posted(day=date(2024, 7, 1))
        self.assertEqual((self._balance(self.allowance), self._balance(release)), (0, -460.5))

    def test_the_whole_allowance_takes_the_entry_before_back(self):
        self._standard_debts()
        self.company.sudo().ecl_posting = "full"
        first = self._posted()
        second = self._posted(day=date(2024, 7, 1))
        self.assertEqual(second.reversed_move_id.reversed_entry_id, first.move_id)
        self.assertEqual(second.move_id.amount_total, second.allowance)
        self.assertEqual(self._balance(self.allowance), -second.allowance)

    def test_reversal_gives_the_accounts_back_and_needs_the_newest_run(self):
        self._standard_debts()
        first = self._posted()
        second = self._posted(day=date(2024, 7, 1))
        with self.assertRaisesRegex(UserError, "newest"):
            self._take_back(first, date(2024, 7, 2))
        self._take_back(second, date(2024, 7, 2))
        self.assertEqual(second.state, "reversed")
        self.assertEqual(self._balance(self.allowance), -460.5)
        self._take_back(first, date(2024, 7, 2))
        self.assertEqual(self._balance(self.allowance), 0)

    def _take_back(self, run, day, reason="Wrong rates"):
        self.env["receivable.loss.reversal"].create({"run_id": run.id, "date": day, "reason": reason}).action_apply()

    def test_nothing_is_booked_when_the_account_shows_the_loss_already(self):
        self._standard_debts()
        self.hand.rate_ids.rate = 0
        run = self._posted()
        self.assertFalse(run.move_id)
        self.assertEqual(run.state, "posted")

    def test_locked_books_refuse_the_entry_instead_of_moving_it(self):
        self._standard_debts()
        run = self._ecl()
        run.action_approve()
        self.company.sudo().fiscalyear_lock_date = AS_OF
        with self.assertRaisesRegex(UserError, "locked"):
            run.action_post()

    def test_receivables_that_changed_since_are_computed_again(self):
        self._standard_debts()
        run = self._ecl()
        run.action_approve()
        self._invoice(self.partner_b, 100, date(2024, 6, 1))
        with self.assertRaisesRegex(UserError, "compute it again"):
            run.action_post()

    def test_a_day_is_booked_once_and_in_order(self):
        self._standard_debts()
        self._posted()
        again = self._ecl()
        again.action_approve()
        with self.assertRaisesRegex(UserError, "same or a later day"):
            again.action_post()

    def test_write_offs_that_use_the_allowance_do_not_go_with_the_whole_entry(self):
        self.company.sudo().writeoff_account_id = self.allowance
        with self.assertRaises(ValidationError):
            self.company.sudo().ecl_posting = "full"

    # ------------------------------------------------------------------
    # MOVEMENT, COMPARISON, BACK-TEST
    # ------------------------------------------------------------------

    def _movement(self, run):
        return {row.kind: row.amount for row in run.movement_ids if row.amount}

    def test_movement_adds_up_to_the_allowance_account(self):
        self.company.sudo().writeoff_account_id = self.allowance
        self._standard_debts()
        self._posted(day=date(2024, 6, 29))
        old = self.env["account.move"].search([("amount_total", "=", 2500), ("company_id", "=", self.company.id)])
        item = self._item(old)
        entry = self._entry(AS_OF, (self.allowance, 100, None), (item.account_id, -100, self.partner_a))
        (item | self._item(entry)).reconcile()
        self._entry(AS_OF, (self.allowance, -7, None), (self.impairment, 7, None))
        self.hand.rate_ids[0].rate = 0.01
        run = self._posted()
        movement = self._movement(run)
        self.assertEqual(movement["used"], -100)
        self.assertEqual(movement["other"], 7)
        self.assertEqual(movement["closing"], run.allowance)
        self.assertEqual(movement["closing"], -self._balance(self.allowance, AS_OF))
        parts = sum(amount for kind, amount in movement.items() if kind != "closing")
        self.assertAlmostEqual(parts, movement["closing"], 6)
        used = run.movement_ids.filtered(lambda row: row.kind == "used")
        self.assertEqual(used.action_view_entries()["domain"], [("id", "in", entry.line_ids[0].ids)])

    def test_run_before_stands_beside_each_figure(self):
        self._standard_debts()
        first = self._posted()
        self.hand.rate_ids[0].rate = 0.01
        run = self._ecl(day=date(2024, 7, 1))
        self.assertEqual(run.previous_run_id, first)
        self.assertEqual(run.line_ids[0].previous_rate, 0.5)
        self.assertEqual(run.line_ids[0].previous_allowance, 75)
        self.assertAlmostEqual(run.change, run.allowance - 460.5, 6)

    def test_backtest_holds_last_years_rates_against_what_was_lost_since(self):
        lost = self._invoice(self.partner_a, 1000, date(2023, 1, 1), due=date(2023, 6, 20))
        stuck = self._invoice(self.partner_a, 500, date(2023, 1, 1), due=date(2023, 7, 20))
        self._invoice(self.partner_b, 1500, date(2023, 1, 1), due=date(2023, 7, 20))
        self._pay(self.env["account.move"].search([("amount_total", "=", 1500), ("partner_id", "=", self.partner_b.id)]), 1500, date(2023, 8, 1))
        self._lose(lost, 400, date(2023, 12, 1))
        self._pay(lost, 600, date(2023, 12, 2))
        self.assertEqual(stuck.amount_residual, 500)
        run = self._ecl()
        not_due, recent = run.line_ids[0], run.line_ids[1]
        self.assertEqual((not_due.backtest_balance, not_due.backtest_lost), (2000, 500))
        self.assertAlmostEqual(not_due.backtest_error, 0.5 - 25, 6)
        self.assertEqual((recent.backtest_balance, recent.backtest_lost), (1000, 400))
        self.assertEqual(run.backtest_lost, 900)
        self.assertAlmostEqual(run.backtest_predicted, 2000 * 0.005 + 1000 * 0.022, 6)
        self.assertAlmostEqual(run.backtest_error, 32 - 900, 6)

    def test_individual_assessments_are_taken_over(self):
        individual = {"partner_id": self.partner_b.id, "rate": 0.8, "note": "Insolvency opened"}
        self._posted(individual_ids=[Command.create(individual)])
        run = self.env["ecl.run"].create(
            {"company_id": self.company.id, "date": date(2024, 7, 1), "method_id": self.hand.id}
        )
        run.action_carry_over()
        self.assertEqual(run.individual_ids.partner_id, self.partner_b)
        with self.assertRaises(UserError):
            run.action_carry_over()

    # ------------------------------------------------------------------
    # RIGHTS
    # ------------------------------------------------------------------

    def test_accountants_compute_and_managers_approve(self):
        self._standard_debts()
        clerk = self._user("ecl_clerk", "receivable_dunning.group_collections_accountant")
        run = self.env["ecl.run"].with_user(clerk).create(
            {"company_id": self.company.id, "date": AS_OF, "method_id": self.hand.id}
        )
        run.action_compute()
        self.assertEqual(run.allowance, 460.5)
        for action in ("action_approve", "action_post", "action_reverse"):
            with self.subTest(action=action), self.assertRaises(AccessError):
                getattr(run, action)()
        reader = self._user("ecl_reader", "receivable_dunning.group_collections_user")
        self.assertEqual(run.with_user(reader).allowance, 460.5)
        with self.assertRaises(AccessError):
            run.with_user(reader).action_draft()

    def test_four_eyes_when_the_company_wants_them(self):
        self._standard_debts()
        self.company.sudo().ecl_four_eyes = True
        run = self._ecl()
        with self.assertRaisesRegex(UserError, "four eyes"):
            run.action_approve()
        other = self._user("ecl_other", "receivable_dunning.group_collections_manager")
        run.with_user(other).action_approve()
        self.assertEqual(run.approved_by, other)

    def test_nobody_writes_states_and_figures(self):
        run = self._ecl()
        for values in ({"state": "posted"}, {"allowance": 1}, {"approved_by": self.env.uid}, {"date": date(2024, 1, 1)}):
            with self.subTest(values=values), self.assertRaises((AccessError, UserError)):
                run.write(values)
        with self.assertRaises(AccessError):
            run.line_ids[0].write({"rate": 0})
        with self.assertRaises(AccessError):
            self.env["ecl.exposure"].create({"run_id": run.id, "company_id": self.company.id})
        with self.assertRaises(AccessError):
            self.env["ecl.run"].with_context(default_state="posted").create({"company_id": self.company.id, "method_id": self.hand.id})

    def test_companies_do_not_see_each_others_runs(self):
        run = self._ecl()
        other = self.setup_other_company()["company"]
        stranger = self._user("ecl_stranger", "receivable_dunning.group_collections_manager", other)
        for model in ("ecl.run", "ecl.line", "ecl.method", "ecl.movement"):
            self.assertFalse(self.env[model].with_user(stranger).search([("company_id", "=", self.company.id)]))
        with self.assertRaises(AccessError):
            run.with_user(stranger).action_draft()

    def test_back_to_draft_drops_the_figures(self):
        self._standard_debts()
        run = self._ecl()
        run.action_draft()
        self.assertFalse(run.line_ids)
        self.assertFalse(self.env["ecl.exposure"].search([("run_id", "=", run.id)]))
        run.action_compute()
        self.assertEqual(run.allowance, 460.5)
