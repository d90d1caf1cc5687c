from odoo import fields, models

from .dunning_notice import SENT_STATES


class ResPartner(models.Model):
    _inherit = "res.partner"

    dunning_contact_id = fields.Many2one(
        "res.partner",
        string="Reminders to",
        index="btree_not_null",
        domain="[('id', 'child_of', id), ('id', '!=', id)]",
        help="Contact that gets the reminders of this customer. Empty: the invoice address, else the customer itself.",
    )
    dunning_notice_count = fields.Integer(
        string="Reminders", compute="_compute_dunning", groups="receivable_dunning.group_collections_user"
    )
    dunning_date = fields.Date(
        string="Last Reminder", compute="_compute_dunning", groups="receivable_dunning.group_collections_user"
    )
    dunning_level_id = fields.Many2one(
        "dunning.level",
        string="Last Reminder Level",
        compute="_compute_dunning",
        groups="receivable_dunning.group_collections_user",
    )

    dunning_block_count = fields.Integer(
        string="Dunning Blocks",
        compute="_compute_dunning_block_count",
        groups="receivable_dunning.group_collections_user",
        help="Blocks of the customer or its documents that are in force.",
    )

    def _compute_dunning_block_count(self):
        customers = self.commercial_partner_id
        counts = dict(
            self.env["dunning.block"]._read_group(
                [("partner_id", "in", customers.ids), ("state", "=", "active")], ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.dunning_block_count = counts.get(partner.commercial_partner_id, 0)

    def _compute_dunning(self):
        """Reminders sent to the commercial partner by the active companies."""
        customers = self.commercial_partner_id
        domain = [
            ("partner_id", "in", customers.ids),
            ("state", "in", SENT_STATES),
            ("company_id", "in", self.env.companies.root_id.ids),
        ]
        notices = self.env["dunning.notice"].search(domain, order="sent_date, id")
        latest = {notice.partner_id: notice for notice in notices}
        counts = notices.grouped("partner_id")
        for partner in self:
            customer = partner.commercial_partner_id
            partner.dunning_notice_count = len(counts.get(customer, ()))
            partner.dunning_date = latest[customer].sent_date if customer in latest else False
            partner.dunning_level_id = latest[customer].level_id if customer in latest else False

    def _receivable_contacts(self):
        """``{customer id: contact}``: whom letters about the account of these customers go to."""
        rows = self.env.execute_query_dict(self.env["dunning.proposal"]._contacts_sql(self.ids))
        return {row["partner_id"]: self.browse(row["contact_id"]) for row in rows}

    def action_view_receivable_statements(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_receivable_statement")
        return {**action, "domain": [("partner_id", "=", self.commercial_partner_id.id)], "context": {}}

    def action_view_dunning_notices(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_dunning_notice")
        domain = [("partner_id", "=", self.commercial_partner_id.id), ("state", "in", SENT_STATES)]
        return {**action, "domain": domain, "context": {}}

    def action_dunning_blocks(self):
        """Blocks of the customer and of its documents, past ones too."""
        self.ensure_one()
        customer = self.commercial_partner_id
        return self.env["dunning.block"]._action_of(
            self.env._("Dunning Blocks"), [("partner_id", "=", customer.id)], {"default_partner_id": customer.id}
        )

    def _has_postal_address(self):
        """Whether a letter finds its way."""
        self.ensure_one()
        return bool(self.street or self.street2 or self.city or self.zip)
