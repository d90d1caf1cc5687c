from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.safe_eval import safe_eval

from ..core import signals as core
from .credit_signal import SEVERITIES
from .credit_signal_kind import KINDS


class CreditSignalRule(models.Model):
    """When a figure of a customer is an early warning, and how the rule did so far."""

    _name = "credit.signal.rule"
    _description = "Credit Signal Rule"
    _inherit = ["mail.thread"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True, tracking=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        domain="[('parent_id', '=', False)]",
        tracking=True,
        help="Leave empty for all companies. Branches are watched with their main company.",
    )
    kind = fields.Selection(
        [(kind.key, kind.label) for kind in KINDS.values()], required=True, tracking=True, help="What it looks at."
    )
    explanation = fields.Text(compute="_compute_kind", help="How the figure is made.")
    unit = fields.Char(compute="_compute_kind", export_string_translation=False)
    unit_label = fields.Char(compute="_compute_kind")
    is_counted = fields.Boolean(compute="_compute_kind")
    partner_domain = fields.Char(
        string="Customers", default="[]", required=True, help="Conditions on the customer; empty: everybody."
    )
    threshold = fields.Float(required=True, tracking=True, help="The figure from which on there is a signal.")
    severity = fields.Selection(SEVERITIES, required=True, default="warning", tracking=True)
    escalates = fields.Boolean(string="Becomes Critical", help="From a second threshold on the signal is critical.")
    critical_from = fields.Float(tracking=True, help="The figure from which on the signal is critical.")
    min_count = fields.Integer(
        string="Invoices Needed", default=3, help="With fewer invoices than this the figure says too little."
    )
    cooling_days = fields.Integer(
        default=30,
        tracking=True,
        help="No second signal of this rule on the same customer within so many days, and none while the first is open,"
        " unless it is more severe.",
    )
    horizon_days = fields.Integer(
        string="Judged After (days)",
        default=90,
        help="After so many days the signal is judged by what happened: right when an item became more than 30 days"
        " late, was written off, or a document was held. 0: only people judge.",
    )
    activity_from = fields.Selection(
        [("never", "No activity"), ("info", "Any signal"), ("warning", "Warning"), ("critical", "Critical")],
        required=True,
        default="critical",
        help="From this severity on the credit controller gets an activity; no e-mail is sent.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Credit Controller",
        help="Gets the activities of customers without a credit controller of their own.",
    )

    # How it did
    hit_count = fields.Integer(string="Signals", compute="_compute_record")
    open_count = fields.Integer(string="Open", compute="_compute_record")
    judged_count = fields.Integer(string="Judged", compute="_compute_record")
    precision = fields.Float(
        string="Was Right",
        compute="_compute_record",
        help="Share of the judged signals that were right. Read it beside the base rate.",
    )
    base_rate = fields.Float(
        compute="_compute_record",
        help="Share of all active customers with whom the same happened in the same time: what guessing would reach.",
    )
    lift = fields.Float(compute="_compute_record", help="How many times as often right as guessing.")
    record_text = fields.Text(string="Track Record", compute="_compute_record")
    last_run = fields.Date(string="Last Looked", compute="_compute_last_run")

    _not_negative = models.Constraint(
        "CHECK(cooling_days >= 0 AND horizon_days >= 0 AND min_count >= 0)",
        "Days and numbers of invoices cannot be negative.",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_kind(self):
        labels = self._unit_labels()
        for rule in self:
            kind = KINDS.get(rule.kind)
            rule.unit = kind and kind.unit
            rule.unit_label = labels.get(kind and kind.unit)
            rule.is_counted = bool(kind and kind.counted)
            rule.explanation = kind and self.env._(kind.explanation)  # pylint: disable=gettext-variable

    def _unit_labels(self):
        return {
            "days": self.env._("days"),
            "times": self.env._("times"),
            "points": self.env._("points"),
            "grades": self.env._("grades"),
        }

    @api.depends_context("allowed_company_ids", "lang")
    def _compute_record(self):
        rows = self._gather_records()
        for rule in self:
            record, open_count = rows.get(rule.id, (core.Record(0, 0, 0, None), 0))
            rule.hit_count, rule.open_count, rule.judged_count = record.hits, open_count, record.judged
            rule.precision = record.precision or 0.0
            rule.base_rate = record.base_rate or 0.0
            rule.lift = record.lift or 0.0
            rule.record_text = self._record_sentence(record)

    def _gather_records(self):
        """``{rule id: (core.Record, number of open signals)}`` in the active companies; one query."""
        self.env["credit.signal"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT rule_id, count(*), count(outcome), count(*) FILTER (WHERE outcome = 'right'),
                       avg(base_rate) FILTER (WHERE outcome IS NOT NULL), count(*) FILTER (WHERE state = 'open')
                  FROM credit_signal
                 WHERE rule_id = ANY(%s) AND company_id = ANY(%s)
                 GROUP BY rule_id
                """,
                self.ids,
                # sudo: a branch shares its root's customers whoever asks
                self.env.companies.sudo().root_id.ids,
            )
        )
        return {
            rule: (core.Record(hits, judged, right, base), open_) for rule, hits, judged, right, base, open_ in rows
        }

    def _record_sentence(self, record):
        if not record.judged:
            return self.env._("No signal of this rule was judged yet.")
        values = {"right": f"{record.precision * 100:.0f}", "count": record.judged}
        if record.base_rate is None:
            return self.env._("This rule was right %(right)s %% of %(count)d times.", **values)
        return self.env._(
            "This rule was right %(right)s %% of %(count)d times; customers at random: %(base)s %%.",
            base=f"{record.base_rate * 100:.0f}",
            **values,
        )

    def _compute_last_run(self):
        # sudo: how fresh the signals are is told to whoever may see the rule
        runs = self.env["credit.signal.run"].sudo().search([("company_id", "in", self.env.companies.root_id.ids)])
        days = {}
        for run in runs:
            days[run.kind] = max(run.date, days.get(run.kind, run.date))
        for rule in self:
            rule.last_run = days.get(rule.kind, False)

    # ------------------------------------------------------------------
    # CONSTRAINTS AND CRUD
    # ------------------------------------------------------------------

    @api.constrains("company_id")
    def _check_company_is_root(self):
        for rule in self.filtered("company_id.parent_id"):
            raise ValidationError(
                self.env._(
                    "Branches are watched with their main company: choose %(company)s instead.",
                    company=rule.company_id.root_id.name,
                )
            )

    @api.constrains("partner_domain")
    def _check_domain(self):
        for rule in self:
            self.env["res.partner"].search_count(rule._domain(), limit=1)

    @api.constrains("kind", "threshold", "escalates", "critical_from")
    def _check_thresholds(self):
        for rule in self:
            spec = rule._get_core_rule()
            if spec.critical_from is not None and not core.reaches(spec, spec.critical_from, spec.threshold):
                raise ValidationError(self.env._("What is critical must be a signal in the first place: check both."))

    def write(self, vals):
        if "kind" in vals and self.filtered(lambda rule: rule.kind != vals["kind"] and rule.hit_count):
            raise UserError(
                self.env._("This rule raised signals already: make a new rule instead of changing its kind.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if self.filtered("hit_count"):
            raise UserError(self.env._("Rules that raised signals are kept for their track record: archive them."))

    def _domain(self):
        return Domain(safe_eval(self.partner_domain or "[]", {"uid": self.env.uid}))

    def _get_core_rule(self):
        self.ensure_one()
        return core.Rule(
            key=self.id,
            severity=self.severity,
            threshold=self.threshold,
            critical_from=self.critical_from if self.escalates else None,
            min_count=self.min_count,
            cooling_days=self.cooling_days,
            lower_is_worse=bool(self.kind) and KINDS[self.kind].lower_is_worse,
        )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_open_signals(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_credit_mgmt.action_credit_signal")
        return {**action, "domain": [("rule_id", "=", self.id)], "context": {}}
