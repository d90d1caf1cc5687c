from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.customer_credit_mgmt.models.optional_number import OptionalFloat


class CollectionLoad(models.Model):
    """How much work each collector has: customers, money, and the minutes that the worklist asks for."""

    _name = "collection.load"
    _description = "Load of Collectors"
    _auto = False
    _order = "minutes DESC, id"
    _rec_name = "collector_id"

    collector_id = fields.Many2one("res.users", readonly=True, help="Empty: customers without collector.")
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    customer_count = fields.Integer(
        string="Customers", readonly=True, help="Customers on the worklist, today or on a later day."
    )
    open_amount = fields.Monetary(string="Open", readonly=True)
    claim_amount = fields.Monetary(string="To Claim", readonly=True)
    minutes = fields.Integer(
        string="Expected Minutes",
        readonly=True,
        help="Usual minutes of the next action of each customer on the worklist.",
    )
    capacity_customers = fields.Integer(
        string="Capacity (Customers)", readonly=True, help="Of the collector's portfolios; 0: not limited."
    )
    capacity_minutes = fields.Integer(
        string="Minutes a Week", readonly=True, help="Of the collector's portfolios; 0: not planned."
    )
    share = OptionalFloat(
        string="Weeks of Work",
        readonly=True,
        aggregator="avg",
        digits=(8, 2),
        help="Expected minutes / minutes a week. Empty: no minutes a week are planned.",
    )

    @property
    def _table_query(self):
        worklist = self.env["collection.worklist"]
        self.env["collection.portfolio"].flush_model()
        return SQL(
            """
            SELECT (load.company_id::bigint << 32) + COALESCE(load.collector_id, 0) AS id, load.*,
                   COALESCE(capacity.customers, 0) AS capacity_customers,
                   COALESCE(capacity.minutes, 0) AS capacity_minutes,
                   load.minutes::float8 / NULLIF(capacity.minutes, 0) AS share
              FROM (
                    SELECT company_id, collector_id, count(*) AS customer_count, sum(open_amount) AS open_amount,
                           sum(claim_amount) AS claim_amount, round(sum(minutes))::int AS minutes
                      FROM (%s) customer
                     GROUP BY company_id, collector_id
                   ) load
              LEFT JOIN (
                    SELECT company_id, collector_id, sum(capacity_customers) AS customers,
                           sum(capacity_minutes) AS minutes
                      FROM collection_portfolio
                     WHERE active
                     GROUP BY company_id, collector_id
                   ) capacity USING (company_id, collector_id)
            """,
            worklist._table_query,
        )

    def _read_group_select(self, aggregate_spec, query):
        """The weeks of a group are those of its planned people: a mean of ratios is no ratio."""
        if not aggregate_spec.startswith("share:"):
            return super()._read_group_select(aggregate_spec, query)
        minutes, capacity = (self._field_to_sql(self._table, name, query) for name in ("minutes", "capacity_minutes"))
        return SQL("sum(%s) FILTER (WHERE %s > 0)::float8 / NULLIF(sum(%s), 0)", minutes, capacity, capacity)

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_worklist(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_collection_worklist")
        domain = [("collector_id", "=", self.collector_id.id), ("company_id", "=", self.company_id.id)]
        return {**action, "domain": domain, "context": {}}

    def action_balance(self):
        """Moves that would even the loads out, to be looked at before they are applied."""
        company = self.company_id[:1] or self.env.company.root_id
        return self.env["collection.assignment"]._open(company, "balance")
