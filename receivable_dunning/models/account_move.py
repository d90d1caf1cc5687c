from odoo import fields, models


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

    def _dunning_line_domain(self):
        """Lines of notices sent that claim an item of these documents."""
        return [
            ("move_line_id.move_id", "in", self.ids),
            ("is_credit", "=", False),
            ("drop_reason", "=", False),
            ("notice_id.state", "=", "sent"),
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

    def action_view_dunning_notices(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_dunning_notice")
        lines = self.env["dunning.notice.line"].search(self._dunning_line_domain())
        return {**action, "domain": [("id", "in", lines.notice_id.ids)], "context": {}}
