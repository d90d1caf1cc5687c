from odoo import fields, models

from .customer_value import STAGES


class CustomerStageHistory(models.Model):
    """The lifecycle stage of a customer in an interval of days (both inclusive). Rows are only closed, never changed.

    A row that was opened and changed on one day ends before it begins: it was never in force.
    """

    _name = "customer.stage.history"
    _description = "Lifecycle Stage"
    _order = "date_from DESC, id DESC"
    _rec_name = "partner_id"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one(related="partner_id.user_id")
    stage = fields.Selection(STAGES, required=True, readonly=True)
    date_from = fields.Date(string="From", required=True, readonly=True)
    date_to = fields.Date(string="To", readonly=True, help="Last day. Empty: still in the stage.")

    _one_open = models.UniqueIndex(
        "(company_id, partner_id) WHERE date_to IS NULL", "A customer is in one stage at a time."
    )
    _interval = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from - 1)", "An interval cannot end before it starts."
    )
