from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import formatLang

from .job_step import attempt

METHODS = [
    ("bg_nbd", "BG/NBD"),
    ("logistic", "Logistic Regression"),
    ("rhythm", "Own Rhythm"),
    ("none", "None"),
]
EXPECTATIONS = [("bg_nbd", "BG/NBD"), ("last_year", "Last 12 Months")]
REVENUES = [("bg_nbd", "BG/NBD x Gamma-Gamma"), ("last_year", "Last 12 Months")]


class CustomerChurnModel(models.Model):
    """One fit of the models of churn and value for a company: what was learnt, how it did, and what is in force.

    History: rows are only added, by the monthly job or *Fit Now*; the newest one of a company is in force.
    """

    _name = "customer.churn.model"
    _description = "Churn Model"
    _order = "date DESC, id DESC"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Fitted by", readonly=True, ondelete="set null")
    date = fields.Date(string="As of", required=True, readonly=True, help="Purchases up to this day were used.")
    is_current = fields.Boolean(string="In Force", readonly=True, help="The newest fit of the company.")

    # what is in force
    method = fields.Selection(
        METHODS,
        string="Churn Risk by",
        required=True,
        readonly=True,
        help="BG/NBD where its conditions hold and it ranks repeat buyers at least as well as every naive rule; else "
        "the logistic regression under the same test; else the customers' own rhythm; none without enough purchases.",
    )
    purchases_method = fields.Selection(
        EXPECTATIONS,
        string="Expected Purchases by",
        required=True,
        readonly=True,
        help="BG/NBD where its conditions hold and it was no more wrong in the hold-out than the last 12 months.",
    )
    revenue_method = fields.Selection(
        REVENUES,
        string="Expected Revenue by",
        required=True,
        readonly=True,
        help="BG/NBD x Gamma-Gamma where the conditions of both hold and they were no more wrong in the hold-out than "
        "the revenue of the last 12 months. Customer lifetime value goes by the same.",
    )
    reason = fields.Char(readonly=True, help="Key of the sentence that says why.")
    conclusion = fields.Text(string="Why", compute="_compute_conclusion")

    # data
    customer_count = fields.Integer(string="Customers", readonly=True)
    repeat_count = fields.Integer(string="Repeat Buyers", readonly=True)
    months = fields.Float(string="Months of History", digits=(7, 1), readonly=True, aggregator=None)
    horizon_days = fields.Integer(
        string="Hold-Out (days)",
        readonly=True,
        aggregator=None,
        help="Churn means no purchase in so many days; the models were tested on as many days before the fit.",
    )
    holdout_start = fields.Date(
        string="Hold-Out from", readonly=True, help="For the test the models knew nothing of this day and after it."
    )
    holdout_purchases = fields.Integer(string="Purchases in the Hold-Out", readonly=True)
    holdout_revenue = fields.Monetary(string="Revenue in the Hold-Out", readonly=True)

    holdout_text = fields.Text(string="Test", compute="_compute_holdout_text")

    # parameters, as fitted up to the date; meaningful where the model could be fitted
    has_bg_nbd = fields.Boolean(readonly=True)
    bg_r = fields.Float(
        string="r", digits=(12, 4), readonly=True, aggregator=None, help="Shape of the spread of buying rates."
    )
    bg_alpha = fields.Float(
        string="alpha",
        digits=(12, 4),
        readonly=True,
        aggregator=None,
        help="Scale of the buying rates, in weeks: r / alpha purchases a week on average.",
    )
    bg_a = fields.Float(
        string="a", digits=(12, 4), readonly=True, aggregator=None, help="With b: spread of the chance to leave."
    )
    bg_b = fields.Float(
        string="b",
        digits=(12, 4),
        readonly=True,
        aggregator=None,
        help="a / (a + b) is the mean chance to leave after a purchase.",
    )
    bg_log_likelihood = fields.Float(string="Log-Likelihood BG/NBD", digits=(16, 1), readonly=True, aggregator=None)
    has_gamma_gamma = fields.Boolean(readonly=True)
    gg_p = fields.Float(
        string="p", digits=(12, 4), readonly=True, aggregator=None, help="How even the purchases of a customer are."
    )
    gg_q = fields.Float(
        string="q", digits=(12, 4), readonly=True, aggregator=None, help="How alike the customers' means are."
    )
    gg_gamma = fields.Float(
        string="gamma",
        digits=(16, 4),
        readonly=True,
        aggregator=None,
        help="Scale: p x gamma / (q - 1) is the mean value of a purchase over all customers.",
    )
    gg_log_likelihood = fields.Float(
        string="Log-Likelihood Gamma-Gamma", digits=(16, 1), readonly=True, aggregator=None
    )
    has_logistic = fields.Boolean(readonly=True)
    logistic_text = fields.Text(string="Weights", compute="_compute_logistic_text")
    rhythm_median = fields.Float(
        string="Usual Gap (days)",
        digits=(8, 1),
        readonly=True,
        aggregator=None,
        help="Median over the customers of their median days between purchases. 0: too few purchases for a rhythm.",
    )
    fits = fields.Json(readonly=True, export_string_translation=False)

    # the last-12-month rule
    kept_share = fields.Float(
        string="Revenue Kept per Year",
        readonly=True,
        aggregator=None,
        help="Share of the revenue of known customers that comes again a year later, from the hold-out; 1 at most.",
    )
    ratios = fields.Json(readonly=True, export_string_translation=False)

    guard_ids = fields.One2many("customer.churn.guard", "model_id", string="Conditions", readonly=True)
    result_ids = fields.One2many("customer.churn.result", "model_id", string="Hold-Out Test", readonly=True)

    _one_current = models.UniqueIndex("(company_id) WHERE is_current", "A company has one churn model in force.")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("company_id", "date")
    def _compute_display_name(self):
        for model in self:
            model.display_name = f"{model.company_id.name or ''} {fields.Date.to_string(model.date) or ''}".strip()

    @api.depends("reason", "method")
    @api.depends_context("lang")
    def _compute_conclusion(self):
        for model in self:
            model.conclusion = "\n".join([model._explain_method(), model._explain_expectation()])

    def _explain_method(self):
        failed = ", ".join(self.guard_ids.filtered(lambda guard: guard.is_for_risk and not guard.passed).mapped("name"))
        sentences = {
            "bg_nbd": self.env._(
                "Churn risk by BG/NBD: its conditions hold and it ranks repeat buyers at least as well as the naive "
                "rules."
            ),
            "logistic_guards": self.env._(
                "Churn risk by logistic regression: conditions of BG/NBD do not hold (%(failed)s).", failed=failed
            ),
            "logistic_beaten": self.env._(
                "Churn risk by logistic regression: BG/NBD ranked repeat buyers worse than a naive rule."
            ),
            "rhythm_guards": self.env._(
                "Churn risk by the customers' own rhythm: conditions of BG/NBD do not hold (%(failed)s), and the "
                "logistic regression could not be fitted or ranked repeat buyers worse than a naive rule.",
                failed=failed,
            ),
            "rhythm_beaten": self.env._(
                "Churn risk by the customers' own rhythm: BG/NBD and logistic regression ranked repeat buyers worse "
                "than a naive rule."
            ),
            "rhythm_untested": self.env._(
                "Churn risk by the customers' own rhythm: there is no hold-out yet in which the other methods could be "
                "tested."
            ),
            "none": self.env._("No churn risk: there are too few repeat purchases to learn from."),
        }
        return sentences.get(self.reason, sentences["none"])

    def _explain_expectation(self):
        if self.revenue_method == "bg_nbd":
            return self.env._(
                "Expected purchases by BG/NBD, expected revenue and lifetime value by BG/NBD x Gamma-Gamma: both were "
                "no more wrong in the hold-out than the last 12 months."
            )
        if self.purchases_method == "bg_nbd":
            return self.env._(
                "Expected purchases by BG/NBD. Expected revenue and lifetime value by the revenue of the last 12 "
                "months: Gamma-Gamma does not hold or was more wrong in the hold-out."
            )
        return self.env._(
            "Expected purchases, revenue and lifetime value by the last 12 months: BG/NBD does not hold or was more "
            "wrong in the hold-out."
        )

    @api.depends("horizon_days", "holdout_purchases", "holdout_revenue")
    @api.depends_context("lang")
    def _compute_holdout_text(self):
        for model in self:
            model.holdout_text = self.env._(
                "The models were fitted without the last %(days)s days and then compared with what came: %(purchases)s "
                "purchases and %(revenue)s of revenue.",
                days=model.horizon_days,
                purchases=formatLang(self.env, model.holdout_purchases, digits=0),
                revenue=formatLang(self.env, model.holdout_revenue, currency_obj=model.currency_id),
            )

    @api.depends("fits")
    @api.depends_context("lang")
    def _compute_logistic_text(self):
        names = [
            self.env._("constant"),
            self.env._("days since the last purchase"),
            self.env._("purchases"),
            self.env._("revenue of the last 12 months"),
            self.env._("days since the first purchase"),
        ]
        for model in self:
            weights = ((model.fits or {}).get("logistic") or {}).get("weights") or []
            model.logistic_text = "\n".join(
                f"{name}: {weight:+.3f}" for name, weight in zip(names, weights, strict=False)
            )

    # ------------------------------------------------------------------
    # READING AND FITTING
    # ------------------------------------------------------------------

    @api.model
    def _get_current(self, company):
        """The fit in force of a root company, may be empty."""
        # sudo: the figures of every salesperson's customers come from it
        return self.sudo().search([("company_id", "=", company.sudo().root_id.id), ("is_current", "=", True)])

    def _cron_fit(self):
        """Fit for every company with a policy of customer value, one transaction each."""
        today = fields.Date.context_today(self)
        policies = self.env["customer.value.policy"].search([])
        fitted = self.search([("is_current", "=", True), ("date", "=", today)]).company_id
        due = policies.filtered(lambda policy: policy.company_id not in fitted)
        self.env["ir.cron"]._commit_progress(remaining=len(due))
        for policy in due:
            locked = policy.try_lock_for_update(allow_referencing=True)
            if locked:
                attempt(locked, self.env["customer.churn.fitter"]._run, locked, today)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    def _check_may_fit(self):
        if not self.env.user.has_group("customer_abc_segmentation.group_segmentation_manager"):
            raise AccessError(self.env._("Only segmentation managers fit churn models."))

    def action_fit(self):
        """Fit now for the current company and bring churn and value of its customers up to date."""
        self._check_may_fit()
        policy = self.env["customer.value.policy"]._get_for()
        if not policy:
            raise UserError(
                self.env._(
                    "%(company)s has no policy of customer value. Set one up under Configuration > Segmentation first.",
                    company=self.env.company.name,
                )
            )
        policy.lock_for_update(allow_referencing=True)
        today = fields.Date.context_today(self)
        model = self.env["customer.churn.fitter"]._run(policy, today)
        self.env["customer.value.expectation"]._refresh(policy, max(today, policy.last_date or today))
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("customer_abc_segmentation.action_customer_churn_model"),
            "views": [(False, "form")],
            "res_id": model.id,
        }
