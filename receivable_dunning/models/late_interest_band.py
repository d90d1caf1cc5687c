from odoo import fields, models


class LateInterestBand(models.Model):
    """The lump sum for the costs of collecting a debt, from an amount on."""

    _name = "late.interest.band"
    _description = "Late Payment Compensation"
    _order = "rule_id, amount_from, id"

    rule_id = fields.Many2one("late.interest.rule", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="rule_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="rule_id.currency_id")
    amount_from = fields.Monetary(string="Debts From", help="Of this amount or more, tax included.")
    amount = fields.Monetary(string="Compensation", required=True, help="Once per invoice.")

    _from_uniq = models.Constraint("UNIQUE (rule_id, amount_from)", "Two bands of a rule begin with the same amount.")
    _amount_check = models.Constraint("CHECK (amount_from >= 0 AND amount >= 0)", "Amounts cannot be negative.")
