"""Payment plans on the portal: by login, or by the signed link of one plan. The offer is read, printed and accepted."""

from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request
from odoo.tools import str2bool

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from .portal_door import guarded
from .posted import posted_person

HIDDEN = ("draft", "cancelled")


class PaymentPlanPortal(CustomerPortal):
    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "payment_plan_count" in counters:
            values["payment_plan_count"] = self._own_plans().search_count(self._own_plans_domain())
        return values

    # The rule of the model already says so; said again here, so that an internal user sees no one's pages but the own.
    def _own_plans_domain(self):
        partner = request.env.user.partner_id.commercial_partner_id
        return [("partner_id", "=", partner.id), ("state", "not in", HIDDEN), ("is_portal_shown", "=", True)]

    def _own_plans(self):
        plans = request.env["receivable.payment.plan"]
        # sudo: internal users without a right on collections may be customers too; the domain is their own partner
        return plans if plans.has_access("read") else plans.sudo()

    # ------------------------------------------------------------------
    # PAGES
    # ------------------------------------------------------------------

    @http.route(["/my/payment_plans", "/my/payment_plans/page/<int:page>"], type="http", auth="user", website=True)
    def portal_my_payment_plans(self, page=1, **kw):
        plans, domain = self._own_plans(), self._own_plans_domain()
        step = self._items_per_page
        pages = pager(url="/my/payment_plans", total=plans.search_count(domain), page=page, step=step)
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "payment_plan",
            "plans": plans.search(domain, limit=step, offset=pages["offset"]),
            "pager": pages,
            "default_url": "/my/payment_plans",
        }
        return request.render("receivable_dunning.portal_my_payment_plans", values)

    @http.route("/my/payment_plans/<int:plan_id>", type="http", auth="public", website=True, sitemap=False)
    def portal_my_payment_plan(self, plan_id, access_token=None, report_type=None, download=None, **kw):
        try:
            plan = self._shown_plan(plan_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        if report_type in ("html", "pdf"):
            return guarded(
                self._show_report(
                    model=plan,
                    report_type=report_type,
                    report_ref="receivable_dunning.report_payment_plan",
                    download=str2bool(download or "", False),
                )
            )
        return self._render_plan(plan, access_token)

    @http.route(
        "/my/payment_plans/<int:plan_id>/accept",
        type="http", auth="public", website=True, methods=["POST"], sitemap=False,
    )  # fmt: skip
    def portal_accept_payment_plan(self, plan_id, access_token=None, **posted):
        try:
            plan = self._shown_plan(plan_id, access_token)
            via = self._via(plan)
        except (AccessError, MissingError):
            return request.redirect("/my")
        user = request.env.user
        try:
            # all of an acceptance is recorded, or nothing of it
            with request.env.cr.savepoint():
                self._check_agreed(posted)
                plan._accept(
                    posted_person(posted.get("person")),
                    via,
                    partner_id=False if user._is_public() else user.partner_id.id,
                    ip=request.httprequest.remote_addr,
                )
        except UserError as error:
            return self._render_plan(plan, access_token, error=str(error), posted=posted)
        return request.redirect(plan.get_portal_url(anchor="accepted"))

    # ------------------------------------------------------------------
    # PARTS
    # ------------------------------------------------------------------

    def _shown_plan(self, plan_id, access_token):
        """The plan for whom it is for, with all rights; AccessError or MissingError for anybody else."""
        plan = self._document_check_access("receivable.payment.plan", plan_id, access_token)
        if plan.state in HIDDEN and not request.env.user._is_internal():
            raise MissingError(request.env._("This plan is not there any more."))
        # sudo: read for the customer it was offered to, as was just checked
        return plan.with_user(request.env.user).sudo()

    def _via(self, plan):
        """By what right somebody accepts: the login of the customer, a signed link, or as a colleague."""
        user = request.env.user
        if user._is_public():
            return "link"
        if user.partner_id.commercial_partner_id == plan.partner_id:
            return "portal"
        if not user._is_internal():
            return "link"
        # colleagues enter acceptances as they do in the backend, whoever gave them the link
        plan.sudo(False)._check_accountant()
        return "staff"

    def _check_agreed(self, posted):
        if not posted.get("agree"):
            raise UserError(request.env._("Please tick that you accept the plan."))

    def _render_plan(self, plan, access_token, **extra):
        values = self._get_page_view_values(plan, access_token, {}, "my_payment_plans_history", False)
        user = request.env.user
        values.update(
            {
                "page_name": "payment_plan",
                "plan": plan,
                "res_company": plan.company_id,
                "title": plan.company_id.name,
                "can_accept": plan._can_be_accepted(),
                "can_print": plan.env["ir.actions.report"]._can_print(),
                "person_name": "" if user._is_public() else user.name,
                "posted": {},
                **extra,
            }
        )
        return guarded(request.render("receivable_dunning.portal_my_payment_plan", values))
