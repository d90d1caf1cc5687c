from odoo import api, models


class ReceivableKpiRecordMixin(models.AbstractModel):
    """What stands behind an amount of the figures: rows of journal entries, live for the days of the context.

    Models have ``move_id`` and an action named after them.
    """

    _name = "receivable.kpi.record.mixin"
    _description = "Record behind the Receivables Figures"
    _inherit = ["receivable.kpi.days.mixin"]

    @api.model
    def _action(self, companies, days, domain):
        """The rows of some companies.

        :param days: first and last day
        """
        name = f"receivable_dunning.action_{self._name.replace('.', '_')}"
        action = self.env["ir.actions.act_window"]._for_xml_id(name)
        return {**action, "domain": list(domain), "context": self._days_context(companies, *days)}

    def action_open_document(self):
        """The document or entry with all its items."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "views": [(False, "form")],
        }
