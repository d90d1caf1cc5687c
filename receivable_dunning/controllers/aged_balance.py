import tempfile

from werkzeug.wsgi import wrap_file

from odoo.http import Controller, content_disposition, request, route

from ..report.aged_balance_xlsx import AgedBalanceWorkbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class AgedBalanceController(Controller):
    @route("/receivable_dunning/aged_balance/<int:wizard_id>.xlsx", type="http", auth="user", readonly=True)
    def aged_balance_xlsx(self, wizard_id):
        """The spreadsheet of a wizard of the user; sent from a file, not from memory."""
        wizard = request.env["receivable.aging.wizard"].search(
            [("id", "=", wizard_id), ("create_uid", "=", request.env.uid)]
        )
        if not wizard:
            return request.not_found()
        # closed by the server when the answer is sent
        file = tempfile.TemporaryFile()  # noqa: SIM115
        AgedBalanceWorkbook(wizard, file).save()
        size = file.tell()
        file.seek(0)
        return request.make_response(
            wrap_file(request.httprequest.environ, file),
            headers=[
                ("Content-Type", XLSX),
                ("Content-Length", size),
                ("Content-Disposition", content_disposition(f"aged_receivables_{wizard.as_of}.xlsx")),
            ],
        )
