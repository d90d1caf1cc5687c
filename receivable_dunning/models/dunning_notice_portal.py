"""The link to the customer's account that a notice carries: as a button in the e-mail, as a code in the letter."""

import base64

from odoo import fields, models

from ..core.qr_code import png


class DunningNotice(models.Model):
    _inherit = "dunning.notice"

    portal_link_id = fields.Many2one(
        "receivable.portal.link",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Opens the account of the customer, and of nobody else, without a login.",
    )

    def _ensure_portal_links(self):
        """Give each notice a link that works for a while yet, where its company sends links."""
        for company, notices in self.grouped("company_id").items():
            contacts = {notice.partner_id: notice.contact_id for notice in notices}
            links = self.env["receivable.portal.link"]._for_contacts(company, contacts)
            for notice in notices:
                if notice.partner_id in links:
                    # sudo: the door to what a notice carries; who sends or prints it has the right to
                    notice.sudo().portal_link_id = links[notice.partner_id]

    def _portal_link(self):
        """Address at which the customer sees its account, pays, promises and disputes; empty while links are off."""
        self.ensure_one()
        # sudo: whoever writes the notice may write the link that goes with it
        if self.sudo().portal_link_id.state != "active":
            self._ensure_portal_links()
        link = self.sudo().portal_link_id
        return link._url() if link.state == "active" else ""

    def _portal_button_html(self):
        """The button of e-mails, in the language of the notice; nothing while links are off."""
        self.ensure_one()
        url = self._portal_link()
        if not url:
            return ""
        notice = self.with_context(lang=self.lang or self.env.lang)
        return notice.env["ir.qweb"]._render(
            "receivable_dunning.notice_portal_button", {"url": url}, minimal_qcontext=True
        )

    def _portal_code(self):
        """The link as a QR code for letters: a PNG in base64, made here without asking any other server."""
        self.ensure_one()
        url = self._portal_link()
        return base64.b64encode(png(url)) if url else False
