from odoo.tests import Form, tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestLateInterestScreens(DunningCommon):
    def test_every_view_loads(self):
        for model in (
            "late.interest.reference", "late.interest.rule", "late.interest.charge", "late.interest.run",
            "late.interest.skip", "late.interest.close.wizard", "dunning.level", "dunning.notice", "res.partner",
            "account.move",
        ):  # fmt: skip
            with self.subTest(model=model):
                kinds = (
                    [("form", False)]
                    if model.endswith("wizard")
                    else [(False, "list"), (False, "form"), (False, "search")]
                )
                if model.endswith("wizard"):
                    kinds = [(False, "form")]
                self.assertTrue(self.env[model].get_views(kinds)["views"])
        for kind in ("pivot", "graph"):
            self.assertTrue(self.env["late.interest.charge"].get_views([(False, kind)])["views"])

    def test_rule_tells_what_thousand_overdue_fifty_days_cost(self):
        form = Form(self.env["late.interest.rule"])
        form.name = "Contract"
        form.fixed_rate = 8.5
        with form.band_ids.new() as band:
            band.amount = 40
        self.assertIn("11.64", form.example)
        self.assertIn("51.64", form.example)
        form.rounding = "day"
        self.assertIn("11.50", form.example)
        form.example_days = 0
        self.assertNotIn("11.50", form.example)
