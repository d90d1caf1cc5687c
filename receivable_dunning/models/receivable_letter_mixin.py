from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.base.models.res_partner import _lang_get


class ReceivableLetterMixin(models.AbstractModel):
    """What is written to a customer about what it owes: to one of its own contacts, in the contact's language.

    Models have ``partner_id``, a commercial partner.
    """

    _name = "receivable.letter.mixin"
    _description = "Written to a Customer"

    contact_id = fields.Many2one(
        "res.partner",
        string="Sent to",
        compute="_compute_contact_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        help="Reminder contact of the customer, else its invoice address, else the customer itself.",
    )
    lang = fields.Selection(
        _lang_get, string="Language", compute="_compute_lang", store=True, readonly=False, precompute=True
    )

    @api.depends("partner_id")
    def _compute_contact_id(self):
        contacts = self.partner_id._receivable_contacts()
        for record in self:
            record.contact_id = contacts.get(record.partner_id.id, record.partner_id)

    @api.depends("contact_id")
    def _compute_lang(self):
        for record in self:
            record.lang = record.contact_id.lang

    @api.constrains("partner_id", "contact_id")
    def _check_contact_belongs_to_customer(self):
        for record in self:
            if record.partner_id != record.partner_id.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "%(contact)s belongs to %(customer)s: choose %(customer)s as the customer.",
                        contact=record.partner_id.name,
                        customer=record.partner_id.commercial_partner_id.name,
                    )
                )
            if record.contact_id.commercial_partner_id != record.partner_id:
                raise ValidationError(
                    self.env._(
                        "%(contact)s is no contact of %(customer)s: this goes to the customer only.",
                        contact=record.contact_id.name,
                        customer=record.partner_id.name,
                    )
                )
