from odoo.tests import freeze_time, tagged

from .value_common import ValueCommon

BROKEN = "[('x_of_an_addon_that_is_gone', '=', 1)]"


@tagged("post_install", "-at_install")
@freeze_time("2024-06-30")
class TestSegmentationJobs(ValueCommon):
    """One broken policy keeps nobody else waiting."""

    def _run(self, xmlid, broken):
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.assertLogs("odoo.addons.customer_abc_segmentation") as logs:
            self.env.ref(f"customer_abc_segmentation.{xmlid}").method_direct_trigger()
        self.env.invalidate_all()
        self.assertIn(broken.name, "".join(logs.output))

    def _break(self, table, column, record):
        self.env.flush_all()
        self.env.cr.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [BROKEN, record.id])
        self.env.invalidate_all()

    def test_classification_goes_on_after_a_policy_that_cannot_be_read(self):
        later = self.policy.copy({"name": "Later", "sequence": 99})
        self._break("abc_policy", "partner_domain", self.policy)
        self._run("ir_cron_classify_customers", self.policy)
        self.assertFalse(self.policy.last_run_id)
        self.assertTrue(later.last_run_id)

    def test_values_of_other_companies_are_refreshed_after_a_policy_that_cannot_be_read(self):
        other = self.setup_other_company()["company"]
        # in the order of the job
        broken, later = self.value_policy.search([("company_id", "in", (self.company | other).ids)])
        self._break("customer_value_policy", "prospect_domain", broken)
        self._run("ir_cron_refresh_customer_value", broken)
        self.assertFalse(broken.last_date)
        self.assertEqual(later.last_date, self.AS_OF)
