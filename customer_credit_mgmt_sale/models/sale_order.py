from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.customer_credit_mgmt.core import verdict as core


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "credit.check.mixin"]

    _credit_stage = "order"

    credit_status = fields.Selection(
        related="partner_invoice_id.credit_status", string="Credit Status", groups="base.group_user"
    )

    # ------------------------------------------------------------------
    # CREDIT CHECK
    # ------------------------------------------------------------------

    def _credit_partner(self):
        return self.partner_invoice_id

    def _credit_document(self):
        if self.state == "sale":
            return core.Document(0.0)
        today = fields.Date.context_today(self)
        amount = self.currency_id._convert(self.amount_total, self.company_id.currency_id, self.company_id, today)
        return core.Document(amount)

    def _credit_is_waiting(self):
        return self.state in ("draft", "sent")

    def _credit_salesperson(self):
        return self.user_id

    def _credit_resume(self):
        self.action_confirm()

    def _credit_posted_amount(self):
        """What posted invoices took of the order, in its currency."""
        self.ensure_one()
        ledger = self.env["receivable.ledger"]
        statement = SQL(
            "SELECT COALESCE(invoiced.amount, 0) FROM sale_order sale, LATERAL (%s) invoiced WHERE sale.id = %s",
            ledger._order_invoiced_sql("posted", SQL("item.order_id = sale.id")),
            self.id,
            to_flush=ledger._order_fields(),
        )
        return self.env.execute_query(statement)[0][0]

    # ------------------------------------------------------------------
    # CONFIRMATION
    # ------------------------------------------------------------------

    def action_confirm(self):
        passed = self._credit_hold()
        held = self - passed
        result = super(SaleOrder, passed).action_confirm() if passed else True
        return held._credit_hold_notification(held) if held else result

    @api.model_create_multi
    def create(self, vals_list):
        """An order that is to be born confirmed is made first, and confirmed through the same door as any other."""
        default = self.env.context.get("default_state")
        confirmed = [vals.get("state", default) == "sale" for vals in vals_list]
        if not any(confirmed):
            return super().create(vals_list)
        pairs = zip(vals_list, confirmed, strict=True)
        drafts = [{**vals, "state": "draft"} if at_once else vals for vals, at_once in pairs]
        orders = super(SaleOrder, self._credit_without_default_state()).create(drafts).with_env(self.env)
        confirming = [order.id for order, at_once in zip(orders, confirmed, strict=True) if at_once]
        orders.browse(confirming).write({"state": "sale"})
        return orders

    def write(self, vals):
        if vals.get("state") != "sale":
            return super().write(vals)
        confirming = self.filtered(lambda order: order.state != "sale")
        # what else is written comes first: the check sees the order as it will be confirmed
        if others := {name: value for name, value in vals.items() if name != "state"}:
            super().write(others)
        confirming._credit_enforce()
        result = super().write({"state": "sale"})
        confirming._credit_open_files()
        return result

    def _compute_partner_credit_warning(self):
        super()._compute_partner_credit_warning()
        self._credit_fill_warning()
