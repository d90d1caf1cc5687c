from odoo import api, fields, models
from odoo.exceptions import RedirectWarning
from odoo.tools import SQL

from .dunning_notice import SENT_STATES


class AccountMove(models.Model):
    _inherit = "account.move"

    # Blocked documents are few: finds them without reading every document that is open.
    _dunning_blocked_idx = models.Index("(id) WHERE payment_state = 'blocked'")

    dunning_notice_count = fields.Integer(
        string="Reminders", compute="_compute_dunning", groups="receivable_dunning.group_collections_user"
    )
    dunning_date = fields.Date(
        string="Last Reminder", compute="_compute_dunning", groups="receivable_dunning.group_collections_user"
    )
    dunning_level_id = fields.Many2one(
        "dunning.level",
        string="Reminder Level",
        compute="_compute_dunning",
        groups="receivable_dunning.group_collections_user",
        help="Highest level at which an item of the document was reminded.",
    )

    dunning_block_count = fields.Integer(
        string="Dunning Blocks",
        compute="_compute_dunning_block_count",
        groups="receivable_dunning.group_collections_user",
        help="Blocks of this document that are in force.",
    )

    def _compute_dunning_block_count(self):
        counts = dict(
            self.env["dunning.block"]._read_group(
                [("move_id", "in", self.ids), ("state", "=", "active")], ["move_id"], ["__count"]
            )
        )
        for move in self:
            move.dunning_block_count = counts.get(move._origin, 0)

    def _dunning_line_domain(self):
        """Lines of notices sent that claim an item of these documents."""
        return [
            ("move_line_id.move_id", "in", self.ids),
            ("is_credit", "=", False),
            ("drop_reason", "=", False),
            ("notice_id.state", "in", SENT_STATES),
        ]

    def _compute_dunning(self):
        lines = self.env["dunning.notice.line"].search(self._dunning_line_domain(), order="level_number, id")
        levels = {(level.plan_id, level.number): level for level in lines.notice_id.plan_id.level_ids}
        by_move = lines.grouped("move_id")
        for move in self:
            claimed = by_move.get(move, lines.browse())
            move.dunning_notice_count = len(claimed.notice_id)
            move.dunning_date = max(claimed.notice_id.mapped("sent_date"), default=False)
            highest = claimed[-1:]
            move.dunning_level_id = levels.get((highest.notice_id.plan_id, highest.level_number), False)

    # ------------------------------------------------------------------
    # RESET TO DRAFT
    # ------------------------------------------------------------------

    def write(self, vals):
        if vals.get("state") in ("draft", "cancel"):
            self.filtered(lambda move: move.state == "posted")._check_reset()
        return super().write(vals)

    def _check_reset(self):
        """Whether these posted documents may leave the books, by whatever button or call. To be extended."""
        self._check_dunned_reset()

    def _check_dunned_reset(self):
        """A customer who was asked to pay a document has a right to its not vanishing without a reason recorded."""
        # sudo: whoever resets need not see the notices
        allowed = self.env.cr.precommit.data.get("dunning.reset", ())
        dunned = self.sudo().filtered(lambda move: move.state == "posted" and move.id not in allowed)
        claims = self.env["dunning.notice.line"].sudo().search(dunned._dunning_line_domain())
        if claims:
            raise RedirectWarning(
                self.env._(
                    "%(documents)s: the customer was reminded of this. Say why it is reset to draft or cancelled.",
                    documents=", ".join(sorted(set(claims.move_id.mapped("name")))),
                ),
                self.env.ref("receivable_dunning.action_dunning_draft_reason").id,
                self.env._("Give the reason"),
                {"active_ids": claims.move_id.ids, "active_id": claims.move_id.ids[:1], "active_model": self._name},
            )

    def _allow_dunned_reset(self):
        """The reason is recorded: these may be reset in this transaction. No caller, no context reaches this note."""
        data = self.env.cr.precommit.data
        data["dunning.reset"] = {*data.get("dunning.reset", ()), *self.ids}

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_dunning_blocks(self):
        """Blocks of the document, past ones too."""
        self.ensure_one()
        return self.env["dunning.block"]._action_of(
            self.env._("Dunning Blocks"),
            [("move_id", "=", self.id)],
            {"default_move_id": self.id, "default_partner_id": self.commercial_partner_id.id},
        )

    def action_view_dunning_notices(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_dunning_notice")
        lines = self.env["dunning.notice.line"].search(self._dunning_line_domain())
        return {**action, "domain": [("id", "in", lines.notice_id.ids)], "context": {}}


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_reset(self):
        """A context lets posted documents be deleted; their items go first."""
        self.move_id.filtered(lambda move: move.state == "posted")._check_reset()

    def _touch(self):
        """Written, so that of two sessions that decide about an item at the same time the second fails and is tried
        anew: a lock alone reads what stood before."""
        self.env.cr.execute(
            SQL("UPDATE account_move_line SET date_maturity = date_maturity WHERE id = ANY(%s)", sorted(self.ids))
        )
