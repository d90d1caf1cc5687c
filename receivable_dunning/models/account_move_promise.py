from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    promise_count = fields.Integer(
        string="Promises", compute="_compute_promise_count", groups="receivable_dunning.group_collections_user"
    )
    payment_plan_count = fields.Integer(
        string="Payment Plans", compute="_compute_promise_count", groups="receivable_dunning.group_collections_user"
    )

    def _compute_promise_count(self):
        promises = dict(
            self.env["receivable.promise.line"]._read_group(
                [("move_id", "in", self.ids)], ["move_id"], ["promise_id:count_distinct"]
            )
        )
        plans = dict(
            self.env["receivable.payment.plan.item"]._read_group(
                [("move_id", "in", self.ids)], ["move_id"], ["plan_id:count_distinct"]
            )
        )
        for move in self:
            move.promise_count = promises.get(move._origin, 0)
            move.payment_plan_count = plans.get(move._origin, 0)

    def _post(self, soft=True):
        again = self.filtered("posted_before")
        posted = super()._post(soft)
        # a document that comes back brings its promises and plans back
        (posted & again).line_ids._commitments_touched()
        return posted

    def _promisable_lines(self):
        """Receivable items of these documents that are open."""
        return self.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable" and line.amount_residual_currency > 0
        )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def _open_documents(self, name):
        """The form of one document, the list of several."""
        action = {"type": "ir.actions.act_window", "name": name, "res_model": self._name}
        if len(self) == 1:
            return {**action, "res_id": self.id, "views": [(False, "form")]}
        return {**action, "domain": [("id", "in", self.ids)], "views": [(False, "list"), (False, "form")]}

    def action_promise(self):
        """A promise to pay these documents."""
        return self.env["receivable.promise.wizard"]._open(self._promisable_lines())

    def action_payment_plan(self):
        """Instalments for these documents."""
        return self.env["receivable.payment.plan.wizard"]._open(self._promisable_lines())

    def action_view_promises(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_receivable_promise")
        return {**action, "domain": [("line_ids.move_id", "in", self.ids)], "context": {}}

    def action_view_payment_plans(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_receivable_payment_plan")
        return {**action, "domain": [("item_ids.move_id", "in", self.ids)], "context": {}}
