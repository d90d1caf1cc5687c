import tempfile

from werkzeug.wsgi import wrap_file

from odoo.http import Controller, content_disposition, request, route

from ..report.key_account_review_xlsx import KeyAccountWorkbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class KeyAccountReviewController(Controller):
    @route("/customer_abc_segmentation/key_account_reviews.xlsx", type="http", auth="user", readonly=True)
    def key_account_reviews_xlsx(self, ids=""):
        """The workbook of the sheets that the user may read; sent from a file, not from memory."""
        wanted = [int(part) for part in ids.split(",") if part.isdecimal()]
        reviews = request.env["key.account.review"].search([("id", "in", wanted)])
        if not reviews:
            return request.not_found()
        # closed by the server when the answer is sent
        file = tempfile.TemporaryFile()  # noqa: SIM115
        KeyAccountWorkbook(reviews, file).save()
        size = file.tell()
        file.seek(0)
        name = reviews._get_file_name() if len(reviews) == 1 else request.env._("Key account reviews")
        return request.make_response(
            wrap_file(request.httprequest.environ, file),
            headers=[
                ("Content-Type", XLSX),
                ("Content-Length", size),
                ("Content-Disposition", content_disposition(f"{name}.xlsx")),
            ],
        )
