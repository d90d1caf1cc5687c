import io

from odoo.http import Controller, content_disposition, request, route

from ..report.ecl_xlsx import EclWorkbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class EclController(Controller):
    @route("/receivable_dunning/ecl/<int:run_id>.xlsx", type="http", auth="user", readonly=True)
    def ecl_xlsx(self, run_id):
        """The spreadsheet of a run; the record rules say whose."""
        if not request.env.user.has_group("receivable_dunning.group_collections_user"):
            return request.not_found()
        run = request.env["ecl.run"].search([("id", "=", run_id), ("state", "!=", "draft")])
        if not run:
            return request.not_found()
        file = io.BytesIO()
        EclWorkbook(run, file).save()
        return request.make_response(
            file.getvalue(),
            headers=[
                ("Content-Type", XLSX),
                ("Content-Disposition", content_disposition(f"expected_credit_loss_{run.date}.xlsx")),
            ],
        )
