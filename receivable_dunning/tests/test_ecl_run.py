from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .loss_common import AS_OF, EclCommon


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
        self.assertEqual((run.coverage, run.change), (None, None), "what cannot be told is not 0")
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

    def test_the_report_for_the_auditor_tells_the_matrix_and_what_it_rests_on(self):
        self._standard_debts()
        self.hand.note = "As the group prescribes"
        run = self._ecl()
        html = self.env["ir.actions.report"]._render_qweb_html("receivable_dunning.report_ecl_run", run.ids)[0].decode()
        for text in ("7,500.00", "2.20 %", "165.00", "460.50", "As the group prescribes"):
            self.assertIn(text, html)

    def test_where_nothing_was_predicted_the_error_is_not_zero(self):
        self._standard_debts()
        run = self._ecl()
        self.assertEqual((run.backtest_balance, run.backtest_error, run.backtest_rate_error), (0, None, None))
        html = self.env["ir.actions.report"]._render_qweb_html("receivable_dunning.report_ecl_run", run.ids)[0].decode()
        self.assertIn("Not enough data for a back-test", html)

    # ------------------------------------------------------------------
    # DRILL-DOWN
    # ------------------------------------------------------------------

    def test_a_cell_leads_to_its_customers_and_open_items(self):
        self._standard_debts()
        self._invoice(self.partner_b, 1000, date(2024, 1, 1), due=date(2024, 6, 29))
        # a credit is in the bucket of its own date, and deducted elsewhere
        self._invoice(self.partner_a, 300, date(2024, 6, 21), due=date(2024, 6, 21), move_type="out_refund")
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
    # RIGHTS
    # ------------------------------------------------------------------

    def test_accountants_compute_and_managers_approve(self):
        self._standard_debts()
        clerk = self._user("ecl_clerk", "receivable_dunning.group_collections_accountant")
        run = (
            self.env["ecl.run"]
            .with_user(clerk)
            .create({"company_id": self.company.id, "date": AS_OF, "method_id": self.hand.id})
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
        for values in (
            {"state": "posted"},
            {"allowance": 1},
            {"approved_by": self.env.uid},
            {"date": date(2024, 1, 1)},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                run.write(values)
        with self.assertRaises(AccessError):
            run.line_ids[0].write({"rate": 0})
        with self.assertRaises(AccessError):
            self.env["ecl.exposure"].create({"run_id": run.id, "company_id": self.company.id})
        with self.assertRaises(AccessError):
            self.env["ecl.run"].with_context(default_state="posted").create(
                {"company_id": self.company.id, "method_id": self.hand.id}
            )

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
