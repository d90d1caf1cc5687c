from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..core.key_account_period import last_complete, period_of
from ..models.key_account_policy import KINDS
from ..models.key_account_review_actions import MANAGER


class KeyAccountReviewWizard(models.TransientModel):
    """Makes key-account sheets of a period for chosen customers."""

    _name = "key.account.review.wizard"
    _description = "New Key Account Reviews"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company.root_id
    )
    partner_ids = fields.Many2many(
        "res.partner",
        string="Customers",
        required=True,
        domain=[("parent_id", "=", False)],
        default=lambda self: self._default_partner_ids(),
    )
    period_kind = fields.Selection(KINDS, string="Period", required=True, default=lambda self: self._default_kind())
    date = fields.Date(
        string="Any Day of the Period",
        required=True,
        compute="_compute_date",
        store=True,
        precompute=True,
        readonly=False,
        help="The sheets are made of the calendar period that holds this day.",
    )
    period_name = fields.Char(string="Sheets of", compute="_compute_period_name")
    existing_count = fields.Integer(compute="_compute_period_name")

    def _default_partner_ids(self):
        """What was chosen in a list: customers, or rows that have one, such as classifications."""
        chosen = self.env.context.get("active_ids") or []
        model = self.env.context.get("active_model")
        if model not in ("res.partner", "abc.classification", "key.account.review"):
            return self.env["res.partner"]
        records = self.env[model].browse(chosen)
        return (records if model == "res.partner" else records.partner_id).commercial_partner_id

    def _default_kind(self):
        return self.env["key.account.policy"]._get_for(self.env.company.root_id).period_kind

    @api.depends("period_kind")
    def _compute_date(self):
        today = fields.Date.context_today(self)
        for wizard in self:
            wizard.date = last_complete(wizard.period_kind or "quarter", today).end

    @api.depends("date", "period_kind", "partner_ids")
    def _compute_period_name(self):
        reviews = self.env["key.account.review"]
        for wizard in self:
            if not wizard.date or not wizard.period_kind:
                wizard.period_name, wizard.existing_count = "", 0
                continue
            period = wizard._get_period()
            wizard.period_name = reviews._name_period(period.kind, period.start)
            # the records behind the new ones of the dialog
            partners = wizard.partner_ids._origin
            wizard.existing_count = len(reviews._get_reviewed(partners, period, wizard.company_id))

    def _get_period(self):
        return period_of(self.period_kind, self.date)

    def action_create(self):
        """Make the sheets that do not exist yet, and show all of the period."""
        self.ensure_one()
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only segmentation managers make key-account sheets."))
        if self.company_id not in self.env.companies.sudo().root_id:
            raise AccessError(self.env._("Sheets are made for the companies you work in: choose them at the top."))
        if not self.partner_ids:
            raise UserError(self.env._("Choose at least one customer."))
        period = self._get_period()
        policy = self.env["key.account.policy"]._get_for(self.company_id)
        reviews = self.env["key.account.review"]
        new = reviews._create_for(self.partner_ids, period, policy)
        if len(new) == 1:
            return {
                "type": "ir.actions.act_window",
                "res_model": new._name,
                "res_id": new.id,
                "view_mode": "form",
                "views": [(False, "form")],
            }
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("customer_abc_segmentation.action_key_account_review"),
            "domain": [
                ("partner_id", "in", self.partner_ids.commercial_partner_id.ids),
                ("period_kind", "=", period.kind),
                ("date_from", "=", fields.Date.to_string(period.start)),
            ],
            "context": {},
        }
