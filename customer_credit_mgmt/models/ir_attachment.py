from odoo import api, models
from odoo.exceptions import UserError

#: What makes a document another one.
CONTENT = {"datas", "raw", "db_datas", "store_fname", "res_model", "res_id", "name", "url", "type"}


class IrAttachment(models.Model):
    """The signed credit file is kept as it was signed."""

    _inherit = "ir.attachment"

    def write(self, vals):
        if CONTENT & vals.keys():
            self._check_no_credit_file()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_credit_file(self):
        self._check_no_credit_file()

    def _check_no_credit_file(self):
        """Cheap for all attachments that do not belong to an assessment."""
        candidates = self.filtered(lambda attachment: attachment.res_model == "credit.assessment")
        if not candidates:
            return
        # sudo: whoever deletes must not find a file by having no right on its assessment
        kept = self.env["credit.assessment"].sudo().search([("credit_file_id", "in", candidates.ids)], limit=1)
        if kept:
            raise UserError(
                self.env._("This is the signed credit file of %(assessment)s: it is kept.", assessment=kept.name)
            )
