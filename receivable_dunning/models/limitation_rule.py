from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..core.limitation import Law, Period, Start

STARTS = [
    (Start.DUE, "Due date"),
    (Start.YEAR_END, "End of the year of the due date"),
    (Start.INVOICE, "Invoice date"),
]
# Who looked at the law is noted by the button, not written.
SIGNED = {"checked_by", "checked_on"}


class LimitationRule(models.Model):
    """When claims are time-barred by a law, and what interrupts or suspends that."""

    _name = "limitation.rule"
    _description = "Limitation Rule"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10, help="The first rule, in this order, for the country of a company applies.")
    company_id = fields.Many2one(
        "res.company", index=True, domain=[("parent_id", "=", False)], help="Empty: for all companies of the country."
    )
    country_id = fields.Many2one(
        "res.country",
        help="The rule applies to the claims of our companies in this country, unless another law is agreed with a"
        " customer (customer form). Empty: only where it is agreed.",
    )
    law = fields.Char(string="Source", help="The act and its sections.")
    note = fields.Text(translate=True, help="What the rule leaves out, and when another one applies.")
    period_years = fields.Integer(string="Years", default=3)
    period_months = fields.Integer(string="Months")
    start = fields.Selection(
        STARTS, string="Runs from", required=True, default=Start.DUE, help="That day itself is not counted."
    )
    effect_ids = fields.One2many("limitation.rule.effect", "rule_id", string="Events", copy=True)
    checked_by = fields.Many2one("res.users", string="Checked by", readonly=True, copy=False)
    checked_on = fields.Date(readonly=True, copy=False)

    _period_check = models.Constraint(
        "CHECK (period_years BETWEEN 0 AND 100 AND period_months BETWEEN 0 AND 1200"
        " AND period_years + period_months > 0)",
        "A limitation period is a number of years, of months, or both.",
    )

    @api.constrains("company_id")
    def _check_company_is_root(self):
        self.env["receivable.root.company.mixin"]._refuse_branches(self.company_id)

    @api.constrains("effect_ids")
    def _check_one_effect_each(self):
        for rule in self:
            if len(rule.effect_ids) != len(set(rule.effect_ids.mapped("kind"))):
                raise ValidationError(self.env._("%(rule)s: each kind of event has one effect.", rule=rule.name))

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        # the result is checked, not the values: the context may hold defaults
        if not self.env.su and any(rule.checked_by or rule.checked_on for rule in rules):
            raise AccessError(self.env._("Press the button after a lawyer has checked the rule."))
        self._work_out_soon()
        return rules

    def write(self, vals):
        if not self.env.su and SIGNED & vals.keys():
            raise AccessError(self.env._("Press the button after a lawyer has checked the rule."))
        if vals.keys() & {"period_years", "period_months", "start", "effect_ids", "country_id"}:
            # what was checked is not what it is now
            vals = {**vals, "checked_by": False, "checked_on": False}
        result = super().write(vals)
        self._work_out_soon()
        return result

    def _work_out_soon(self):
        """Dates follow the rule in the background."""
        # sudo: whoever may change a law may start what follows from it
        self.env.ref("receivable_dunning.ir_cron_watch_limitation").sudo()._trigger()

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_checked(self):
        """Note that a lawyer has looked at the rule, and who says so."""
        self.check_access("write")
        # sudo: the only door to who checked; the right to write was checked
        self.sudo().write({"checked_by": self.env.uid, "checked_on": fields.Date.context_today(self)})

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _core_law(self):
        """The rule as a value of the pure core."""
        self.ensure_one()
        return Law(
            Period(self.period_years, self.period_months),
            Start(self.start),
            {effect.kind: effect._core_response() for effect in self.effect_ids},
        )

    @api.model
    def _default_of(self, company):
        """The law of a root company: the first rule for its country, else for the country of its taxes."""
        for country in company.country_id | company.account_fiscal_country_id:
            domain = [("country_id", "=", country.id), ("company_id", "in", (False, company.id))]
            if rule := self.search(domain, limit=1):
                return rule
        return self.browse()
