import tempfile

from werkzeug.wsgi import wrap_file

from odoo.http import Controller, content_disposition, request, route

from ..report.cash_forecast_xlsx import CashForecastWorkbook
from .aged_balance import XLSX
from .posted import posted_number


class CashForecastController(Controller):
    @route("/receivable_dunning/cash_forecast.xlsx", type="http", auth="user", readonly=True)
    def cash_forecast_xlsx(self, companies):
        """The spreadsheet of the forecasts kept for some companies of the user; sent from a file, not from memory."""
        ids = [number for part in companies.split(",") if (number := posted_number(part))]
        forecasts = request.env["receivable.cash.forecast"].with_context(allowed_company_ids=ids)
        forecasts = forecasts.search([("company_id", "in", ids)]) if ids else forecasts
        if not forecasts:
            return request.not_found()
        # closed by the server when the answer is sent
        file = tempfile.TemporaryFile()  # noqa: SIM115
        workbook = CashForecastWorkbook(forecasts, file)
        workbook.save()
        size = file.tell()
        file.seek(0)
        return request.make_response(
            wrap_file(request.httprequest.environ, file),
            headers=[
                ("Content-Type", XLSX),
                ("Content-Length", size),
                ("Content-Disposition", content_disposition(f"cash_forecast_{workbook.as_of}.xlsx")),
            ],
        )
