from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core.ladder import SkipReason

# What people choose, while the hand-over is a draft; the rest is worked out.
BY_HAND = {"move_line_id", "amount_claimed", "agency_reference"}


class CollectionHandoverLine(models.Model):
    """An item that is with an agency. An item is with one agency at a time."""

    _name = "collection.handover.line"
    _description = "Item Handed Over"
    _inherit = ["collection.claim.mixin"]

    handover_id = fields.Many2one("collection.handover", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="handover_id.company_id", store=True, index=True)
    state = fields.Selection(related="handover_id.state")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", compute="_compute_partner_id", store=True, index=True, precompute=True
    )
    agency_reference = fields.Char(string="Their Reference", help="File number of the agency for this customer.")
    is_open = fields.Boolean(readonly=True, default=True, help="Chosen for an agency and not recalled.")
    is_recalled = fields.Boolean(string="Recalled", readonly=True)
    date_recalled = fields.Date(string="Recalled on", readonly=True)
    recall_reason = fields.Char(readonly=True)
    collected_company = fields.Monetary(
        string="Collected until the Recall",
        currency_field="company_currency_id",
        readonly=True,
        help="Frozen when the item was recalled: the agency earns nothing on what comes in later.",
    )

    _open_uniq = models.UniqueIndex(
        "(move_line_id) WHERE is_open", "One of these items is with an agency, or chosen for one, already."
    )

    @api.depends("move_line_id")
    def _compute_partner_id(self):
        for line in self:
            line.partner_id = line.move_line_id.partner_id.commercial_partner_id

    def _collected(self):
        """What came in while the agency worked on it, in company currency."""
        self.ensure_one()
        if self.is_recalled:
            return self.collected_company
        return self.amount_received_company if self.handover_id.state != "draft" else 0.0

    @api.constrains("move_line_id", "handover_id")
    def _check_belongs(self):
        # sudo: whose item it is is compared, not shown
        for line in self.sudo():
            if line.move_line_id.company_id.root_id != line.handover_id.company_id:
                raise UserError(self.env._("%(item)s belongs to another company.", item=line.move_line_id.display_name))

    # ------------------------------------------------------------------
    # DOORS
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        # worked out below, whatever the caller or the context says
        allowed = {*BY_HAND, "handover_id"}
        vals_list = [
            {**{name: value for name, value in vals.items() if name in allowed}, "is_open": True, "is_recalled": False}
            for vals in vals_list
        ]
        lines = super().create(vals_list)
        lines._expect_draft()
        lines._take_figures(fields.Date.context_today(self))
        return lines

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - BY_HAND:
                raise UserError(self.env._("Only the items and the amounts claimed are entered; the rest follows."))
            if vals.keys() - {"agency_reference"}:
                self._expect_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_exported(self):
        self._expect_draft()

    def _expect_draft(self):
        if any(line.handover_id.state != "draft" for line in self):
            raise UserError(self.env._("What was handed over is changed while it is a draft; later, recall it."))

    # ------------------------------------------------------------------
    # RECALL
    # ------------------------------------------------------------------

    def _ask_recall(self):
        """Ask for the reason."""
        self.handover_id.check_access("write")
        lines = self.filtered("is_open")
        if not lines or any(handover.state == "draft" for handover in lines.handover_id):
            raise UserError(self.env._("Nothing here is with an agency."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Recall from the Agency"),
            "res_model": "collection.handover.recall",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_line_ids": lines.ids},
        }

    def action_recall(self):
        """Take items back from the agency."""
        return self._ask_recall()

    def _recall(self, reason):
        """The items are free: they are reminded again if they are open. What came in until now is frozen."""
        self.handover_id.check_access("write")
        if not (reason or "").strip():
            raise UserError(self.env._("Say why: the agency will ask."))
        today = fields.Date.context_today(self)
        for line in self.filtered(lambda line: line.is_open and line.handover_id.state != "draft"):
            # sudo: the only door to the recall; the right to write was checked
            line.sudo().write(
                {
                    "collected_company": line.amount_received_company,
                    "is_open": False,
                    "is_recalled": True,
                    "date_recalled": today,
                    "recall_reason": reason,
                }
            )
        for handover in self.handover_id:
            if not any(line.is_open for line in handover.line_ids):
                handover._set(state="recalled", date_recalled=today, recall_reason=reason)
            handover.message_post(body=self.env._("Items were recalled: %(reason)s", reason=reason))

    # ------------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------------

    def _held_sql(self, company):
        """Items of the rows ``item`` that are not reminded because an agency has them."""
        self.flush_model()
        self.env["collection.handover"].flush_model(["state"])
        return SQL(
            """
            SELECT item.line_id, NULL::numeric, %(reason)s
              FROM collection_handover_line line
              JOIN collection_handover handover ON handover.id = line.handover_id
               AND handover.state IN ('exported', 'acknowledged')
              JOIN item ON item.line_id = line.move_line_id
             WHERE line.is_open AND line.company_id = %(company)s
            """,
            reason=str(SkipReason.AGENCY),
            company=company.id,
        )
