from odoo import fields, models
from odoo.tools import SQL

from .optional_number import OptionalFloat, OptionalInteger

COLUMNS = (
    *("potential_categories", "potential_peers", "potential_peer_count", "potential_is_alike"),
    *("potential_missing", "potential_missing_count"),
)


class CustomerValuePolicy(models.Model):
    _inherit = "customer.value.policy"

    peer_share = fields.Float(
        string="Bought by Share of Peers",
        required=True,
        default=0.3,
        help="A category that at least this share of the peers buy is worth offering to those who do not.",
    )
    potential_date = fields.Date(
        string="Categories as of",
        readonly=True,
        copy=False,
        help="Categories change slowly and take reading every invoice line: they are measured once a month, and "
        "whenever the values are refreshed by hand.",
    )

    _sensible_share = models.Constraint(
        "CHECK (peer_share > 0 AND peer_share <= 1)", "The share of the peers lies above 0 and up to 100 %."
    )

    def _refresh(self, as_of):
        """Values first, then the categories with the first refresh of a month."""
        super()._refresh(as_of)
        if not self.potential_date or self.potential_date.replace(day=1) < as_of.replace(day=1):
            self.env["customer.value.refresher"]._measure_breadth(self, as_of)
            # sudo: the day is set by the refresh only
            self.sudo().potential_date = as_of


class CustomerValue(models.Model):
    """What a customer could still buy: product categories that comparable customers buy."""

    _inherit = "customer.value"

    potential_categories = OptionalInteger(
        string="Categories Bought",
        readonly=True,
        aggregator="avg",
        help="Product categories with net revenue in the window. Empty: no products on the invoices.",
    )
    potential_peers = OptionalFloat(
        string="Categories of Peers",
        digits=(8, 1),
        readonly=True,
        aggregator="avg",
        help="Median of the categories that comparable customers buy. Empty: too few to compare with.",
    )
    potential_peer_count = OptionalInteger(string="Peers", readonly=True, aggregator=None)
    potential_is_alike = fields.Boolean(
        string="Peers Alike", readonly=True, help="Compared with customers alike, not with all customers."
    )
    potential_missing = fields.Json(readonly=True)
    potential_missing_count = OptionalInteger(
        string="Categories to Offer",
        readonly=True,
        help="Categories that many comparable customers buy, and this one does not.",
    )


class CustomerValueRefresher(models.AbstractModel):
    """Breadth: the categories of each customer beside those of comparable ones, in one statement."""

    _inherit = "customer.value.refresher"

    def _measure_breadth(self, policy, as_of):
        self.env["customer.value"].flush_model()
        self.env.execute_query(self._breadth_sql(policy, as_of))
        self.env["customer.value"].invalidate_model(COLUMNS)

    def _breadth_sql(self, policy, as_of):
        """Write the breadth of the customers of whom it changed; those without products on their invoices have none."""
        columns = SQL(", ").join(map(SQL.identifier, COLUMNS))
        return SQL(
            """
            WITH bought AS MATERIALIZED (%(bought)s),
            customer AS MATERIALIZED (
                SELECT bought.partner_id, %(alike)s AS alike, count(*)::int AS categories
                  FROM bought
                  JOIN res_partner partner ON partner.id = bought.partner_id
                 GROUP BY bought.partner_id, alike
            ), peers AS MATERIALIZED (
                SELECT alike, GROUPING(alike) = 0 AS is_alike, count(*)::int AS customers,
                       percentile_cont(0.5) WITHIN GROUP (ORDER BY categories) AS median
                  FROM customer
                 GROUP BY GROUPING SETS ((alike), ())
                HAVING count(*) >= %(minimum)s AND (GROUPING(alike) = 1 OR alike IS NOT NULL)
            ), compared AS (
                SELECT customer.partner_id, categories, peer.*
                  FROM customer
                  LEFT JOIN LATERAL (
                        SELECT * FROM peers WHERE NOT is_alike OR peers.alike = customer.alike
                         ORDER BY is_alike DESC LIMIT 1) peer ON TRUE
            ), offered AS MATERIALIZED (
                SELECT peers.is_alike, peers.alike, bought.categ_id, count(*)::float / peers.customers AS share
                  FROM peers
                  JOIN customer ON NOT peers.is_alike OR peers.alike = customer.alike
                  JOIN bought ON bought.partner_id = customer.partner_id
                 GROUP BY peers.is_alike, peers.alike, bought.categ_id, peers.customers
                HAVING count(*) >= %(share)s::float * peers.customers
            ), missing AS (
                SELECT compared.partner_id, count(*)::int AS missing_count,
                       jsonb_agg(jsonb_build_array(offered.categ_id, round(offered.share::numeric, 4))
                                 ORDER BY offered.share DESC, offered.categ_id) AS missing
                  FROM compared
                  JOIN offered ON offered.is_alike = compared.is_alike
                              AND offered.alike IS NOT DISTINCT FROM compared.alike
                 WHERE NOT EXISTS (SELECT FROM bought WHERE bought.partner_id = compared.partner_id
                                                        AND bought.categ_id = offered.categ_id)
                 GROUP BY compared.partner_id
            ), found AS (
                SELECT value.id, compared.categories, compared.median::numeric, compared.customers,
                       compared.is_alike, missing.missing, missing.missing_count
                  FROM customer_value value
                  LEFT JOIN compared ON compared.partner_id = value.partner_id
                  LEFT JOIN missing ON missing.partner_id = value.partner_id
                 WHERE value.company_id = %(company)s
            )
            UPDATE customer_value value
               SET (%(columns)s) = (found.categories, found.median, found.customers, found.is_alike,
                                    found.missing, found.missing_count)
              FROM found
             WHERE found.id = value.id
               AND (%(columns)s) IS DISTINCT FROM (found.categories, found.median, found.customers,
                                                   found.is_alike, found.missing, found.missing_count)
            RETURNING value.id
            """,
            bought=self.env["customer.value.facts"]._categories_sql(policy, as_of),
            alike=self._alike_sql(policy),
            minimum=policy.peer_minimum,
            share=policy.peer_share,
            company=policy.company_id.id,
            columns=columns,
        )

    def _alike_sql(self, policy):
        """What makes customers comparable, of the row ``partner``."""
        if not policy.peer_field_id:
            return SQL("NULL::int4")
        # sudo: as who is compared must not depend on the person; a company-dependent field is that of the company
        partners = self.env["res.partner"].sudo().with_company(policy.company_id)
        return partners._field_to_sql("partner", policy.peer_field_id.sudo().name, partners._as_query())


class CustomerValueFacts(models.AbstractModel):
    _inherit = "customer.value.facts"

    def _categories_sql(self, policy, as_of):
        """``partner_id, categ_id`` of the product categories with net revenue in the window."""
        line = self.env["account.move.line"]._fields
        documents = self._documents_sql(policy, as_of, SQL("move.id, move.commercial_partner_id, move.invoice_date"))
        return SQL(
            """
            SELECT move.commercial_partner_id AS partner_id, template.categ_id
              FROM (%(documents)s) move
              JOIN account_move_line line ON line.move_id = move.id
              JOIN product_product product ON product.id = line.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
             WHERE %(in_window)s AND line.display_type = 'product'
               AND move.commercial_partner_id IS NOT NULL AND template.categ_id IS NOT NULL
             GROUP BY move.commercial_partner_id, template.categ_id
            HAVING sum(line.balance) < 0
            """,
            documents=documents,
            in_window=self._in_window(policy, as_of, self._day(policy)),
            to_flush=[
                *(line[name] for name in ("move_id", "display_type", "balance", "product_id")),
                self.env["product.template"]._fields["categ_id"],
            ],
        )
