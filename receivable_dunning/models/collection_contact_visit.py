"""Visits (上门): where, whom, signed by whom, with photos."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CollectionContact(models.Model):
    _inherit = "collection.contact"

    place = fields.Char(
        compute="_compute_place", store=True, readonly=False, precompute=True, help="Address that was visited."
    )
    latitude = fields.Float(
        string="Geo Latitude", digits=(10, 7), copy=False, help="Where the form was filled in, if the browser told."
    )
    longitude = fields.Float(string="Geo Longitude", digits=(10, 7), copy=False)
    person_met = fields.Char(help="Name and position of whom you met, also if this is no contact of the customer yet.")
    signature = fields.Binary(copy=False, attachment=True, help="Of the person met, who confirms what was said.")
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "collection_contact_attachment_rel",
        string="Photos and Files",
        copy=False,
        help="Photos of the premises, of goods, of papers that were handed over.",
    )

    _latitude_check = models.Constraint("CHECK (latitude BETWEEN -90 AND 90)", "A latitude is between -90 and 90.")
    _longitude_check = models.Constraint(
        "CHECK (longitude BETWEEN -180 AND 180)", "A longitude is between -180 and 180."
    )

    @api.depends("contact_id", "partner_id", "channel")
    def _compute_place(self):
        for contact in self:
            person = contact.contact_id or contact.partner_id
            is_visit = contact.channel in ("visit", "meeting")
            lines = person._display_address(without_company=True).splitlines() if is_visit and person else []
            contact.place = ", ".join(line.strip() for line in lines if line.strip()) or False

    @api.constrains("signature", "person_met")
    def _check_signature(self):
        for contact in self:
            if contact.signature and not (contact.person_met or "").strip():
                raise ValidationError(self.env._("Write down who signed: name and position of the person you met."))

    def action_print_visit(self):
        return self.env.ref("receivable_dunning.action_report_collection_visit").report_action(self)

    def _photos(self):
        """Images of the visit, for its report."""
        self.ensure_one()
        # sudo: whoever may read the visit may see its photos
        return self.attachment_ids.sudo().filtered(lambda file: (file.mimetype or "").startswith("image/"))
