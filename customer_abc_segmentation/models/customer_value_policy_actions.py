from odoo import fields, models


class CustomerValuePolicy(models.Model):
    """Refreshing the values: at night, by hand, and the months before."""

    _inherit = "customer.value.policy"

    def _refresh(self, as_of):
        """Bring the values of all customers of one policy up to a date. See ``customer.value.refresher``."""
        self.ensure_one()
        self.env["customer.value.refresher"]._run(self, as_of)

    def _cron_refresh(self):
        """Refresh by every policy that is due, one transaction each; one under way elsewhere is left to it."""
        today = fields.Date.context_today(self)
        due = self.search([("schedule", "!=", "manual"), "|", ("date_next", "=", False), ("date_next", "<=", today)])
        self.env["ir.cron"]._commit_progress(remaining=len(due))
        for policy in due:
            locked = policy.try_lock_for_update(allow_referencing=True)
            if locked:
                locked._refresh(today)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    def action_refresh(self):
        """Refresh now and show the customers."""
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update(allow_referencing=True)
        self._refresh(fields.Date.context_today(self))
        return self.action_open_values()

    def action_open_values(self):
        action = self.env["ir.actions.actions"]._for_xml_id("customer_abc_segmentation.action_customer_value")
        return {**action, "domain": [("company_id", "in", self.company_id.ids)]}
