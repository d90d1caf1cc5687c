"""A customer promises to pay, or asks to pay by instalments, on the account page."""

from datetime import timedelta

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..core.account import spread
from .account_portal_forms import MAX_TEXT, AccountPortalForms
from .portal_door import open_door, paths
from .posted import posted_amount, posted_day, posted_number, text_of

# Days on which one promise pays.
PARTS = 3
# The first instalment is asked for within so many days.
PLAN_DAYS = 60
# So many items a form lists when none were chosen on the account page.
CHOICE_SHOWN = 80


class AccountPortalPromise(AccountPortalForms):
    # ------------------------------------------------------------------
    # PROMISE
    # ------------------------------------------------------------------

    @http.route(paths("/promise"), type="http", auth="public", website=True, sitemap=False, methods=["GET", "POST"])
    def account_promise(self, company_id=None, token=None, **posted):
        return self._form(open_door(company_id, token), token, "promise", posted)

    def _promise_values(self, door, posted):
        return {
            **self._choice_values(door, posted),
            "parts": range(1, PARTS + 1),
            "latest": door.today + timedelta(days=door.company.promise_portal_days),
        }

    def _promise_do(self, door, posted):
        rows = self._chosen(door, posted)
        currency, free = rows[0]["item"].currency, sum(row["item"].free for row in rows)
        wishes = self._wishes(currency, free, posted)
        self._check_promise(door, currency, free, sum(amount for amount, _day in wishes))
        parts = spread([(row["line"], row["item"].free) for row in rows], wishes)
        values = {
            "channel": "portal",
            "contact_id": door.person.id,
            "note": text_of(posted.get("note"))[:MAX_TEXT],
            "user_id": door.partner._portal_answerer(door.company).id,
        }
        return door.env["receivable.promise"]._make_parts(parts, values)

    def _wishes(self, currency, free, posted):
        """``[(amount, day)]`` of the form, the first day in front; a first amount left empty is all that was chosen."""
        wishes = [(posted_amount(currency, posted.get("amount_1"), free), posted_day(posted.get("date_1")))]
        for number in range(2, PARTS + 1):
            amount, day = posted.get(f"amount_{number}"), posted.get(f"date_{number}")
            if text_of(amount) or text_of(day):
                wishes.append((posted_amount(currency, amount, 0.0), posted_day(day)))
        if not all(amount for amount, _day in wishes):
            raise UserError(request.env._("Please say how much you pay on each day."))
        return sorted(wishes, key=lambda wish: wish[1])

    def _check_promise(self, door, currency, free, total):
        """The bounds of the company; those of days are checked where promises are made."""
        if currency.compare_amounts(total, free) > 0:
            raise UserError(
                request.env._(
                    "%(amount)s is more than what you chose: %(free)s.",
                    amount=currency.format(total),
                    free=currency.format(free),
                )
            )
        company = door.company
        least = company.currency_id._convert(company.portal_promise_minimum, currency, company, door.today)
        # who owes less than that promises all of it
        if currency.compare_amounts(total, min(least, free)) < 0:
            raise UserError(request.env._("Please promise at least %(amount)s.", amount=currency.format(least)))
        standing = [("partner_id", "=", door.partner.id), ("company_id", "=", company.id), ("state", "=", "open")]
        if door.env["receivable.promise"].search_count(standing) >= company.portal_promise_max:
            raise UserError(request.env._("You have promised several payments already. Please call us about the rest."))

    # ------------------------------------------------------------------
    # PAYMENT PLAN
    # ------------------------------------------------------------------

    @http.route(paths("/plan"), type="http", auth="public", website=True, sitemap=False, methods=["GET", "POST"])
    def account_plan(self, company_id=None, token=None, **posted):
        return self._form(open_door(company_id, token), token, "plan", posted)

    def _plan_values(self, door, posted):
        return {
            **self._choice_values(door, posted),
            "counts": range(2, door.company.portal_plan_count + 1),
            "latest": door.today + timedelta(days=PLAN_DAYS),
        }

    def _plan_do(self, door, posted):
        rows, count = self._chosen(door, posted), posted_number(posted.get("count"))
        if count not in self._plan_values(door, posted)["counts"]:
            raise UserError(request.env._("Please choose how many instalments you ask for."))
        first = posted_day(posted.get("date_1"))
        if not door.today <= first <= door.today + timedelta(days=PLAN_DAYS):
            raise UserError(request.env._("Please choose a first day within the next %(days)s days.", days=PLAN_DAYS))
        items = door.env["account.move.line"].union(*(row["line"] for row in rows))
        plan = door.env["receivable.payment.plan"]._request(items, count, first, text_of(posted.get("note"))[:MAX_TEXT])
        return plan

    # ------------------------------------------------------------------
    # CHOICE OF ITEMS
    # ------------------------------------------------------------------

    def _choice_values(self, door, posted):
        """Items to choose from: those chosen on the account page, else the first ones that are due.

        Of the latter those that are overdue, in one currency, are chosen to begin with.
        """
        rows, is_sent = self._free_rows(door), request.httprequest.method == "POST"
        chosen = self._named(rows, "item", posted)
        listed = self._named(rows, "listed", posted) if is_sent else chosen
        shown = [row for row in rows if row["line"].id in listed] or rows[:CHOICE_SHOWN]
        if not chosen and not is_sent:
            chosen = self._overdue_first(shown)
        return {"rows": shown, "chosen": chosen, "hidden_count": 0 if listed else len(rows) - len(shown)}

    def _overdue_first(self, rows):
        late = [row for row in rows if row["item"].is_overdue] or rows
        return {row["line"].id for row in late if row["item"].currency == late[0]["item"].currency}

    def _chosen(self, door, posted):
        """The rows of the items chosen in the form: of this customer's, whatever else was sent."""
        rows = self._free_rows(door)
        named = self._named(rows, "item", posted)
        rows = [row for row in rows if row["line"].id in named]
        if not rows:
            raise UserError(request.env._("Please choose at least one item that is still open."))
        if len({row["item"].currency for row in rows}) > 1:
            raise UserError(request.env._("Please choose items in one currency at a time."))
        return rows
