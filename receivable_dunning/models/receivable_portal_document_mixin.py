"""Who of a customer reads what was agreed with it when logged in: the same rule as for the account page."""

from odoo import api, fields, models
from odoo.fields import Domain


class ReceivablePortalDocumentMixin(models.AbstractModel):
    """A document of a customer on the portal. Signed links are not asked: whoever has one may read what it opens."""

    _name = "receivable.portal.document.mixin"
    _description = "Document of a Customer on the Portal"

    is_portal_shown = fields.Boolean(
        string="Shown to Me on the Portal",
        compute="_compute_is_portal_shown",
        search="_search_is_portal_shown",
        help="Whether the company shows the accounts of customers to contacts like you: see Who Sees the Account.",
    )

    @api.depends("company_id.portal_contacts")
    @api.depends_context("uid")
    def _compute_is_portal_shown(self):
        contact = self.env.user.partner_id
        shown = {company: contact._is_portal_contact(company) for company in self.company_id}
        for document in self:
            document.is_portal_shown = shown.get(document.company_id, False)

    def _search_is_portal_shown(self, operator, value):
        """Of all documents those of companies that show them to the user; whose they are is said beside it."""
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        if self.env.user.partner_id._is_billing_contact():
            return Domain.TRUE
        # sudo: the setting of a company decides for who may not read it
        companies = self.env["res.company"].sudo()._search([("portal_contacts", "=", "all")])
        return Domain("company_id", "in", companies)


class ReceivableStatement(models.Model):
    _name = "receivable.statement"
    _inherit = ["receivable.statement", "receivable.portal.document.mixin"]


class ReceivablePaymentPlan(models.Model):
    _name = "receivable.payment.plan"
    _inherit = ["receivable.payment.plan", "receivable.portal.document.mixin"]


class ReceivablePromise(models.Model):
    _name = "receivable.promise"
    _inherit = ["receivable.promise", "receivable.portal.document.mixin"]


class ReceivableDispute(models.Model):
    _name = "receivable.dispute"
    _inherit = ["receivable.dispute", "receivable.portal.document.mixin"]
