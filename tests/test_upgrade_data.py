"""An upgrade brings nothing back that an administrator deleted: a rule that returns holds documents, a level writes
letters, and either may contradict what was put in its place."""

from odoo.tests import TransactionCase, tagged
from odoo.tools import convert_file

DELETED = {
    "customer_credit_mgmt.credit_policy_rule_manual_hold": "data/credit_policy_data.xml",
    "customer_credit_mgmt.credit_rating_aa": "data/credit_rating_data.xml",
    "receivable_dunning.dunning_level_default_2": "data/dunning_plan.xml",
}


@tagged("post_install", "-at_install")
class TestUpgradeData(TransactionCase):
    def test_deleted_records_stay_deleted(self):
        for xml_id, file in DELETED.items():
            with self.subTest(xml_id):
                self.env.ref(xml_id).unlink()
                module = xml_id.split(".")[0]
                convert_file(self.env, module, file, {}, mode="update")
                self.assertFalse(self.env.ref(xml_id, raise_if_not_found=False))

    def test_edited_records_stay_edited(self):
        rule = self.env.ref("customer_credit_mgmt.credit_policy_rule_overdue_days")
        rule.threshold = 77
        convert_file(self.env, "customer_credit_mgmt", "data/credit_policy_data.xml", {}, mode="update")
        self.assertEqual(rule.threshold, 77)
