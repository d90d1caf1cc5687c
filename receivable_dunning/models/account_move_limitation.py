from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    limitation_date = fields.Date(
        string="Time-Barred after",
        compute="_compute_limitation_date",
        groups="receivable_dunning.group_collections_user",
        help="The earliest last day of the open instalments, by the law that applies and what happened until now.",
    )
    limitation_days = fields.Integer(
        string="Days until Time-Barred",
        compute="_compute_limitation_date",
        groups="receivable_dunning.group_collections_user",
    )

    def _compute_limitation_date(self):
        today = fields.Date.context_today(self)
        receivable = self.filtered(lambda move: move.state == "posted").line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
        terms = self.env["limitation.ledger"]._terms_of_lines(receivable) if receivable else {}
        for move in self:
            found = (terms.get(line.id) for line in move.line_ids)
            days = [it.term.last_day for it in found if it and it.term]
            move.limitation_date = min(days, default=False)
            move.limitation_days = (min(days) - today).days if days else 0

    def action_view_limitation(self):
        """The open instalments with their limitation, and how it comes about."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_collection_limitation")
        return {**action, "domain": [("move_id", "=", self.id)], "context": {}}
