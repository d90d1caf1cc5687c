from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .customer_value import STAGES


class CustomerValueHistory(models.Model):
    """Scores, segment, stage and revenue of a customer as they stood at the end of a month, for charts.

    Written once, when the first refresh of a later month begins; the month under way stands on ``customer.value``.
    """

    _name = "customer.value.history"
    _description = "Customer Value of a Month"
    _order = "month DESC, monetary DESC, id"
    _rec_name = "partner_id"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one(related="partner_id.user_id")
    currency_id = fields.Many2one("res.currency", readonly=True)
    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    date = fields.Date(string="As of", required=True, readonly=True, help="Last refresh in the month.")
    stage = fields.Selection(STAGES, readonly=True)
    rfm_segment_id = fields.Many2one(
        "rfm.segment", string="Segment", readonly=True, index="btree_not_null", ondelete="set null"
    )
    rfm_r = fields.Integer(string="R", readonly=True, aggregator="avg")
    rfm_f = fields.Integer(string="F", readonly=True, aggregator="avg")
    rfm_m = fields.Integer(string="M", readonly=True, aggregator="avg")
    frequency = fields.Integer(string="Purchases", readonly=True, help="In the window of the policy.")
    monetary = fields.Monetary(string="Revenue", readonly=True, help="In the window of the policy.")

    _unique_month = models.Constraint(
        "UNIQUE (company_id, partner_id, month)", "A customer has one row per company and month."
    )

    @api.autovacuum
    def _gc_old_months(self):
        """Delete what is older than the policies of the companies keep."""
        today = fields.Date.context_today(self)
        for policy in self.env["customer.value.policy"].search([]):
            limit = today.replace(day=1) - relativedelta(months=policy.history_months)
            self.env.execute_query(
                SQL(
                    "DELETE FROM customer_value_history WHERE company_id = %s AND month < %s RETURNING id",
                    policy.company_id.id,
                    limit,
                )
            )
