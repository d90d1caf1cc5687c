"""The status follows what happens in the ledger: once per transaction, for all customers it touched."""

from odoo import api, models
from odoo.fields import Domain


class CreditProfile(models.Model):
    _inherit = "credit.profile"

    @api.model
    def _refresh_soon(self, customers, root):
        """Refresh the status of these customers at the end of the transaction, and let their held documents be looked
        at again: something was paid, credited, taken back or matched."""
        if not customers or not self.env["credit.policy"]._specs(root.id):
            return
        precommit = self.env.cr.precommit
        if "credit.refresh" not in precommit.data:
            precommit.data["credit.refresh"] = {}
            # sudo: the status follows from the facts, whoever touched them
            precommit.add(self.sudo().browse()._refresh_touched)
        precommit.data["credit.refresh"].setdefault(root.id, set()).update(customers.ids)

    def _refresh_touched(self):
        touched = self.env.cr.precommit.data.pop("credit.refresh", {})
        domains = [
            Domain("company_id", "=", root_id) & Domain("partner_id", "in", list(customer_ids))
            for root_id, customer_ids in touched.items()
        ]
        profiles = self.search(Domain.OR(domains))
        profiles._try_refresh_status()
        job = self.env.ref("customer_credit_mgmt.ir_cron_reevaluate_held", raise_if_not_found=False)
        held = [("profile_id", "in", profiles.ids), ("state", "=", "held")]
        if job and self.env["credit.check"].search_count(held, limit=1):
            job._trigger()
        self.env.flush_all()
