from dataclasses import replace

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..core import verdict
from ..core import what_if as core

#: What may still be changed once it was replayed.
OPEN_FIELDS = {"name", "note", "line_ids", "month_ids", "finding_ids"}


class CreditPolicyBacktest(models.Model):
    """A what-if: past documents replayed under another policy or other limits, beside the policy in force.

    It reads the ledger and writes its own results, nothing else. What was found is frozen with what was asked.
    """

    _name = "credit.policy.backtest"
    _description = "Credit What-If"
    _order = "id desc"

    name = fields.Char(required=True, default=lambda self: self._default_name())
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company.root_id,
        domain="[('parent_id', '=', False)]",
        help="The documents of its branches are replayed too.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(
        [("draft", "To Run"), ("done", "Compared")], default="draft", required=True, readonly=True, copy=False
    )
    note = fields.Text(string="Conclusion", help="What you make of it: kept with the result.")

    # What is asked
    date_from = fields.Date(
        string="From",
        required=True,
        default=lambda self: fields.Date.context_today(self) - relativedelta(months=12),
        help="First day of the documents that are replayed.",
    )
    date_to = fields.Date(
        string="To",
        required=True,
        default=lambda self: fields.Date.context_today(self),
        help="Last day of the documents that are replayed. What became of them is known up to the day of the run.",
    )
    policy_id = fields.Many2one(
        "credit.policy",
        string="Policy to Try",
        domain="[('company_id', '=', company_id), ('active', 'in', (True, False))]",
        context={"active_test": False},
        ondelete="set null",
        help="Its customers and exemptions, put before all other policies, with the rules below; archived policies can"
        " be tried too. Customers with another policy set by hand keep that one. It is replayed as one that holds"
        " invoices, whatever its stages say. Empty: without rules below, everybody keeps the policy in force; with"
        " rules, they apply to everybody.",
    )
    rule_ids = fields.One2many(
        "credit.policy.backtest.rule",
        "backtest_id",
        string="Rules to Try",
        compute="_compute_rule_ids",
        store=True,
        readonly=False,
        copy=True,
        help="Taken from the policy. Change thresholds here to try a variation: the policy itself stays as it is.",
    )
    limit_basis = fields.Selection(
        [
            ("as_were", "As they were"),
            ("scaled", "Scaled by a percentage"),
            ("requested", "As requested"),
            ("rating", "Flat for each rating"),
        ],
        string="Limits to Try",
        default="as_were",
        required=True,
        help="As they were: the limits effective on each day.\n"
        "Scaled: these times the percentage.\n"
        "As requested: the newest draft or submitted base limit of a customer on every day, else as it was.\n"
        "Flat for each rating: the amount below for the rating that the customer had on the day, else as it was;"
        " customers without credit stay without.",
    )
    limit_factor = fields.Float(string="Percentage", default=1.0, help="80 % takes a fifth off every limit.")
    rating_ids = fields.One2many("credit.policy.backtest.rating", "backtest_id", string="Limits by Rating", copy=True)

    # What was found
    run_on = fields.Datetime(readonly=True, copy=False)
    run_by = fields.Many2one("res.users", readonly=True, copy=False)
    line_ids = fields.One2many("credit.policy.backtest.line", "backtest_id", readonly=True)
    month_ids = fields.One2many("credit.policy.backtest.month", "backtest_id", readonly=True)
    finding_ids = fields.One2many("credit.policy.backtest.finding", "backtest_id", readonly=True)
    held_count = fields.Integer(string="Held Documents", readonly=True, copy=False, help="On either side.")
    line_count = fields.Integer(compute="_compute_line_count")
    notes = fields.Json(string="Not Replayed", readonly=True, copy=False)

    _dates_in_order = models.Constraint("CHECK(date_to >= date_from)", "The period ends before it begins.")
    _factor_positive = models.Constraint(
        "CHECK(limit_factor >= 0)", "Limits cannot become negative: choose 0 % or more."
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.model
    def _default_name(self):
        today = fields.Date.context_today(self)
        return self.env._("What-If of %(date)s", date=fields.Date.to_string(today))

    @api.depends("policy_id")
    def _compute_rule_ids(self):
        for backtest in self:
            rules = [
                Command.create({name: rule[name] for name in ("sequence", "kind", "threshold", "action")})
                for rule in backtest.policy_id.rule_ids
            ]
            backtest.rule_ids = [Command.clear(), *rules]

    def _compute_line_count(self):
        counts = dict(
            self.env["credit.policy.backtest.line"]._read_group(
                [("backtest_id", "in", self.ids)], ["backtest_id"], ["__count"]
            )
        )
        for backtest in self:
            backtest.line_count = counts.get(backtest, 0)

    @api.constrains("date_to")
    def _check_period(self):
        today = fields.Date.context_today(self)
        if self.filtered(lambda backtest: backtest.state == "draft" and backtest.date_to > today):
            raise ValidationError(self.env._("The period ends in the future: only what happened can be replayed."))

    @api.constrains("policy_id", "company_id")
    def _check_company_of_policy(self):
        for backtest in self:
            if backtest.company_id.parent_id:
                raise ValidationError(
                    self.env._(
                        "%(branch)s is a branch: replay %(root)s, its branches follow the same policy.",
                        branch=backtest.company_id.name,
                        root=backtest.company_id.root_id.name,
                    )
                )
            if backtest.policy_id and backtest.policy_id.company_id != backtest.company_id:
                raise ValidationError(self.env._("Choose a policy of the same company."))

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    def write(self, vals):
        if not self.env.su and {"state", "run_on", "run_by", "held_count", "notes"} & vals.keys():
            raise UserError(self.env._("Run the what-if instead of writing its result."))
        if vals.keys() - OPEN_FIELDS and not self.env.su:
            self._check_not_frozen()
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        backtests = super().create(vals_list)
        # the result is checked, not the values: the context may hold defaults
        if not self.env.su and backtests.filtered(lambda it: it.state != "draft" or it.run_on or it.held_count):
            raise UserError(self.env._("Run the what-if instead of writing its result."))
        return backtests

    def _check_not_frozen(self):
        if self.filtered(lambda backtest: backtest.state == "done"):
            raise UserError(
                self.env._("This what-if is frozen with its result: duplicate it to try something else, or reset it.")
            )

    # ------------------------------------------------------------------
    # PLAN
    # ------------------------------------------------------------------

    def _prepare_plan(self, today):
        """What is replayed, as value objects."""
        self.ensure_one()
        return core.Plan(
            period=core.Period(self.date_from, min(self.date_to, today), today),
            in_force=self.env["credit.policy"]._specs(self.company_id.id),
            tried=self._prepare_tried(),
            limits=core.Limits(
                self.limit_basis,
                self.limit_factor,
                tuple((line.rating_id.id, line.amount) for line in self.rating_ids),
            ),
        )

    def _prepare_tried(self):
        """The policy with the rules to try; without a policy, the rules are for everybody."""
        if not self.policy_id and not self.rule_ids:
            return None
        # sudo: as the check itself, see credit.policy._specs
        policy = self.policy_id.sudo() or self.env["credit.policy"].sudo().new({"company_id": self.company_id.id})
        rules = (verdict.Rule(kind=rule.kind, action=rule.action, threshold=rule.threshold) for rule in self.rule_ids)
        return replace(policy._prepare_spec(), policy_id=self.policy_id.id or 0, rules=tuple(rules))

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_run(self):
        """Replay and freeze the result; seconds for a million invoices, so it is done at once."""
        self._check_not_frozen()
        self.check_access("write")
        today = fields.Date.context_today(self)
        for backtest in self:
            if backtest.limit_basis == "rating" and not backtest.rating_ids:
                raise UserError(self.env._("Say under 'Limits by Rating' what limit each rating would give."))
            backtest._replay(backtest._prepare_plan(today))

    def action_reset(self):
        """Back to what is asked: the result is deleted."""
        self.check_access("write")
        # sudo: nobody may write results directly; this is the door
        own = self.sudo()
        own.line_ids.unlink()
        own.month_ids.unlink()
        own.finding_ids.unlink()
        own.write({"state": "draft", "run_on": False, "run_by": False, "held_count": 0, "notes": False})

    def action_open_lines(self):
        self.ensure_one()
        return self._action_open_results(
            self.env._("Documents"), "credit.policy.backtest.line", "list,pivot,graph,form"
        )

    def action_open_months(self):
        self.ensure_one()
        return self._action_open_results(self.env._("By Month"), "credit.policy.backtest.month", "graph,pivot,list")

    def _action_open_results(self, title, model, view_mode):
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "view_mode": view_mode,
            "domain": [("backtest_id", "=", self.id)],
            "context": {"search_default_changed": 1} if model.endswith("line") else {},
        }
