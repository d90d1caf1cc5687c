from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .credit_profile import LIMIT_MODES

STAGE_ACTIONS = [("none", "No Check"), ("warn", "Warn"), ("block", "Hold")]


class CreditPolicy(models.Model):
    """Which rules apply to which customers, and how hard at each stage. The first one that fits a customer counts."""

    _name = "credit.policy"
    _description = "Credit Policy"
    _inherit = ["mail.thread", "credit.cache.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True, tracking=True)
    sequence = fields.Integer(
        default=10, help="The first policy in this order that includes a customer applies to that customer."
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company.root_id,
        domain="[('parent_id', '=', False)]",
        help="Its branches follow the same policy.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_domain = fields.Char(
        string="Customers",
        default="[]",
        required=True,
        tracking=True,
        help="Conditions on the customer (the commercial entity); empty: everybody.",
    )
    customer_text = fields.Char(
        string="For Whom", compute="_compute_customer_text", help="Open the policy to see its conditions."
    )
    exempt_some = fields.Boolean(
        string="Exempt Some Customers",
        compute="_compute_exempt_some",
        store=True,
        readonly=False,
        help="Off: nobody is exempt. On: the matching customers that the condition below names are never checked.",
    )
    exempt_domain = fields.Char(
        string="Exempt Customers",
        default="[]",
        required=True,
        tracking=True,
        help="Matching customers that this policy never checks; empty: nobody.",
    )
    exempt_intercompany = fields.Boolean(
        string="Exempt Own Companies", default=True, tracking=True, help="Contacts of the companies of this database."
    )
    exempt_immediate = fields.Boolean(
        string="Exempt Cash Terms", tracking=True, help="Documents due on their own date use no credit."
    )
    invoice_action = fields.Selection(
        STAGE_ACTIONS,
        string="On Invoices",
        default="none",
        required=True,
        tracking=True,
        help="The strictest action a rule may take when a customer invoice is posted.",
    )
    default_limit_mode = fields.Selection(
        LIMIT_MODES,
        string="New Customers Start With",
        default="no_check",
        required=True,
        tracking=True,
        help="Limit mode of a credit profile that is made by itself, with the first document of a customer. 'Limited'"
        " holds every document on credit until a limit is approved.",
    )
    default_limit_amount = fields.Monetary(
        string="With a Limit Of",
        tracking=True,
        help="Base limit of a new customer whose limit mode is 'Limited', approved by this policy from the first day"
        " on; 0 for none. Limits that exist do not change with it.",
    )
    log_passes = fields.Boolean(
        string="Keep All Checks",
        tracking=True,
        help="Also record the checks that found nothing. Those that held or warned are always kept.",
    )
    warn_utilization = fields.Float(
        string="Warn at Utilization",
        default=0.9,
        help="Share of the limit from which on the customer is watched; 0 for never.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Credit Controller",
        help="Is notified of held documents of customers without a credit controller of their own.",
    )
    own_release = fields.Boolean(
        string="Managers Release Own Documents",
        tracking=True,
        help="Otherwise somebody else than who posted the document has to release it (four eyes).",
    )
    rule_ids = fields.One2many("credit.policy.rule", "policy_id", string="Rules", copy=True)

    # ------------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------------

    @api.constrains("partner_domain", "exempt_domain")
    def _check_domains(self):
        for policy in self:
            for text in (policy.partner_domain, policy.exempt_domain):
                self.env["res.partner"].search_count(policy._domain(text), limit=1)

    @api.constrains("exempt_some", "exempt_domain")
    def _check_exempt_some(self):
        if self.filtered(lambda policy: policy.exempt_some and policy.exempt_domain == "[]"):
            raise ValidationError(
                self.env._("Say which customers are exempt, or switch 'Exempt Some Customers' off: nobody is.")
            )

    @api.constrains("default_limit_amount")
    def _check_default_limit_amount(self):
        if self.filtered(lambda policy: policy.default_limit_amount < 0):
            raise ValidationError(self.env._("The limit of new customers cannot be negative."))

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("partner_domain")
    @api.depends_context("lang")
    def _compute_customer_text(self):
        for policy in self:
            everybody = (policy.partner_domain or "[]") == "[]"
            policy.customer_text = (
                self.env._("All customers") if everybody else self.env._("Customers who meet its conditions")
            )

    @api.depends("exempt_domain")
    def _compute_exempt_some(self):
        for policy in self:
            policy.exempt_some = (policy.exempt_domain or "[]") != "[]"

    @api.onchange("exempt_some")
    def _onchange_exempt_some(self):
        if not self.exempt_some:
            self.exempt_domain = "[]"
