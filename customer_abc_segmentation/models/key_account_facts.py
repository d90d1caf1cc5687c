"""The facts of key-account sheets: what many customers bought, owe and are, in a constant number of statements."""

from dataclasses import dataclass
from datetime import date

from odoo import models
from odoo.tools import SQL

from ..core.key_account import AMOUNT, FIGURES, derive, ratio
from ..core.key_account_period import Period

DOCUMENTS = SQL("move.state = 'posted' AND move.move_type IN ('out_invoice', 'out_refund')")


@dataclass(frozen=True, slots=True)
class Scope:
    """What a gathering reads: commercial partners of a root company with its branches, in a period."""

    company: models.BaseModel
    company_ids: list
    partners: models.BaseModel
    period: Period
    policy: models.BaseModel

    @property
    def partner_ids(self):
        return list(self.partners.ids)

    @property
    def top(self):
        """Rows of the tables of products, categories and items."""
        return self.policy.top_count or 5


class KeyAccountFacts(models.AbstractModel):
    """Facts of the sales side, and the one door to all facts: ``_gather``.

    Money is in the company's currency. Documents count on their invoice date, untaxed and net of credit notes, as ABC
    counts them; only the receivables and what is divided by or through them are with tax.
    """

    _name = "key.account.facts"
    _description = "Key Account Facts"

    # ------------------------------------------------------------------
    # GATHERING
    # ------------------------------------------------------------------

    def _gather(self, partners, period, policy):
        """The figures of customers in a period.

        :param policy: ``key.account.policy``; says the company too
        :return: ``{partner id: {"values": {code: value or None}, "months", "products", "categories", "aging", "items",
            "fields"}}``
        """
        company = policy.company_id
        scope = Scope(company, self.env["abc.sales"]._company_ids(policy), partners, period, policy)
        values = {partner_id: {} for partner_id in scope.partner_ids}
        for part in self._get_value_parts(scope):
            for partner_id, found in part.items():
                if partner_id in values:
                    values[partner_id].update(found)
        tables = self._get_tables(scope)
        return {
            partner_id: {
                "values": self._freeze(derive(found, period.days), company.currency_id),
                **{name: table.get(partner_id, []) for name, table in tables.items()},
            }
            for partner_id, found in values.items()
        }

    def _freeze(self, values, currency):
        """The figures of the sheet as they are kept: amounts to the cent, days as text."""
        frozen = {}
        for code, figure in FIGURES.items():
            value = values.get(code)
            if figure.unit == AMOUNT and value is not None:
                value = currency.round(value)
            frozen[code] = value.isoformat() if isinstance(value, date) else value
        return frozen

    def _get_value_parts(self, scope):
        """The single figures: a list of ``{partner id: {code: value}}``; an override may append parts of its own."""
        return [self._get_sales(scope), self._get_receivables(scope), self._get_customers(scope)]

    def _get_tables(self, scope):
        """The figures with several rows: ``{name: {partner id: rows}}``."""
        return {
            "months": self._get_months(scope),
            "products": self._get_products(scope),
            "categories": self._get_categories(scope),
            "aging": self._get_aging(scope),
            "items": self._get_open_items(scope),
            "fields": self._get_partner_fields(scope),
        }

    # ------------------------------------------------------------------
    # SALES
    # ------------------------------------------------------------------

    def _sales_fields(self):
        move, line = self.env["account.move"]._fields, self.env["account.move.line"]._fields
        names = (
            "commercial_partner_id company_id state move_type invoice_date amount_untaxed_signed amount_total_signed"
        )
        return [
            *(move[name] for name in names.split()),
            *(line[name] for name in ("move_id", "display_type", "product_id", "balance")),
            *(self.env["product.template"]._fields[name] for name in ("name", "categ_id")),
            self.env["product.category"]._fields["complete_name"],
        ]

    def _of_scope(self, scope):
        return SQL(
            "%s AND move.company_id = ANY(%s) AND move.commercial_partner_id = ANY(%s) AND move.invoice_date <= %s",
            DOCUMENTS,
            scope.company_ids,
            scope.partner_ids,
            scope.period.end,
        )

    def _within(self, period):
        return SQL("move.invoice_date BETWEEN %s AND %s", period.start, period.end)

    def _get_sales(self, scope):
        """Revenue of the period and of what it is compared with, and of all customers for the share."""
        period = scope.period
        last_year = period.year_before()
        windows = {
            "revenue": period,
            "revenue_before": period.before(),
            "revenue_last_year": last_year,
            "revenue_ytd": period.year_to_date(),
            "revenue_ytd_last_year": last_year.year_to_date(),
        }
        sums = SQL(", ").join(
            SQL(
                "COALESCE(sum(move.amount_untaxed_signed) FILTER (WHERE %s), 0) AS %s",
                self._within(window),
                SQL.identifier(name),
            )
            for name, window in windows.items()
        )
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT move.commercial_partner_id AS partner_id, %(sums)s,
                       min(move.invoice_date) FILTER (WHERE move.move_type = 'out_invoice') AS since,
                       max(move.invoice_date) FILTER (WHERE move.move_type = 'out_invoice') AS last_invoice,
                       count(*) FILTER (WHERE %(invoices)s) AS invoice_count,
                       COALESCE(sum(move.amount_untaxed_signed) FILTER (WHERE %(invoices)s), 0) AS invoiced,
                       COALESCE(-sum(move.amount_untaxed_signed) FILTER (WHERE %(refunds)s), 0) AS returns,
                       COALESCE(sum(move.amount_total_signed) FILTER (WHERE %(within)s), 0) AS sales_taxed
                  FROM account_move move
                 WHERE %(of_scope)s
                 GROUP BY move.commercial_partner_id
                """,
                sums=sums,
                invoices=SQL("%s AND move.move_type = 'out_invoice'", self._within(period)),
                refunds=SQL("%s AND move.move_type = 'out_refund'", self._within(period)),
                within=self._within(period),
                of_scope=self._of_scope(scope),
                to_flush=self._sales_fields(),
            )
        )
        company_revenue = self._get_company_revenue(scope)
        nothing = dict.fromkeys((*windows, "invoice_count", "invoiced", "returns", "sales_taxed"), 0.0)
        found = {row.pop("partner_id"): row for row in rows}
        return {
            partner_id: nothing | {"company_revenue": company_revenue} | found.get(partner_id, {})
            for partner_id in scope.partner_ids
        }

    def _get_company_revenue(self, scope):
        [[revenue]] = self.env.execute_query(
            SQL(
                "SELECT COALESCE(sum(move.amount_untaxed_signed), 0) FROM account_move move"
                " WHERE %s AND move.company_id = ANY(%s) AND %s",
                DOCUMENTS,
                scope.company_ids,
                self._within(scope.period),
            )
        )
        return revenue

    def _get_months(self, scope):
        """Twelve months up to the end: ``[first day, revenue, revenue of the same month a year before]``."""
        months = scope.period.months()
        first = scope.period.year_before().months()[0]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT move.commercial_partner_id, date_trunc('month', move.invoice_date)::date,
                       sum(move.amount_untaxed_signed)
                  FROM account_move move
                 WHERE %s AND move.invoice_date >= %s
                 GROUP BY 1, 2
                """,
                self._of_scope(scope),
                first,
            )
        )
        sales = {(partner_id, month): amount for partner_id, month, amount in rows}
        currency = scope.company.currency_id
        return {
            partner_id: [
                [
                    month.isoformat(),
                    *(
                        currency.round(sales.get((partner_id, day), 0.0))
                        for day in (month, month.replace(year=month.year - 1))
                    ),
                ]
                for month in months
            ]
            for partner_id in scope.partner_ids
        }

    # ------------------------------------------------------------------
    # PRODUCTS AND CATEGORIES
    # ------------------------------------------------------------------

    def _get_products(self, scope):
        """Top products of the period by revenue; names in all languages, so that a later reader has his own."""
        code = SQL("line.product_id")
        return self._get_top(scope, code, SQL("max(template.name::text)::jsonb"))

    def _get_categories(self, scope):
        return self._get_top(scope, SQL("template.categ_id"), SQL("to_jsonb(max(category.complete_name))"))

    def _get_top(self, scope, key, name):
        """``{partner id: [{name, amount, before, share}]}``, the largest first; share of the customer's lines."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner_id, name, amount, before, total
                  FROM (
                        SELECT move.commercial_partner_id AS partner_id, %(name)s AS name,
                               COALESCE(sum(-line.balance) FILTER (WHERE %(within)s), 0) AS amount,
                               COALESCE(sum(-line.balance) FILTER (WHERE NOT %(within)s), 0) AS before,
                               sum(sum(-line.balance) FILTER (WHERE %(within)s))
                                   OVER (PARTITION BY move.commercial_partner_id) AS total,
                               row_number() OVER (
                                   PARTITION BY move.commercial_partner_id
                                   ORDER BY COALESCE(sum(-line.balance) FILTER (WHERE %(within)s), 0) DESC, %(key)s
                               ) AS place
                          FROM account_move move
                          JOIN account_move_line line ON line.move_id = move.id AND line.display_type = 'product'
                          LEFT JOIN product_product product ON product.id = line.product_id
                          LEFT JOIN product_template template ON template.id = product.product_tmpl_id
                          LEFT JOIN product_category category ON category.id = template.categ_id
                         WHERE %(of_scope)s AND move.invoice_date >= %(first)s
                         GROUP BY move.commercial_partner_id, %(key)s
                       ) ranked
                 WHERE place <= %(top)s AND amount > 0
                 ORDER BY partner_id, place
                """,
                name=name,
                key=key,
                within=self._within(scope.period),
                of_scope=self._of_scope(scope),
                first=scope.period.before().start,
                top=scope.top,
                to_flush=self._sales_fields(),
            )
        )
        found, currency = {}, scope.company.currency_id
        for partner_id, name, amount, before, total in rows:
            row = {"name": name, "amount": currency.round(amount), "before": currency.round(before)}
            found.setdefault(partner_id, []).append(row | {"share": ratio(amount, total)})
        return found
