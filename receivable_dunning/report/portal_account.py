from odoo import api, fields, models
from odoo.exceptions import AccessError


class PortalAccountReport(models.AbstractModel):
    """The open items of a customer as a PDF, as the account page shows them."""

    _name = "report.receivable_dunning.report_portal_account"
    _description = "Open Items of a Customer"

    @api.model
    def _get_report_values(self, docids, data=None):
        if not self.env.su:
            # the ledger is read by statement, which no access rule restricts: whose account it is, the portal decides
            raise AccessError(self.env._("This list is made for customers on the portal only."))
        company = self.env["res.company"].browse(data["company_id"])
        account, today = self.env["receivable.portal.account"], fields.Date.context_today(self)
        partners = self.env["res.partner"].browse(docids).commercial_partner_id
        return {
            "doc_model": "res.partner",
            "letters": [
                (
                    # what a letterhead reads: to whom it goes; nothing of it is kept
                    self.env["receivable.statement"].new(
                        {"partner_id": partner.id, "contact_id": partner.id, "company_id": company.id}
                    ),
                    account._get_balances(partner, company, today),
                    partner._portal_person(company),
                    account._get_assigned(partner, company, today),
                )
                for partner in partners
            ],
            "company": company,
            "today": today,
        }
