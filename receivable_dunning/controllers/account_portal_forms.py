"""What a customer does on the account page. All of a form is done, or nothing; a form sent twice is done once."""

import uuid

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from .account_portal import AccountPortal
from .portal_door import guarded, open_door, paths
from .posted import KEY, posted_key, posted_person, text_of

MAX_TEXT = 4000


class AccountPortalForms(AccountPortal):
    # ------------------------------------------------------------------
    # MESSAGE
    # ------------------------------------------------------------------

    @http.route(paths("/message"), type="http", auth="public", website=True, sitemap=False, methods=["GET", "POST"])
    def account_message(self, company_id=None, token=None, **posted):
        return self._form(open_door(company_id, token), token, "message", posted)

    def _message_values(self, door, posted):
        return {"topics": self._topics()}

    def _message_do(self, door, posted):
        text, topics = text_of(posted.get("message"))[:MAX_TEXT], dict(self._topics())
        if not text:
            raise UserError(request.env._("Please write what we can do for you."))
        topic = topics.get(posted.get("topic"), topics["other"])
        door.partner._receive_portal_message(
            door.company,
            {
                "topic": topic,
                "text": text,
                "person": posted_person(posted.get("person")),
                "reach": text_of(posted.get("reach"))[:200],
            },
        )
        return door.partner

    def _topics(self):
        return [
            ("details", request.env._("Our details are wrong")),
            ("person", request.env._("Somebody else pays invoices here")),
            ("paid", request.env._("We have paid already")),
            ("other", request.env._("Something else")),
        ]

    # ------------------------------------------------------------------
    # FORMS IN GENERAL
    # ------------------------------------------------------------------

    def _form(self, door, token, kind, posted):
        """The page of a form, or what comes of it once it was sent.

        ``_<kind>_values`` gives what the page shows, ``_<kind>_do`` does what was asked and returns the document.
        """
        if not door or not self._may(door, kind):
            return self._closed(token)
        if request.httprequest.method != "POST":
            return self._show_form(door, kind, posted)
        try:
            with request.env.cr.savepoint():
                self._do_once(door, kind, posted)
        except UserError as error:
            return self._show_form(door, kind, posted, error=str(error))
        return guarded(request.redirect(f"{door.base}?done={kind}"))

    def _may(self, door, kind):
        """Whether the company takes this from customers."""
        return kind == "message" or door.company[f"has_portal_{kind}"]

    def _do_once(self, door, kind, posted):
        if door.is_staff:
            raise UserError(
                request.env._("You are logged in as a colleague: enter what the customer says in its file.")
            )
        key, person = posted_key(posted.get("form_key")), posted_person(posted.get("person"))
        requested = door.env["receivable.portal.request"]._begin(door.values(kind=kind, key=key, name=person))
        if requested:
            document = getattr(self, f"_{kind}_do")(door, posted)
            requested.write({"res_model": document._name, "res_id": document.id})

    def _show_form(self, door, kind, posted, error=None):
        return self._page(
            door,
            f"receivable_dunning.portal_account_{kind}",
            error=error,
            **self._form_values(door, posted),
            **getattr(self, f"_{kind}_values")(door, posted),
        )

    def _form_values(self, door, posted):
        """What was typed, and the key of the form: after an error the same one, which was not used up."""
        key = text_of(posted.get("form_key"))
        return {
            "posted": {name: value for name, value in posted.items() if isinstance(value, str)},
            "form_key": key if KEY.fullmatch(key) else uuid.uuid4().hex,
            "person_name": request.env.user.name if door.person else "",
        }

    # ------------------------------------------------------------------
    # CHOICE OF ITEMS
    # ------------------------------------------------------------------

    def _free_rows(self, door):
        """Items about which nothing was agreed yet, the oldest due first."""
        return [
            row for _balance, _strip, rows in self._balances(door) for row in rows if row["line"] and row["item"].free
        ]

    def _named(self, rows, name, posted):
        """Ids of the items that the form, or the page before it, names."""
        return {row["line"].id for row in rows if posted.get(f"{name}_{row['line'].id}")}
