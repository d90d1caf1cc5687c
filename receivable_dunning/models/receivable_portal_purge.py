"""What customers did on the portal is not kept for ever: who, from where and when, are data of persons."""

from datetime import timedelta

from odoo import api, fields, models

from .receivable_portal_request import EVIDENCE

#: Records of one kind that go in one transaction.
BATCH = 1000


class ReceivablePortalRequest(models.Model):
    _inherit = "receivable.portal.request"

    @api.model
    def _cron_purge(self):
        """Nightly, for companies with a retention period: batch by batch, until nothing is left."""
        today = fields.Date.context_today(self)
        # what an archived company knows of persons is kept no longer than that of others
        every = self.env["res.company"].with_context(active_test=False)
        companies = every.search([("parent_id", "=", False), ("portal_retention_days", ">", 0)])
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(companies))
        for company in companies:
            while self._purge(company, today):
                if not progress(0):
                    return
            if not progress(1):
                return

    @api.model
    def _purge(self, company, today):
        """One batch of each kind; return how many records there were."""
        cutoff = today - timedelta(days=company.portal_retention_days)
        links = self.env["receivable.portal.link"]
        return (
            self._purge_batch(company, cutoff, BATCH)
            + self._forget_addresses(company, cutoff)
            + links._purge_batch(company, cutoff, BATCH)
        )

    @api.model
    def _purge_domain(self, cutoff):
        return [("create_date", "<", fields.Datetime.to_datetime(cutoff)), ("kind", "not in", EVIDENCE)]

    @api.model
    def _forget_addresses(self, company, cutoff):
        """Of what stays as evidence the network address goes: the name, the way and the day say who it was."""
        # sudo: the door to what the portal has noted
        found = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("create_date", "<", fields.Datetime.to_datetime(cutoff)),
                ("kind", "in", EVIDENCE),
                ("ip", "!=", False),
            ],
            limit=BATCH,
        )
        found.write({"ip": False})
        return len(found)


class ReceivablePortalLink(models.Model):
    _inherit = "receivable.portal.link"

    @api.model
    def _purge_domain(self, cutoff):
        """Links that have opened nothing for so long, but for those by which a debt was acknowledged: a typed name
        alone does not say who it was, the link says whom it was made for."""
        return [
            ("request_ids", "not any", [("kind", "in", EVIDENCE)]),
            "|",
            ("date_expiry", "<", cutoff),
            ("date_revoked", "<", fields.Datetime.to_datetime(cutoff)),
        ]
