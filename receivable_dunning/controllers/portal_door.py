"""Whose account is shown, and by what right: the login of the customer, or a signed link."""

from dataclasses import dataclass

from odoo import fields
from odoo.http import request

LOGIN, LINK = "/my/account_balance", "/account_balance"
# The address holds the right to see the account: no other page, cache or search engine is to learn it.
HEADERS = {
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store, private",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "X-Frame-Options": "SAMEORIGIN",
    "Content-Security-Policy": "frame-ancestors 'self'",
}


def paths(path=""):
    """Routes of a page of the account, by login and by link."""
    return [f"{LOGIN}/<int:company_id>{path}", f"{LINK}/<string:token>{path}"]


def guarded(response):
    """The response with the headers that every page of an account carries."""
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response


@dataclass(frozen=True)
class Door:
    """The account of one customer with one company; ``link`` is the signed link that opened it, if one did.

    The records have all rights: the account was chosen by the login or by the link, never by what a visitor sends.
    """

    partner: object
    company: object
    link: object
    base: str

    @property
    def env(self):
        return self.partner.env

    @property
    def today(self):
        return fields.Date.context_today(self.partner)

    @property
    def is_staff(self):
        """A colleague who looks at the page of a customer: may look, but not speak for the customer."""
        return bool(self.link) and request.env.user._is_internal()

    @property
    def person(self):
        """The visitor as a contact of the customer, if the login says who it is."""
        contact = request.env.user.partner_id
        return contact if not self.link and contact.commercial_partner_id == self.partner else contact.browse()

    def values(self, **more):
        """What every record made here carries: by whom and through what."""
        user = request.env.user
        return {
            "company_id": self.company.id,
            "partner_id": self.partner.id,
            "user_id": False if user._is_public() or self.link else user.id,
            "link_id": self.link.id,
            "ip": request.httprequest.remote_addr,
            **more,
        }


def open_door(company_id=None, token=None):
    """The :class:`Door` that the login or the token opens, or nothing."""
    if token is not None:
        link = request.env["receivable.portal.link"]._find(token)
        return _door(link.partner_id, link.company_id, link, f"{LINK}/{token}") if link else None
    companies = own_companies()
    company = companies.filtered(lambda company: company.id == company_id)
    customer = request.env.user.partner_id.commercial_partner_id
    return _door(customer, company, link_of_nobody(), f"{LOGIN}/{company.id}") if company else None


def own_companies():
    """Root companies with which the account of the user's firm is open to the user."""
    user = request.env.user
    if user._is_public():
        return user.company_id.browse()
    # sudo: a customer has no right on companies; those of the user are asked
    roots = user.sudo().company_ids.root_id
    return roots.filtered(user.partner_id._sees_portal_account).sorted("sequence")


def link_of_nobody():
    return request.env["receivable.portal.link"].sudo()


def _door(partner, company, link, base):
    # sudo: what may be seen was decided by the login or the link; the ledger itself is closed to customers
    root = company.sudo()
    tree = root.env["receivable.ledger"]._tree_company_ids(root)
    env = root.with_context(allowed_company_ids=[root.id, *(branch for branch in tree if branch != root.id)]).env
    return Door(env["res.partner"].browse(partner.id), env["res.company"].browse(root.id), link.with_env(env), base)
