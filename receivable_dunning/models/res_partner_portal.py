from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .receivable_portal_request import EVIDENCE


class ResPartner(models.Model):
    _inherit = "res.partner"

    portal_link_count = fields.Integer(
        string="Portal Links",
        compute="_compute_portal_link_count",
        groups="receivable_dunning.group_collections_user",
        help="Signed links that open the account of this customer now.",
    )

    def _compute_portal_link_count(self):
        """Links of the commercial partner that are in force, in the active companies."""
        counts = dict(
            self.env["receivable.portal.link"]._read_group(
                [
                    ("partner_id", "in", self.commercial_partner_id.ids),
                    ("state", "=", "active"),
                    ("company_id", "in", self.env.companies.root_id.ids),
                ],
                ["partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.portal_link_count = counts.get(partner.commercial_partner_id, 0)

    # ------------------------------------------------------------------
    # WHO
    # ------------------------------------------------------------------

    def _portal_person(self, company):
        """Who looks after the customer for a company: the collector, the salesperson, or who the company names."""
        self.ensure_one()
        # sudo: customers are told who is there for them
        customer, company = self.sudo().commercial_partner_id.with_company(company), company.sudo()
        people = (*customer._portal_people(), company.portal_user_id)
        return next((user for user in people if user.active and not user.share), self.env["res.users"].sudo())

    def _portal_people(self):
        """Users who look after the customer, the first one foremost."""
        return [self.collector_id, self.user_id]

    def _sees_portal_account(self, company):
        """Whether a login of this contact opens the account of its firm with the company."""
        # sudo: asked for a visitor
        return company.sudo().has_portal_account and self._is_portal_contact(company)

    def _is_portal_contact(self, company):
        """Whether the company shows this contact what is between it and the contact's firm, when it is logged in."""
        # sudo: asked for a visitor
        return company.sudo().portal_contacts == "all" or self._is_billing_contact()

    def _is_billing_contact(self):
        """The customer itself, its invoice addresses, and who gets the reminders."""
        self.ensure_one()
        # sudo: asked for a visitor
        contact = self.sudo()
        customer = contact.commercial_partner_id
        if contact == customer or contact.type == "invoice":
            return True
        return contact == customer._receivable_contacts().get(customer.id)

    # ------------------------------------------------------------------
    # LINKS
    # ------------------------------------------------------------------

    def action_portal_link(self):
        """The link that a colleague may copy into an e-mail, for who gets the reminders."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("receivable_dunning.group_collections_user"):
            raise AccessError(self.env._("Only collections users make links of customers."))
        company, customer = self.env.company.root_id, self.commercial_partner_id
        if not company.sudo()._sends_portal_links():
            raise UserError(
                self.env._(
                    "Signed links are switched off for %(company)s: an accounting manager switches them on in the"
                    " settings of Invoicing, under Customers on the Portal.",
                    company=company.sudo().name,
                )
            )
        contact = customer._receivable_contacts().get(customer.id, customer)
        link = self.env["receivable.portal.link"]._for_contacts(company, {customer: contact})[customer]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Portal Link of %(customer)s", customer=customer.name),
            "res_model": link._name,
            "res_id": link.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_view_portal_links(self):
        """All links that were made for the customer, and what came of them."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_receivable_portal_link")
        return {**action, "domain": [("partner_id", "=", self.commercial_partner_id.id)], "context": {}}

    @api.ondelete(at_uninstall=False)
    def _unlink_except_acknowledged(self):
        """The links of a contact go with it, and with them who acknowledged a debt by them."""
        # sudo: whoever deletes contacts need not see what they did on the portal
        requests = self.env["receivable.portal.request"].sudo()
        found = requests.search([("link_id.contact_id", "in", self.ids), ("kind", "in", EVIDENCE)], limit=1)
        if found:
            raise UserError(
                self.env._(
                    "%(contact)s acknowledged a debt by a signed link: archive this contact instead of deleting it.",
                    contact=found.link_id.contact_id.display_name,
                )
            )

    # ------------------------------------------------------------------
    # MESSAGES
    # ------------------------------------------------------------------

    def _receive_portal_message(self, company, message):
        """A task for who looks after the customer.

        :param dict message: ``topic``, ``text``, ``person`` and ``reach``, as the customer typed them
        """
        self.ensure_one()
        activity_type = self.env.ref("receivable_dunning.mail_activity_type_portal")
        # what a stranger typed is text
        note = Markup("<p><b>%s</b> %s %s</p><p style='white-space: pre-line'>%s</p>") % (
            message["topic"],
            message["person"],
            message["reach"],
            message["text"],
        )
        # sudo: the customer gives work to a colleague
        self.sudo().activity_schedule(
            activity_type_id=activity_type.id,
            summary=activity_type.with_context(lang=None).summary,
            note=note,
            user_id=self._portal_answerer(company).id,
        )

    def _portal_answerer(self, company):
        """Who answers: who looks after the customer, else a collections manager of the company."""
        self.ensure_one()
        # sudo: somebody has to be found, whoever asks
        managers = self.env.ref("receivable_dunning.group_collections_manager").sudo().all_user_ids
        ours = managers._staff_of(company)
        return self._portal_person(company) or ours.sorted("id")[-1:] or self.env.ref("base.user_admin")
