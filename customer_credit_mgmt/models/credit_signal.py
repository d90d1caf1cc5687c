from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .credit_signal_kind import KINDS

SEVERITIES = [("info", "Information"), ("warning", "Warning"), ("critical", "Critical")]
STATES = [("open", "Open"), ("acted", "Acted"), ("dismissed", "Dismissed"), ("superseded", "Replaced")]


class CreditSignal(models.Model):
    """An early warning about a customer, with its evidence as it was. Raised by the nightly job, closed by a person."""

    _name = "credit.signal"
    _description = "Credit Signal"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, severity_rank desc, id desc"
    _mail_post_access = "read"  # nobody writes signals directly, yet people talk about them

    rule_id = fields.Many2one("credit.signal.rule", required=True, index=True, readonly=True, ondelete="restrict")
    kind = fields.Selection([(kind.key, kind.label) for kind in KINDS.values()], required=True, readonly=True)
    profile_id = fields.Many2one("credit.profile", required=True, index=True, readonly=True, ondelete="cascade")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        related="profile_id.user_id",
        store=True,
        index="btree_not_null",
        string="Credit Controller",
        help="Of the customer: the open signals go to a new one with the customer.",
    )
    date = fields.Date(required=True, readonly=True, help="The day whose figures are the evidence.")
    severity = fields.Selection(
        SEVERITIES, required=True, readonly=True, index=True, group_expand="_group_expand_severity"
    )
    severity_rank = fields.Integer(readonly=True, export_string_translation=False)
    state = fields.Selection(
        STATES,
        default="open",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
        help="Acted: somebody did something about it. Dismissed: it needs nothing, for the reason given.\n"
        "Replaced: the same rule found something more severe.",
    )
    figure = fields.Float(
        readonly=True, aggregator="avg", help="What the rule looked at, in its unit: days, share, times, points ..."
    )
    evidence = fields.Json(readonly=True, help="All figures that the signal was raised on.")
    sentence = fields.Text(compute="_compute_sentence", string="Evidence in Words")
    days_open = fields.Integer(compute="_compute_days_open")

    # What a person made of it
    decided_by = fields.Many2one("res.users", readonly=True)
    decided_on = fields.Datetime(readonly=True)
    decision_reason = fields.Text(
        string="What Was Done, or Why Not", readonly=True, help="Needed to dismiss; kept with the signal."
    )

    # What became of it
    judge_date = fields.Date(
        string="To Be Judged On",
        readonly=True,
        help="On this day the signal is judged by what happened since; empty: only by hand.",
    )
    judged_on = fields.Date(readonly=True)
    outcome = fields.Selection(
        [("right", "Right"), ("wrong", "False Alarm")],
        readonly=True,
        help="Right: until the day of judgement an item became more than 30 days late, was written off, or a document"
        " was held. A person's word goes before that of the ledger.",
    )
    outcome_cause = fields.Selection(
        [
            ("late", "An item became more than 30 days late"),
            ("loss", "An item was written off"),
            ("hold", "A document was held"),
            ("nothing", "Nothing happened"),
            ("by_hand", "Said by a person"),
        ],
        string="Because",
        readonly=True,
    )
    outcome_date = fields.Date(string="Happened On", readonly=True)
    outcome_by = fields.Many2one("res.users", string="Judged By", readonly=True)
    base_rate = fields.Float(
        digits=(6, 4),
        readonly=True,
        aggregator="avg",
        help="Share of all active customers with whom the same happened in the same time.",
    )

    _said_once = models.Constraint(
        "UNIQUE(rule_id, profile_id, date, severity)", "This signal was raised on this day already."
    )
    _to_judge_idx = models.Index("(company_id, judge_date) WHERE judged_on IS NULL AND judge_date IS NOT NULL")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("kind", "partner_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for signal in self:
            signal.display_name = f"{labels.get(signal.kind, '')} · {signal.partner_id.display_name}"

    @api.model
    def _group_expand_severity(self, _values, _domain):
        """Columns of the board: the worst first, also where it is empty."""
        return [key for key, _label in reversed(SEVERITIES)]

    @api.depends("kind", "evidence")
    @api.depends_context("lang")
    def _compute_sentence(self):
        for signal in self:
            kind = KINDS.get(signal.kind)
            signal.sentence = kind and kind.describe(self.env, signal.evidence or {}, signal.currency_id)

    @api.depends("date", "decided_on")
    def _compute_days_open(self):
        today = fields.Date.context_today(self)
        for signal in self:
            end = signal.decided_on.date() if signal.decided_on else today
            signal.days_open = max((end - signal.date).days, 0) if signal.date else 0

    # ------------------------------------------------------------------
    # DECISIONS: the only way to change a signal
    # ------------------------------------------------------------------

    def _check_may_decide(self):
        self.check_access("read")
        if not (self.env.su or self.env.user.has_group("customer_credit_mgmt.group_credit_controller")):
            raise AccessError(self.env._("Only a credit controller can act on signals or dismiss them."))

    def _expect(self, *states):
        if self.filtered(lambda signal: signal.state not in states):
            raise UserError(self.env._("Some of these signals were decided on meanwhile: reload the page."))

    def _close(self, state, reason):
        """Act on open signals or dismiss them."""
        self._check_may_decide()
        self._expect("open")
        if state == "dismissed" and not (reason or "").strip():
            raise UserError(self.env._("Say why these signals need nothing: the reason is kept."))
        # sudo: nobody may write signals directly; who may decide was checked above
        signals = self.sudo()
        decided = {"decided_by": self.env.uid, "decided_on": fields.Datetime.now(), "decision_reason": reason}
        signals.write({"state": state, **decided})
        signals.activity_feedback(["customer_credit_mgmt.mail_activity_type_signal"], feedback=reason)

    def action_reopen(self):
        """Take a decision back."""
        self._check_may_decide()
        self._expect("acted", "dismissed")
        decided = {"decided_by": False, "decided_on": False, "decision_reason": False}
        # sudo: see _close
        self.sudo().write({"state": "open", **decided})

    def action_right(self):
        self._judge_by_hand("right")

    def action_wrong(self):
        self._judge_by_hand("wrong")

    def _judge_by_hand(self, outcome):
        """A person knows better than the ledger whether the warning was right."""
        self._check_may_decide()
        judged = {"outcome": outcome, "outcome_cause": "by_hand", "outcome_by": self.env.uid, "outcome_date": False}
        # sudo: see _close
        self.sudo().write(judged)

    # ------------------------------------------------------------------
    # EVIDENCE
    # ------------------------------------------------------------------

    def action_open_profile(self):
        self.ensure_one()
        return self._action_open_record("credit.profile", self.profile_id.id)

    def _action_open_record(self, model, record_id):
        return {"type": "ir.actions.act_window", "res_model": model, "res_id": record_id, "views": [(False, "form")]}

    def action_open_evidence(self):
        """Open the records that the figures of the signal were made of."""
        self.ensure_one()
        self.check_access("read")
        kind = KINDS[self.kind]
        record_id = (self.evidence or {}).get("record")
        if kind.records and record_id:
            if not self.env[kind.records].browse(record_id).exists():
                raise UserError(self.env._("The record was deleted. What the signal was raised on is told above."))
            return self._action_open_record(kind.records, record_id)
        lines = self._evidence_line_ids()
        if lines is None:
            return self.action_open_profile()
        name = self.env._("Evidence: %(signal)s", signal=self.display_name)
        return self.profile_id._action_open(name, "account.move.line", [("id", "in", lines)], "list")

    def _evidence_line_ids(self):
        """Journal items the figure was made of, as of the day of the signal; ``None``: the customer's file is it."""
        source = self.env["credit.signal.source"]
        if self.kind not in source._evidence_kinds():
            return None
        statement = source._evidence_sql(self.kind, self.company_id, self.date, self.partner_id)
        return [line for (line,) in self.env.execute_query(statement)]
