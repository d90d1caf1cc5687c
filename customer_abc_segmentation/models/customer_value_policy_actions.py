from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.exceptions import UserError

from .job_step import attempt


class CustomerValuePolicy(models.Model):
    """Refreshing the values: at night, by hand, and the months before."""

    _inherit = "customer.value.policy"

    look_back_months = fields.Integer(
        string="Look Back (months)",
        required=True,
        default=12,
        help="The first refresh also tells how the customers stood at the ends of so many months before, for charts, "
        "stages and transition times. Months without a refresh are made up for in the same way.",
    )

    _sensible_look_back = models.Constraint(
        "CHECK (look_back_months BETWEEN 0 AND 36)", "The refresh looks back 0 to 36 months."
    )

    def _refresh(self, as_of):
        """Bring the values of all customers of one policy up to a date. See ``customer.value.refresher``."""
        self.ensure_one()
        self.env["customer.value.refresher"]._run(self, as_of)

    def _refresh_past(self, as_of):
        """As ``_refresh`` for a day gone by: only what goes into the history."""
        self.ensure_one()
        self.env["customer.value.refresher"]._run(self, as_of)

    def _get_latest_date(self):
        """The day the values of the company stand for, by this policy or the one it took the place of; may be empty."""
        # sudo: a policy that is archived, or another company's to read, wrote this history as well
        policies = self.sudo().with_context(active_test=False).search([("company_id", "=", self.company_id.id)])
        return max(policies.filtered("last_date").mapped("last_date"), default=False)

    def _get_due_days(self, today):
        """Days to refresh as of: the ends of the months gone by since the last refresh, and today.

        At the very first refresh these are the last months of ``look_back_months``, so that charts, stages and
        transition times have a past from the beginning. The ledger is read as it stands now: what was posted late or
        reversed since is in the figures of its date.
        """
        first = today.replace(day=1)
        latest = self._get_latest_date()
        ends = [first - relativedelta(months=back) - timedelta(days=1) for back in range(self.look_back_months)]
        return [*(end for end in reversed(ends) if not latest or end > latest), today]

    def _cron_refresh(self):
        """Refresh by every policy that is due, one transaction per day it stands for; busy ones are left to others.

        Stopped at any point, the next run goes on with the month after the last one that was done.
        """
        today = fields.Date.context_today(self)
        due = self.search([("schedule", "!=", "manual"), "|", ("date_next", "=", False), ("date_next", "<=", today)])
        steps = [(policy, day) for policy in due for day in policy._get_due_days(today)]
        self.env["ir.cron"]._commit_progress(remaining=len(steps))
        for policy, day in steps:
            locked = policy.try_lock_for_update(allow_referencing=True)
            if locked and (locked._get_latest_date() or day) <= day:
                refresh = locked._refresh if day == today else locked._refresh_past
                attempt(locked, refresh, day)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    def action_refresh(self):
        """Refresh now, categories included, and show the customers."""
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update(allow_referencing=True)
        if not self.active:
            raise UserError(self.env._("An archived policy is not refreshed: its company may have another one by now."))
        # sudo: the days of a policy are set by its refreshes only
        self.sudo().potential_date = False
        *past, today = self._get_due_days(fields.Date.context_today(self))
        for day in past:
            self._refresh_past(day)
        self._refresh(today)
        return self.action_open_values()

    def action_open_values(self):
        action = self.env["ir.actions.actions"]._for_xml_id("customer_abc_segmentation.action_customer_value")
        return {**action, "domain": [("company_id", "in", self.company_id.ids)]}

    def action_open_heat_map(self):
        return self.env["ir.actions.actions"]._for_xml_id("customer_abc_segmentation.action_rfm_heat_map")
