from odoo import api, fields, models

from odoo.addons.customer_credit_mgmt.models.optional_number import OptionalFloat, OptionalMonetary

STATES = [
    ("draft", "Draft"),
    ("computed", "Computed"),
    ("approved", "Approved"),
    ("posted", "Posted"),
    ("reversed", "Reversed"),
]


class EclRun(models.Model):
    """The expected credit loss of a company on a day: computed, looked through, approved, booked."""

    _name = "ecl.run"
    _description = "Expected Credit Loss"
    _inherit = ["mail.thread", "mail.activity.mixin", "receivable.root.company.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        string="As of",
        required=True,
        default=lambda self: self._default_date(),
        tracking=True,
        help="What was open at the end of this day; the entry is booked on it.",
    )
    method_id = fields.Many2one(
        "ecl.method",
        required=True,
        ondelete="restrict",
        index=True,
        tracking=True,
        domain="[('company_id', '=', company_id)]",
        check_company=True,
        default=lambda self: self._default_method_id(),
    )
    method = fields.Selection(related="method_id.method", string="Estimate")
    state = fields.Selection(
        STATES, required=True, readonly=True, default="draft", copy=False, index=True, tracking=True
    )
    scenario_ids = fields.One2many(
        "ecl.scenario",
        "run_id",
        string="Scenarios",
        compute="_compute_scenario_ids",
        store=True,
        readonly=False,
        help="From the method; change them for this run. Without any, the future is taken to be like the past.",
    )
    overlay_note = fields.Text(
        string="Why These Scenarios",
        help="What is expected of the economy, the customers' trades and your own terms. Needed when the factor is not"
        " 1: the auditor asks for it.",
    )
    user_id = fields.Many2one("res.users", string="Responsible", default=lambda self: self.env.user)
    computed_by = fields.Many2one("res.users", readonly=True, copy=False)
    computed_on = fields.Datetime(readonly=True, copy=False)
    approved_by = fields.Many2one("res.users", readonly=True, copy=False)
    approved_on = fields.Datetime(readonly=True, copy=False)
    posted_by = fields.Many2one("res.users", readonly=True, copy=False)
    posted_on = fields.Datetime(readonly=True, copy=False)

    # Results
    line_ids = fields.One2many("ecl.line", "run_id", string="Matrix")
    individual_ids = fields.One2many("ecl.individual", "run_id", string="Individually Assessed")
    migration_ids = fields.One2many("ecl.migration", "run_id", string="Observations", readonly=True)
    movement_ids = fields.One2many("ecl.movement", "run_id", readonly=True)
    history_from = fields.Date(readonly=True, copy=False)
    history_to = fields.Date(readonly=True, copy=False)
    factor = fields.Float(
        string="Factor Ahead",
        digits=(6, 4),
        readonly=True,
        copy=False,
        help="Sum of probability x factor over the scenarios; every rate of the matrix is multiplied by it.",
    )
    balance = fields.Monetary(string="Open Claims", readonly=True, copy=False, help="Before anything is deducted.")
    credit = fields.Monetary(
        string="Credits Deducted",
        readonly=True,
        copy=False,
        help="Payments and credit notes that are not matched: they pay the customer's oldest items first.",
    )
    credit_left = fields.Monetary(
        string="Credits Left",
        readonly=True,
        copy=False,
        help="Credits of customers to whom more is owed than they owe. They reduce nobody else's debt.",
    )
    receivable = fields.Monetary(
        string="Receivables in the Ledger",
        readonly=True,
        copy=False,
        help="Open claims less all credits: the balance of the receivable accounts on the day, to the cent.",
    )
    cover = fields.Monetary(
        string="Guarantees Deducted",
        readonly=True,
        copy=False,
        help="Cover in force on the day, no more than what is open, spread over the customer's buckets.",
    )
    exposure = fields.Monetary(
        string="Exposed",
        readonly=True,
        copy=False,
        help="Open claims - credits deducted - guarantees deducted: what can be lost.",
    )
    individual_exposure = fields.Monetary(string="Exposed, Individually Assessed", readonly=True, copy=False)
    matrix_allowance = fields.Monetary(string="Allowance by Matrix", readonly=True, copy=False)
    individual_allowance = fields.Monetary(string="Allowance by Customer", readonly=True, copy=False)
    allowance = fields.Monetary(
        readonly=True, copy=False, tracking=True, help="Expected credit loss: by matrix and by customer."
    )
    unknown_count = fields.Integer(
        string="Rates Missing",
        compute="_compute_unknown_count",
        help="Buckets that hold something and have not enough history: enter a rate and its reason.",
    )
    coverage = OptionalFloat(
        compute="_compute_coverage",
        digits=(6, 4),
        help="Allowance / exposed amount. Empty where nothing is exposed or rates are missing.",
    )

    # Comparison
    previous_run_id = fields.Many2one("ecl.run", readonly=True, copy=False, index="btree_not_null")
    previous_allowance = fields.Monetary(readonly=True, copy=False)
    change = OptionalMonetary(compute="_compute_coverage", help="Allowance less that of the run before.")
    backtest_date = fields.Date(readonly=True, copy=False)
    backtest_balance = fields.Monetary(
        string="Open Then", readonly=True, copy=False, help="Claims open one year before, by the same buckets."
    )
    backtest_predicted = fields.Monetary(
        string="Predicted Then",
        readonly=True,
        copy=False,
        help="What the same method, knowing only what was known a year before, would have expected to lose.",
    )
    backtest_lost = fields.Monetary(
        string="Lost Since",
        readonly=True,
        copy=False,
        help="Of what was open then: written off since, and still open in the last bucket today.",
    )
    backtest_error = OptionalMonetary(
        compute="_compute_coverage", string="Error", help="Predicted less lost: positive is too careful."
    )
    backtest_rate_error = OptionalFloat(
        compute="_compute_coverage", string="Error of the Rate", digits=(6, 4), help="Error / what was open then."
    )

    # Entry
    move_id = fields.Many2one("account.move", string="Journal Entry", readonly=True, copy=False, index="btree_not_null")
    reversed_move_id = fields.Many2one(
        "account.move",
        string="Taken Back",
        readonly=True,
        copy=False,
        help="Reversal of the entry of the run before, where the whole allowance is booked anew.",
    )
    reversal_move_ids = fields.Many2many("account.move", string="Reversals", readonly=True, copy=False)
    reversal_reason = fields.Char(readonly=True, copy=False)
    booked = fields.Monetary(
        string="Booked Before",
        readonly=True,
        copy=False,
        help="What the allowance account showed on the day before the entry of this run.",
    )
    to_book = fields.Monetary(
        compute="_compute_coverage", help="Allowance less what is booked: positive adds, negative releases."
    )

    _posted_uniq = models.UniqueIndex(
        "(company_id, date) WHERE state = 'posted'", "The expected credit loss of this day is booked already."
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    def _default_date(self):
        return fields.Date.context_today(self)

    def _default_method_id(self):
        return self.env["ecl.method"]._get_default(self.env.company.root_id)

    @api.depends("date")
    def _compute_name(self):
        for run in self:
            run.name = self.env._("Expected loss %(date)s", date=run.date or "")

    @api.depends("method_id")
    def _compute_scenario_ids(self):
        for run in self:
            run.scenario_ids = [
                fields.Command.clear(),
                *(
                    fields.Command.create(
                        {"name": scenario.name, "probability": scenario.probability, "factor": scenario.factor}
                    )
                    for scenario in run.method_id.scenario_ids
                ),
            ]

    @api.depends("line_ids.rate", "line_ids.exposure")
    def _compute_unknown_count(self):
        counts = dict(
            self.env["ecl.line"]._read_group(
                [("run_id", "in", self.ids), ("rate", "=", False), ("exposure", ">", 0)], ["run_id"], ["__count"]
            )
        )
        for run in self:
            run.unknown_count = counts.get(run, 0)

    @api.depends(
        "allowance",
        "exposure",
        "unknown_count",
        "previous_run_id",
        "previous_allowance",
        "booked",
        "backtest_predicted",
        "backtest_lost",
        "backtest_balance",
    )
    def _compute_coverage(self):
        for run in self:
            is_known = run.exposure and not run.unknown_count
            run.coverage = run.allowance / run.exposure if is_known else None
            run.change = run.allowance - run.previous_allowance if run.previous_run_id else None
            run.to_book = run.allowance - run.booked
            # nothing was predicted: an error of 0 would be read as a perfect prediction
            is_tested = bool(run.backtest_balance)
            run.backtest_error = run.backtest_predicted - run.backtest_lost if is_tested else None
            run.backtest_rate_error = run.backtest_error / run.backtest_balance if is_tested else None
