from odoo import api, models


class ReportAssignmentLetters(models.AbstractModel):
    """Notices of assignment: there are none where the customers are not told, whichever way they are asked for."""

    _name = "report.receivable_dunning.report_assignment_letters"
    _description = "Notices of Assignment (PDF)"

    @api.model
    def _get_report_values(self, docids, data=None):
        batches = self.env["receivable.assignment"].browse(docids)
        return {
            "doc_ids": docids,
            "doc_model": batches._name,
            "docs": batches,
            "letters": [(batch, items) for batch in batches for items in batch._letters()],
        }
