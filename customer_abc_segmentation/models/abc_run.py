from datetime import timedelta

from odoo import api, fields, models


class AbcRun(models.Model):
    """Log of one classification: what it looked at, and what it changed."""

    _name = "abc.run"
    _description = "ABC Run"
    _order = "date DESC, id DESC"

    policy_id = fields.Many2one("abc.policy", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one(related="policy_id.company_id", store=True, index=True)
    currency_id = fields.Many2one("res.currency", readonly=True, help="Empty when the measure is a number.")
    measure = fields.Selection(related="policy_id.measure")
    date = fields.Date(string="As of", required=True, readonly=True)
    window_start = fields.Date(string="From", required=True, readonly=True)
    window_end = fields.Date(string="To", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Started by", readonly=True)

    customer_count = fields.Integer(string="Customers", readonly=True)
    total = fields.Monetary(string="Net Measure", readonly=True, help="Sum of the measures, negative ones included.")
    new_count = fields.Integer(string="New", readonly=True, help="Classified for the first time, or again.")
    up_count = fields.Integer(string="Up", readonly=True)
    down_count = fields.Integer(string="Down", readonly=True)
    left_count = fields.Integer(string="Left", readonly=True, help="No longer ranked by the policy.")

    classification_ids = fields.One2many("abc.classification", "run_id", readonly=True)
    migration_ids = fields.One2many("abc.migration", "run_id", readonly=True)

    proposal_ids = fields.One2many("abc.proposal", "run_id", readonly=True)
    proposal_count = fields.Integer(
        string="Proposals", compute="_compute_proposal_count", help="What the moves of the run asked for."
    )

    @api.depends("proposal_ids")
    def _compute_proposal_count(self):
        groups = self.env["abc.proposal"]._read_group([("run_id", "in", self.ids)], ["run_id"], ["__count"])
        counts = {run.id: count for run, count in groups}
        for run in self:
            run.proposal_count = counts.get(run.id, 0)

    @api.depends("policy_id", "date")
    def _compute_display_name(self):
        for run in self:
            run.display_name = f"{run.policy_id.name or ''} {fields.Date.to_string(run.date) or ''}".strip()

    def action_open_movers(self):
        """Customers whose class went up or down in this run."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("customer_abc_segmentation.action_abc_classification"),
            "name": self.env._("Movers"),
            "domain": [("run_id", "=", self.id)],
            "context": {"search_default_movers": 1},
        }

    def action_open_proposals(self):
        """What the moves of this run asked for."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("customer_abc_segmentation.action_abc_proposal"),
            "domain": [("run_id", "=", self.id)],
            "context": {},
        }

    def action_open_migration(self):
        """From-to matrix between the run before, on an earlier day, and this one."""
        self.ensure_one()
        before = self.search([("policy_id", "=", self.policy_id.id), ("date", "<", self.date)], limit=1)
        return {
            **self.env["ir.actions.actions"]._for_xml_id("customer_abc_segmentation.action_abc_matrix"),
            "params": {
                "policy_id": self.policy_id.id,
                "date_from": fields.Date.to_string(before.date or self.date - timedelta(days=1)),
                "date_to": fields.Date.to_string(self.date),
            },
        }
