from odoo import api, fields, models
from odoo.tools import SQL

# Computed when it is read, as of the day in the context: values of two days must not share a cache.
LIVE = {"readonly": True, "depends_context": ("as_of",)}


class CreditExposure(models.Model):
    """Exposure of every profile by component, computed when it is read: it pivots, groups, filters and exports."""

    _name = "credit.exposure"
    _description = "Credit Exposure"
    _auto = False
    _order = "exposure_amount desc, id"
    _rec_name = "partner_id"

    profile_id = fields.Many2one("credit.profile", **LIVE)
    partner_id = fields.Many2one("res.partner", string="Customer", **LIVE)
    company_id = fields.Many2one("res.company", **LIVE)
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one("res.users", string="Credit Controller", **LIVE)
    status = fields.Selection([("ok", "OK"), ("watch", "Watch"), ("hold", "Hold")], **LIVE)
    limit_mode = fields.Selection(
        [("no_check", "No Limit Check"), ("no_credit", "No Credit"), ("limited", "Limited")], **LIVE
    )
    rating_id = fields.Many2one("credit.rating", **LIVE)
    group_id = fields.Many2one("credit.group", string="Credit Group", **LIVE)
    score = fields.Float(**LIVE, aggregator="avg")
    receivable_amount = fields.Monetary(
        string="Open Receivable", **LIVE, help="Posted open items less unmatched payments and credit notes."
    )
    overdue_amount = fields.Monetary(
        string="Overdue", **LIVE, help="Overdue items that unmatched credits do not cover; part of the receivable."
    )
    overdue_days = fields.Integer(string="Days Overdue", **LIVE, aggregator="max")
    draft_amount = fields.Monetary(string="Draft Invoices", **LIVE)
    order_amount = fields.Monetary(string="Orders to Invoice", **LIVE)
    cover_amount = fields.Monetary(
        string="Cover", **LIVE, help="Guarantees in force that reduce the exposure, after their haircut."
    )
    secured_amount = fields.Monetary(
        string="Secured", **LIVE, help="Cover of what is open: it reduces the exposure, never below zero."
    )
    exposure_amount = fields.Monetary(
        string="Exposure", **LIVE, help="Open receivable + draft invoices + orders to invoice - secured."
    )
    limit_amount = fields.Monetary(string="Limit", **LIVE, help="Effective today; empty where no limit applies.")
    available_amount = fields.Monetary(
        string="Available", **LIVE, help="Limit less exposure, plus cover that is left over for further documents."
    )
    utilization = fields.Float(**LIVE, aggregator="avg", help="Exposure as a share of the limit.")

    @api.model
    def _companies(self):
        """The roots of the companies whose exposure is read: the active ones."""
        return self.env.companies

    @property
    def _table_query(self):
        as_of = fields.Date.to_date(self.env.context.get("as_of")) or fields.Date.context_today(self)
        return SQL("%s", self.env["credit.profile"]._figures_sql(as_of, self._companies()))

    def action_open_profile(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "credit.profile",
            "res_id": self.profile_id.id,
            "views": [(False, "form")],
        }
