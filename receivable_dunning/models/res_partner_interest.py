from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResPartner(models.Model):
    """What is agreed with a customer about late payment, company by company. It is asked of the commercial partner."""

    _inherit = "res.partner"

    late_interest_mode = fields.Selection(
        [
            ("rule", "As the rule says"),
            ("year", "Agreed rate per year"),
            ("day", "Agreed rate per day"),
            ("exempt", "None"),
        ],
        string="Late Interest",
        company_dependent=True,
        help="What is agreed with this customer. Empty: as the rule says.",
        groups="receivable_dunning.group_collections_user",
    )
    late_interest_rate = fields.Float(
        string="Agreed Rate (%)",
        digits=(16, 4),
        company_dependent=True,
        groups="receivable_dunning.group_collections_user",
    )
    late_interest_contract_date = fields.Date(
        string="Date of Contract",
        company_dependent=True,
        help="Of the frame contract. Empty: each invoice is a contract of its date.",
        groups="receivable_dunning.group_collections_user",
    )
    late_interest_count = fields.Integer(
        string="Late Interest Charges",
        compute="_compute_late_interest",
        groups="receivable_dunning.group_collections_user",
    )
    late_interest_amount = fields.Monetary(
        string="Late Interest Charged",
        compute="_compute_late_interest",
        groups="receivable_dunning.group_collections_user",
        help="Claimed or invoiced, not waived or reversed; in company currency.",
    )

    @api.constrains("late_interest_rate")
    def _check_late_interest_rate(self):
        # sudo: the rate is hidden from who may not see it, not from the check
        if any(not 0 <= partner.late_interest_rate < 1000 for partner in self.sudo()):
            raise ValidationError(self.env._("The agreed rate is a percentage, not negative."))

    def _compute_late_interest(self):
        """Charges of the commercial partner by the active companies."""
        groups = self.env["late.interest.charge"]._read_group(
            [*self._late_interest_domain(), ("state", "in", ("claimed", "queued", "posted"))],
            ["partner_id"],
            ["__count", "amount_company:sum"],
        )
        figures = {partner: (count, amount) for partner, count, amount in groups}
        for partner in self:
            count, amount = figures.get(partner.commercial_partner_id, (0, 0.0))
            partner.late_interest_count, partner.late_interest_amount = count, amount

    def _late_interest_domain(self):
        return [
            ("partner_id", "in", self.commercial_partner_id.ids),
            ("company_id", "in", self.env.companies.root_id.ids),
        ]

    def action_view_late_interest(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_late_interest_charge")
        return {**action, "domain": self._late_interest_domain(), "context": {"search_default_alive": 1}}
