from odoo import api, fields, models
from odoo.tools import formatLang

from ..core.churn_guards import RISK_GUARDS

KEYS = [
    ("history", "Months of history"),
    ("repeats", "Repeat buyers"),
    ("season", "Not cut at a seasonal peak"),
    ("optimum", "BG/NBD has an optimum"),
    ("stay", "Customers leave"),
    ("value_optimum", "Gamma-Gamma has an optimum"),
    ("q", "q above 1"),
    ("p", "p up to 100"),
    ("correlation", "Number and value of purchases unrelated"),
]
# decimals in the sentences, where not two
DIGITS = {"history": 1, "repeats": 0}


class CustomerChurnGuard(models.Model):
    """A condition under which BG/NBD or Gamma-Gamma may be trusted, as it was found at a fit."""

    _name = "customer.churn.guard"
    _description = "Churn Model Condition"
    _order = "model_id, id"
    _log_access = False

    model_id = fields.Many2one("customer.churn.model", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="model_id.company_id", store=True, index=True)
    key = fields.Selection(KEYS, string="Condition", required=True, readonly=True)
    name = fields.Char(compute="_compute_name")
    passed = fields.Boolean(string="Holds", readonly=True)
    has_value = fields.Boolean(readonly=True)
    value = fields.Float(string="Found", digits=(16, 2), readonly=True, aggregator=None)
    limit = fields.Float(digits=(16, 2), readonly=True, aggregator=None)
    is_for_risk = fields.Boolean(
        compute="_compute_is_for_risk", help="Else only expected revenue and lifetime value depend on it."
    )
    sentence = fields.Char(string="What it says", compute="_compute_sentence")

    @api.depends("key")
    @api.depends_context("lang")
    def _compute_name(self):
        labels = dict(self._fields["key"]._description_selection(self.env))
        for guard in self:
            guard.name = labels.get(guard.key)

    @api.depends("key")
    def _compute_is_for_risk(self):
        for guard in self:
            guard.is_for_risk = guard.key in RISK_GUARDS

    @api.depends("key", "passed", "value", "limit")
    @api.depends_context("lang")
    def _compute_sentence(self):
        for guard in self:
            guard.sentence = guard._get_sentence() if guard.has_value else guard._get_sentence_without_value()

    def _get_sentence_without_value(self):
        if self.passed:
            return self.env._("The most likely parameters lie inside their bounds.")
        return self.env._("There is not enough data, or no most likely parameters were found.")

    def _get_sentence(self):
        digits = DIGITS.get(self.key, 2)
        value, limit = (formatLang(self.env, figure, digits=digits) for figure in (self.value, self.limit))
        sentences = {
            "history": self.env._("%(value)s months since the first purchase; at least %(limit)s are needed."),
            "repeats": self.env._("%(value)s customers bought again; at least %(limit)s are needed."),
            "season": self.env._(
                "The last three months had %(value)s times the purchases of an average quarter; above %(limit)s the "
                "ledger is cut at a peak."
            ),
            "stay": self.env._(
                "After a purchase %(value)s of the customers stay; above %(limit)s the model finds nobody who leaves."
            ),
            "q": self.env._("q is %(value)s; up to %(limit)s the mean value of a purchase would be infinite."),
            "p": self.env._("p is %(value)s; above %(limit)s the purchases of a customer would all be alike."),
            "correlation": self.env._(
                "Number and mean value of purchases correlate by %(value)s; Gamma-Gamma allows %(limit)s either way."
            ),
        }
        return sentences[self.key] % {"value": value, "limit": limit} if self.key in sentences else ""
