from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class ReceivableStatementWizard(models.TransientModel):
    """Makes statements of account of the customers chosen, as drafts to look through."""

    _name = "receivable.statement.wizard"
    _description = "Make Statements of Account"
    _inherit = ["receivable.statement.choice"]

    partner_ids = fields.Many2many("res.partner", string="Only for", help="Empty: everybody who matches.")
    date = fields.Date(string="As of", required=True, default=lambda self: self._default_date())
    date_from = fields.Date(string="From", default=lambda self: self._default_date().replace(day=1))
    answer_until = fields.Date()
    customer_count = fields.Integer(
        string="Customers with a Balance", compute="_compute_customer_count", help="Who would get a statement."
    )

    def _default_date(self):
        """The last day of last month: what a monthly statement is about."""
        first = fields.Date.context_today(self).replace(day=1)
        return fields.Date.subtract(first, days=1)

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if "partner_ids" in fields and self.env.context.get("active_model") == "res.partner":
            chosen = self.env["res.partner"].browse(self.env.context.get("active_ids", []))
            values["partner_ids"] = [(6, 0, chosen.commercial_partner_id.ids)]
        return values

    @api.depends("company_id", "partner_ids", "date", "partner_domain", "only_overdue", "minimum_amount")
    def _compute_customer_count(self):
        for wizard in self:
            wizard.customer_count = len(wizard._partner_ids(wizard.date)) if wizard.company_id and wizard.date else 0

    def _get_partner_domain(self):
        domain = super()._get_partner_domain()
        return domain & Domain("id", "in", self.partner_ids.ids) if self.partner_ids else domain

    def _matches_sql(self, as_of):
        self.env["receivable.statement"].check_access("create")
        return super()._matches_sql(as_of)

    def _prepare_statement(self, partner_id, as_of):
        values = super()._prepare_statement(partner_id, as_of)
        date_from = self.date_from if self.kind == "activity" else False
        return {**values, "date_from": date_from, "answer_until": self.ask_confirmation and self.answer_until}

    def action_make(self):
        """Make the statements and show them."""
        self.ensure_one()
        statements = self.env["receivable.statement"]
        for made in self._make_batches(self.date):
            statements += made
        if not statements:
            raise UserError(self.env._("Nobody who matches has anything open on this day: choose another day."))
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_receivable_statement")
        if len(statements) == 1:
            return {**action, "views": [(False, "form")], "res_id": statements.id}
        return {**action, "domain": [("id", "in", statements.ids)], "context": {}}
