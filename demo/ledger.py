"""Books a file of invoices into Odoo through its accounting: customers, posted invoices, reconciled payments."""

import time

from babel.core import get_global

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tools import split_every

from .ledger_csv import read

BATCH = 200
#: no follower, tracking value or mail for what happened long ago
QUIET = {"tracking_disable": True, "mail_create_nosubscribe": True, "mail_create_nolog": True, "mail_notrack": True}


def load_ledger(env, path, company=None):
    """Load the invoices and payments of a CSV file into a company; all of it or nothing. The caller commits.

    :param env: environment of a user who may invoice
    :param path: the file; see ``ledger_csv`` for its columns
    :param company: default: the active company
    :return: the documents, in the order of their dates
    """
    begin = time.monotonic()
    rows = sorted(read(path), key=lambda row: (row.date, row.line))
    company = company or env.company
    env = env(context=dict(env.context, **QUIET, allowed_company_ids=company.ids))
    with env.cr.savepoint():
        _refuse_second_time(env, rows)
        currencies = _currencies(env, rows)
        partners = _partners(env, rows)
        moves = env["account.move"]
        for batch in split_every(BATCH, rows):
            moves += _book(env, batch, partners, currencies)
            _say(f"{len(moves)} of {len(rows)} documents, {time.monotonic() - begin:.0f} s")
    paid = sum(bool(row.paid_on) for row in rows)
    _say(f"loaded {len(rows)} documents of {len(partners)} customers, {paid} paid: {time.monotonic() - begin:.0f} s")
    return moves


def load_ledger_company(env, path, name="Ledger"):
    """Load a file into a new company with the generic chart of accounts, apart from everything else; returns it.

    Its currency is that of the file when there is but one, else that of the active company. The administrator works
    in it.
    """
    codes = {row.currency for row in read(path)} - {""}
    currency = env.company.currency_id
    if len(codes) == 1:
        currency = env["res.currency"].with_context(active_test=False).search([("name", "in", list(codes))])
        if not currency:
            raise UserError(env._("There is no currency %s.", *codes))
        currency.active = True
    company = make_company(env, currency, name=name)
    load_ledger(env, path, company)
    return company


def make_company(env, currency, **values):
    """A company with the generic chart of accounts, in which the administrator works."""
    # nothing is asked of services outside about it
    company = env["res.company"].create({**values, "iap_enrich_auto_done": True})
    env["account.chart.template"].try_loading("generic_coa", company=company, install_demo=False)
    # only now: the chart brings the currency of its country
    company.currency_id = currency
    env.ref("base.user_admin").write({"company_ids": [Command.link(company.id)], "company_id": company.id})
    return company


def _say(text):
    print(f"· {text}", flush=True)


# ---------------------------------------------------------------------- checks that need the database


def _refuse_second_time(env, rows):
    """Loading a file twice would double what customers owe."""
    there = env["account.move"].search(
        [
            ("company_id", "=", env.company.id),
            ("move_type", "in", ("out_invoice", "out_refund")),
            ("ref", "in", [row.number for row in rows]),
        ],
        limit=5,
    )
    if there:
        raise UserError(
            env._(
                "%(company)s already has documents of this file (%(numbers)s): load it into another company.",
                company=env.company.name,
                numbers=", ".join(there.mapped("ref")),
            )
        )


def _currencies(env, rows):
    """``{code: currency}``; a foreign one without a rate would be taken one to one, so it is refused."""
    first_day = {}
    for row in rows:
        first_day.setdefault(row.currency or env.company.currency_id.name, row.date)
    found = {currency.name: currency for currency in env["res.currency"].search([("name", "in", list(first_day))])}
    problems = [f"{code}: not an active currency" for code in first_day if code not in found]
    foreign = [currency for currency in found.values() if currency != env.company.currency_id]
    for currency in foreign:
        rates = currency.rate_ids.filtered(lambda rate: not rate.company_id or rate.company_id == env.company.root_id)
        if not rates or min(rates.mapped("name")) > first_day[currency.name]:
            problems.append(f"{currency.name}: no exchange rate on {first_day[currency.name]}")
    if problems:
        raise UserError(env._("Set up these currencies first:") + "\n" + "\n".join(problems))
    return found | {"": env.company.currency_id}


# ---------------------------------------------------------------------- customers


def _partners(env, rows):
    """``{code: partner}``: customers known by their reference, and new ones for the rest."""
    country_of = {row.customer: row.country for row in rows}
    domain = [("ref", "in", list(country_of)), ("parent_id", "=", False), ("company_id", "in", [False, env.company.id])]
    known = {partner.ref: partner for partner in env["res.partner"].search(domain, order="id DESC")}
    origin = _origins(env, set(country_of.values()) - {""})
    missing = [code for code in country_of if code not in known]
    created = env["res.partner"].create(
        [
            {"name": code, "ref": code, "is_company": True, "customer_rank": 1, **origin.get(country_of[code], {})}
            for code in missing
        ]
    )
    return known | dict(zip(missing, created, strict=True))


def _origins(env, codes):
    """``{code: values}`` of a partner: its country or, when the codes are somebody's own, a tag for each.

    One unknown code decides it for all: a code that only looks like a country would put customers there.
    """
    countries = env["res.country"].search([])
    by_code = {country.code: country for country in countries}
    by_name = {country.name.casefold(): country for country in countries}
    aliases = get_global("territory_aliases")

    def country(code):
        [alias, *more] = aliases.get(code.upper(), [code.upper()])
        return by_name.get(code.casefold()) or (not more and by_code.get(alias)) or None

    found = {code: country(code) for code in codes}
    if all(found.values()):
        return {code: {"country_id": place.id} for code, place in found.items()}
    tags = _tags(env, sorted(env._("Country code %s", code) for code in codes))
    return {code: {"category_id": [Command.set(tags[env._("Country code %s", code)].ids)]} for code in codes}


def _tags(env, names):
    known = {tag.name: tag for tag in env["res.partner.category"].search([("name", "in", names)])}
    missing = [name for name in names if name not in known]
    return known | dict(
        zip(missing, env["res.partner.category"].create([{"name": name} for name in missing]), strict=True)
    )


# ---------------------------------------------------------------------- documents


def _book(env, rows, partners, currencies):
    """Post the documents of the rows and match their payments."""
    moves = env["account.move"].create(
        [_invoice_values(row, partners[row.customer], currencies[row.currency]) for row in rows]
    )
    moves.action_post()
    disputed = env._("The customer disputed this document, says the file it was loaded from.")
    noted = [move.id for move, row in zip(moves, rows, strict=True) if row.disputed]
    moves.browse(noted)._message_log_batch(dict.fromkeys(noted, disputed))
    pay(env, [(move, move.amount_total, row.paid_on) for move, row in zip(moves, rows, strict=True) if row.paid_on])
    return moves


def _invoice_values(row, partner, currency):
    line = {"name": row.number, "quantity": 1, "price_unit": abs(float(row.amount)), "tax_ids": [Command.clear()]}
    return {
        "move_type": "out_invoice" if row.amount > 0 else "out_refund",
        "partner_id": partner.id,
        "ref": row.number,
        "currency_id": currency.id,
        "date": row.date,
        "invoice_date": row.date,
        "invoice_payment_term_id": False,
        "invoice_date_due": row.due,
        "invoice_line_ids": [Command.create(line)],
    }


def pay(env, payments):
    """Payments of ``(document, amount, date)`` in the document's currency, posted and matched on their date.

    The same entries as the payment wizard makes, in a few statements for all of them.
    """
    if not payments:
        return env["account.payment"]
    bank = env["account.journal"].search([("type", "=", "bank"), ("company_id", "=", env.company.id)], limit=1)
    records = env["account.payment"].create(
        [
            {
                "journal_id": bank.id,
                "partner_type": "customer",
                "payment_type": "inbound" if move.is_inbound() else "outbound",
                "partner_id": move.commercial_partner_id.id,
                "currency_id": move.currency_id.id,
                "amount": amount,
                "date": fields.Date.to_date(day),
                "memo": move.ref or move.name,
                "invoice_ids": [Command.set(move.ids)],
            }
            for move, amount, day in payments
        ]
    )
    records.action_post()
    plan = [
        (payment.move_id + move).line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        for payment, (move, _amount, _day) in zip(records, payments, strict=True)
    ]
    env["account.move.line"]._reconcile_plan(plan)
    return records
