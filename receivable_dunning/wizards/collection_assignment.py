from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..core.balance import Customer, moves

MODES = [("rules", "By the Rules of the Portfolios"), ("balance", "To Even Out the Load")]


class CollectionAssignment(models.TransientModel):
    """Who would look after which customer: looked at line by line, then applied."""

    _name = "collection.assignment"
    _description = "Assign Customers to Collectors"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    mode = fields.Selection(MODES, required=True, readonly=True)
    line_ids = fields.One2many("collection.assignment.line", "assignment_id", string="Changes")
    line_count = fields.Integer(string="Changes Proposed", compute="_compute_line_count")
    has_portfolios = fields.Boolean(compute="_compute_line_count")

    @api.depends("mode")
    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = self.env._("Assign Customers")

    @api.depends("line_ids")
    def _compute_line_count(self):
        for wizard in self:
            wizard.line_count = len(wizard.line_ids)
            wizard.has_portfolios = bool(
                self.env["collection.portfolio"].search_count([("company_id", "=", wizard.company_id.id)], limit=1)
            )

    # ------------------------------------------------------------------
    # PROPOSE
    # ------------------------------------------------------------------

    @api.model
    def _open(self, company, mode):
        self._check_manager()
        wizard = self.create({"company_id": company.id, "mode": mode})
        wizard._propose()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Assign Customers"),
            "res_model": self._name,
            "res_id": wizard.id,
            "views": [(False, "form")],
            "target": "current",
        }

    def _check_manager(self):
        if not self.env.user.has_group("receivable_dunning.group_collections_manager"):
            raise AccessError(self.env._("Customers are assigned to collectors by collections managers."))

    def _propose(self):
        self.ensure_one()
        if self.mode == "rules":
            self._propose_rules()
        else:
            self._propose_balance()

    def _propose_rules(self):
        statement = SQL(
            """
            INSERT INTO collection_assignment_line (
                   assignment_id, partner_id, collector_id, new_collector_id, portfolio_id)
            SELECT %s, partner_id, collector_id, new_collector_id, new_portfolio_id FROM (%s) proposal
            """,
            self.id,
            self.env["collection.portfolio"]._proposals_sql(self.company_id),
        )
        self.env.execute_query(statement)
        self.invalidate_recordset(["line_ids"])

    def _propose_balance(self):
        """Only who is on somebody's worklist weighs; assigned by hand stays."""
        partners = self.env["res.partner"].with_company(self.company_id)
        worklist = self.env["collection.worklist"].with_company(self.company_id)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT row.partner_id, row.collector_id, row.minutes, %(portfolio)s IS NULL
                  FROM (%(rows)s) row
                  JOIN res_partner partner ON partner.id = row.partner_id
                 WHERE row.company_id = %(company)s AND row.collector_id IS NOT NULL
                """,
                portfolio=partners._field_to_sql("partner", "collection_portfolio_id"),
                rows=worklist._table_query,
                company=self.company_id.id,
            )
        )
        customers = [Customer(partner, collector, minutes, fixed) for partner, collector, minutes, fixed in rows]
        self.line_ids = [
            fields.Command.create(
                {"partner_id": c.key, "collector_id": c.collector, "new_collector_id": to, "minutes": c.minutes}
            )
            for c, to in moves(customers, self._capacities(customers))
        ]

    def _capacities(self, customers):
        """``{collector id: minutes a week}`` of everybody who has a portfolio or customers."""
        groups = self.env["collection.portfolio"]._read_group(
            [("company_id", "=", self.company_id.id)], ["collector_id"], ["capacity_minutes:sum"]
        )
        known = {collector.id: minutes for collector, minutes in groups}
        return dict.fromkeys((customer.collector for customer in customers), 0) | known

    # ------------------------------------------------------------------
    # APPLY
    # ------------------------------------------------------------------

    def action_apply(self):
        """Give the customers of the lines that are left to their new collectors."""
        self.ensure_one()
        self._check_manager()
        if not self.line_ids:
            raise UserError(self.env._("There is nothing to change."))
        pairs = defaultdict(list)
        for line in self.line_ids:
            pairs[line.new_collector_id.id, self._portfolio_of(line).id].append(line.partner_id.id)
        self.env["collection.portfolio"]._assign(self.company_id, pairs)
        count = len(self.line_ids)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%(count)s customers have a new collector.", count=count),
                "next": self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_collection_load")
                | {"target": "main"},
            },
        }

    def _portfolio_of(self, line):
        """A rule that moves a customer is remembered; a move by hand is one by hand, and no rule takes it back."""
        return line.portfolio_id if self.mode == "rules" else self.env["collection.portfolio"]


class CollectionAssignmentLine(models.TransientModel):
    _name = "collection.assignment.line"
    _description = "Change of a Collector"
    _order = "new_collector_id, partner_id, id"

    assignment_id = fields.Many2one("collection.assignment", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", string="Customer", required=True, readonly=True, ondelete="cascade")
    collector_id = fields.Many2one("res.users", string="From", readonly=True)
    new_collector_id = fields.Many2one("res.users", string="To", required=True, domain=[("share", "=", False)])
    portfolio_id = fields.Many2one("collection.portfolio", readonly=True, ondelete="cascade")
    minutes = fields.Float(string="Expected Minutes", readonly=True)
