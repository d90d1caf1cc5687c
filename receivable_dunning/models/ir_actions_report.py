from odoo import models


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _build_wkhtmltopdf_args(
        self, paperformat_id, landscape, specific_paperformat_args=None, set_viewport_size=False
    ):
        """Dunning letters have no script to wait for; the usual second of delay is most of their time."""
        args = super()._build_wkhtmltopdf_args(paperformat_id, landscape, specific_paperformat_args, set_viewport_size)
        letter_format = self.env.ref("receivable_dunning.paperformat_dunning_letter", raise_if_not_found=False)
        if paperformat_id and paperformat_id == letter_format:
            args[args.index("--javascript-delay") + 1] = "0"
        return args
