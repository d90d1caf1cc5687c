from odoo import fields, models


class ReceivableWriteoffRecovery(models.Model):
    """Money that came for a debt that was written off; archived when its entry was reversed."""

    _name = "receivable.writeoff.recovery"
    _description = "Recovery of a Write-Off"
    _order = "date desc, id desc"
    _rec_name = "date"

    line_id = fields.Many2one(
        "receivable.writeoff.line", string="Written Off", required=True, index=True, ondelete="restrict", readonly=True
    )
    writeoff_id = fields.Many2one(related="line_id.writeoff_id", store=True, index=True)
    company_id = fields.Many2one(related="line_id.company_id", store=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(related="line_id.partner_id", store=True)
    currency_id = fields.Many2one(related="line_id.currency_id")
    date = fields.Date(required=True, readonly=True)
    amount_currency = fields.Monetary(string="Recovered", readonly=True)
    amount = fields.Monetary(string="In Company Currency", currency_field="company_currency_id", readonly=True)
    payment_line_id = fields.Many2one(
        "account.move.line", string="Payment", readonly=True, ondelete="restrict", index=True
    )
    move_id = fields.Many2one("account.move", string="Journal Entry", readonly=True, ondelete="restrict", index=True)
    reversal_id = fields.Many2one("account.move", readonly=True, ondelete="restrict", index="btree_not_null")
    active = fields.Boolean(default=True, readonly=True, help="Counts until its entry is reversed.")
    user_id = fields.Many2one("res.users", string="Recorded By", readonly=True)

    def _entry_refusal(self, entry):
        """Why the entry cannot be reset, cancelled or deleted, and what to do instead."""
        if self.active:
            return self.env._(
                "%(entry)s books a recovery of the write-off %(writeoff)s: reverse the entry instead, then record the"
                " recovery again as it should be.",
                entry=entry.name,
                writeoff=self.writeoff_id.name,
            )
        return self.env._(
            "%(entry)s belongs to a recovery of the write-off %(writeoff)s, which was taken back: both entries stay"
            " together. To count the money after all, record the recovery again.",
            entry=entry.name,
            writeoff=self.writeoff_id.name,
        )
