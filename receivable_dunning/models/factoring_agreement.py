from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools.safe_eval import safe_eval

from ..core.factoring import Terms


class FactoringAgreement(models.Model):
    """What a factor takes of our receivables and on which terms."""

    _name = "factoring.agreement"
    _description = "Factoring Agreement"
    _inherit = ["mail.thread", "receivable.root.company.mixin"]
    _order = "company_id, sequence, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    factor_id = fields.Many2one(
        "res.partner",
        string="Factoring Company",
        required=True,
        tracking=True,
        help="The bank or company that takes the receivables over.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self._default_currency_id(),
        help="Only items in this currency are assigned under the agreement.",
    )
    user_id = fields.Many2one("res.users", string="Responsible", default=lambda self: self.env.user)
    partner_domain = fields.Char(
        string="Customers", default="[]", help="Whose items are assigned. Empty: those of all customers."
    )
    is_disclosed = fields.Boolean(
        string="Customers Are Told",
        help="Disclosed factoring: a letter tells the customers to pay the factor. Else they go on paying us.",
    )
    has_recourse = fields.Boolean(
        string="Recourse", tracking=True, help="What a customer does not pay in time is bought back from the factor."
    )
    recourse_days = fields.Integer(
        string="Bought Back After", default=90, help="Days after the due date; then the item is to be bought back."
    )
    days_to_due = fields.Integer(
        string="Due Within", default=180, tracking=True, help="Items due later, counted from the batch, are not taken."
    )
    days_overdue = fields.Integer(
        string="Overdue up to", tracking=True, help="Days; items overdue for longer are not taken. 0: only what is not."
    )
    minimum_amount = fields.Monetary(string="Smallest Item", tracking=True)
    customer_limit = fields.Monetary(
        string="Most of a Customer", tracking=True, help="With what the factor holds already. 0: no limit."
    )
    total_limit = fields.Monetary(string="Most in All", tracking=True, help="With what the factor holds. 0: no limit.")
    advance_rate = fields.Float(
        string="Advance (%)", default=80.0, tracking=True, help="Share of the amount that is paid at once."
    )
    fee_rate = fields.Float(string="Fee (%)", digits=(16, 4), tracking=True, help="Share that the factor keeps.")
    account_id = fields.Many2one(
        "account.account",
        string="Account of the Factor",
        check_company=True,
        domain="[('account_type', '=', 'asset_current'), ('reconcile', '=', True)]",
        help="Assigned items are booked from the customers to this account of the factor, as suits a sale without "
        "recourse. Empty: nothing is booked, the customers go on owing us.",
    )
    journal_id = fields.Many2one(
        "account.journal", check_company=True, domain="[('type', '=', 'general')]", help="For these entries."
    )
    assignment_ids = fields.One2many("receivable.assignment", "agreement_id")
    assignment_count = fields.Integer(compute="_compute_assignment_count")

    _days_check = models.Constraint(
        "CHECK (recourse_days >= 0 AND days_to_due >= 0 AND days_overdue >= 0)", "Days cannot be negative."
    )
    _rates_check = models.Constraint(
        "CHECK (advance_rate BETWEEN 0 AND 100 AND fee_rate BETWEEN 0 AND 100)", "A rate lies between 0 and 100 %."
    )
    _amounts_check = models.Constraint(
        "CHECK (minimum_amount >= 0 AND customer_limit >= 0 AND total_limit >= 0)", "Amounts cannot be negative."
    )

    def _default_currency_id(self):
        return self.env.company.root_id.currency_id

    def _compute_assignment_count(self):
        counts = dict(
            self.env["receivable.assignment"]._read_group(
                [("agreement_id", "in", self.ids)], ["agreement_id"], ["__count"]
            )
        )
        for agreement in self:
            agreement.assignment_count = counts.get(agreement, 0)

    # ------------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------------

    @api.constrains("partner_domain")
    def _check_partner_domain(self):
        for agreement in self:
            try:
                # sudo: whether the fields exist is asked, no customer is read
                self.env["res.partner"].sudo()._search(agreement._customer_domain())
            except (ValueError, SyntaxError, NameError, TypeError) as error:
                raise ValidationError(
                    self.env._(
                        "The customers of agreement %(name)s are not a valid filter: %(error)s",
                        name=agreement.name,
                        error=error,
                    )
                ) from error

    @api.constrains("account_id", "journal_id")
    def _check_journal(self):
        for agreement in self:
            if agreement.account_id and not agreement.journal_id:
                raise ValidationError(
                    self.env._("Choose the journal for the entries of %(name)s.", name=agreement.name)
                )
            if agreement.account_id and not agreement.account_id.reconcile:
                raise ValidationError(
                    self.env._("Account %(account)s must allow matching.", account=agreement.account_id.display_name)
                )

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _customer_domain(self):
        return Domain(safe_eval(self.partner_domain or "[]", {"uid": self.env.uid}))

    def _terms(self):
        """The agreement as ``core.factoring`` takes it."""
        self.ensure_one()
        return Terms(
            days_to_due=self.days_to_due,
            days_overdue=self.days_overdue,
            minimum=self.minimum_amount,
            customer_limit=self.customer_limit or None,
            total_limit=self.total_limit or None,
            advance_rate=self.advance_rate,
            fee_rate=self.fee_rate,
        )

    def action_view_assignments(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_receivable_assignment")
        return {
            **action,
            "domain": [("agreement_id", "=", self.id)],
            "context": {"default_agreement_id": self.id, "default_company_id": self.company_id.id},
        }
