from odoo import api, fields, models

from ..core.limitation import Effect, Period, Response

#: What may interrupt or suspend a limitation period. The keys are those of the events (limitation.ledger).
KINDS = [
    ("payment", "Part payment"),
    ("acknowledgement", "Acknowledgement of debt"),
    ("statement", "Statement of account agreed"),
    ("promise", "Promise in writing"),
    ("notice", "Reminder sent"),
    ("demand", "Demand letter"),
    ("negotiation", "Negotiations"),
    ("order", "Order for payment"),
    ("court", "Court action"),
    ("judgment", "Judgment"),
    ("enforcement", "Enforcement"),
    ("insolvency", "Claim filed in insolvency proceedings"),
]


class LimitationRuleEffect(models.Model):
    """What an event does to the period of a rule. Kinds that are not listed do nothing."""

    _name = "limitation.rule.effect"
    _description = "Effect on Limitation"
    _order = "rule_id, sequence, id"
    _rec_name = "kind"

    rule_id = fields.Many2one("limitation.rule", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="rule_id.company_id")
    sequence = fields.Integer(default=10)
    kind = fields.Selection(KINDS, string="Event", required=True)
    effect = fields.Selection(
        [(Effect.RESTART, "Begins anew"), (Effect.SUSPEND, "Stands still")], required=True, default=Effect.RESTART
    )
    years = fields.Integer(help="Begins anew: a period of its own instead of the rule's (a judgment, for instance).")
    months = fields.Integer(
        help="Stands still: so many months from the event, or from the end of what goes on. Begins anew: see Years."
    )
    law = fields.Char(string="Source", help="The section that says so.")

    _period_check = models.Constraint(
        "CHECK (years BETWEEN 0 AND 100 AND months BETWEEN 0 AND 1200 AND (effect = 'restart' OR years + months > 0))",
        "A period that stands still does so for a number of months.",
    )
    _kind_uniq = models.Constraint("UNIQUE (rule_id, kind)", "Each kind of event has one effect.")

    def _core_response(self):
        return Response(Effect(self.effect), Period(self.years, self.months))

    # the law changes with its effects
    @api.model_create_multi
    def create(self, vals_list):
        effects = super().create(vals_list)
        effects._law_changed()
        return effects

    def write(self, vals):
        result = super().write(vals)
        self._law_changed()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_changes_law(self):
        self._law_changed()

    def _law_changed(self):
        """A rule whose effects change is to be checked again."""
        # sudo: that it is to be checked follows from the change
        self.rule_id.sudo().write({"checked_by": False, "checked_on": False})
