from odoo import fields, models

#: What may be in force for each question: the model, and the naive rules it has to beat.
METHODS = {
    "late": [
        ("distribution", "Distribution of delays"),
        ("weekday", "Distribution of delays by weekday of the due date"),
        ("raw_share", "Customer's raw share of late invoices"),
    ],
    "date": [
        ("distribution", "Distribution of delays"),
        ("customer_mean", "Customer's mean days late"),
        ("due_date", "Due date"),
    ],
    "cash": [("distribution", "Distribution of delays"), ("due_date", "Due date")],
    "worklist": [("distribution", "Distribution of delays"), ("amount", "Largest open amount")],
    "overdue": [("distribution", "Distribution of delays"), ("customer_mean", "Customer's mean days late")],
}


class ResCompany(models.Model):
    """What the payment prediction knows of all customers of a company, and which rule is in force."""

    _inherit = "res.company"

    credit_portfolio = fields.Json(
        readonly=True,
        help="How all customers pay, as of last night: what a single invoice is explained with. Kept by the nightly"
        " job.",
    )
    credit_portfolio_date = fields.Date(string="Payment Habits As Of", readonly=True)
    credit_late_method = fields.Selection(
        METHODS["late"],
        string="Late Payment Rule",
        default="distribution",
        required=True,
        readonly=True,
        help="How the probability of late payment is found. The back-test switches to the naive rule while the model"
        " does not beat it on your own invoices, and splits the habit by weekday only where that gains.",
    )
    credit_late_since = fields.Date(string="Late Payment Rule Since", readonly=True)
    credit_date_method = fields.Selection(
        METHODS["date"],
        string="Payment Date Rule",
        default="distribution",
        required=True,
        readonly=True,
        help="How the payment date is expected. The back-test switches to a naive rule while the model does not beat it"
        " on your own invoices.",
    )
    credit_date_since = fields.Date(string="Payment Date Rule Since", readonly=True)
    credit_cash_method = fields.Selection(
        METHODS["cash"],
        string="Four-Week Cash Rule",
        default="distribution",
        required=True,
        readonly=True,
        help="How the cash of the next four weeks is expected. The back-test switches to the due dates while the model"
        " does not beat them on your own invoices.",
    )
    credit_cash_since = fields.Date(string="Four-Week Cash Rule Since", readonly=True)
    credit_worklist_method = fields.Selection(
        METHODS["worklist"],
        string="Worklist Rule",
        default="distribution",
        required=True,
        readonly=True,
        help="Whom to call first: amount x further days late, or the largest open amount. The back-test switches to the"
        " amount while the model does not hold more of the delay to come on your own invoices.",
    )
    credit_worklist_since = fields.Date(string="Worklist Rule Since", readonly=True)
    credit_overdue_method = fields.Selection(
        METHODS["overdue"],
        string="Newly Overdue Rule",
        default="customer_mean",
        required=True,
        readonly=True,
        help="By which days newly overdue invoices are ranked. The back-test switches to the distribution while it"
        " tells better which of your own invoices become more than 14 days late.",
    )
    credit_overdue_since = fields.Date(string="Newly Overdue Rule Since", readonly=True)

    def _refresh_credit_portfolio(self, as_of):
        """Keep how all customers of these root companies pay, as of a day."""
        portfolios = self.env["receivable.ledger"]._get_portfolios(as_of, self) if self else {}
        for company in self:
            company.credit_portfolio = portfolios.get(company.id) or False
            company.credit_portfolio_date = as_of

    def _cron_refresh_credit_portfolio(self):
        """Nightly job, company by company: single invoices are predicted without reading the payments of everybody."""
        today = fields.Date.context_today(self)
        stale = self.search(
            [
                ("parent_id", "=", False),
                "|",
                ("credit_portfolio_date", "=", False),
                ("credit_portfolio_date", "<", today),
            ]
        )
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(stale))
        for company in stale:
            company._refresh_credit_portfolio(today)
            if not cron._commit_progress(1):
                break
