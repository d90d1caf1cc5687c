from odoo import api, models

from ..core.aging import paginate

# rows of an A4 landscape page; the first one also carries the letterhead
ROWS_FIRST_PAGE = 26
ROWS_PAGE = 31


class ReportAgedBalance(models.AbstractModel):
    """The aged balance on paper. Pages are cut here: not every renderer repeats the head of a table."""

    _name = "report.receivable_dunning.report_aged_balance"
    _description = "Aged Balance (PDF)"

    @api.model
    def _get_report_values(self, docids, data=None):
        wizard = self.env["receivable.aging.wizard"].browse(docids)
        wizard.ensure_one()
        return {
            "doc_ids": docids,
            "doc_model": wizard._name,
            "docs": wizard,
            "buckets": wizard.scheme_id._ordered_buckets(),
            "sections": [
                {
                    "company": company,
                    "currency": company.currency_id,
                    "sums": table.sums,
                    "pages": paginate(table.rows, ROWS_FIRST_PAGE, ROWS_PAGE),
                }
                for company, table in wizard._aged_tables()
            ],
            "share": lambda part, total: f"{100 * part / total:.1f} %" if total else "",
        }
