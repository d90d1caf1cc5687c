from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestCreditScorecard(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.default = cls.env.ref("customer_credit_mgmt.credit_scorecard_default")

    def _draft(self, **values):
        bands = [{"open_below": True, "points": 100, "label": "good"}, {"lower": 10, "points": 20, "label": "bad"}]
        return self.env["credit.scorecard"].create(
            {
                "name": "Own",
                "company_id": self.company.id,
                "criterion_ids": [
                    (0, 0, {"figure": "days_late_weighted", "weight": 3, "band_ids": [(0, 0, band) for band in bands]}),
                    (0, 0, {"figure": "overdue_days", "weight": 1, "band_ids": [(0, 0, band) for band in bands]}),
                ],
                **values,
            }
        )

    def test_default_scorecard_is_complete_and_in_use(self):
        self.assertEqual(self.default.state, "active")
        self.assertEqual(self.default.weight_total, 100)
        self.assertEqual(self.env["credit.scorecard"]._get_active(self.company), self.default)
        self.assertEqual(
            self.env["credit.rating"].search([]).mapped("code"), ["AAA", "AA", "A", "BBB", "BB", "B", "C", "D"]
        )

    def test_active_scorecard_is_frozen(self):
        card = self._draft()
        card.action_activate()
        criterion = card.criterion_ids[0]
        attempts = {
            "name": lambda: card.write({"name": "other"}),
            "back to draft": lambda: card.write({"state": "draft"}),
            "weight": lambda: criterion.write({"weight": 5}),
            "points": lambda: criterion.band_ids[0].write({"points": 5}),
            "new band": lambda: criterion.write({"band_ids": [(0, 0, {"lower": 20, "points": 0, "label": "new"})]}),
            "band from below": lambda: self.env["credit.scorecard.band"].create(
                {"criterion_id": criterion.id, "lower": 20, "label": "new"}
            ),
            "criterion from below": lambda: self.env["credit.scorecard.criterion"].create(
                {"scorecard_id": card.id, "figure": "partial_share"}
            ),
            "unlink band": lambda: criterion.band_ids[0].unlink(),
            "unlink criterion": lambda: criterion.unlink(),
            "unlink": lambda: card.unlink(),
        }
        for label, attempt in attempts.items():
            with self.subTest(label), self.assertRaisesRegex(UserError, "new version"):
                attempt()

    def test_band_of_a_draft_cannot_move_into_a_frozen_scorecard(self):
        band = self._draft().criterion_ids[0].band_ids[0]
        with self.assertRaises(UserError):
            band.criterion_id = self.default.criterion_ids[0]

    def test_scorecard_is_always_created_as_a_draft(self):
        self.assertEqual(self._draft(state="active").state, "draft")

    def test_incomplete_scorecard_cannot_be_activated(self):
        empty = self.env["credit.scorecard"].create({"name": "empty"})
        with self.assertRaisesRegex(UserError, "at least one criterion"):
            empty.action_activate()
        card = self._draft()
        card.criterion_ids[0].band_ids[0].write({"open_below": False, "lower": 0})
        with self.assertRaisesRegex(UserError, "having no lower end"):
            card.action_activate()
        self.assertEqual(card.state, "draft")

    def test_new_version_is_an_editable_copy_and_replaces_the_old_one(self):
        first = self._draft()
        first.action_activate()
        second = self.env["credit.scorecard"].browse(first.action_new_version()["res_id"])
        self.assertEqual((second.version, second.state, second.name), (2, "draft", "Own"))
        self.assertEqual(second.criterion_ids.band_ids.mapped("points"), first.criterion_ids.band_ids.mapped("points"))
        second.criterion_ids[0].weight = 5
        second.action_activate()
        self.assertEqual((first.state, second.state, self.default.state), ("retired", "active", "active"))
        with self.assertRaisesRegex(UserError, "new version"):
            first.action_activate()

    def test_own_scorecard_goes_before_the_one_of_all_companies(self):
        card = self._draft()
        card.action_activate()
        self.assertEqual(self.env["credit.scorecard"]._get_active(self.company), card)
        self.assertNotIn(self.company, self.default._get_scored_companies())
        card.action_retire()
        self.assertEqual(self.env["credit.scorecard"]._get_active(self.company), self.default)

    def test_upper_end_is_the_lower_end_of_the_next_band(self):
        low, high = self._draft().criterion_ids[0].band_ids._in_order()
        self.assertEqual((low.open_below, low.open_above, low.upper), (True, False, 10))
        self.assertTrue(high.open_above)

    def test_controller_reads_and_manager_edits(self):
        controller = new_test_user(
            self.env,
            "controller",
            "customer_credit_mgmt.group_credit_controller",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        card = self._draft()
        self.assertEqual(card.with_user(controller).criterion_ids.mapped("weight"), [3, 1])
        for attempt in (
            lambda: card.with_user(controller).write({"name": "mine"}),
            lambda: card.with_user(controller).action_activate(),
            lambda: self.default.with_user(controller).action_score_now(),
            lambda: self.env["credit.rating"].with_user(controller).create({"code": "X", "name": "X"}),
        ):
            with self.assertRaises(AccessError):
                attempt()
        reader = new_test_user(self.env, "reader", "customer_credit_mgmt.group_credit_user")
        with self.assertRaises(AccessError):
            self.env["credit.score"].with_user(reader).search([])

    def test_views_load(self):
        with Form(self.env["credit.scorecard"]) as form:
            form.name = "By hand"
            with form.criterion_ids.new() as criterion:
                criterion.figure = "partial_share"
                with criterion.band_ids.new() as band:
                    band.open_below = True
                    band.label = "all"
                    band.points = 50
        form.record.action_activate()
        for model in ("credit.rating", "credit.scorecard", "credit.score"):
            action = self.env.ref(f"customer_credit_mgmt.action_{model.replace('.', '_')}")
            views = [(False, view) for view in [*action.view_mode.split(","), "search"]]
            self.assertTrue(self.env[model].get_views(views)["views"])
