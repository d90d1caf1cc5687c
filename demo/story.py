"""The demo: a trading company with two years of business, told relative to today. The same story every time.

Called in a shell on a fresh suite database: ``from demo.story import tell_story; tell_story(env)``. The caller commits.
"""

import contextlib
import time
from datetime import timedelta

from odoo import Command, fields
from odoo.tools import split_every

from .ledger import BATCH, QUIET, make_company, pay
from .story_features import tell_features
from .story_plan import CUSTOMERS, PRODUCTS, RATES, plan
from .story_users import make_users

COMPANY = "Rheinhafen Components GmbH"
TERMS = {0: "immediate", 30: "30days", 45: "45days"}


def tell_story(env, today=None):
    """Company, users, customers, two years of documents, then what our addons make of them; returns the company."""
    begin = time.monotonic()
    today = today or fields.Date.context_today(env.user)
    company = _company(env, today)
    env = env(context=dict(env.context, **QUIET, allowed_company_ids=company.ids))
    with _step("users, products, customers"):
        users = make_users(env, company)
        products = _products(env)
        customers = _customers(env, users["sales"])
        users["portal"].partner_id.parent_id = customers[0]
    with _step("invoices, payments, credit notes"):
        _documents(env, today, customers, products)
    # two years in one transaction: the database knows nothing of them yet, and would plan as for empty tables
    env.flush_all()
    env.cr.execute("ANALYZE")
    with _step("money and credit on account, orders"):
        _on_account(env, today, customers, products)
        orders = _orders(env, today, customers, products)
    tell_features(env, today, customers, orders)
    print(f"· the story is told: {time.monotonic() - begin:.0f} s", flush=True)
    return company


@contextlib.contextmanager
def _step(name):
    begin = time.monotonic()
    yield
    print(f"· {name}: {time.monotonic() - begin:.0f} s", flush=True)


def _company(env, today):
    """A company of its own: nothing of Odoo's demo data among the figures."""
    currencies = env["res.currency"].with_context(active_test=False)
    currencies.search([("name", "in", ["EUR", *RATES])]).active = True
    company = make_company(
        env,
        env.ref("base.EUR"),
        name=COMPANY,
        street="Hafenstraße 12",
        zip="67059",
        city="Ludwigshafen am Rhein",
        email="receivables@rheinhafen.example",
        phone="+49 621 555 0100",
        vat="DE136695976",
    )
    # on the contact: a country given to the company would install its localisation
    company.partner_id.country_id = env.ref("base.de")
    quarters = [today - timedelta(days=days) for days in range(760, -1, -92)]
    env["res.currency.rate"].create(
        [
            {
                "name": day,
                "currency_id": env.ref(f"base.{code}").id,
                "company_id": company.id,
                "company_rate": first + (last - first) * number / (len(quarters) - 1),
            }
            for code, (first, last) in RATES.items()
            for number, day in enumerate(quarters)
        ]
    )
    return company


# ---------------------------------------------------------------------- who and what


def _products(env):
    names = ("Mechanics", "Mechanics", "Drives", "Drives", "Drives", "Services")
    categories = {name: env["product.category"].create({"name": name}) for name in dict.fromkeys(names)}
    products = env["product.product"].create(
        [
            {
                "name": name,
                "categ_id": categories[category].id,
                "type": "service" if "Visit" in name else "consu",
                "list_price": price,
                "standard_price": cost,
                "taxes_id": [Command.clear()],
                "company_id": env.company.id,
                "invoice_policy": "order",
            }
            for category, (name, _chinese, price, cost) in zip(names, PRODUCTS, strict=True)
        ]
    )
    for product, (_name, chinese, _price, _cost) in zip(products, PRODUCTS, strict=True):
        product.with_context(lang="zh_CN").name = chinese
    return products


def _customers(env, salesperson):
    countries = {country.code: country.id for country in env["res.country"].search([])}
    partners = env["res.partner"].create(
        [
            {
                "name": customer.name,
                "is_company": True,
                "customer_rank": 1,
                "ref": f"C{1001 + number}",
                "street": f"{'人民路' if customer.lang == 'zh_CN' else 'Industrial Road'} {7 * number + 3}",
                "city": customer.city,
                "country_id": countries[customer.country],
                "lang": customer.lang,
                "company_id": env.company.id,
                "user_id": salesperson.id,
                "property_payment_term_id": _term(env, customer).id,
                # the last one has no address for e-mail: its reminders are letters
                # numbers kept for fiction; one customer has none, as happens
                "phone": f"+49 30 2312 5{100 + number}" if number != 4 else False,
                "email": f"accounting@customer{number + 1}.example" if number + 1 < len(CUSTOMERS) else False,
            }
            for number, customer in enumerate(CUSTOMERS)
        ]
    )
    env["res.partner"].create(
        [
            {"name": f"{who}, {partner.name}", "parent_id": partner.id, "type": "contact", "lang": partner.lang}
            for partner, who in zip(partners[25:31], ("李明", "张伟", "王丽", "刘洋", "陈静", "赵磊"), strict=True)
        ]
    )
    return partners


def _term(env, customer):
    return env.ref(f"account.account_payment_term_{TERMS[customer.terms]}")


# ---------------------------------------------------------------------- two years


def _documents(env, today, customers, products):
    currencies = {currency.name: currency for currency in env["res.currency"].search([])}
    sales = plan(today)
    for batch in split_every(BATCH, sales):
        invoices = env["account.move"].create(
            [
                invoice_values(
                    customers[sale.customer],
                    sale.date,
                    (products[sale.product], sale.quantity, sale.price),
                    currency_id=currencies[CUSTOMERS[sale.customer].currency].id,
                )
                for sale in batch
            ]
        )
        invoices.action_post()
        payments = [
            (move, amount, day) for move, sale in zip(invoices, batch, strict=True) for day, amount in sale.payments
        ]
        pay(env, payments)
        _credit(env, [(move, *sale.credit) for move, sale in zip(invoices, batch, strict=True) if sale.credit])


def invoice_values(partner, day, line, **values):
    """An untaxed invoice in one line of ``(product, quantity, price)``; due by the customer's payment term."""
    product, quantity, price = line
    line_values = {"product_id": product.id, "quantity": quantity, "price_unit": price, "tax_ids": [Command.clear()]}
    return {
        "move_type": "out_invoice",
        "partner_id": partner.id,
        "invoice_user_id": partner.user_id.id,
        "invoice_date": day,
        "date": day,
        "invoice_line_ids": [Command.create(line_values)],
        **values,
    }


def _credit(env, credits):
    """Credit notes of ``(invoice, date, amount)``, posted and matched with their invoices."""
    if not credits:
        return
    notes = env["account.move"].create(
        [
            invoice_values(
                move.partner_id,
                day,
                (move.invoice_line_ids.product_id[:1], 1, amount),
                move_type="out_refund",
                currency_id=move.currency_id.id,
                reversed_entry_id=move.id,
                invoice_payment_term_id=False,
            )
            for move, day, amount in credits
        ]
    )
    notes.action_post()
    # posting a credit note matches it with the invoice it names when that is open; the rest is matched here
    plan_ = [
        (note + move).line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        for note, (move, _day, _amount) in zip(notes, credits, strict=True)
        if not note.currency_id.is_zero(note.amount_residual)
    ]
    env["account.move.line"]._reconcile_plan(plan_)


def _on_account(env, today, customers, products):
    """Two payments nobody has matched yet, and a credit note not used yet: they are to be netted, not forgotten."""
    journal = env["account.journal"].search([("type", "=", "bank"), ("company_id", "=", env.company.id)], limit=1)
    payments = env["account.payment"].create(
        [
            {
                "journal_id": journal.id,
                "partner_type": "customer",
                "payment_type": "inbound",
                "partner_id": customers[number].id,
                "amount": amount,
                "date": today - timedelta(days=6),
                "memo": "on account",
            }
            for number, amount in ((3, 5000.0), (14, 2400.0))
        ]
    )
    payments.action_post()
    day, line = today - timedelta(days=12), (products[5], 2, 380.0)
    env["account.move"].create(invoice_values(customers[13], day, line, move_type="out_refund")).action_post()


def _orders(env, today, customers, products):
    """Orders of the last weeks: eight confirmed and not invoiced yet, the others still quotations; returns these."""
    buyers = [number for number, customer in enumerate(CUSTOMERS) if customer.limit][:14]
    pricelists = _pricelists(env, customers)
    orders = env["sale.order"].create(
        [
            {
                "partner_id": customers[number].id,
                "pricelist_id": pricelists[CUSTOMERS[number].currency].id,
                "user_id": customers[number].user_id.id,
                "date_order": today - timedelta(days=3 * place + 1),
                "order_line": [_order_line(products, CUSTOMERS[number], place)],
            }
            for place, number in enumerate(buyers)
        ]
    )
    orders[:8].action_confirm()
    return orders[8:]


def _pricelists(env, customers):
    """``{currency: pricelist}``: each customer orders in the currency of its invoices."""
    currencies = env["res.currency"].search([("name", "in", ["EUR", *RATES])])
    pricelists = env["product.pricelist"].create(
        [
            {"name": f"Price List {currency.name}", "currency_id": currency.id, "company_id": env.company.id}
            for currency in currencies
        ]
    )
    named = dict(zip(currencies.mapped("name"), pricelists, strict=True))
    for partner, customer in zip(customers, CUSTOMERS, strict=True):
        partner.property_product_pricelist = named[customer.currency]
    return named


def _order_line(products, customer, place):
    product = products[place % len(products)]
    quantity = max(1, round(customer.size / product.list_price))
    price = round(product.list_price * RATES.get(customer.currency, (1, 1))[1], 2)
    values = {"product_id": product.id, "product_uom_qty": quantity, "price_unit": price}
    return Command.create(values | {"tax_ids": [Command.clear()]})
