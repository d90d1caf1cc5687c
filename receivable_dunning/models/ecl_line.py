from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.customer_credit_mgmt.models.optional_number import OptionalFloat, OptionalMonetary
from odoo.addons.customer_credit_mgmt.models.plain_number import plain_number

SOURCES = [
    ("own", "Own experience"),
    ("blended", "Own and pooled experience"),
    ("pooled", "Pooled experience"),
    ("hand", "By hand"),
    ("last", "Last bucket"),
    ("none", "Not enough data"),
]


def percent(rate):
    """A share as people read it; what is unknown stays unknown."""
    return None if rate is None else 100 * rate


class EclLine(models.Model):
    """One cell of the matrix: what is open in a bucket of a segment, and what of it will be lost."""

    _name = "ecl.line"
    _description = "Expected Credit Loss by Bucket"
    _order = "run_id, segment_place, bucket_place, id"
    _rec_name = "segment"

    run_id = fields.Many2one("ecl.run", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one(related="run_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="run_id.currency_id")
    state = fields.Selection(related="run_id.state")
    date = fields.Date(related="run_id.date", store=True)
    segment_key = fields.Char(readonly=True)
    segment = fields.Char(readonly=True)
    segment_place = fields.Integer(readonly=True)
    bucket_id = fields.Many2one("receivable.bucket", required=True, ondelete="restrict", readonly=True)
    bucket_place = fields.Integer(readonly=True)

    customer_count = fields.Integer(string="Customers", readonly=True)
    balance = fields.Monetary(string="Open Claims", readonly=True)
    credit = fields.Monetary(string="Credits Deducted", readonly=True)
    cover = fields.Monetary(string="Guarantees Deducted", readonly=True)
    exposure = fields.Monetary(string="Exposed", readonly=True, help="Open claims less credits and guarantees.")

    observations = fields.Integer(
        string="Months Observed",
        readonly=True,
        help="Months of history in which the bucket of this segment held anything.",
    )
    base = fields.Monetary(
        string="Observed Amount",
        readonly=True,
        help="What was in the bucket (roll rates) or ever reached it (cohorts).",
    )
    moved = fields.Monetary(
        string="Moved On or Lost",
        readonly=True,
        help="Roll rates: of the observed amount, what moved on to the next bucket or was written off. Cohorts: what"
        " was lost in the end.",
    )
    own_rate = OptionalFloat(
        string="Own Rate (%)",
        digits=(16, 4),
        readonly=True,
        aggregator=None,
        help="Roll rates: migration of this bucket to the next. Cohorts: loss rate. Of this segment alone.",
    )
    pooled_rate = OptionalFloat(
        string="Pooled Rate (%)", digits=(16, 4), readonly=True, aggregator=None, help="The same, of all segments."
    )
    weight = fields.Float(
        string="Weight of Own", digits=(6, 4), readonly=True, aggregator=None, help="n / (n + k) of n months observed."
    )
    past_rate = OptionalFloat(
        string="Past Loss Rate (%)",
        digits=(16, 4),
        readonly=True,
        aggregator=None,
        help="Roll rates: product of the migrations from this bucket to the last one, and the loss of the last one.",
    )
    source = fields.Selection(SOURCES, readonly=True)
    hand_rate = OptionalFloat(
        string="Rate by Hand (%)",
        digits=(16, 4),
        aggregator=None,
        help="Takes the place of the past loss rate in this run; the factor ahead applies to it too.",
    )
    hand_note = fields.Char(string="Why by Hand")
    rate = OptionalFloat(
        string="Loss Rate (%)",
        digits=(16, 4),
        readonly=True,
        aggregator=None,
        help="Past loss rate or rate by hand, times the factor ahead, not below the lowest rate.",
    )
    allowance = OptionalMonetary(readonly=True, help="Exposed x rate. Empty: not enough data.")
    explanation = fields.Text(compute="_compute_explanation")

    previous_rate = OptionalFloat(string="Rate Before (%)", digits=(16, 4), readonly=True, aggregator=None)
    previous_allowance = OptionalMonetary(string="Allowance Before", readonly=True)
    backtest_balance = fields.Monetary(string="Open a Year Before", readonly=True)
    backtest_rate = OptionalFloat(
        string="Predicted Then (%)", digits=(16, 4), readonly=True, aggregator=None, help="Without the factor ahead."
    )
    backtest_lost = fields.Monetary(string="Lost Since", readonly=True)
    backtest_lost_rate = OptionalFloat(string="Lost Since (%)", digits=(16, 4), readonly=True, aggregator=None)
    backtest_error = OptionalFloat(
        string="Error (Points)",
        digits=(16, 4),
        readonly=True,
        aggregator=None,
        help="Predicted less lost, in percentage points: positive is too careful.",
    )

    _cell_uniq = models.UniqueIndex("(run_id, segment_key, bucket_id)", "This cell of the matrix exists already.")

    # ------------------------------------------------------------------
    # EXPLANATION
    # ------------------------------------------------------------------

    @api.depends("bucket_id", "segment")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.segment}, {line.bucket_id.name}"

    @api.depends("rate", "past_rate", "hand_rate", "source", "exposure", "allowance")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for line in self:
            line.explanation = "\n".join(line._sentences())

    def _sentences(self):
        """How the figure comes about, step by step, in the reader's language."""
        self.ensure_one()
        past = self._sentence_of_past()
        if self.rate is None:
            return [past]
        ahead = self.env._(
            "%(past)s %% x factor ahead %(factor)s, lowest rate %(floor)s %%: rate %(rate)s %%.",
            past=self._number(self.past_rate if self.hand_rate is None else self.hand_rate),
            factor=self._number(self.run_id.factor),
            floor=self._number(100 * self.run_id.method_id.floor_rate),
            rate=self._number(self.rate),
        )
        result = self.env._(
            "Open %(balance)s - credits %(credit)s - guarantees %(cover)s = %(exposure)s; x %(rate)s %%"
            " = %(allowance)s.",
            balance=self._money(self.balance),
            credit=self._money(self.credit),
            cover=self._money(self.cover),
            exposure=self._money(self.exposure),
            rate=self._number(self.rate),
            allowance=self._money(self.allowance),
        )
        return [past, ahead, result]

    def _sentence_of_past(self):
        if self.hand_rate is not None or self.source == "hand":
            return self.env._("Rate by hand: %(note)s", note=self.hand_note or self.run_id.method_id.note or "-")
        if self.source == "last":
            return self.env._("Last bucket: of what gets here, %(rate)s %% is lost.", rate=self._number(self.past_rate))
        if self.source == "none":
            return self.env._(
                "Not enough data: %(months)s months observed, %(needed)s are needed. Enter a rate and its reason.",
                months=self.observations,
                needed=self.run_id.method_id.min_months,
            )
        if self.run_id.method == "roll":
            text = self.env._(
                "Of %(base)s in this bucket over %(months)s months %(moved)s moved on: %(own)s %%. All segments:"
                " %(pooled)s %%; weight of the own experience %(weight)s %%. Multiplied with the migrations of the"
                " later buckets: %(past)s %%.",
                **self._figures(),
            )
        else:
            text = self.env._(
                "Of %(base)s that reached this bucket in %(months)s months %(moved)s was lost: %(own)s %%. All"
                " segments: %(pooled)s %%; weight of the own experience %(weight)s %%. Past loss rate: %(past)s %%.",
                **self._figures(),
            )
        return text

    def _figures(self):
        return {
            "base": self._money(self.base),
            "months": self.observations,
            "moved": self._money(self.moved),
            "own": self._number(self.own_rate),
            "pooled": self._number(self.pooled_rate),
            "weight": self._number(100 * self.weight),
            "past": self._number(self.past_rate),
        }

    def _number(self, value):
        return "-" if value is None else plain_number(self.env, value, 4)

    def _money(self, amount):
        return "-" if amount is None else self.currency_id.format(amount)

    # ------------------------------------------------------------------
    # RATE BY HAND
    # ------------------------------------------------------------------

    def write(self, vals):
        if self.env.su:
            return super().write(vals)
        if vals.keys() - {"hand_rate", "hand_note"}:
            raise AccessError(self.env._("The matrix is computed: enter a rate by hand, with its reason."))
        self.run_id._begin("accountant", "computed")
        for line in self:
            rate = vals.get("hand_rate", line.hand_rate)
            note = vals.get("hand_note", line.hand_note)
            if rate not in (None, False) and not 0 <= rate <= 100:
                raise UserError(self.env._("Rates are between 0 and 100 %."))
            if rate not in (None, False) and not (note or "").strip():
                raise UserError(self.env._("Say why this rate is entered by hand: the auditor will ask."))
        result = super(EclLine, self.sudo()).write(vals)
        self.run_id._take_hand_rates()
        return result

    # ------------------------------------------------------------------
    # DRILL-DOWN
    # ------------------------------------------------------------------

    def _cell_domain(self):
        return [
            ("run_id", "=", self.run_id.id),
            ("segment_key", "=", self.segment_key),
            ("bucket_id", "=", self.bucket_id.id),
            ("is_individual", "=", False),
        ]

    def action_explain(self):
        """The cell with its explanation."""
        return self._get_records_action()

    def action_view_customers(self):
        """The customers of the cell, with what they owe."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_ecl_exposure")
        return {**action, "name": self.display_name, "domain": self._cell_domain(), "context": {}}

    def action_view_items(self):
        """The open items of the cell, as of the day of the run."""
        self.ensure_one()
        return self.env["ecl.exposure"]._open_items_action(
            self.run_id, self.display_name, [("ecl_line_id", "=", self.id)]
        )

    def action_view_observations(self):
        """How the rate came about, month by month."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_ecl_migration")
        domain = [("run_id", "=", self.run_id.id), ("bucket_id", "=", self.bucket_id.id)]
        domain += [("segment_key", "=", self.segment_key)]
        return {**action, "name": self.display_name, "domain": domain, "context": {}}

    def _partners_sql(self):
        return SQL(
            "SELECT partner_id FROM ecl_exposure WHERE run_id = ANY(%s) AND (run_id, segment_key, bucket_id) IN"
            " (SELECT run_id, segment_key, bucket_id FROM ecl_line WHERE id = ANY(%s)) AND NOT is_individual",
            self.run_id.ids,
            self.ids,
            to_flush=self.env["ecl.exposure"]._fields["partner_id"],
        )
