from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.safe_eval import safe_eval

from ..core.interest import Rounding
from ..core.interest_days import DayCount, Per
from ..core.interest_dispute import DisputedDays
from ..core.interest_rates import Basis

DAY_COUNTS = [
    (DayCount.ACT_365, "Calendar days / 365"),
    (DayCount.ACT_ACT, "Calendar days / 365 or 366"),
    (DayCount.ACT_360, "Calendar days / 360"),
    (DayCount.THIRTY_360, "Months of 30 days / 360"),
]
PERS = [(Per.YEAR, "per year"), (Per.DAY, "per day")]


class LateInterestRule(models.Model):
    """What a law or a contract says about late payment. The first rule that is for an item applies to it."""

    _name = "late.interest.rule"
    _description = "Late Interest Rule"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10, help="The first rule, in this order, that is for an item applies to it.")
    kind = fields.Selection([("law", "Law"), ("contract", "Contract")], required=True, default="contract")
    company_id = fields.Many2one(
        "res.company",
        index=True,
        domain=[("parent_id", "=", False)],
        help="Empty: for all companies that the countries below allow.",
    )

    # for whom
    company_country_ids = fields.Many2many(
        "res.country",
        "late_interest_rule_company_country_rel",
        string="Seller in",
        help="Countries of our company. Empty: all.",
    )
    partner_country_ids = fields.Many2many(
        "res.country",
        "late_interest_rule_partner_country_rel",
        string="Customer in",
        help="Empty: all. A customer without a country counts as one of our company's country.",
    )
    is_b2b_only = fields.Boolean(
        string="Businesses Only", default=True, help="Not for private persons: companies, or who has a tax ID."
    )
    needs_sme = fields.Boolean(
        string="Seller Is an SME",
        help="Only if our company has told its customers that it is a small or medium enterprise (see the settings).",
    )
    contract_from = fields.Date(string="Contracts From", help="First day of contracts that the rule is for.")
    contract_to = fields.Date(string="Contracts Until", help="Last day of contracts that the rule is for.")
    partner_domain = fields.Char(string="Customers", default="[]", help="Further conditions on the customers.")

    # the rate
    rate_mode = fields.Selection(
        [("reference", "Reference rate plus margin"), ("fixed", "Fixed rate")],
        string="Rate",
        required=True,
        default="fixed",
    )
    reference_id = fields.Many2one("late.interest.reference", string="Reference Rate", ondelete="restrict")
    margin = fields.Float(string="Margin (Points)", digits=(16, 4), help="Percentage points above the reference rate.")
    basis = fields.Selection(
        [
            (Basis.HALF_YEAR, "1 January and 1 July, for that half-year"),
            (Basis.START_EVE, "Eve of the half-year in which the delay begins, for all of it"),
            (Basis.DAILY, "Every day, as it changes"),
            (Basis.CONTRACT, "Day of the contract, for all of the delay"),
        ],
        string="Read On",
        required=True,
        default=Basis.HALF_YEAR,
        help="On which day the reference rate is read.",
    )
    fixed_rate = fields.Float(string="Rate (%)", digits=(16, 4))
    per = fields.Selection(PERS, required=True, default=Per.YEAR)
    takes_agreed = fields.Boolean(
        string="Agreed Rate Goes First", default=True, help="A rate agreed with the customer replaces this one."
    )
    floor_reference_id = fields.Many2one(
        "late.interest.reference",
        string="Agreed Rate At Least",
        ondelete="restrict",
        help="An agreed rate is not below this reference rate on the day of the contract.",
    )

    # the money
    day_count = fields.Selection(DAY_COUNTS, required=True, default=DayCount.ACT_365)
    rounding = fields.Selection(
        [(Rounding.PERIOD, "Each period"), (Rounding.DAY, "The interest of one day first")],
        required=True,
        default=Rounding.PERIOD,
        help="What is rounded to the currency: the interest of each period of equal base and rate, or that of a day,"
        " before it is multiplied by the days.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="Of the compensation and the minimum. Items in other currencies get them converted.",
    )
    band_ids = fields.One2many("late.interest.band", "rule_id", string="Compensation", copy=True)
    minimum_amount = fields.Monetary(
        string="Minimum", help="A customer whose charges of a run are lower is charged nothing; the days stay free."
    )
    grace_days = fields.Integer(help="No interest if paid so many days late; later, interest runs from the first day.")
    disputed_days = fields.Selection(
        [
            (DisputedDays.SUSPENDED, "Suspended, charged if the dispute is rejected or withdrawn"),
            (DisputedDays.FREE, "Free, whatever is decided"),
            (DisputedDays.CHARGED, "Charged as ever"),
        ],
        string="Parts in Dispute",
        required=True,
        default=DisputedDays.SUSPENDED,
        help="Interest of the part of an item that is in dispute, for the days on which it is.",
    )
    legal_text = fields.Text(
        string="Legal Sentence", translate=True, help="Printed on letters, e-mails and invoices that claim interest."
    )
    legal_source = fields.Char(help="The act and section, or the contract.")

    # the invoice
    product_id = fields.Many2one(
        "product.product", domain=[("sale_ok", "=", True)], help="Gives account and taxes of the invoice."
    )
    tax_mode = fields.Selection(
        [("product", "Those of the product"), ("company", "Default sales tax of the company")],
        string="Taxes",
        required=True,
        default="product",
        help="Interest for late payment is damages, out of scope of VAT, in the EU and the UK; in China it is part of"
        " the price and taxed.",
    )
    account_id = fields.Many2one(
        "account.account",
        string="Income Account",
        company_dependent=True,
        help="Instead of the product's. Each company has its own.",
    )

    _amounts_check = models.Constraint(
        "CHECK (minimum_amount >= 0 AND grace_days >= 0)", "Minimum and days of grace cannot be negative."
    )

    # ------------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------------

    @api.constrains("company_id")
    def _check_company_is_root(self):
        self.env["receivable.root.company.mixin"]._refuse_branches(self.company_id)

    @api.constrains("rate_mode", "reference_id", "fixed_rate")
    def _check_rate(self):
        for rule in self:
            if rule.rate_mode == "reference" and not rule.reference_id:
                raise ValidationError(self.env._("%(rule)s: choose the reference rate.", rule=rule.name))
            if rule.rate_mode == "fixed" and rule.fixed_rate < 0:
                raise ValidationError(self.env._("%(rule)s: a rate cannot be negative.", rule=rule.name))

    @api.constrains("contract_from", "contract_to")
    def _check_contract_dates(self):
        for rule in self.filtered(lambda rule: rule.contract_from and rule.contract_to):
            if rule.contract_to < rule.contract_from:
                raise ValidationError(self.env._("%(rule)s ends before it begins.", rule=rule.name))

    @api.constrains("partner_domain")
    def _check_partner_domain(self):
        for rule in self:
            try:
                self.env["res.partner"].sudo()._search(rule._own_domain())
            except (ValueError, SyntaxError, NameError, TypeError) as error:
                raise UserError(
                    self.env._(
                        "The customers of %(rule)s are not a valid filter: %(error)s", rule=rule.name, error=error
                    )
                ) from error

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if self.env["late.interest.charge"].sudo().search_count([("rule_id", "in", self.ids)], limit=1):
            raise UserError(self.env._("Interest was charged under this rule: archive it instead."))

    # ------------------------------------------------------------------
    # FOR WHOM
    # ------------------------------------------------------------------

    def _own_domain(self):
        self.ensure_one()
        return Domain(safe_eval(self.partner_domain or "[]", {"uid": self.env.uid}))

    def _customer_domain(self, company):
        """The customers of ``company`` that the rule is for, as a ``Domain``; which contract is asked item by item."""
        self.ensure_one()
        domain = self._own_domain()
        if self.is_b2b_only:
            domain &= Domain("is_company", "=", True) | Domain("vat", "!=", False)
        if self.partner_country_ids:
            countries = Domain("country_id", "in", self.partner_country_ids.ids)
            if company.country_id in self.partner_country_ids:
                countries |= Domain("country_id", "=", False)
            domain &= countries
        return domain

    def _is_for_company(self, company):
        self.ensure_one()
        countries = self.company_country_ids
        if self.company_id and self.company_id != company:
            return False
        return (not countries or company.country_id in countries) and (not self.needs_sme or company.is_sme_declared)

    @api.model
    def _of_company(self, company):
        """The rules that may apply in a root company, in the order in which they are tried."""
        rules = self.search([("company_id", "in", (False, company.id))])
        return rules.filtered(lambda rule: rule._is_for_company(company))
