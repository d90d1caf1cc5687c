from odoo.tests import tagged

from .value_common import ValueCommon

ACTIONS = (
    *("customer_value", "customer_value_policy", "customer_value_history"),
    *("customer_stage_history", "customer_stage_transition"),
)


@tagged("post_install", "-at_install")
class TestCustomerValueScreens(ValueCommon):
    def test_every_view_loads(self):
        for name in ACTIONS:
            action = self.env["ir.actions.actions"]._for_xml_id(f"customer_abc_segmentation.action_{name}")
            with self.subTest(name):
                views = [(False, view_type) for view_type in action["view_mode"].split(",")]
                self.assertTrue(self.env[action["res_model"]].get_views([*views, (False, "search")])["views"])
