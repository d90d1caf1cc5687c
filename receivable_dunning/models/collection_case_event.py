from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import SQL

from .limitation_rule_effect import KINDS

OTHER_KINDS = [
    ("hearing", "Hearing"),
    ("contact", "Contact"),
    ("settlement", "Settlement"),
    ("cost", "Costs"),
    ("closed", "Case closed"),
    ("reopened", "Case reopened"),
    ("note", "Note"),
]
COST_KINDS = [
    ("court", "Court fees"),
    ("lawyer", "Lawyer"),
    ("agency", "Agency"),
    ("bailiff", "Bailiff"),
    ("other", "Other"),
]
# Set by the steps of the case.
SIGNED = {"is_stage", "is_void", "user_id", "case_id"}


class CollectionCaseEvent(models.Model):
    """What happened in a case, and what it cost. Kinds that the law knows bear on the limitation of its items."""

    _name = "collection.case.event"
    _description = "Event of a Legal Case"
    _order = "date desc, id desc"
    _rec_name = "note"

    case_id = fields.Many2one("collection.case", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="case_id.partner_id", string="Customer")
    currency_id = fields.Many2one(related="case_id.currency_id")
    kind = fields.Selection([*KINDS, *OTHER_KINDS], required=True, default="note")
    date = fields.Date(required=True, default=fields.Date.context_today)
    date_until = fields.Date(
        string="Until", help="Last day of what goes on for a while, such as negotiations or proceedings."
    )
    note = fields.Char(string="What Happened")
    attachment_ids = fields.Many2many("ir.attachment", string="Attachments", bypass_search_access=True)
    user_id = fields.Many2one("res.users", string="By", readonly=True, default=lambda self: self.env.user)
    is_stage = fields.Boolean(string="Stage", readonly=True, help="Made by a step of the case.")
    is_void = fields.Boolean(string="Taken Back", readonly=True, help="Entered by mistake: it counts for nothing.")
    cost = fields.Monetary(help="Without tax, in company currency.")
    cost_kind = fields.Selection(COST_KINDS, string="Cost of")
    is_claimed = fields.Boolean(
        string="Claimed from Customer", default=True, help="The customer is asked to refund it, as far as the law says."
    )
    payee_id = fields.Many2one("res.partner", string="Paid to", index="btree_not_null", ondelete="restrict")
    bill_id = fields.Many2one(
        "account.move",
        string="Vendor Bill",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        domain="[('move_type', '=', 'in_invoice'), ('company_id', 'child_of', company_id)]",
        help="The bill that books the cost: one that exists, or one made from here.",
    )

    _dates_check = models.Constraint(
        "CHECK (date_until IS NULL OR date_until >= date)", "What happened ends before it begins."
    )
    _cost_check = models.Constraint("CHECK (cost >= 0)", "A cost is not negative.")

    # ------------------------------------------------------------------
    # DOORS
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        events = super().create(vals_list)
        # the result is checked, not the values: the context may hold defaults
        if not self.env.su and any(
            event.is_stage or event.is_void or event.user_id != self.env.user for event in events
        ):
            raise AccessError(self.env._("The stages of a case are entered by its buttons."))
        events._expect_open()
        events._own_attachments()
        events._refresh()
        return events

    def write(self, vals):
        if not self.env.su:
            if SIGNED & vals.keys():
                raise AccessError(self.env._("The stages of a case are entered by its buttons."))
            if vals.keys() & {"kind", "date"} and any(event.is_stage for event in self):
                raise UserError(self.env._("Take the stage back and enter it again: its day is that of the case."))
            self._expect_open()
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._own_attachments()
        self._refresh()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_stages(self):
        if any(event.is_stage for event in self):
            raise UserError(self.env._("Stages are kept: take the last one back instead."))
        self._expect_open()

    def unlink(self):
        cases = self.case_id
        result = super().unlink()
        cases.exists()._refresh_limitation()
        return result

    def _expect_open(self):
        if not self.env.su and any(event.case_id.state == "closed" for event in self):
            raise UserError(self.env._("The case is closed: reopen it to go on."))

    def _own_attachments(self):
        """What is uploaded belongs to the case, for whoever may read that."""
        # sudo: only attachments that belong to no record yet, uploaded by the user, are taken
        for event in self:
            loose = event.sudo().attachment_ids.filtered(lambda it: not it.res_id and it.create_uid == self.env.user)
            loose.write({"res_model": "collection.case", "res_id": event.case_id.id})

    def _refresh(self):
        kinds = dict(KINDS)
        self.filtered(lambda event: event.kind in kinds).case_id._refresh_limitation()

    # ------------------------------------------------------------------
    # COSTS
    # ------------------------------------------------------------------

    def action_make_bill(self):
        """A draft vendor bill of the cost, to be completed and posted by whoever books bills."""
        self.ensure_one()
        self.check_access("write")
        if not self.cost or not self.payee_id:
            raise UserError(self.env._("Enter the cost and whom it is paid to."))
        if not self.bill_id:
            label = dict(self._fields["cost_kind"]._description_selection(self.env)).get(self.cost_kind, "")
            self.bill_id = self.env["account.move"].create(
                {
                    "move_type": "in_invoice",
                    "partner_id": self.payee_id.id,
                    "company_id": self.company_id.id,
                    "currency_id": self.currency_id.id,
                    "invoice_date": self.date,
                    "ref": self.case_id.name,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": " ".join(filter(None, (self.case_id.name, label, self.note))),
                                "quantity": 1,
                                "price_unit": self.cost,
                            }
                        )
                    ],
                }
            )
        return self.action_view_bill()

    def action_view_bill(self):
        self.ensure_one()
        return self.bill_id.get_formview_action()

    # ------------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------------

    def _events_sql(self):
        """``line_id, day, until, kind, source`` of the rows ``item`` that a case claims or claimed."""
        self.flush_model()
        self.env["collection.case"].flush_model(["name"])
        self.env["collection.case.line"].flush_model(["move_line_id", "case_id"])
        return SQL(
            """
            SELECT item.line_id, event.date, event.date_until, event.kind, dossier.name
              FROM item
              JOIN collection_case_line line ON line.move_line_id = item.line_id
              JOIN collection_case dossier ON dossier.id = line.case_id
              JOIN collection_case_event event ON event.case_id = dossier.id AND event.is_void IS NOT TRUE
             WHERE event.kind = ANY(%s)
            """,
            [kind for kind, _label in KINDS],
        )
