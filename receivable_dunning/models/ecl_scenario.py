from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..core.ecl import Overlay


class EclScenario(models.Model):
    """What may lie ahead: a factor on the rates of the past, with its probability. A run copies its method's."""

    _name = "ecl.scenario"
    _description = "Expected Loss Scenario"
    _order = "sequence, id"

    method_id = fields.Many2one("ecl.method", index="btree_not_null", ondelete="cascade")
    run_id = fields.Many2one("ecl.run", index="btree_not_null", ondelete="cascade")
    company_id = fields.Many2one("res.company", compute="_compute_company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    probability = fields.Float(required=True, digits=(6, 4))
    factor = fields.Float(
        required=True, digits=(6, 4), default=1.0, help="1.2: losses will be a fifth higher than they were."
    )

    @api.depends("method_id.company_id", "run_id.company_id")
    def _compute_company_id(self):
        for scenario in self:
            scenario.company_id = scenario.method_id.company_id or scenario.run_id.company_id

    @api.constrains("probability", "factor")
    def _check_numbers(self):
        if self.filtered(lambda scenario: not 0 <= scenario.probability <= 1 or scenario.factor < 0):
            raise ValidationError(self.env._("Probabilities are between 0 and 100 %, factors are not negative."))

    def _check_complete(self):
        """Of one method or run; not a constraint, since scenarios change one after the other."""
        for scenarios in (*self.grouped("method_id").values(), *self.grouped("run_id").values()):
            if (scenarios.method_id or scenarios.run_id) and not scenarios._overlay().is_complete():
                raise ValidationError(self.env._("The probabilities of the scenarios have to add up to 100 %."))

    def _overlay(self, floor=0.0):
        return Overlay(tuple((scenario.probability, scenario.factor) for scenario in self), floor)

    def _check_door(self):
        """Scenarios of a method are up to managers, those of a run to whoever computes it."""
        self.run_id._check_changeable()
        is_manager = self.env.su or self.env.user.has_group("receivable_dunning.group_collections_manager")
        if self.method_id and not is_manager:
            raise AccessError(self.env._("Managers of collections change the scenarios of a method."))

    @api.model_create_multi
    def create(self, vals_list):
        scenarios = super().create(vals_list)
        scenarios._check_door()
        return scenarios

    def write(self, vals):
        self._check_door()
        result = super().write(vals)
        # nor does a scenario move to a method or run that is closed to the user
        self._check_door()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_computed(self):
        self._check_door()
