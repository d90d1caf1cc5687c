from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date

from ..core import altman
from ..core.ratios import ITEMS, compute
from .optional_number import OptionalFloat, OptionalMonetary

ZONES = [(altman.DISTRESS, "Distress"), (altman.GREY, "Grey"), (altman.SAFE, "Safe")]
#: What methods set, never a user: the state with its signature, and how the years are linked.
FINDINGS = {"state", "confirmed_by", "previous_id", "is_latest"}
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
    confirmed_by = fields.Many2one("res.users", readonly=True, copy=False, tracking=True)
    note = fields.Html(string="Notes")

    # Balance sheet
    current_assets = OptionalMonetary(help="Assets that become cash within a year.")
    inventories = OptionalMonetary(help="Part of the current assets.")
    receivables = OptionalMonetary(help="Trade receivables, part of the current assets.")
    cash = OptionalMonetary(help="Cash and bank, part of the current assets.")
    total_assets = OptionalMonetary()
    current_liabilities = OptionalMonetary(help="Due within a year.")
    total_liabilities = OptionalMonetary(help="All debts and provisions: total assets less equity.")
    equity = OptionalMonetary(help="Book value; negative when the debts are more than the assets.")
    retained_earnings = OptionalMonetary(help="Profits kept in the firm since it was founded; part of equity.")

    # Income and cash flow
    sales = OptionalMonetary()
    cost_of_sales = OptionalMonetary()
    ebit = OptionalMonetary(string="EBIT", help="Profit before interest and taxes.")
    interest_expense = OptionalMonetary()
    net_profit = OptionalMonetary(help="Negative for a loss.")
    operating_cash_flow = OptionalMonetary()

    # Ratios: empty when an item is not known or the denominator is not positive
    working_capital = OptionalMonetary(
        compute="_compute_ratios", store=True, help="Current assets - current liabilities."
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
        help="For private manufacturers: 0.717 X1 + 0.847 X2 + 3.107 X3 + 0.420 X4 + 0.998 X5; distress below 1.23,"
        " safe above 2.90. X1 working capital / assets, X2 retained earnings / assets, X3 EBIT / assets, X4 book equity"
        " / liabilities, X5 sales / assets (Altman 2000).",
    )
    altman_z1_zone = fields.Selection(ZONES, compute="_compute_ratios", store=True, string="Zone of Z'")
    altman_z2 = OptionalFloat(
        string="Altman Z''",
        **RATIO,
        digits=(16, 2),
        help="For private firms of any trade: 6.56 X1 + 3.26 X2 + 6.72 X3 + 1.05 X4; distress below 1.10, safe above"
        " 2.60 (Altman 2000, 2018).",
    )
    altman_z2_zone = fields.Selection(ZONES, compute="_compute_ratios", store=True, string="Zone")

    _confirmed_uniq = models.UniqueIndex(
        "(partner_id, COALESCE(company_id, 0), date_end) WHERE state = 'confirmed'",
        "A customer has one confirmed statement for each closing date. Take the other one back to draft first.",
    )
    _months_range = models.Constraint("CHECK (months BETWEEN 1 AND 24)", "A statement covers between 1 and 24 months.")

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

    @api.depends("partner_id", "date_end", "months")
    def _compute_display_name(self):
        for statement in self:
            if not statement.date_end:
                statement.display_name = self.env._("New")
                continue
            # sudo: the name of a customer is shown to whoever may see the statement
            customer = statement.partner_id.sudo().display_name
            statement.display_name = f"{customer} {format_date(self.env, statement.date_end)}"

    # ------------------------------------------------------------------
    # CONSTRAINTS AND CRUD
    # ------------------------------------------------------------------

    @api.constrains("company_id")
    def _check_company_is_root(self):
        for statement in self:
            if statement.company_id.parent_id:
                raise ValidationError(
                    self.env._(
                        "%(branch)s is a branch: choose %(root)s, or leave the company empty.",
                        branch=statement.company_id.name,
                        root=statement.company_id.root_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        statements = super().create([self._with_commercial_entity(vals) for vals in vals_list])
        # the result is checked, not the values: the context may hold defaults
        if not self.env.su and statements.filtered(lambda statement: statement.state != "draft"):
            raise AccessError(self.env._("A new statement is a draft: confirm it with the button."))
        statements._link_years()
        return statements

    def write(self, vals):
        if not self.env.su and FINDINGS & vals.keys():
            raise AccessError(self.env._("Confirm a statement or take it back with the buttons; the rest is computed."))
        if not self.env.su and vals.keys() - self._get_fields_never_frozen():
            self._check_not_frozen()
        partners = self.partner_id
        result = super().write(self._with_commercial_entity(vals))
        if {"partner_id", "company_id", "date_end", "state"} & vals.keys():
            self._link_years(partners)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confirmed(self):
        if self.filtered(lambda statement: statement.state == "confirmed"):
            raise UserError(self.env._("Confirmed statements are kept: scores and limits rest on them."))

    def _with_commercial_entity(self, vals):
        """A statement of a contact or an address is one of the firm it belongs to."""
        if not vals.get("partner_id"):
            return vals
        partner = self.env["res.partner"].browse(vals["partner_id"])
        return {**vals, "partner_id": partner.commercial_partner_id.id}

    def _get_fields_never_frozen(self):
        """Fields that no score depends on, and what the chatter writes."""
        return {name for name in self._fields if name.startswith(("message_", "activity_"))} | {"note"}

    def _check_not_frozen(self):
        frozen = self.filtered(lambda statement: statement.state == "confirmed")
        if frozen:
            raise UserError(
                self.env._(
                    "%(statement)s is confirmed and frozen, because scores and limits rest on it. To correct it, a"
                    " credit manager takes it back to draft.",
                    statement=frozen[0].display_name,
                )
            )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_confirm(self):
        """From now on scores, proposals and assessments use these figures."""
        self.check_access("write")
        drafts = self.filtered(lambda statement: statement.state == "draft")
        for statement in drafts:
            statement._check_can_be_confirmed()
            if statement.problem_text:
                statement.message_post(
                    body=self.env._("Confirmed although: %(problems)s", problems=statement.problem_text)
                )
        # sudo: the only door to the state, see write
        drafts.sudo().write({"state": "confirmed", "confirmed_by": self.env.uid})
        return True

    def action_reset_to_draft(self):
        """Only a manager takes back what decisions may rest on; the chatter says who did."""
        if not self.env.user.has_group("customer_credit_mgmt.group_credit_manager"):
            raise AccessError(self.env._("Only a credit manager can take a confirmed statement back to draft."))
        self.check_access("write")
        # sudo: the only door to the state, see write
        self.sudo().write({"state": "draft", "confirmed_by": False})
        return True

    def _check_can_be_confirmed(self):
        if self.date_end > fields.Date.context_today(self):
            raise UserError(
                self.env._("%(statement)s closes in the future: correct the closing date.", statement=self.display_name)
            )
        if all(amount is None for amount in self._get_figures().values()):
            raise UserError(
                self.env._("%(statement)s has no figures: enter at least one.", statement=self.display_name)
            )
        rival = self.search(
            [
                ("id", "!=", self.id),
                ("state", "=", "confirmed"),
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("date_end", "=", self.date_end),
            ],
            limit=1,
        )
        if rival:
            raise UserError(
                self.env._(
                    "%(statement)s is confirmed already. A credit manager takes it back to draft first.",
                    statement=rival.display_name,
                )
            )

    @api.model
    def get_import_templates(self):
        label = self.env._("Import template for financial statements")
        return [{"label": label, "template": "/customer_credit_mgmt/static/xls/financial_statements.xlsx"}]
