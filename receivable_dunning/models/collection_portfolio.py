from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL


class CollectionPortfolio(models.Model):
    """Which customers a collector looks after, by a rule: the first portfolio whose customers include one gets it."""

    _name = "collection.portfolio"
    _description = "Portfolio of a Collector"
    _inherit = ["receivable.root.company.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10, help="The first portfolio that fits gets the customer.")
    active = fields.Boolean(default=True)
    collector_id = fields.Many2one("res.users", required=True, index=True, domain=[("share", "=", False)])
    partner_domain = fields.Char(
        string="Customers", default="[]", help="Customers of the portfolio; empty: all that no portfolio before takes."
    )
    capacity_customers = fields.Integer(
        string="Capacity (Customers)", help="So many customers the collector can look after. 0: as many as there are."
    )
    capacity_minutes = fields.Integer(
        string="Minutes a Week",
        help="Minutes that the collector has for calls and visits in a week. 0: nothing is planned.",
    )
    customer_count = fields.Integer(compute="_compute_customer_count", help="Assigned by this rule.")

    _capacity_check = models.Constraint(
        "CHECK (capacity_customers >= 0 AND capacity_minutes >= 0)", "Capacities cannot be negative."
    )

    def _compute_customer_count(self):
        for company, portfolios in self.grouped("company_id").items():
            partners = self.env["res.partner"].with_company(company)
            counts = dict(
                partners._read_group(
                    [("collection_portfolio_id", "in", portfolios.ids), ("parent_id", "=", False)],
                    ["collection_portfolio_id"],
                    ["__count"],
                )
            )
            for portfolio in portfolios:
                portfolio.customer_count = counts.get(portfolio, 0)

    @api.constrains("partner_domain")
    def _check_partner_domain(self):
        for portfolio in self:
            try:
                self.env["res.partner"].search_count(portfolio._customer_domain(), limit=1)
            except (ValueError, TypeError, KeyError, SyntaxError) as error:
                raise ValidationError(
                    self.env._("Portfolio %(name)s: these customers cannot be found.", name=portfolio.name)
                ) from error

    def _customer_domain(self):
        self.ensure_one()
        return Domain(literal_eval(self.partner_domain or "[]"))

    # ------------------------------------------------------------------
    # ASSIGN
    # ------------------------------------------------------------------

    @api.model
    def _proposals_sql(self, company):
        """``(partner_id, collector_id, portfolio_id, new_collector_id, new_portfolio_id)`` of customers that the rules
        would give to somebody else; who was assigned by hand stays.

        Customers are commercial partners with a document on a receivable account of the company, or marked as such.
        """
        partners = self.env["res.partner"].with_company(company)
        portfolios = self.search([("company_id", "=", company.id)])
        return SQL(
            """
            SELECT * FROM (
                    SELECT partner.id AS partner_id, %(collector)s AS collector_id, %(portfolio)s AS portfolio_id,
                           chosen.collector_id AS new_collector_id, chosen.id AS new_portfolio_id
                      FROM res_partner partner
                      JOIN collection_portfolio chosen ON chosen.id = %(rule)s
                     WHERE partner.active AND partner.commercial_partner_id = partner.id
                       AND (partner.customer_rank > 0 OR partner.id IN (
                            SELECT partner_id FROM (%(open_items)s) item
                           ))
                   ) customer
             WHERE (collector_id IS NULL OR portfolio_id IS NOT NULL)
               AND (collector_id IS DISTINCT FROM new_collector_id OR portfolio_id IS DISTINCT FROM new_portfolio_id)
            """,
            collector=partners._field_to_sql("partner", "collector_id"),
            portfolio=partners._field_to_sql("partner", "collection_portfolio_id"),
            rule=portfolios._rule_sql(partners),
            open_items=self.env["receivable.ledger"]._open_items_sql(fields.Date.context_today(self), company),
            to_flush=[
                self._fields["collector_id"],
                partners._fields["customer_rank"],
                partners._fields["commercial_partner_id"],
                partners._fields["active"],
            ],
        )

    def _rule_sql(self, partners):
        """The first portfolio whose customers include the row ``partner``: domains are sub-selects."""
        cases = SQL(" ").join(
            SQL(
                "WHEN %s THEN %s",
                SQL("TRUE") if domain.is_true() else SQL("partner.id IN %s", partners._search(domain).subselect()),
                portfolio.id,
            )
            for portfolio in self
            for domain in [portfolio._customer_domain()]
        )
        return SQL("CASE %s END", cases) if self else SQL("NULL::int")

    @api.model
    def _assign(self, company, pairs):
        """Write collector and portfolio on customers and their contacts.

        :param pairs: ``{(collector id, portfolio id or False): customer ids}``
        """
        partners = self.env["res.partner"].sudo().with_company(company)  # sudo: managers assign, whoever edits contacts
        for (collector_id, portfolio_id), ids in pairs.items():
            partners.browse(ids).with_context(tracking_disable=True).write(
                {"collector_id": collector_id, "collection_portfolio_id": portfolio_id}
            )

    def action_assign(self):
        """What the rules would change, to be looked at before it is applied."""
        return self.env["collection.assignment"]._open(self.company_id[:1] or self.env.company.root_id, "rules")
