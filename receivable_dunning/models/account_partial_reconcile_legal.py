from markupsafe import Markup

from odoo import api, models
from odoo.tools import format_amount


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._tell_handlers()
        return partials

    def _tell_handlers(self):
        """Money on an item that is at court or with an agency: whoever handles it is told once per booking."""
        # sudo: whoever books the payment need not see the cases
        domain = [("move_line_id", "in", self.debit_move_id.ids), ("is_open", "=", True)]
        claims = [
            (line.case_id, line) for line in self.env["collection.case.line"].sudo().search(domain)
            if line.case_id.state not in ("draft", "closed")
        ]  # fmt: skip
        claims += [
            (line.handover_id, line) for line in self.env["collection.handover.line"].sudo().search(domain)
            if line.handover_id.state in ("exported", "acknowledged")
        ]  # fmt: skip
        if not claims:
            return
        paid = {}
        for partial in self.sudo():
            credit = partial.credit_move_id.move_id
            if credit.origin_payment_id or credit.statement_line_id:
                item = partial.debit_move_id.id
                paid[item] = paid.get(item, 0.0) + partial.debit_amount_currency
        for record in dict.fromkeys(record for record, _line in claims):
            record._tell_payment([(line, paid[line.move_line_id.id]) for owner, line in claims
                                  if owner == record and paid.get(line.move_line_id.id)])  # fmt: skip


class CollectionCase(models.Model):
    _inherit = "collection.case"

    def _tell_payment(self, paid):
        self.env["collection.claim.mixin"]._schedule_payment(self, paid)


class CollectionHandover(models.Model):
    _inherit = "collection.handover"

    def _tell_payment(self, paid):
        self.env["collection.claim.mixin"]._schedule_payment(self, paid)


class CollectionClaimMixin(models.AbstractModel):
    _inherit = "collection.claim.mixin"

    @api.model
    def _schedule_payment(self, record, paid):
        """An activity for the handler of a case or hand-over: what came in on which items."""
        if not paid or not record.user_id:
            return
        env = record.with_context(lang=record.user_id.lang or self.env.lang).env
        items = ", ".join(
            f"{line.move_id.name}: {format_amount(env, amount, line.currency_id)}" for line, amount in paid
        )
        note = env._("Came in: %(items)s.", items=items)
        if all(not line.move_line_id.amount_residual_currency for line in record.line_ids.filtered("is_open")):
            note = env._("%(note)s Nothing is open any more.", note=note)
        record.activity_schedule(
            "receivable_dunning.mail_activity_type_legal",
            summary=env._("Payment on a claim that was handed on"),
            note=Markup("<p>%s</p>") % note,
            user_id=record.user_id.id,
        )
