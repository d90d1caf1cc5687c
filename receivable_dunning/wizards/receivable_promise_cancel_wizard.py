from odoo import api, fields, models


class ReceivablePromiseCancelWizard(models.TransientModel):
    """Cancel promises or payment plans, with a reason that is kept with them."""

    _name = "receivable.promise.cancel.wizard"
    _description = "Cancel Promises or Payment Plans"

    promise_ids = fields.Many2many("receivable.promise", readonly=True)
    plan_ids = fields.Many2many("receivable.payment.plan", readonly=True)
    reason = fields.Char(required=True, help="Kept with them, for whoever wonders later.")

    @api.model
    def _open(self, records):
        name = "promise_ids" if records._name == "receivable.promise" else "plan_ids"
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cancel"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {f"default_{name}": records.ids},
        }

    def action_apply(self):
        self.ensure_one()
        if self.promise_ids:
            self.promise_ids.check_access("write")
            self.promise_ids._cancel(self.reason)
        if self.plan_ids:
            self.plan_ids._check_may_close()
            self.plan_ids._close(self.reason)
        return {"type": "ir.actions.act_window_close"}
