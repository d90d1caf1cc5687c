"""A customer says what is wrong with an item, reads the answer, and adds what is missing."""

from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request

from .account_portal_forms import MAX_TEXT, AccountPortalForms
from .portal_door import guarded, open_door, paths
from .posted import posted_amount, posted_files, posted_number, posted_person, text_of

# Each one is a task for somebody.
MOST_DISPUTED = 20


class AccountPortalDispute(AccountPortalForms):
    # ------------------------------------------------------------------
    # OPEN
    # ------------------------------------------------------------------

    @http.route(paths("/dispute"), type="http", auth="public", website=True, sitemap=False, methods=["GET", "POST"])
    def account_dispute(self, company_id=None, token=None, **posted):
        door = open_door(company_id, token)
        if door and request.httprequest.method != "POST" and not self._disputed_rows(door, posted):
            # an item of the address is settled by now; without any, nothing was ticked
            return guarded(request.redirect(door.base if posted.get("item") else f"{door.base}?choose=1"))
        return self._form(door, token, "dispute", posted)

    def _dispute_values(self, door, posted):
        return {
            "rows": self._disputed_rows(door, posted),
            "reasons": door.env["receivable.dispute.reason"]._of_company(door.company),
            "file_hint": self._file_hint(door),
        }

    def _disputed_rows(self, door, posted):
        """The item of the form, or those ticked on the account page: of this customer's, and only what is free."""
        rows = self._free_rows(door)
        named = self._named(rows, "item", posted) | {posted_number(posted.get("item"))}
        return [row for row in rows if row["line"].id in named]

    def _dispute_do(self, door, posted):
        rows = self._disputed_rows(door, posted)
        if not rows:
            raise UserError(request.env._("This item is settled by now: please choose another one."))
        if len(rows) > MOST_DISPUTED:
            raise UserError(
                request.env._(
                    "Please dispute at most %(count)s items at a time, or write to us about all of them.",
                    count=MOST_DISPUTED,
                )
            )
        reasons = door.env["receivable.dispute.reason"]._of_company(door.company)
        reason = reasons.filtered(lambda reason: reason.id == posted_number(posted.get("reason")))
        note = text_of(posted.get("note"))[:MAX_TEXT]
        if not note:
            raise UserError(request.env._("Please write in a few words what is wrong."))
        values = {
            "reason_id": reason.id,
            # who said so stays with what was said: a signed link names nobody
            "note": f"{note}\n({posted_person(posted.get('person'))})",
            "contact_id": door.person.id,
            "channel": "portal",
            "attachments": self._files(door),
        }
        # an amount is that of one item; of several all is disputed that is free
        amount = posted.get("amount") if len(rows) == 1 else None
        disputes = [
            door.env["receivable.dispute"]._open(
                row["line"], posted_amount(row["item"].currency, amount, row["item"].free), values
            )
            for row in rows
        ]
        return disputes[0]

    def _file_hint(self, door):
        count, size = door.company.dispute_file_count, door.company.dispute_file_megabytes
        hint = request.env._(
            "At most %(count)s files of %(size)s MB each: PDF, images or office documents.", count=count, size=size
        )
        return hint if count else ""

    def _files(self, door):
        return posted_files(door.company.dispute_file_count, door.company.dispute_file_megabytes)

    # ------------------------------------------------------------------
    # FOLLOW
    # ------------------------------------------------------------------

    @http.route(paths("/disputes/<int:dispute_id>"), type="http", auth="public", website=True, sitemap=False)
    def account_dispute_page(self, dispute_id, company_id=None, token=None, done=None, **kw):
        door = open_door(company_id, token)
        dispute = self._own_dispute(door, dispute_id)
        return self._show_dispute(door, dispute, done="message" if done else None) if dispute else self._closed(token)

    @http.route(
        paths("/disputes/<int:dispute_id>/file/<int:attachment_id>"),
        type="http", auth="public", website=True, sitemap=False,
    )  # fmt: skip
    def account_dispute_file(self, dispute_id, attachment_id, company_id=None, token=None, **kw):
        """A file that was sent with the dispute: always to be saved, never shown by the browser as a page of ours."""
        dispute = self._own_dispute(open_door(company_id, token), dispute_id)
        file = dispute and dispute._attachments().filtered(lambda file: file.id == attachment_id)
        if not file:
            return self._closed(token)
        headers = [
            ("Content-Type", "application/octet-stream"),
            ("X-Content-Type-Options", "nosniff"),
            ("Content-Disposition", content_disposition(file.name)),
        ]
        return guarded(request.make_response(file.raw, headers))

    @http.route(
        paths("/disputes/<int:dispute_id>/say"),
        type="http", auth="public", website=True, methods=["POST"], sitemap=False,
    )  # fmt: skip
    def account_dispute_say(self, dispute_id, company_id=None, token=None, **posted):
        door = open_door(company_id, token)
        dispute = self._own_dispute(door, dispute_id)
        if not dispute:
            return self._closed(token)
        try:
            with request.env.cr.savepoint():
                self._do_once(door, "dispute_more", {**posted, "dispute": dispute})
        except UserError as error:
            return self._show_dispute(door, dispute, posted=posted, error=str(error))
        return guarded(request.redirect(f"{door.base}/disputes/{dispute.id}?done=1"))

    def _dispute_more_do(self, door, posted):
        dispute, text, files = posted["dispute"], text_of(posted.get("note"))[:MAX_TEXT], self._files(door)
        if posted.get("withdraw"):
            dispute._withdraw()
            text = text or request.env._("We take this back.")
        elif dispute.state != "open":
            raise UserError(request.env._("This dispute is closed. Please write to us if you do not agree."))
        elif not text and not files:
            raise UserError(request.env._("Please write something, or choose a file."))
        body = f"{text}\n({posted_person(posted.get('person'))})"
        dispute._say(door.person or door.partner, body, files)
        return dispute

    def _own_dispute(self, door, dispute_id):
        """The dispute with all rights, if it is of the customer and company of the door."""
        if not door:
            return None
        domain = [("id", "=", dispute_id), ("partner_id", "=", door.partner.id), ("company_id", "=", door.company.id)]
        return door.env["receivable.dispute"].search(domain) if dispute_id < 2**31 else None

    def _show_dispute(self, door, dispute, **values):
        return self._page(
            door,
            "receivable_dunning.portal_account_dispute_page",
            dispute=dispute,
            file_hint=self._file_hint(door),
            **{**self._form_values(door, values.pop("posted", {})), **values},
        )
