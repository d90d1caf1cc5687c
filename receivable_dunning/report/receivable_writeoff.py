from odoo import api, models


class ReportReceivableWriteoff(models.AbstractModel):
    """The voucher of a write-off for the auditor."""

    _name = "report.receivable_dunning.report_receivable_writeoff"
    _description = "Write-Off Voucher (PDF)"

    @api.model
    def _get_report_values(self, docids, data=None):
        return {
            "doc_ids": docids,
            "doc_model": "receivable.writeoff",
            "docs": self.env["receivable.writeoff"].browse(docids),
            "entry_sums": self._entry_sums,
        }

    def _entry_sums(self, move):
        """``[(account, debit, credit)]`` of an entry, account by account."""
        return [
            (account, sum(lines.mapped("debit")), sum(lines.mapped("credit")))
            for account, lines in move.line_ids.grouped("account_id").items()
        ]
