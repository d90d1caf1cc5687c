"""The account of a customer on the portal: by login, or by a signed link that shows this customer only."""

import io

from odoo import http
from odoo.http import content_disposition, request

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..report.portal_account_xlsx import PortalAccountWorkbook
from .aged_balance import XLSX
from .portal_door import LOGIN, guarded, open_door, own_companies, paths
from .portal_items import items_page

# What turns the pages of the list.
LIST = {"page", "sortby", "filterby"}
DONE = ("promise", "dispute", "plan", "message")


class AccountPortal(CustomerPortal):
    # ------------------------------------------------------------------
    # ENTRY OF THE PORTAL
    # ------------------------------------------------------------------

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "account_balance_count" in counters:
            values["account_balance_count"] = sum(self._count_to_show(company.id) for company in own_companies())
        return values

    def _count_to_show(self, company_id):
        """How much there is to see on the account page: without anything it has no entry."""
        door = open_door(company_id)
        return door.env["receivable.portal.account"]._count(door.partner, door.company, door.today)

    @http.route(LOGIN, type="http", auth="user", website=True)
    def my_account_balance(self, **kw):
        companies = own_companies()
        if not companies:
            return request.redirect("/my")
        full = next((company for company in companies if self._count_to_show(company.id)), companies[0])
        return request.redirect(f"{LOGIN}/{full.id}")

    # ------------------------------------------------------------------
    # PAGES
    # ------------------------------------------------------------------

    @http.route([*paths(), *paths("/page/<int:page>")], type="http", auth="public", website=True, sitemap=False)
    def account_balance(self, company_id=None, token=None, done=None, **asked):
        door = open_door(company_id, token)
        if not door:
            return self._closed(token)
        # turning a page is no other visit
        if door.link and not request.env.user._is_internal() and not LIST & set(asked):
            door.link._note_use()
        return self._page(
            door,
            "receivable_dunning.portal_account",
            done=done if done in DONE else None,
            choose=bool(asked.get("choose")),
            companies=own_companies() if not door.link else None,
            **self._account_values(door, asked),
        )

    @http.route(paths("/items.xlsx"), type="http", auth="public", website=True, sitemap=False)
    def account_balance_xlsx(self, company_id=None, token=None, **kw):
        door = open_door(company_id, token)
        if not door:
            return self._closed(token)
        file = io.BytesIO()
        PortalAccountWorkbook(door, self._balances(door), self._assigned(door), file).save()
        return self._download(file.getvalue(), XLSX, f"{self._file_name(door)}.xlsx")

    @http.route(paths("/items.pdf"), type="http", auth="public", website=True, sitemap=False)
    def account_balance_pdf(self, company_id=None, token=None, **kw):
        door = open_door(company_id, token)
        if not door:
            return self._closed(token)
        report = door.env["ir.actions.report"]
        if not report._can_print():
            return request.redirect(door.base)
        pdf = report._render_qweb_pdf(
            "receivable_dunning.report_portal_account", door.partner.ids, {"company_id": door.company.id}
        )[0]
        return self._download(pdf, "application/pdf", f"{self._file_name(door)}.pdf")

    @http.route(paths("/assignments/<int:batch_id>.pdf"), type="http", auth="public", website=True, sitemap=False)
    def account_balance_assignment(self, batch_id, company_id=None, token=None, **kw):
        """The notice that tells this customer whom to pay."""
        door = open_door(company_id, token)
        batches = [batch for group in self._assigned(door) for batch in group["batches"]] if door else []
        batch = next((batch for batch in batches if batch.id == batch_id), None)
        if not batch:
            return self._closed(token)
        report = door.env["ir.actions.report"].with_context(portal_reader_id=door.partner.id)
        if not report._can_print():
            return request.redirect(door.base)
        pdf = report._render_qweb_pdf("receivable_dunning.action_report_assignment_letters", batch.ids)[0]
        return self._download(pdf, "application/pdf", f"{batch.name.replace('/', '-')}.pdf")

    # ------------------------------------------------------------------
    # PARTS
    # ------------------------------------------------------------------

    def _account_values(self, door, asked):
        """What the account page shows."""
        account, about = door.env["receivable.portal.account"], (door.partner, door.company)
        balances = self._balances(door)
        shown = items_page(door.base, balances, self._items_per_page, asked)
        account._add_urls(shown["rows"])
        return {
            **shown,
            "balances": balances,
            "assigned": self._assigned(door),
            "payments": account._get_payments(*about),
            **account._get_documents(*about),
            "banks": door.company._receivable_bank_accounts(),
            "pay_all_url": "" if door.link else account._pay_all_url(*about),
            "can_print": door.env["ir.actions.report"]._can_print(),
        }

    def _balances(self, door):
        return door.env["receivable.portal.account"]._get_balances(door.partner, door.company, door.today)

    def _assigned(self, door):
        return door.env["receivable.portal.account"]._get_assigned(door.partner, door.company, door.today)

    def _page(self, door, template, **values):
        """A page of the account with what all of them need."""
        return guarded(
            request.render(
                template,
                {
                    **self._prepare_portal_layout_values(),
                    "page_name": "account_balance",
                    "no_breadcrumbs": bool(door.link),
                    "door": door,
                    # the page bears the name and logo of who the account is with
                    "res_company": door.company,
                    "title": door.company.name,
                    "partner": door.partner,
                    "company": door.company,
                    "today": door.today,
                    "contact": door.partner._portal_person(door.company),
                    "is_stranger": self._is_stranger(door),
                    **values,
                },
            )
        )

    def _is_stranger(self, door):
        """Somebody logged in looks at the account of another customer, by a link."""
        user = request.env.user
        return bool(door.link) and not user._is_public() and user.partner_id.commercial_partner_id != door.partner

    def _closed(self, token):
        """What a visitor is told for whom there is nothing: the same for every reason, so that nothing is learnt."""
        if token is None:
            user = request.env.user
            return request.redirect("/my" if not user._is_public() else f"/web/login?redirect={LOGIN}")
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "account_balance",
            "no_breadcrumbs": True,
            "is_logged_in": not request.env.user._is_public(),
        }
        return guarded(request.render("receivable_dunning.portal_account_closed", values, status=404))

    def _file_name(self, door):
        return request.env._("Open items %(company)s %(day)s", company=door.company.name, day=door.today)

    def _download(self, content, mimetype, name):
        headers = [
            ("Content-Type", mimetype),
            ("Content-Length", len(content)),
            ("Content-Disposition", content_disposition(name)),
        ]
        return guarded(request.make_response(content, headers))
