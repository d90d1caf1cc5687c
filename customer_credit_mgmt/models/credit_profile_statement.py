from odoo import api, fields, models

from .partner_financial_statement import ZONES
from .partner_financial_statement_years import MOST_YEARS

CONTROLLER = "customer_credit_mgmt.group_credit_controller"


class CreditProfile(models.Model):
    """The financial statements of the customer on the profile."""

    _inherit = "credit.profile"

    statement_count = fields.Integer(string="Statements", compute="_compute_statements", groups=CONTROLLER)
    latest_statement_id = fields.Many2one(
        "partner.financial.statement",
        compute="_compute_statements",
        groups=CONTROLLER,
        help="The confirmed statement with the newest closing date: scores, proposals and assessments use it.",
    )
    statement_zone = fields.Selection(ZONES, string="Zone", compute="_compute_statements", groups=CONTROLLER)
    statement_sign_text = fields.Text(string="Signs of Trouble", compute="_compute_statements", groups=CONTROLLER)
    statement_years = fields.Html(
        string="Years Side by Side", compute="_compute_statement_years", sanitize=False, groups=CONTROLLER
    )

    @api.depends("partner_id", "company_id")
    @api.depends_context("lang")
    def _compute_statements(self):
        today = fields.Date.context_today(self)
        statements = self.env["partner.financial.statement"]
        for company, profiles in self.grouped("company_id").items():
            latest = statements._get_latest(profiles.partner_id, company, today) if profiles.partner_id.ids else {}
            counts = dict(statements._read_group(profiles._get_statement_domain(), ["partner_id"], ["__count"]))
            for profile in profiles:
                found = latest.get(profile.partner_id._origin.id, statements)
                profile.latest_statement_id = found.sudo(False)
                profile.statement_zone = found.altman_z2_zone
                profile.statement_sign_text = found.sign_text
                profile.statement_count = counts.get(profile.partner_id._origin, 0)

    @api.depends("partner_id", "company_id")
    @api.depends_context("lang")
    def _compute_statement_years(self):
        statements = self.env["partner.financial.statement"]
        for profile in self:
            family = statements._get_family(profile.partner_id, profile.company_id)
            profile.statement_years = statements._render_years(family[:MOST_YEARS])

    def _get_statement_domain(self):
        return [("partner_id", "in", self.partner_id.ids), ("company_id", "in", [*self.company_id.ids, False])]

    def action_open_statements(self):
        """The statements of this customer; with none, the form to enter the first."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_credit_mgmt.action_partner_financial_statement"
        )
        context = {"default_partner_id": self.partner_id.id}
        if not self.statement_count:
            return {**action, "views": [(False, "form")], "context": context}
        return {**action, "domain": self._get_statement_domain(), "context": context}

    def action_open_ratio_chart(self):
        """The ratios over the years as a line chart."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_credit_mgmt.action_partner_financial_statement"
        )
        context = {"graph_mode": "line", "graph_groupbys": ["date_end:year"], "fill_temporal": False}
        return {
            **action,
            "name": self.env._("Ratios of %(customer)s", customer=self.display_name),
            "path": False,
            "views": [(False, "graph"), (False, "list"), (False, "pivot"), (False, "form")],
            "domain": [*self._get_statement_domain(), ("state", "=", "confirmed")],
            "context": context,
        }
