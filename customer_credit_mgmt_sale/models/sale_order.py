from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.customer_credit_mgmt.core import verdict as core
from odoo.addons.customer_credit_mgmt.models.computed_again import names_of


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "credit.check.mixin"]

    _credit_stage = "order"
    _credit_partner_field = "partner_invoice_id"
    _credit_computed = frozenset({"amount_total", "currency_rate", "invoice_status"})

    # ------------------------------------------------------------------
    # CREDIT CHECK
    # ------------------------------------------------------------------

    def _credit_partner(self):
        return self.partner_invoice_id

    def _credit_document(self):
        if self.state == "sale":
            return core.Document(0.0)
        return core.Document(self._credit_total())

    def _credit_total(self):
        """The order in the company's currency, at the rate of today."""
        today = fields.Date.context_today(self)
        return self.currency_id._convert(self.amount_total, self.company_id.currency_id, self.company_id, today)

    def _credit_is_waiting(self):
        return self.state in ("draft", "sent")

    def _credit_salesperson(self):
        return self.user_id

    def _credit_resume(self):
        """A customer who signed or paid hears of the confirmation, as if it had not waited."""
        if self.state != "sale":
            self.with_context(send_email=self._credit_was_promised()).action_confirm()

    def _credit_terms_days(self):
        return self._credit_days_of(self.payment_term_id)

    def _credit_is_immediate(self):
        """Terms that are due at once use no credit; an order without terms says nothing of them."""
        return bool(self.payment_term_id) and self._credit_terms_days() == 0

    def _credit_open_amount(self):
        """What is not invoiced, and what is not paid of the invoices."""
        if self.state != "sale":
            return 0.0
        # sudo: the amounts decide, whoever asks
        invoices = self.sudo().invoice_ids
        return self._credit_open_amounts().get(self, 0.0) + sum(move._credit_open_amount() for move in invoices)

    def _credit_was_promised(self):
        return bool(self.signature) or self.amount_paid > 0

    def _credit_waits_for_customer(self):
        """Whether the customer did his part and the order waits for ours; for the portal."""
        self.ensure_one()
        if not self._credit_is_waiting() or not self._credit_was_promised():
            return False
        check = self._last_checks().get(self.id)
        return bool(check) and check.state == "held"

    @api.depends("company_id", "partner_invoice_id")
    def _compute_credit_status(self):
        return super()._compute_credit_status()

    # ------------------------------------------------------------------
    # AMOUNTS
    # ------------------------------------------------------------------

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

    def _credit_open_amounts(self):
        """``{order: amount}`` that the exposure holds of confirmed orders; one query."""
        if not self.ids:
            return {}
        orders = self.env["receivable.ledger"]._open_order_sql(SQL("sale.id = ANY(%s)", self.ids))
        rows = self.env.execute_query(SQL("SELECT id, amount FROM (%s) open_order", orders))
        return {self.browse(order_id): float(amount) for order_id, amount in rows}

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
        pairs = zip(vals_list, confirmed, strict=True)
        drafts = [{**vals, "state": "draft"} if at_once else vals for vals, at_once in pairs]
        model = self._credit_without_default_state() if any(confirmed) else self
        orders = super(SaleOrder, model).create(drafts).with_env(self.env)
        orders._credit_compute_again(names_of(vals_list))
        if confirming := [order.id for order, at_once in zip(orders, confirmed, strict=True) if at_once]:
            orders.browse(confirming).write({"state": "sale"})
        return orders

    def _credit_compute_again(self, names):
        """Accounting may close an order that will not be invoiced any more; nobody else may say that it was."""
        closes = self.env.su or self.env.user.has_group("account.group_account_invoice")
        return super()._credit_compute_again(set(names) - {"invoice_status"} if closes else names)

    def write(self, vals):
        with self._credit_watch():
            if vals.get("state") != "sale":
                result = super().write(vals)
                self._credit_compute_again(vals.keys())
                return result
            confirming = self.filtered(lambda order: order.state != "sale")
            # what else is written comes first: the check sees the order as it will be confirmed
            if others := {name: value for name, value in vals.items() if name != "state"}:
                super().write(others)
                self._credit_compute_again(others.keys())
            confirming._credit_enforce()
            result = super().write({"state": "sale"})
            confirming._credit_passed()
            return result

    def _compute_partner_credit_warning(self):
        super()._compute_partner_credit_warning()
        self._credit_fill_warning()
