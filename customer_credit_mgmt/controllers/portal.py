"""The customer's own credit position on the portal; nothing is reached but by who is logged in."""

from odoo import fields, http
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal


class CreditPortal(CustomerPortal):
    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "credit_count" in counters:
            values["credit_count"] = len(request.env["credit.profile"]._of_portal_user())
        return values

    @http.route("/my/credit", type="http", auth="user", website=True, readonly=True)
    def portal_my_credit(self, contested=None, **kw):
        profiles = request.env["credit.profile"]
        if not profiles._portal_companies():
            raise request.not_found()
        today = fields.Date.context_today(profiles)
        values = self._prepare_portal_layout_values()
        values.update(
            {
                "page_name": "credit",
                "positions": profiles._of_portal_user()._portal_positions(today),
                "today": today,
                "contested": contested,
            }
        )
        return request.render("customer_credit_mgmt.portal_my_credit", values)

    @http.route("/my/credit/explanation", type="http", auth="user", website=True)
    def portal_my_credit_explanation(self, company_id=None, **kw):
        profile = self._explained_profile(company_id)
        report = "customer_credit_mgmt.action_report_credit_explanation"
        is_printable = request.env["ir.actions.report"].get_wkhtmltopdf_state() in ("ok", "workers")
        return self._show_report(profile, "pdf" if is_printable else "html", report, download=is_printable)

    @http.route("/my/credit/contest", type="http", auth="user", website=True, methods=["POST"])
    def portal_my_credit_contest(self, company_id=None, text="", **kw):
        profile = self._explained_profile(company_id)
        if not text.strip():
            return request.redirect("/my/credit#contest")
        reviews = request.env["credit.review"]
        if reviews._was_contested_today(profile):
            return request.redirect("/my/credit?contested=today")
        reviews._contest(profile, text, "portal")
        return request.redirect("/my/credit?contested=1")

    def _explained_profile(self, company_id):
        """The profile of the person who is logged in, in one of the companies that explain scores; else not found.

        The company only chooses among the own profiles: whatever is sent, no other customer's is reached.
        """
        own = request.env["credit.profile"]._of_portal_user()
        profile = own.filtered(lambda it: str(it.company_id.id) == str(company_id) and it._is_explained_on_portal())
        if not profile:
            raise request.not_found()
        return profile
