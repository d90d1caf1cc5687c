from odoo import api, fields, models
from odoo.tools import SQL

from ..core import altman
from ..core.ratios import ITEMS, compute
from .optional_float import OptionalFloat

ZONES = [(altman.DISTRESS, "Distress"), (altman.GREY, "Grey"), (altman.SAFE, "Safe")]
AMOUNT = {"digits": (18, 2), "aggregator": "sum"}
RATIO = {"compute": "_compute_ratios", "store": True, "aggregator": "avg"}


class PartnerFinancialStatement(models.Model):
    """The yearly figures of a customer, and the ratios that follow from them.

    An item that is left empty was not reported: it is unknown, not 0, and so is every ratio that needs it. A confirmed
    statement is frozen; a manager can take it back, and the chatter keeps what was changed.
    """

    _name = "partner.financial.statement"
    _description = "Financial Statement"
    _inherit = ["mail.thread"]
    _order = "date_end DESC, id DESC"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="cascade",
        tracking=True,
        domain="[('commercial_partner_id', '=', id)]",
        help="The commercial entity: its contacts and addresses share its statements.",
    )
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        tracking=True,
        domain="[('parent_id', '=', False)]",
        help="Leave empty when every company may use it. Fill in when only one company may see it.",
    )
    date_end = fields.Date(
        string="Closing Date", required=True, tracking=True, help="The last day of the financial year."
    )
    year = fields.Integer(
        compute="_compute_year", store=True, aggregator=None, help="The year in which the financial year ends."
    )
    months = fields.Integer(
        default=12,
        required=True,
        aggregator=None,
        tracking=True,
        help="Length of the period. Sales and profits of other than 12 months are scaled to a year where they are"
        " compared with a balance.",
    )
    audited = fields.Boolean(tracking=True, help="An auditor has examined the statement.")
    source = fields.Char(help="Where the figures come from, such as the commercial register or the customer's bank.")
    currency_id = fields.Many2one(
        "res.currency", required=True, tracking=True, default=lambda self: self._default_currency_id()
    )
    state = fields.Selection(
        [("draft", "Draft"), ("confirmed", "Confirmed")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        help="Scores, proposals and assessments use confirmed statements only.",
    )
    note = fields.Html(string="Notes")

    # Balance sheet
    current_assets = OptionalFloat(**AMOUNT, help="Assets that become cash within a year.")
    inventories = OptionalFloat(**AMOUNT, help="Part of the current assets.")
    receivables = OptionalFloat(**AMOUNT, help="Trade receivables, part of the current assets.")
    cash = OptionalFloat(**AMOUNT, help="Cash and bank, part of the current assets.")
    total_assets = OptionalFloat(**AMOUNT)
    current_liabilities = OptionalFloat(**AMOUNT, help="Due within a year.")
    total_liabilities = OptionalFloat(**AMOUNT, help="All debts and provisions: total assets less equity.")
    equity = OptionalFloat(**AMOUNT, help="Book value; negative when the debts are more than the assets.")
    retained_earnings = OptionalFloat(**AMOUNT, help="Profits kept in the firm since it was founded; part of equity.")

    # Income and cash flow
    sales = OptionalFloat(**AMOUNT)
    cost_of_sales = OptionalFloat(**AMOUNT)
    ebit = OptionalFloat(string="EBIT", **AMOUNT, help="Profit before interest and taxes.")
    interest_expense = OptionalFloat(**AMOUNT)
    net_profit = OptionalFloat(**AMOUNT, help="Negative for a loss.")
    operating_cash_flow = OptionalFloat(**AMOUNT)

    # Ratios: empty when an item is not known or the denominator is not positive
    working_capital = OptionalFloat(
        **{**RATIO, "aggregator": "sum"}, digits=(18, 2), help="Current assets - current liabilities."
    )
    current_ratio = OptionalFloat(**RATIO, digits=(16, 2), help="Current assets / current liabilities.")
    quick_ratio = OptionalFloat(**RATIO, digits=(16, 2), help="(Current assets - inventories) / current liabilities.")
    equity_ratio = OptionalFloat(**RATIO, digits=(16, 4), help="Equity / total assets.")
    debt_equity = OptionalFloat(
        string="Debt to Equity",
        **RATIO,
        digits=(16, 2),
        help="Total liabilities / equity; unknown when the equity is not positive.",
    )
    cash_debt = OptionalFloat(
        string="Cash Flow to Debt", **RATIO, digits=(16, 4), help="Operating cash flow of a year / total liabilities."
    )
    asset_turnover = OptionalFloat(**RATIO, digits=(16, 2), help="Sales of a year / total assets.")
    gross_margin = OptionalFloat(**RATIO, digits=(16, 4), help="(Sales - cost of sales) / sales.")
    net_margin = OptionalFloat(**RATIO, digits=(16, 4), help="Net profit / sales.")
    interest_cover = OptionalFloat(**RATIO, digits=(16, 2), help="EBIT / interest expense.")
    receivable_days = OptionalFloat(**RATIO, digits=(16, 1), help="Receivables / sales of a year x 365.")
    inventory_days = OptionalFloat(**RATIO, digits=(16, 1), help="Inventories / cost of sales of a year x 365.")
    altman_z1 = OptionalFloat(
        string="Altman Z'",
        **RATIO,
        digits=(16, 2),
        help="For private manufacturers: 0.717 X1 + 0.847 X2 + 3.107 X3 + 0.420 X4 + 0.998 X5; distress below 1.23, safe"
        " above 2.90. X1 working capital / assets, X2 retained earnings / assets, X3 EBIT / assets, X4 book equity /"
        " liabilities, X5 sales / assets (Altman 2000).",
    )
    altman_z1_zone = fields.Selection(ZONES, compute="_compute_ratios", store=True, string="Zone of Z'")
    altman_z2 = OptionalFloat(
        string="Altman Z''",
        **RATIO,
        digits=(16, 2),
        help="For private firms of any trade: 6.56 X1 + 3.26 X2 + 6.72 X3 + 1.05 X4; distress below 1.10, safe above 2.60"
        " (Altman 2000, 2018).",
    )
    altman_z2_zone = fields.Selection(ZONES, compute="_compute_ratios", store=True, string="Zone")

    _confirmed_uniq = models.UniqueIndex(
        "(partner_id, COALESCE(company_id, 0), date_end) WHERE state = 'confirmed'",
        "A customer can have one confirmed statement for a closing date. Take the other one back first.",
    )
    _months_range = models.Constraint(
        "CHECK (months BETWEEN 1 AND 24)", "A statement covers between 1 and 24 months."
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.model
    def _default_currency_id(self):
        return self.env.company.currency_id

    @api.depends("date_end")
    def _compute_year(self):
        for statement in self:
            statement.year = statement.date_end.year if statement.date_end else 0

    @api.depends("months", *ITEMS)
    def _compute_ratios(self):
        for statement in self:
            statement.update(compute(statement._get_figures(), statement.months or 12))

    def _get_figures(self):
        """``{item: amount, or None when it was not reported}``."""
        self.ensure_one()
        return {name: self[name] for name in ITEMS}

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    def _latest_sql(self, company, as_of, partners=None):
        """All columns of the latest confirmed statement of each customer that a root company may use.

        Of two with the same closing date the company's own goes before the shared one.
        """
        return SQL(
            """
            SELECT DISTINCT ON (partner_id) *
              FROM partner_financial_statement
             WHERE state = 'confirmed' AND date_end <= %(as_of)s
               AND (company_id IS NULL OR company_id = %(company)s) AND %(partners)s
             ORDER BY partner_id, date_end DESC, company_id NULLS LAST
            """,
            as_of=SQL("%s::date", as_of),
            company=company.id,
            partners=SQL("TRUE") if partners is None else SQL("partner_id = ANY(%s)", list(partners.ids)),
            to_flush=[field for field in self._fields.values() if field.store and field.column_type],
        )
