from odoo import fields, models
from odoo.tools import SQL

from .customer_value import STAGES


class CustomerStageTransition(models.Model):
    """A change of the lifecycle stage and how long the customer was in the stage before; for transition times."""

    _name = "customer.stage.transition"
    _description = "Stage Transition"
    _auto = False
    _order = "date DESC, id DESC"
    _rec_name = "partner_id"

    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    user_id = fields.Many2one(related="partner_id.user_id")
    from_stage = fields.Selection(STAGES, readonly=True)
    to_stage = fields.Selection(STAGES, readonly=True)
    date = fields.Date(readonly=True, help="First day in the new stage.")
    days = fields.Integer(string="Days in Stage Before", readonly=True, aggregator="avg")

    @property
    def _table_query(self):
        """Pairs of stages that followed each other; a stage of no day was never in force."""
        return SQL(
            """
            SELECT id, company_id, partner_id, from_stage, stage AS to_stage, date_from AS date, days
              FROM (
                    SELECT id, company_id, partner_id, stage, date_from, lag(stage) OVER life AS from_stage,
                           lag(date_to) OVER life - lag(date_from) OVER life + 1 AS days
                      FROM customer_stage_history
                     WHERE date_to IS NULL OR date_to >= date_from
                    WINDOW life AS (PARTITION BY company_id, partner_id ORDER BY date_from, id)
                   ) history
             WHERE from_stage <> stage
            """
        )
