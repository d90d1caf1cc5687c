from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ..core.ladder import SkipReason
from .collection_claim_mixin import AGREED

STATES = [("draft", "Draft"), ("exported", "Exported"), ("acknowledged", "Acknowledged"), ("recalled", "Recalled")]
# What the buttons set, never a plain write.
SIGNED = frozenset(["name", "state", "date_exported", "date_acknowledged", "date_recalled", "recall_reason"])


class CollectionHandover(models.Model):
    """Claims given to a collection agency in one go: what was given, what came in since, what the agency earns."""

    _name = "collection.handover"
    _description = "Agency Hand-Over"
    _inherit = ["mail.thread", "mail.activity.mixin", "receivable.root.company.mixin"]
    _order = "date DESC, id DESC"
    _rec_names_search = ["name", "agency_id", "agency_reference"]

    name = fields.Char(string="Number", readonly=True, copy=False)
    agency_id = fields.Many2one(
        "res.partner", string="Collection Agency", required=True, index=True, ondelete="restrict", tracking=True
    )
    agency_reference = fields.Char(string="Their Reference", tracking=True)
    date = fields.Date(required=True, default=fields.Date.context_today)
    user_id = fields.Many2one(
        "res.users",
        string="Handler",
        default=lambda self: self.env.user,
        tracking=True,
        help="Is told of payments that come in while the items are with the agency.",
    )
    state = fields.Selection(STATES, required=True, readonly=True, default="draft", tracking=True, copy=False)
    date_exported = fields.Date(string="Exported", readonly=True, copy=False)
    date_acknowledged = fields.Date(string="Acknowledged", readonly=True, copy=False)
    date_recalled = fields.Date(string="Recalled", readonly=True, copy=False)
    recall_reason = fields.Text(readonly=True, copy=False)
    line_ids = fields.One2many("collection.handover.line", "handover_id", string="Items", copy=False)
    note = fields.Html(string="Notes", help="For the agency: it goes into the export.")
    has_evidence = fields.Boolean(
        string="With Evidence", default=True, help="The export holds an evidence pack of each customer."
    )

    currency_id = fields.Many2one(related="company_id.currency_id")
    fee_percent = fields.Float(
        string="Commission (%)", help="Of what is collected: what comes in on the items while they are with the agency."
    )
    amount_claimed = fields.Monetary(
        string="Handed Over", compute="_compute_claimed", store=True, help="Items and interest, in company currency."
    )
    amount_received = fields.Monetary(string="Came In", compute="_compute_received", help="Payments since the export.")
    amount_open = fields.Monetary(string="Still Open", compute="_compute_received", help="Of the items handed over.")
    success_percent = fields.Float(
        string="Collected (%)", compute="_compute_received", help="Came in, of the items handed over."
    )
    commission_due = fields.Monetary(
        string="Commission So Far", compute="_compute_received", help="Came in x commission."
    )
    commission_expected = fields.Monetary(
        string="Commission at Most", compute="_compute_received", help="(Came in + still open) x commission."
    )
    customer_count = fields.Integer(string="Customers", compute="_compute_claimed", store=True)

    _fee_check = models.Constraint(
        "CHECK (fee_percent >= 0 AND fee_percent <= 100)", "A commission is a percentage between 0 and 100."
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("name", "agency_id")
    def _compute_display_name(self):
        for handover in self:
            handover.display_name = " ".join(filter(None, (handover.name, handover.agency_id.name)))

    @api.depends("line_ids.amount_claimed_company", "line_ids.interest_company", "line_ids.partner_id")
    def _compute_claimed(self):
        for handover in self:
            lines = handover.line_ids
            handover.amount_claimed = sum(line.amount_claimed_company + line.interest_company for line in lines)
            handover.customer_count = len(lines.partner_id)

    @api.depends("line_ids.amount_received_company", "line_ids.amount_open_company", "fee_percent")
    def _compute_received(self):
        for handover in self:
            currency, lines = handover.currency_id, handover.line_ids
            received = sum(line._collected() for line in lines)
            still_open = sum(lines.filtered(lambda line: not line.is_recalled).mapped("amount_open_company"))
            claimed = sum(lines.mapped("amount_claimed_company"))
            share = handover.fee_percent / 100
            handover.amount_received = received
            handover.amount_open = still_open
            handover.success_percent = received / claimed * 100 if claimed else 0.0
            handover.commission_due = currency.round(received * share) if currency else 0.0
            handover.commission_expected = currency.round((received + still_open) * share) if currency else 0.0

    # ------------------------------------------------------------------
    # DOORS
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        handovers = super().create(vals_list)
        # the result is checked, not the values: the context may hold defaults
        if not self.env.su and any(it.state != "draft" or any(it[name] for name in SIGNED - {"state"})
                                   for it in handovers):  # fmt: skip
            raise AccessError(self.env._("A new hand-over is a draft: its buttons take it further."))
        for handover in handovers:
            # sudo: the number is given, not written
            handover.sudo().name = self.env["ir.sequence"].sudo().next_by_code("collection.handover")
        return handovers

    def write(self, vals):
        if not self.env.su and SIGNED & vals.keys():
            raise AccessError(self.env._("The state of a hand-over is set by its buttons only."))
        if {"company_id", "agency_id"} & vals.keys():
            self._expect("draft")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_exported(self):
        if any(handover.state != "draft" for handover in self):
            raise UserError(self.env._("A hand-over that was exported is kept: recall it instead."))

    def _expect(self, *states):
        if self.filtered(lambda handover: handover.state not in states):
            raise UserError(self.env._("Some of these hand-overs are in another state by now: reload the page."))

    def _set(self, **values):
        # sudo: the only door to the state; who may pass it was checked by the caller
        self.sudo().write(values)

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    @api.model
    def _open_draft(self, lines):
        """A form of a new hand-over with these open items, where the agency is chosen."""
        self.check_access("create")
        # sudo: a branch's customers are dealt with by its root
        company = lines.sudo().company_id.root_id
        if len(company) != 1:
            raise UserError(self.env._("Choose items of one company."))
        free = self.new({"company_id": company.id})._free(lines)
        if not free:
            raise UserError(self.env._("Nothing to hand over: these items are settled, or with an agency already."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Hand-Over"),
            "res_model": self._name,
            "views": [(False, "form")],
            "context": {
                "default_company_id": company.id,
                "default_line_ids": [Command.create({"move_line_id": line.id}) for line in free],
            },
        }

    def action_export(self):
        """Hand the items over: from here on they are held from dunning. Then the file is downloaded."""
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        self._expect("draft")
        self._drop_settled()
        if not self.line_ids:
            raise UserError(self.env._("Add the items that the agency is to collect: nothing is open here."))
        today = fields.Date.context_today(self)
        self.line_ids._check_claimable(AGREED | {SkipReason.DISPUTED})
        self.line_ids._take_figures(today)
        self._set(state="exported", date_exported=today)
        self._keep_claims()
        return self.action_download()

    def _drop_settled(self):
        self.line_ids.filtered(lambda line: line.move_line_id.amount_residual_currency <= 0).unlink()

    def action_download(self):
        """The export once more, with the figures of the hand-over."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "target": "download",
            "url": f"/receivable_dunning/handover/{self.id}.zip",
        }

    def action_acknowledge(self):
        """The agency says that it has taken the items."""
        self.check_access("write")
        self._expect("exported")
        self._set(state="acknowledged", date_acknowledged=fields.Date.context_today(self))

    def action_recall(self):
        """Ask for the reason, then take everything back."""
        return self.line_ids._ask_recall()

    def action_view_customers(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("account.res_partner_action_customer")
        return {**action, "domain": [("id", "in", self.line_ids.partner_id.ids)], "context": {}}

    def action_add_cases(self):
        """Add the items of all open cases that are for a collection agency and not handed over yet."""
        self.ensure_one()
        self.check_access("write")
        self._expect("draft")
        cases = self.env["collection.case"].search(
            [("company_id", "=", self.company_id.id), ("kind", "=", "agency"), ("state", "not in", ("draft", "closed"))]
        )
        free = self._free(cases.line_ids.move_line_id)
        if not free:
            raise UserError(self.env._("No case for a collection agency has items that are not handed over yet."))
        self.line_ids = [Command.create({"move_line_id": line.id}) for line in free]

    def _free(self, lines):
        # sudo: whether an item is with an agency is asked across all that the user may not list
        taken = self.env["collection.handover.line"].sudo()
        taken = taken.search([("move_line_id", "in", lines.ids), ("is_open", "=", True)]).move_line_id
        return (lines - taken).filtered(
            lambda line: (
                line.account_type == "asset_receivable"
                and line.parent_state == "posted"
                and line.amount_residual_currency > 0
                and line.sudo().company_id.root_id == self.company_id
            )
        )
