from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ReceivableSubjectMixin(models.AbstractModel):
    """What is about all that a customer owes to a root company, or about one document of it."""

    _name = "receivable.subject.mixin"
    _description = "About a Customer or a Document"
    _inherit = ["receivable.root.company.mixin"]

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        ondelete="restrict",
    )
    move_id = fields.Many2one(
        "account.move",
        string="Document",
        index="btree_not_null",
        ondelete="cascade",
        domain="[('state', '=', 'posted'), ('commercial_partner_id', '=?', partner_id)]",
    )

    @api.depends("move_id")
    def _compute_partner_id(self):
        for record in self:
            record.partner_id = record.move_id.commercial_partner_id or record.partner_id.commercial_partner_id

    @api.constrains("partner_id", "move_id", "company_id")
    def _check_document_belongs(self):
        # sudo: which company and customer a document belongs to is compared, not shown
        for record in self.sudo().filtered("move_id"):
            if record.move_id.commercial_partner_id != record.partner_id:
                raise ValidationError(self.env._("The document does not belong to this customer."))
            if record.move_id.company_id.root_id != record.company_id:
                raise ValidationError(self.env._("The document belongs to another company."))
