import tempfile

from werkzeug.wsgi import wrap_file

from odoo.http import Controller, content_disposition, request, route


class LegalController(Controller):
    """Packs of evidence and hand-overs, written to a file and sent from there, not from memory."""

    @route("/receivable_dunning/evidence/<int:wizard_id>.zip", type="http", auth="user", readonly=False)
    def evidence_pack(self, wizard_id):
        """The pack of a wizard of the user."""
        wizards = request.env["collection.evidence.wizard"]
        if not wizards.has_access("read"):
            return request.not_found()
        wizard = wizards.search([("id", "=", wizard_id), ("create_uid", "=", request.env.uid)])
        if not wizard:
            return request.not_found()
        return self._send(wizard._write_pack, wizard._file_name())

    @route("/receivable_dunning/handover/<int:handover_id>.zip", type="http", auth="user", readonly=False)
    def handover(self, handover_id):
        """The export of a hand-over, for who may hand over."""
        handovers = request.env["collection.handover"]
        if not handovers.has_access("write"):
            return request.not_found()
        handover = handovers.search([("id", "=", handover_id), ("state", "!=", "draft")])
        if not handover:
            return request.not_found()
        return self._send(handover._write_export, handover._file_name())

    def _send(self, write, name):
        # closed by the server when the answer is sent
        file = tempfile.TemporaryFile()  # noqa: SIM115
        write(file)
        file.seek(0, 2)
        size = file.tell()
        file.seek(0)
        return request.make_response(
            wrap_file(request.httprequest.environ, file),
            headers=[
                ("Content-Type", "application/zip"),
                ("Content-Length", size),
                ("Content-Disposition", content_disposition(name)),
            ],
        )
