from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# What an attachment proves hangs on these.
PROOF = {"raw", "datas", "db_datas", "type", "url", "name", "mimetype"}
PROOF |= {"res_model", "res_id", "res_field", "is_evidence"}


class IrAttachment(models.Model):
    """Letters and lists that went out stay with their record as they went out, as sent invoices do."""

    _inherit = "ir.attachment"

    is_evidence = fields.Boolean(
        string="Kept as Evidence",
        readonly=True,
        copy=False,
        help="Proves what was sent: it is neither changed nor deleted.",
    )

    @api.model
    def _keep_evidence(self, record, name, content, mimetype):
        """What went out about a record, exactly as it went out."""
        # sudo: the step that sends it keeps it, whoever takes the step
        return self.sudo().create(
            {
                "name": name,
                "raw": content,
                "mimetype": mimetype,
                "res_model": record._name,
                "res_id": record.id,
                "is_evidence": True,
            }
        )

    @api.model
    def _keep_report(self, record, report_name, name):
        """A report of a record as PDF; a page where this system has no renderer."""
        report = self.env["ir.actions.report"]
        can_print = report._can_print()
        content, kind = (report._render_qweb_pdf if can_print else report._render_qweb_html)(report_name, record.ids)
        mimetype = "application/pdf" if can_print else "text/html"
        return self._keep_evidence(record, f"{name.replace('/', '-')}.{kind}", content, mimetype)

    @api.model_create_multi
    def create(self, vals_list):
        # sudo only: what is evidence is told by the step that sends it, and by no default of the context
        return super().create(
            [{**vals, "is_evidence": bool(self.env.su and vals.get("is_evidence"))} for vals in vals_list]
        )

    def write(self, vals):
        if "is_evidence" in vals and not self.env.su:
            raise AccessError(self.env._("What is evidence is told by the step that sends it: it cannot be written."))
        # not lifted by sudo: the chatter deletes and changes as the system
        for attachment in self.sudo():
            if attachment.is_evidence and any(name in vals and vals[name] != attachment[name] for name in PROOF):
                attachment._refuse_evidence()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_evidence(self):
        for attachment in self.sudo().filtered("is_evidence"):
            attachment._refuse_evidence()

    def _refuse_evidence(self):
        raise UserError(
            self.env._(
                "%(name)s went out as it is: it is kept as evidence, neither changed nor deleted.", name=self.name
            )
        )
