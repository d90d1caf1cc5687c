from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

CHANNELS = [
    ("phone", "Call"),
    ("visit", "Visit"),
    ("email", "E-mail"),
    ("meeting", "Meeting"),
    ("other", "Other"),
]
# What the methods note of who did what.
SIGNED = frozenset({"state", "user_id", "started_at", "promise_id", "dispute_id", "mail_message_id"})
# What may still be added to a contact that was noted.
OPEN_ENDED = frozenset({"note", "attachment_ids"})


class CollectionContact(models.Model):
    """One talk with a customer about what is open: a call, a visit, an e-mail written by hand.

    A draft is a form that is being filled in, and counts nowhere. Once noted it is history.
    """

    _name = "collection.contact"
    _description = "Contact with a Customer"
    _inherit = ["receivable.own.customer.mixin"]
    _order = "date DESC, id DESC"
    _rec_names_search = ["partner_id", "note"]

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('parent_id', '=', False)]",
        help="The company that owes; its people are chosen below.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    contact_id = fields.Many2one(
        "res.partner",
        string="Contact Person",
        compute="_compute_contact_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('id', 'child_of', partner_id)]",
    )
    phone = fields.Char(compute="_compute_phone", store=True, readonly=False, precompute=True)
    channel = fields.Selection(CHANNELS, required=True, default="phone")
    date = fields.Datetime(
        required=True, default=fields.Datetime.now, index=True, help="When it took place; not in the future."
    )
    started_at = fields.Datetime(readonly=True, copy=False, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users", string="By", required=True, readonly=True, index=True, default=lambda self: self._default_user_id()
    )
    outcome_id = fields.Many2one(
        "collection.outcome", ondelete="restrict", index="btree_not_null", help="What follows is done when it is noted."
    )
    is_reached = fields.Boolean(related="outcome_id.is_reached")
    callback_date = fields.Date(
        string="Call Back on",
        compute="_compute_follow_up",
        store=True,
        readonly=False,
        precompute=True,
        help="The customer is back on the worklist on this day, to be called; not before, unless a promise is broken.",
    )
    note = fields.Text(help="What was said, in a few words.")
    duration = fields.Float(
        string="Minutes", digits=(6, 1), aggregator="avg", help="Empty: taken from the clock when the contact is noted."
    )
    state = fields.Selection(
        [("draft", "In Progress"), ("done", "Noted"), ("cancelled", "Withdrawn")],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        copy=False,
    )

    _duration_check = models.Constraint("CHECK (duration >= 0)", "Minutes cannot be negative.")
    _last_idx = models.Index("(company_id, partner_id, date DESC) WHERE state = 'done'")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    def _default_user_id(self):
        return self.env.user

    @api.depends("partner_id")
    def _compute_contact_id(self):
        contacts = self.partner_id.commercial_partner_id._receivable_contacts() if self.partner_id else {}
        for contact in self:
            customer = contact.partner_id.commercial_partner_id
            contact.contact_id = contacts.get(customer._origin.id or customer.id) or customer

    @api.depends("contact_id")
    def _compute_phone(self):
        for contact in self:
            contact.phone = contact.contact_id.phone or contact.partner_id.phone

    @api.depends("outcome_id")
    def _compute_follow_up(self):
        """What the outcome proposes; to be changed."""
        today = fields.Date.context_today(self)
        for contact in self:
            days = contact.outcome_id.callback_days
            contact.callback_date = days and today + timedelta(days=days)

    @api.depends("partner_id", "channel", "date")
    def _compute_display_name(self):
        names = dict(self._fields["channel"]._description_selection(self.env))
        for contact in self:
            contact.display_name = " - ".join(filter(None, (contact.partner_id.name, names.get(contact.channel))))

    # ------------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------------

    @api.constrains("partner_id", "contact_id")
    def _check_customer(self):
        # sudo: which customer a person belongs to is compared, not shown
        for contact in self.sudo():
            customer = contact.partner_id
            if customer != customer.commercial_partner_id:
                raise ValidationError(
                    self.env._("%(name)s belongs to a customer: choose the customer.", name=customer.name)
                )
            if contact.contact_id and contact.contact_id.commercial_partner_id != customer:
                raise ValidationError(self.env._("The contact person does not belong to this customer."))

    @api.constrains("date")
    def _check_date(self):
        # forms are filled in by clocks that differ a little
        latest = fields.Datetime.now() + timedelta(minutes=10)
        if any(contact.date > latest for contact in self):
            raise ValidationError(self.env._("A contact is noted when it has taken place, not before."))

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        contacts = super().create(vals_list)
        # the result is checked, not the values: the context may hold defaults
        signed = contacts.promise_id or contacts.dispute_id or contacts.sudo().mail_message_id  # sudo: compared only
        if not self.env.su and (signed or any(c.state != "draft" or c.user_id != self.env.user for c in contacts)):
            raise AccessError(self.env._("A contact is noted by whoever had it."))
        return contacts

    def write(self, vals):
        if not self.env.su:
            if SIGNED & set(vals):
                raise AccessError(self.env._("Use the buttons instead of writing who did what."))
            if any(contact.user_id != self.env.user for contact in self):
                raise AccessError(self.env._("What was said is written down by whoever had the contact."))
            if set(vals) - OPEN_ENDED and any(contact.state != "draft" for contact in self):
                raise UserError(
                    self.env._("This contact was noted and is history: withdraw it and enter another one instead.")
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_noted(self):
        if not self.env.su and any(contact.user_id != self.env.user for contact in self):
            raise AccessError(self.env._("Forms are thrown away by whoever filled them in."))
        if any(contact.state != "draft" for contact in self):
            raise UserError(self.env._("A contact that was noted stays on the log: withdraw it instead."))

    @api.autovacuum
    def _gc_forgotten_forms(self):
        """Forms that were opened, and left without a word; yesterday's or older."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        domain = [("state", "=", "draft"), ("outcome_id", "=", False), ("create_date", "<", limit)]
        self.search([*domain, ("note", "in", (False, ""))]).unlink()
