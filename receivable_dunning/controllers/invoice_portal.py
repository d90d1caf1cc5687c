from odoo.http import request

from odoo.addons.account.controllers.portal import PortalAccount


class InvoicePortal(PortalAccount):
    """Odoo's own pages of invoices: what a factor holds, and the customer knows so, is not overdue with us."""

    def _get_overdue_invoices_domain(self, partner_id=None):
        domain = super()._get_overdue_invoices_domain(partner_id)
        return [*domain, ("id", "not in", request.env["account.move"]._assigned_sql())]
