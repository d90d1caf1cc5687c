from odoo import api, models


class ReportEclRun(models.AbstractModel):
    """The expected credit loss on one page for the auditor."""

    _name = "report.receivable_dunning.report_ecl_run"
    _description = "Expected Credit Loss (PDF)"

    @api.model
    def _get_report_values(self, docids, data=None):
        return {
            "doc_ids": docids,
            "doc_model": "ecl.run",
            "docs": self.env["ecl.run"].browse(docids),
            "segments": self._segments,
            "percent": self._percent,
        }

    def _segments(self, run):
        """``[(segment, lines in the order of the buckets)]``."""
        return [(lines[0].segment, lines) for lines in run.line_ids.grouped("segment_key").values()]

    def _percent(self, rate):
        return "" if rate is None or rate is False else f"{rate:.2f} %"
