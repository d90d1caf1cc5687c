from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import SQL

from .limitation_rule_effect import KINDS

SIGNED = {"user_id"}


class LimitationEvent(models.Model):
    """Something that bears on the limitation of items and that the suite cannot know, entered by a person."""

    _name = "limitation.event"
    _description = "Event for Limitation"
    _inherit = ["receivable.subject.mixin"]
    _order = "date desc, id desc"
    _rec_names_search = ["partner_id", "move_id", "note"]

    move_id = fields.Many2one(help="Empty: everything of the customer that was booked by the day of the event.")
    kind = fields.Selection(KINDS, required=True, default="acknowledgement")
    date = fields.Date(required=True, default=fields.Date.context_today, help="The day from which it counts.")
    date_until = fields.Date(
        string="Until", help="Last day of what goes on for a while, such as negotiations. Empty: that day only."
    )
    note = fields.Char(
        string="What Happened", required=True, help="Who, how, and where the proof is: a court may ask for it."
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Proof", bypass_search_access=True)
    user_id = fields.Many2one("res.users", string="Entered by", readonly=True, default=lambda self: self.env.user)

    _dates_check = models.Constraint(
        "CHECK (date_until IS NULL OR date_until >= date)", "What happened ends before it begins."
    )

    @api.depends("kind", "partner_id", "move_id", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for event in self:
            about = event.move_id.name or event.partner_id.name
            event.display_name = " - ".join(filter(None, (kinds.get(event.kind), about, str(event.date or ""))))

    @api.constrains("date")
    def _check_date(self):
        today = fields.Date.context_today(self)
        if any(event.date > today for event in self):
            raise ValidationError(self.env._("Enter what has happened: its day cannot be in the future."))

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        events = super().create(vals_list)
        # the result is checked, not the values: the context may hold defaults
        if not self.env.su and any(event.user_id != self.env.user for event in events):
            raise AccessError(self.env._("An event is entered by whoever enters it."))
        events._own_attachments()
        events._refresh()
        return events

    def write(self, vals):
        if not self.env.su and SIGNED & vals.keys():
            raise AccessError(self.env._("An event is entered by whoever enters it."))
        before = [(event.company_id, event.partner_id) for event in self]
        result = super().write(vals)
        self._own_attachments()
        self._refresh(before)
        return result

    def unlink(self):
        before = [(event.company_id, event.partner_id) for event in self]
        result = super().unlink()
        self.browse()._refresh(before)
        return result

    def _own_attachments(self):
        """What is uploaded belongs to the event, for whoever may read that."""
        # sudo: only attachments that belong to no record yet, uploaded by the user, are taken
        for event in self.sudo():
            loose = event.attachment_ids.filtered(lambda it: not it.res_id and it.create_uid == self.env.user)
            loose.write({"res_model": self._name, "res_id": event.id})

    def _refresh(self, before=()):
        """Bring the dates of these customers up to date, and of those whom the events were about before."""
        concerned = {(event.company_id, event.partner_id) for event in self} | set(before)
        for company in {company for company, _partner in concerned}:
            partners = self.env["res.partner"].union(*(it for owner, it in concerned if owner == company))
            self.env["limitation.term"]._refresh(company, partners)

    # ------------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------------

    def _events_sql(self, company):
        """``line_id, day, until, kind, source`` of the rows ``item``."""
        self.flush_model()
        return SQL(
            """
            SELECT item.line_id, event.date AS day, event.date_until AS until, event.kind, event.note AS source
              FROM limitation_event event
              JOIN item ON item.partner_id = event.partner_id
               AND (item.move_id = event.move_id OR event.move_id IS NULL AND item.booked <= event.date)
             WHERE event.company_id = %s
            """,
            company.id,
        )
