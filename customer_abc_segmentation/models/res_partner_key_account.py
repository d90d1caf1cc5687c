from odoo import fields, models

SEGMENTATION_USER = "customer_abc_segmentation.group_segmentation_user"


class ResPartner(models.Model):
    """The key-account sheets of a customer."""

    _inherit = "res.partner"

    key_account_review_count = fields.Integer(
        string="Key-Account Sheets", compute="_compute_key_account_review_count", groups=SEGMENTATION_USER
    )

    def _compute_key_account_review_count(self):
        counts = dict(
            self.env["key.account.review"]._read_group(
                [("partner_id", "in", self.commercial_partner_id.ids)], ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.key_account_review_count = counts.get(partner.commercial_partner_id, 0)

    def action_open_key_account_reviews(self):
        """The customer's sheets, the latest first."""
        self.ensure_one()
        customer = self.commercial_partner_id
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("customer_abc_segmentation.action_key_account_review"),
            "name": self.env._("Key-Account Sheets of %(customer)s", customer=customer.display_name),
            "domain": [("partner_id", "=", customer.id)],
            "context": {},
        }
