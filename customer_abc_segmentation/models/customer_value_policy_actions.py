from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.exceptions import UserError

HISTORY_MONTHS = 12


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
        """Refresh now, categories included, and show the customers."""
        self._lock_to_refresh()
        # sudo: the days of a policy are set by its refreshes only
        self.sudo().potential_date = False
        self._refresh(fields.Date.context_today(self))
        return self.action_open_values()

    def _lock_to_refresh(self):
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update(allow_referencing=True)
        if not self.active:
            raise UserError(self.env._("An archived policy is not refreshed: its company may have another one by now."))

    def action_build_history(self):
        """Refresh as of the end of each of the last twelve months and of today, before the first refresh.

        The ledger is read as it stands now: what was posted late or reversed since is in the figures of its date.
        """
        self._lock_to_refresh()
        if self.last_date:
            raise UserError(self.env._("There are values already: history can be built before the first refresh only."))
        today = fields.Date.context_today(self)
        for back in range(HISTORY_MONTHS - 1, -1, -1):
            self._refresh(today.replace(day=1) - relativedelta(months=back) - timedelta(days=1))
        self._refresh(today)
        return self.action_open_values()

    def action_open_values(self):
        action = self.env["ir.actions.actions"]._for_xml_id("customer_abc_segmentation.action_customer_value")
        return {**action, "domain": [("company_id", "in", self.company_id.ids)]}

    def action_open_heat_map(self):
        return self.env["ir.actions.actions"]._for_xml_id("customer_abc_segmentation.action_rfm_heat_map")
