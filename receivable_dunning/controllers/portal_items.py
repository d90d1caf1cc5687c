"""The open items of the account page: filtered, sorted, page by page. The figures above them are of all items."""

from odoo.http import request

from odoo.addons.portal.controllers.portal import pager

from .posted import posted_number

# As few items are seen at a glance: nothing to sort.
FEW = 10


def sortings():
    """``{name: label and key}``; the first one is the order of the account itself: oldest due first, credits last."""
    return {
        "due": {"label": request.env._("Due Date"), "key": None},
        "date": {"label": request.env._("Newest Document"), "key": lambda row: (-row["date"].toordinal(), row["name"])},
        "name": {"label": request.env._("Document"), "key": lambda row: row["name"]},
        "amount": {"label": request.env._("Largest Amount"), "key": lambda row: -row["item"].amount},
    }


def filters():
    """``{name: label and test}``."""
    return {
        "all": {"label": request.env._("All"), "test": lambda item: True},
        "overdue": {"label": request.env._("Overdue"), "test": lambda item: item.is_overdue},
        "not_due": {"label": request.env._("Not due yet"), "test": lambda item: item.is_not_due},
        "in_payment": {
            "label": request.env._("Payment under way"),
            "test": lambda item: item.in_payment and not item.is_credit,
        },
        "agreed": {"label": request.env._("Disputed, promised or in a plan"), "test": lambda item: item.is_agreed},
        "credit": {"label": request.env._("Your credits"), "test": lambda item: item.is_credit},
    }


def items_page(base, balances, step, asked):
    """What the list of items shows: the rows of one page, and what the bar above and the pager below it need.

    :param base: address of the account
    :param step: rows on a page
    :param dict asked: ``page``, ``sortby`` and ``filterby`` as the visitor sent them
    """
    orders, choices = sortings(), filters()
    sortby = asked.get("sortby") if asked.get("sortby") in orders else "due"
    filterby = asked.get("filterby") if asked.get("filterby") in choices else "all"
    every = [row for _balance, _strip, rows in balances for row in rows]
    rows = [row for row in every if choices[filterby]["test"](row["item"])]
    if key := orders[sortby]["key"]:
        # amounts of two currencies do not compare: each currency keeps its place
        rank = {balance.currency: place for place, (balance, _strip, _rows) in enumerate(balances)}
        rows.sort(key=lambda row: (rank[row["item"].currency], key(row)))
    url_args = {name: value for name, value in (("sortby", sortby), ("filterby", filterby)) if asked.get(name)}
    # of the path it is a number, of the query whatever the visitor wrote
    page = posted_number(str(asked.get("page"))) or 1
    pages = pager(url=base, total=len(rows), page=page, step=step, url_args=url_args)
    bar = {"searchbar_sortings": orders, "searchbar_filters": choices} if len(every) > FEW else {}
    return {
        **bar,
        "rows": rows[pages["offset"] : pages["offset"] + step],
        "row_count": len(rows),
        "pager": pages,
        "sortby": sortby,
        "filterby": filterby,
        "default_url": base,
    }
