from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..core.key_account_period import last_complete
from .key_account_facts_customer import FIELD_UNITS

KINDS = [("month", "Month"), ("quarter", "Quarter"), ("half_year", "Half-Year"), ("year", "Year")]
SEGMENTATION_USER = "customer_abc_segmentation.group_segmentation_user"
#: Customers whose figures are gathered and frozen in one transaction.
BATCH = 50


class KeyAccountPolicy(models.Model):
    """For which customers of a company key-account sheets are made, how often, and who prepares them."""

    _name = "key.account.policy"
    _description = "Key Account Policy"
    _inherit = ["segmentation.root.company.mixin"]
    _rec_name = "company_id"
    _order = "company_id, id"

    active = fields.Boolean(default=True)
    is_automatic = fields.Boolean(
        string="Create Drafts by Itself",
        default=True,
        help="A scheduled action makes a draft for every customer of the classes once the period is over.",
    )
    period_kind = fields.Selection(KINDS, string="Every", required=True, default="quarter", help="Calendar periods.")
    days_after = fields.Integer(
        string="Days to Wait",
        default=5,
        help="After the end of the period, so that late invoices and the month's closing are in the figures.",
    )
    abc_policy_id = fields.Many2one(
        "abc.policy",
        string="ABC Policy",
        domain="[('company_id', '=', company_id)]",
        ondelete="set null",
        help="Whose classes choose the customers and stand on the sheets. Empty: the policy shown on customers.",
    )
    class_ids = fields.Many2many(
        "abc.class",
        string="Classes",
        domain="[('policy_id.company_id', '=', company_id)]",
        help="Customers of these classes get a draft. Empty: those of the best class.",
    )
    responsible = fields.Selection(
        [("salesperson", "The Customer's Salesperson"), ("fixed", "Always the Accountant")],
        required=True,
        default="salesperson",
        help="Who prepares the sheets. A salesperson needs access to segmentation, else it is the accountant.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Accountant",
        required=True,
        default=lambda self: self.env.user,
        domain=lambda self: [("all_group_ids", "in", self.env.ref(SEGMENTATION_USER).ids)],
        help="Prepares all sheets, or those of customers without a salesperson.",
    )
    top_count = fields.Integer(
        string="Rows", default=5, required=True, help="Of the tables of products, categories and open items."
    )
    partner_field_ids = fields.Many2many(
        "ir.model.fields",
        string="Fields of the Customer",
        domain=[("model", "=", "res.partner"), ("ttype", "in", list(FIELD_UNITS))],
        groups="base.group_erp_manager",
        help="Chosen by who manages access rights. Stand on the sheet under Risk, frozen with the figures: "
        "credit rating, credit limit, or whatever other apps know of a customer.",
    )
    review_count = fields.Integer(compute="_compute_review_count")

    _one_per_company = models.UniqueIndex(
        "(company_id) WHERE active", "A company has one key account policy: change that one, or archive it first."
    )
    _sensible = models.Constraint(
        "CHECK (days_after BETWEEN 0 AND 365 AND top_count BETWEEN 1 AND 20)",
        "Wait 0 to 365 days, and show 1 to 20 rows.",
    )

    def _compute_review_count(self):
        counts = dict(
            self.env["key.account.review"]._read_group(
                [("company_id", "in", self.company_id.ids)], ["company_id"], ["__count"]
            )
        )
        for policy in self:
            policy.review_count = counts.get(policy.company_id, 0)

    # ------------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------------

    @api.constrains("partner_field_ids")
    def _check_partner_fields(self):
        """Who chooses a field must be able to read it: sheets show it to people who perhaps cannot."""
        # constraints run as superuser
        partner = self.env["res.partner"].sudo(False)
        for field in self.sudo().partner_field_ids:
            if field.model != "res.partner" or field.ttype not in FIELD_UNITS:
                raise ValidationError(
                    self.env._("%(field)s is no field of contacts that a sheet can show.", field=field.display_name)
                )
            if not partner._has_field_access(partner._fields[field.name], "read"):
                raise ValidationError(
                    self.env._(
                        "You may not read %(field)s yourself: ask somebody who may to add it.",
                        field=field.field_description,
                    )
                )

    @api.constrains("user_id")
    def _check_user(self):
        for policy in self:
            if not policy.user_id._may_prepare_sheets(policy.company_id):
                raise ValidationError(
                    self.env._(
                        "%(user)s needs access to segmentation in %(company)s to prepare sheets.",
                        user=policy.user_id.name,
                        company=policy.company_id.name,
                    )
                )

    # ------------------------------------------------------------------
    # READING THE POLICY
    # ------------------------------------------------------------------

    @api.model
    def _get_for(self, company):
        """The policy of a root company, or one in memory with the defaults, so that sheets need no setting up."""
        # sudo: who makes a sheet by hand need not see the policy
        found = self.sudo().search([("company_id", "=", company.id)], limit=1)
        return found or self.new({"company_id": company.id, "user_id": self.env.uid})

    def _get_abc_policy(self):
        return self.abc_policy_id or self.env["abc.policy"]._get_default(self.company_id)

    def _get_classes(self):
        """Classes whose customers get a sheet."""
        return self.class_ids or self._get_abc_policy().class_ids.sorted()[:1]

    def _get_responsible(self, partners):
        """``{partner id: user}``: who prepares the sheet of a customer; nobody where the accountant is gone."""
        able = (partners.user_id | self.user_id)._who_may_work(self.company_id)
        by_salesperson = self.responsible == "salesperson"
        return {
            partner.id: partner.user_id if by_salesperson and partner.user_id in able else self.user_id & able
            for partner in partners
        }

    def _get_due_period(self, today):
        """The last period that is over since the days to wait."""
        return last_complete(self.period_kind, fields.Date.subtract(today, days=self.days_after))

    def _get_missing(self, period, limit=None):
        """Customers of the classes, by a class in force today, without a sheet of the period."""
        have = self.env["key.account.review"]._search(
            [
                ("company_id", "=", self.company_id.id),
                ("period_kind", "=", period.kind),
                ("date_from", "=", period.start),
            ]
        )
        rows = self.env["abc.classification"].search(
            Domain("is_in_force", "=", True)
            & Domain("class_id", "in", self._get_classes().ids)
            & Domain("partner_id", "not in", have.subselect("partner_id")),
            order="partner_id",
            limit=limit,
        )
        return rows.partner_id

    # ------------------------------------------------------------------
    # MAKING DRAFTS
    # ------------------------------------------------------------------

    def _cron_create_drafts(self):
        """A draft per customer and period, each batch in its own transaction: killed and run again, it goes on."""
        today = fields.Date.context_today(self)
        policies = self.search([("is_automatic", "=", True)])
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=sum(len(it._get_missing(it._get_due_period(today))) for it in policies))
        for policy in policies:
            while done := policy._create_batch(today):
                if not cron._commit_progress(done):
                    return

    def _create_batch(self, today):
        """Make the next drafts; the policy is locked meanwhile, so that two workers do not make the same."""
        policy = self.try_lock_for_update(allow_referencing=True)
        if not policy:
            return 0
        period = policy._get_due_period(today)
        partners = policy._get_missing(period, BATCH)
        self.env["key.account.review"]._create_for(partners, period, policy)
        return len(partners)

    def action_create_drafts(self):
        """Make the drafts that are due now, without waiting for the scheduled action."""
        self.ensure_one()
        self.check_access("write")
        today = fields.Date.context_today(self)
        while self._create_batch(today):
            pass
        return self.action_open_reviews()

    def action_open_reviews(self):
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("customer_abc_segmentation.action_key_account_review"),
            "domain": [("company_id", "in", self.company_id.ids)],
        }
