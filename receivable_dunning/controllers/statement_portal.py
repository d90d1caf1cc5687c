"""Statements of account on the portal: by login, or by the signed link of one statement."""

from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request
from odoo.tools import str2bool

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

SHOWN = ("sent", "agreed", "disputed")


class StatementPortal(CustomerPortal):
    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "statement_count" in counters:
            values["statement_count"] = self._own_statements().search_count(self._own_domain())
        return values

    # The rule of the model already says so; said again here, so that an internal user sees no one's pages but the own.
    def _own_domain(self):
        partner = request.env.user.partner_id.commercial_partner_id
        return [("partner_id", "=", partner.id), ("state", "in", SHOWN), ("is_portal_shown", "=", True)]

    def _own_statements(self):
        """The model as far as the user may read it; a user without right sees no statement."""
        statements = request.env["receivable.statement"]
        # sudo: internal users without a right on collections may be customers too; the domain is their own partner
        return statements if statements.has_access("read") else statements.sudo()

    @http.route(["/my/statements", "/my/statements/page/<int:page>"], type="http", auth="user", website=True)
    def portal_my_statements(self, page=1, **kw):
        statements, domain = self._own_statements(), self._own_domain()
        pages = pager(url="/my/statements", total=statements.search_count(domain), page=page, step=self._items_per_page)
        values = self._prepare_portal_layout_values()
        values.update(
            {
                "page_name": "statement",
                "statements": statements.search(domain, limit=self._items_per_page, offset=pages["offset"]),
                "pager": pages,
                "default_url": "/my/statements",
            }
        )
        return request.render("receivable_dunning.portal_my_statements", values)

    @http.route("/my/statements/<int:statement_id>", type="http", auth="public", website=True)
    def portal_my_statement(self, statement_id, access_token=None, report_type=None, download=None, **kw):
        try:
            statement = self._shown_statement(statement_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        if report_type in ("html", "pdf"):
            return self._show_report(
                model=statement,
                report_type=report_type,
                report_ref="receivable_dunning.action_report_receivable_statement",
                download=str2bool(download or "", False),
            )
        return self._render_statement(statement, access_token)

    @http.route("/my/statements/<int:statement_id>/answer", type="http", auth="public", website=True, methods=["POST"])
    def portal_answer_statement(self, statement_id, access_token=None, name="", note="", agree=None, **posted):
        try:
            statement = self._shown_statement(statement_id, access_token)
            person = self._person(statement, name)
        except (AccessError, MissingError):
            return request.redirect("/my")
        try:
            # all of an answer is recorded, or nothing of it
            with request.env.cr.savepoint():
                differences = self._posted_differences(statement, posted)
                self._check_meant(agree, differences or note.strip())
                statement._answer(person, differences, note)
        except UserError as error:
            return self._render_statement(
                statement, access_token, error=str(error), posted=posted, note=note, name=name
            )
        return request.redirect(statement.get_portal_url(anchor="answer"))

    # ------------------------------------------------------------------
    # PARTS
    # ------------------------------------------------------------------

    def _shown_statement(self, statement_id, access_token):
        """The statement for whom it is for, with all rights; AccessError or MissingError for anybody else.

        Internal users may look at what they may read; a draft or a cancelled statement has no page for customers.
        """
        statement = self._document_check_access("receivable.statement", statement_id, access_token)
        if statement.state not in SHOWN and not request.env.user._is_internal():
            raise MissingError(request.env._("This statement is not there any more."))
        return statement.with_user(request.env.user).sudo()

    def _render_statement(self, statement, access_token, **extra):
        values = self._get_page_view_values(statement, access_token, {}, "my_statements_history", False)
        values.update(
            {
                "page_name": "statement",
                "statement": statement,
                "items": statement.line_ids.filtered(lambda line: line.section == "item"),
                "can_answer": statement._can_be_answered(),
                "person_name": "" if request.env.user._is_public() else request.env.user.name,
                **extra,
            }
        )
        return request.render("receivable_dunning.portal_my_statement", values)

    def _check_meant(self, agree, differs):
        """The button that was pressed has to fit what was filled in."""
        if agree and differs:
            raise UserError(
                request.env._("You changed amounts or wrote a comment: send the differences, or undo them.")
            )
        if not agree and not differs:
            raise UserError(request.env._("Nothing differs: change an amount or write what is different."))

    def _person(self, statement, name):
        """Who answers, and by what right: the login of the customer, that of a colleague, or the signed link."""
        user = request.env.user
        person = {"name": name, "ip": request.httprequest.remote_addr}
        if user._is_public():
            return {**person, "via": "link"}
        person["partner_id"] = user.partner_id.id
        if user.partner_id.commercial_partner_id == statement.partner_id:
            return {**person, "via": "login"}
        if not user._is_internal():
            return {**person, "via": "link"}
        # colleagues enter answers as they do in the backend, whoever gave them the link
        statement.sudo(False).check_access("write")
        return {**person, "via": "staff"}

    def _posted_differences(self, statement, posted):
        """``{line id: (amount, comment)}`` of the items whose amount or comment was changed in the form."""
        differences = {}
        for line in statement.line_ids.filtered(lambda it: it.section == "item"):
            comment = (posted.get(f"comment_{line.id}") or "").strip()
            amount = self._posted_amount(line, (posted.get(f"amount_{line.id}") or "").strip())
            if comment or line.currency_id.compare_amounts(amount, line.amount):
                differences[line.id] = (amount, comment)
        return differences

    def _posted_amount(self, line, text):
        """The amount in the form, as browsers send numbers; an empty one is ours."""
        if not text:
            return line.amount
        try:
            amount = float(text)
        except ValueError:
            amount = None
        # neither "nan" nor "inf" is an amount, nor what no account could hold
        if amount is None or not abs(amount) < 1e15:
            raise UserError(request.env._("“%(text)s” is not an amount: write it like 1234.56.", text=text[:20]))
        return line.currency_id.round(amount)
