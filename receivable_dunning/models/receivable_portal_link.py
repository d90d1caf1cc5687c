"""Signed links: a customer reaches its account without a login. See docs/decisions/0013."""

import re
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, consteq, hmac

SCOPE = "receivable-portal-link"
TOKEN = re.compile(r"([1-9][0-9]{0,9})-([0-9a-f]{64})")
# A link with less than this share of its days left is not sent any more: another one is made.
LEAST_SHARE = 0.5


class ReceivablePortalLink(models.Model):
    """What a signed link opens: the account of one customer with one company, until a day, unless revoked.

    The token is not stored: it is the number of the row and a signature (HMAC-SHA256 with the secret of the database)
    of that number and of a random ``nonce`` of the row. It is made anew whenever it is written into an e-mail or a
    letter. A changed nonce, as on revocation, makes every token of the row void.
    """

    _name = "receivable.portal.link"
    _description = "Portal Link of a Customer"
    _inherit = ["receivable.portal.record.mixin"]
    _rec_name = "partner_id"

    contact_id = fields.Many2one(
        "res.partner",
        string="Made for",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="Who the link was sent to. It closes when this contact is archived or goes to another company.",
    )
    date_expiry = fields.Date(string="Valid Until", required=True, readonly=True, help="The last day it works.")
    date_revoked = fields.Datetime(string="Revoked on", readonly=True)
    revoked_by_id = fields.Many2one("res.users", string="Revoked by", readonly=True)
    nonce = fields.Char(
        required=True, readonly=True, groups="base.group_system", default=lambda self: self._new_nonce()
    )
    date_last_use = fields.Datetime(string="Last Opened", readonly=True, help="By the customer, not by colleagues.")
    use_count = fields.Integer(string="Times Opened", readonly=True, help="By the customer, not by colleagues.")
    state = fields.Selection(
        [("active", "Active"), ("expired", "Expired"), ("revoked", "Revoked"), ("closed", "Closed")],
        compute="_compute_state",
        search="_search_state",
        help="Closed: the contact it was made for is no contact of the customer any more, or the company has switched "
        "signed links off.",
    )
    url = fields.Char(string="Link", compute="_compute_url", help="Whoever has it sees the account of this customer.")
    request_ids = fields.One2many("receivable.portal.request", "link_id", string="Requests", readonly=True)

    _alive_idx = models.Index("(company_id, partner_id, date_expiry) WHERE date_revoked IS NULL")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.model
    def _new_nonce(self):
        return secrets.token_hex(16)

    @api.depends("date_expiry", "date_revoked", "contact_id", "partner_id", "company_id")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        # sudo: whether the company sends links at all, and where a contact works, decides for everybody
        for link in self.sudo():
            link.state = link._state_on(today)

    def _state_on(self, today):
        self.ensure_one()
        if self.date_revoked:
            return "revoked"
        if self.date_expiry < today:
            return "expired"
        contact, partner = self.contact_id, self.partner_id
        is_theirs = contact.active and contact.commercial_partner_id == partner or contact in partner | contact.browse()
        return "active" if is_theirs and self.company_id._sends_portal_links() else "closed"

    def _search_state(self, operator, value):
        """Active here: neither expired nor revoked; what closed a link is known one by one only."""
        if operator != "in" or not set(value) <= {"active", "expired", "revoked"}:
            return NotImplemented
        today = fields.Date.context_today(self)
        domains = {
            "active": [("date_revoked", "=", False), ("date_expiry", ">=", today)],
            "expired": [("date_revoked", "=", False), ("date_expiry", "<", today)],
            "revoked": [("date_revoked", "!=", False)],
        }
        return fields.Domain.OR(domains[state] for state in value)

    @api.depends("state")
    def _compute_url(self):
        for link in self:
            link.url = link._url() if link._origin and link.state == "active" else False

    @api.model
    def _door_words(self):
        return self.env._("Portal links are made and revoked by their buttons only.")

    # ------------------------------------------------------------------
    # TOKEN
    # ------------------------------------------------------------------

    def _token(self):
        self.ensure_one()
        return f"{self.id}-{self._signature()}"

    def _signature(self):
        # sudo: nonce and secret of the database are read by nobody else
        link = self.sudo()
        return hmac(link.env, SCOPE, (link.id, link.nonce))

    def _url(self, path=""):
        self.ensure_one()
        # sudo: the address of the website is no secret
        return f"{self.sudo().company_id.get_base_url()}/account_balance/{self._token()}{path}"

    @api.model
    def _find(self, token):
        """The link of a token if it is active, as superuser; nothing otherwise, whatever the reason."""
        # sudo: the visitor has no login; the signature says what may be read
        links = self.sudo()
        match = TOKEN.fullmatch(token) if isinstance(token, str) else None
        if not match or int(match[1]) >= 2**31:
            return links
        link = links.browse(int(match[1])).exists()
        if not link or not consteq(link._signature(), match[2]):
            return links
        return link if link.state == "active" else links

    def _note_use(self):
        """Count that the customer opened the page."""
        self.env.cr.execute(
            SQL(
                "UPDATE receivable_portal_link SET use_count = COALESCE(use_count, 0) + 1, date_last_use = %s"
                " WHERE id = ANY(%s)",
                fields.Datetime.now(),
                self.ids,
            )
        )
        self.invalidate_recordset(["use_count", "date_last_use"], flush=False)

    # ------------------------------------------------------------------
    # MAKE AND REVOKE
    # ------------------------------------------------------------------

    @api.model
    def _for_contacts(self, company, contacts):
        """``{customer: link}`` that works for a while yet: the one that the contact has already, or a new one.

        :param company: root company
        :param dict contacts: ``{customer: contact it is sent to}``
        :return: nothing while the company sends no links
        """
        # sudo: a company's policy and its links; whoever sends a reminder may send the link that goes with it
        links, company = self.sudo(), company.sudo()
        # a contact that has left the customer gets none
        contacts = {
            partner: contact for partner, contact in contacts.items() if contact.commercial_partner_id == partner
        }
        if not contacts or not company._sends_portal_links():
            return {}
        today = fields.Date.context_today(self)
        enough = today + timedelta(days=int(company.portal_link_days * LEAST_SHARE))
        standing = links.search(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", [partner.id for partner in contacts]),
                ("date_revoked", "=", False),
                ("date_expiry", ">=", enough),
            ],
            order="date_expiry, id",
        )
        found = {(link.partner_id.id, link.contact_id.id): link for link in standing if link.state == "active"}
        missing = [pair for pair in contacts.items() if (pair[0].id, pair[1].id) not in found]
        made = links.create(
            [
                {
                    "company_id": company.id,
                    "partner_id": partner.id,
                    "contact_id": contact.id,
                    "date_expiry": today + timedelta(days=company.portal_link_days),
                }
                for partner, contact in missing
            ]
        )
        found.update({(link.partner_id.id, link.contact_id.id): link for link in made})
        return {partner: found[partner.id, contact.id] for partner, contact in contacts.items()}

    def action_revoke(self):
        """Make the links void at once and for good; e-mails and letters that carry them open nothing any more."""
        self.check_access("read")
        if not self.env.user.has_group("receivable_dunning.group_collections_user"):
            raise AccessError(self.env._("Only collections users revoke links of customers."))
        now = fields.Datetime.now()
        # sudo: the door to the links; who may pass it was checked
        for link in self.sudo().filtered(lambda link: not link.date_revoked):
            link.write({"date_revoked": now, "revoked_by_id": self.env.uid, "nonce": self._new_nonce()})

    def action_open(self):
        """The page that the customer sees."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "target": "new", "url": self.url}
