from odoo import models


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _can_print(self):
        """Whether this system turns pages into PDFs: letters and files wait, or do without, where it does not."""
        return self.get_wkhtmltopdf_state() in ("ok", "workers", "upgrade")
