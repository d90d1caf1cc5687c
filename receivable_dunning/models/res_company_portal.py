from odoo import api, fields, models
from odoo.exceptions import ValidationError

BOUNDS = {
    "portal_link_days": (1, 366),
    "portal_promise_max": (1, 100),
    "portal_plan_count": (2, 60),
    "portal_retention_days": (0, 3650),
}


class ResCompany(models.Model):
    """What customers may see and do on the portal. Everything is off until a person switches it on."""

    _inherit = "res.company"

    has_portal_account = fields.Boolean(
        string="Account Page",
        help="Customers see on the portal what is open, their last payments, statements, promises, plans and disputes.",
    )
    has_portal_link = fields.Boolean(
        string="Signed Links",
        help="Reminders carry a link, and letters a code, that open the account page of the customer without a login. "
        "Whoever has the link sees the account of that customer, and of nobody else.",
    )
    portal_link_days = fields.Integer(
        string="Links Work for", default=90, help="Days from the day a link is made; a person may revoke it before."
    )
    portal_contacts = fields.Selection(
        [("all", "Every portal user of the customer"), ("billing", "The customer itself and its billing contacts")],
        string="Who Sees the Account",
        required=True,
        default="all",
        help="Odoo shows the invoices of a customer to every portal user of it. Billing contacts: invoice addresses"
        " and the contact that gets the reminders. Holds for the account page, statements, promises, disputes and"
        " payment plans by login; a signed link opens what it is for to whoever has it.",
    )
    has_portal_promise = fields.Boolean(
        string="Promises", help="Customers may promise on the account page to pay by a day."
    )
    portal_promise_max = fields.Integer(
        string="Most Open Promises",
        default=3,
        help="A customer with so many open promises cannot make another one on the portal.",
    )
    portal_promise_minimum = fields.Monetary(
        string="Smallest Promise", currency_field="currency_id", help="In company currency. 0: any amount."
    )
    has_portal_dispute = fields.Boolean(
        string="Disputes", help="Customers may say on the account page what is wrong with an invoice, with documents."
    )
    has_portal_plan = fields.Boolean(
        string="Payment Plans", help="Customers may ask on the account page to pay by instalments."
    )
    portal_plan_count = fields.Integer(string="Most Instalments", default=6, help="More cannot be asked for.")
    portal_user_id = fields.Many2one(
        "res.users",
        string="Requests Go to",
        domain=[("share", "=", False)],
        help="Who answers customers that have neither a collector nor a salesperson.",
    )

    portal_retention_days = fields.Integer(
        string="Keep Portal Data for",
        default=365,
        help="Days. Every night what customers sent on the portal longer ago is deleted with the network address it"
        " came from, and signed links that have expired or were revoked longer ago. Promises and payment plans asked"
        " for lose the address only and keep their link. Accepted plans and confirmed statements are evidence and stay"
        " whole. 0: all is kept.",
    )

    @api.constrains(*BOUNDS, "portal_promise_minimum")
    def _check_portal_bounds(self):
        for company in self:
            for name, (least, most) in BOUNDS.items():
                if not least <= company[name] <= most:
                    raise ValidationError(
                        self.env._(
                            "%(setting)s: enter a number from %(least)s to %(most)s.",
                            setting=company._fields[name]._description_string(self.env),
                            least=least,
                            most=most,
                        )
                    )
            if company.portal_promise_minimum < 0:
                raise ValidationError(self.env._("The smallest promise cannot be less than nothing."))

    def _sends_portal_links(self):
        return self.has_portal_account and self.has_portal_link
