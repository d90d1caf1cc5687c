from odoo import fields, models

RULES = [
    ("bg_nbd", "BG/NBD"),
    ("logistic", "Logistic Regression"),
    ("rhythm", "Own Rhythm"),
    ("last_year", "Naive: Last 12 Months"),
    ("recency", "Naive: Days since Last Purchase"),
    ("recency_frequency", "Naive: Days since Last Purchase / Mean Gap"),
]


class CustomerChurnResult(models.Model):
    """How one method or naive rule did in the hold-out of a fit. What was not measured has its flag off."""

    _name = "customer.churn.result"
    _description = "Churn Model Hold-Out Result"
    _order = "model_id DESC, id"
    _rec_name = "method"
    _log_access = False

    model_id = fields.Many2one("customer.churn.model", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="model_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="model_id.currency_id")
    date = fields.Date(related="model_id.date", store=True, string="As of")
    method = fields.Selection(RULES, required=True, readonly=True)
    is_naive = fields.Boolean(readonly=True)
    has_auc = fields.Boolean(readonly=True)
    auc = fields.Float(
        string="AUC",
        digits=(5, 3),
        readonly=True,
        aggregator="avg",
        help="Probability that a repeat buyer who did not come back had a higher risk than one who did: 0.5 is a coin, "
        "1 perfect.",
    )
    has_purchases = fields.Boolean(readonly=True)
    mae = fields.Float(
        string="Purchases: Error",
        digits=(10, 3),
        readonly=True,
        aggregator="avg",
        help="Mean absolute error of the purchases of a customer in the hold-out.",
    )
    rmse = fields.Float(
        string="Purchases: RMSE",
        digits=(10, 3),
        readonly=True,
        aggregator="avg",
        help="Root of the mean squared error; the method with the smaller one is in force.",
    )
    correlation = fields.Float(
        string="Purchases: Correlation",
        digits=(5, 3),
        readonly=True,
        aggregator="avg",
        help="Of expected and actual purchases.",
    )
    expected = fields.Float(string="Purchases: Total", digits=(16, 0), readonly=True, aggregator=None)
    has_revenue = fields.Boolean(readonly=True)
    revenue_mae = fields.Monetary(
        string="Revenue: Error",
        readonly=True,
        aggregator="avg",
        help="Mean absolute error of the net revenue of a customer in the hold-out.",
    )
    revenue_rmse = fields.Monetary(
        string="Revenue: RMSE",
        readonly=True,
        aggregator="avg",
        help="Root of the mean squared error; the method with the smaller one is in force.",
    )
    revenue_correlation = fields.Float(string="Revenue: Correlation", digits=(5, 3), readonly=True, aggregator="avg")
    revenue_expected = fields.Monetary(string="Revenue: Total", readonly=True, aggregator=None)
