from odoo import api, fields, models
from odoo.exceptions import ValidationError

REASONS = [
    ("insolvent", "Insolvent"),
    ("legal", "Legal case"),
    ("difficulty", "Financial difficulty"),
    ("secured", "Secured"),
    ("other", "Other"),
]


class EclIndividual(models.Model):
    """A customer who is not like the others: taken out of the matrix, with a rate of his own."""

    _name = "ecl.individual"
    _description = "Individually Assessed Customer"
    _order = "run_id desc, allowance desc, id"
    _rec_name = "partner_id"

    run_id = fields.Many2one("ecl.run", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="run_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="run_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, ondelete="restrict", domain=[("parent_id", "=", False)]
    )
    reason = fields.Selection(REASONS, required=True, default="difficulty")
    rate = fields.Float(
        string="Loss Rate",
        required=True,
        digits=(6, 4),
        aggregator=None,
        help="Share that will be lost; the factor ahead does not apply.",
    )
    note = fields.Char(string="Why", required=True, help="What is known: quota of the insolvency, value of collateral.")
    balance = fields.Monetary(string="Open Claims", readonly=True)
    credit = fields.Monetary(string="Credits Deducted", readonly=True)
    cover = fields.Monetary(string="Guarantees Deducted", readonly=True)
    exposure = fields.Monetary(string="Exposed", readonly=True)
    allowance = fields.Monetary(readonly=True)

    _partner_uniq = models.UniqueIndex("(run_id, partner_id)", "This customer is assessed already.")

    @api.constrains("rate", "partner_id", "note")
    def _check_rate(self):
        for assessment in self:
            if not 0 <= assessment.rate <= 1:
                raise ValidationError(self.env._("Rates are between 0 and 100 %."))
            if assessment.partner_id != assessment.partner_id.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "%(contact)s is a contact: assess the company that owes.", contact=assessment.partner_id.name
                    )
                )
            if not assessment.note.strip():
                raise ValidationError(self.env._("Say why the customer is assessed individually."))

    @api.model_create_multi
    def create(self, vals_list):
        assessments = super().create(vals_list)
        assessments.run_id._check_changeable()
        return assessments

    def write(self, vals):
        self.run_id._check_changeable()
        result = super().write(vals)
        # nor does an assessment move into a run that was computed
        self.run_id._check_changeable()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_computed(self):
        self.run_id._check_changeable()

    def _join(self, others):
        """Take over what stands for others who turned out to be the same customer."""
        self.ensure_one()
        both = self | others
        exposure, allowance = sum(both.mapped("exposure")), sum(both.mapped("allowance"))
        values = {name: sum(both.mapped(name)) for name in ("balance", "credit", "cover", "exposure", "allowance")}
        values["rate"] = allowance / exposure if exposure else max(both.mapped("rate"))
        values["note"] = "; ".join(dict.fromkeys(both.mapped("note")))
        others.unlink()
        self.write(values)

    def action_view_items(self):
        self.ensure_one()
        return self.env["ecl.exposure"]._open_items_action(
            self.run_id, self.partner_id.display_name, [("commercial_partner_id", "=", self.partner_id.id)]
        )
