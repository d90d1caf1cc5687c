from odoo import api, fields, models

DIMENSIONS = [("who", "Who"), ("why", "Why"), ("when", "When"), ("what", "What"), ("how", "How")]


class CreditQuestion(models.Model):
    """A question of the 5W questionnaire, asked in every new assessment."""

    _name = "credit.question"
    _description = "Credit Question"
    _order = "dimension_order, sequence, id"

    name = fields.Char(string="Question", required=True, translate=True)
    dimension = fields.Selection(
        DIMENSIONS,
        string="Part",
        required=True,
        default="who",
        help="Who is the customer, why do they need credit, when do they pay, what secures us, how do they repay.",
    )
    dimension_order = fields.Integer(compute="_compute_dimension_order", store=True)
    sequence = fields.Integer(default=10)
    is_required = fields.Boolean(
        string="Required", default=True, help="Without an answer the assessment cannot be submitted."
    )
    help_text = fields.Char(string="Hint", translate=True, help="Shown below the question.")
    company_id = fields.Many2one(
        "res.company", domain="[('parent_id', '=', False)]", help="Leave empty to ask it in all companies."
    )
    active = fields.Boolean(default=True)

    @api.depends("dimension")
    def _compute_dimension_order(self):
        order = [key for key, _label in DIMENSIONS]
        for question in self:
            question.dimension_order = order.index(question.dimension) if question.dimension in order else len(order)
