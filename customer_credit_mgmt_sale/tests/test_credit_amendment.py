"""A confirmed order is checked again for what is added to it, on every way; what it has already counts once."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import CreditSaleCommon


@tagged("post_install", "-at_install")
class TestCreditAmendment(CreditSaleCommon):
    def _refused(self, message="limit"):
        return self.assertRaisesRegex(UserError, message)

    def _line(self, amount, **values):
        return {"product_id": self.product_a.id, "product_uom_qty": 1, "price_unit": amount, "tax_ids": False, **values}

    # ------------------------------------------------------------------
    # WAYS
    # ------------------------------------------------------------------

    def test_peers_row_2_raised_quantity_of_a_confirmed_order_is_checked_again(self):
        self.product_a.list_price = 400
        order = self._confirmed(400)
        order.order_line.product_uom_qty = 2
        self.assertEqual(order.amount_total, 800, "up to the limit it passes")
        with self._refused(), self.cr.savepoint():
            order.order_line.product_uom_qty = 3
        self.assertEqual(order.amount_total, 800)

    def test_peers_row_2_every_way_to_raise_a_confirmed_order_is_checked(self):
        order = self._confirmed(900)
        line = order.order_line
        lines = self.env["sale.order.line"].with_user(self.seller)
        other = self._order(500).with_user(self.seller)
        for label, attempt in {
            "price": lambda: line.write({"price_unit": 1001}),
            "quantity": lambda: line.write({"product_uom_qty": 2}),
            "new line": lambda: lines.create({"order_id": order.id, **self._line(101)}),
            "line through the order": lambda: order.write({"order_line": [Command.create(self._line(101))]}),
            "update through the order": lambda: order.write(
                {"order_line": [Command.update(line.id, {"price_unit": 1001})]}
            ),
            "line of another order": lambda: other.order_line.write({"order_id": order.id}),
            "context": lambda: line.with_context(skip_credit_check=True).write({"price_unit": 1001}),
            "sudo": lambda: line.sudo().write({"price_unit": 1001}),
            "import": lambda: self._import(lines, order),
        }.items():
            with self.subTest(way=label), self._refused(), self.cr.savepoint():
                attempt()
        discounted = self._confirmed(1, order_line=[Command.create(self._line(50, discount=100))])
        with self._refused():
            discounted.order_line.write({"discount": 0, "price_unit": 150})

    def _import(self, lines, order):
        row = [str(order.id), str(self.product_a.id), "5000"]
        result = lines.load(["order_id/.id", "product_id/.id", "price_unit"], [row])
        if not result["ids"]:
            raise UserError(result["messages"][0]["message"])

    def test_only_what_is_added_is_asked_for(self):
        order = self._confirmed(600)
        invoice = order.sudo()._create_invoices()
        invoice.sudo().action_post()
        self.assertEqual(invoice.state, "posted")
        order.order_line.product_uom_qty = 1.5
        self.assertEqual(order.amount_total, 900)
        with self._refused():
            order.order_line.product_uom_qty = 2

    def test_lines_that_go_up_and_down_in_one_call_are_judged_together(self):
        order = self._confirmed(900)
        first = order.order_line
        order.write({"order_line": [Command.create(self._line(700)), Command.update(first.id, {"price_unit": 200})]})
        self.assertEqual(order.amount_total, 900)

    def test_orders_changed_together_add_up(self):
        orders = self._confirmed(400) | self._confirmed(400)
        with self._refused(), self.cr.savepoint():
            orders.order_line.write({"price_unit": 600})
        orders.order_line.write({"price_unit": 500})

    def test_smaller_and_unrelated_changes_pass_on_bad_facts(self):
        order = self._confirmed(900)
        self.profile.manual_hold = True
        order.order_line.product_uom_qty = 0.5
        order.write({"client_order_ref": "PO 7", "note": "Thanks"})
        self.env["sale.order.line"].with_user(self.seller).create(
            [
                {"order_id": order.id, "display_type": "line_section", "name": "Section"},
                {"order_id": order.id, "product_id": self.product_a.id, "product_uom_qty": 0},
            ]
        )
        order.order_line[0].sudo().qty_delivered = 1
        with self._refused("by hand"):
            order.order_line[0].product_uom_qty = 0.6

    # ------------------------------------------------------------------
    # TERMS, CUSTOMER, CURRENCY
    # ------------------------------------------------------------------

    def test_longer_terms_are_checked(self):
        order = self._confirmed(100, payment_term_id=self._term(30).id)
        order.payment_term_id = self._term(20)
        with self._refused("falls due after 60 days, 30 are allowed"), self.cr.savepoint():
            order.payment_term_id = self._term(60)
        order.payment_term_id = self._term(30)

    def test_order_due_at_once_that_was_exempt_is_checked_when_it_gets_terms(self):
        self.policy.exempt_immediate = True
        order = self._confirmed(5000, payment_term_id=self._term(0).id)
        with self._refused():
            order.payment_term_id = self._term(10)

    def test_invoice_of_an_exempt_order_is_checked_when_it_gets_terms(self):
        self.policy.exempt_immediate = True
        order = self._confirmed(5000, payment_term_id=self._term(0).id)
        invoice = order.sudo()._create_invoices()
        invoice.invoice_payment_term_id = self._term(10)
        invoice.action_post()
        self.assertEqual(invoice.state, "draft")

    def test_invoice_is_checked_in_full_where_orders_are_not(self):
        self.policy.order_action = "none"
        order = self._confirmed(5000)
        invoice = order.sudo()._create_invoices()
        invoice.action_post()
        self.assertEqual(invoice.state, "draft")

    def test_other_customer_is_asked_for_the_whole_order(self):
        order = self._confirmed(5000, partner=self.partner_b)
        with self._refused():
            order.partner_invoice_id = self.partner_a

    def test_other_currency_is_checked(self):
        order = self._confirmed(900)
        currency = self.setup_other_currency("EUR", rates=[(str(self.today), 0.5)])
        with self._refused("1,800.00"):
            order.write({"currency_id": currency.id})

    def test_peers_row_10_closing_and_reopening_is_no_way_around(self):
        order = self._confirmed(900)
        order._action_cancel()
        self._confirmed(600)
        order.action_draft()
        order.action_confirm()
        self.assertEqual(order.state, "draft")
        with self._refused(), self.cr.savepoint():
            order.write({"state": "sale"})
        locked = self._confirmed(400)
        locked.sudo().action_lock()
        locked.sudo().action_unlock()
        with self._refused():
            locked.order_line.product_uom_qty = 2

    def test_peers_row_10_order_marked_as_invoiced_is_checked_when_it_is_open_again(self):
        order = self._confirmed(900).with_user(self.env.user)
        order.write({"invoice_status": "invoiced"})
        self.env.flush_all()
        self._confirmed(600)
        with self._refused():
            order.write({"invoice_status": "to invoice"})

    # ------------------------------------------------------------------
    # INVOICING GOES ON
    # ------------------------------------------------------------------

    def test_down_payment_and_delivered_quantities_are_no_change(self):
        order = self._confirmed(1000)
        self.profile.manual_hold = True
        wizard = (
            self.env["sale.advance.payment.inv"]
            .with_context(active_model="sale.order", active_ids=order.ids)
            .create({"advance_payment_method": "percentage", "amount": 30})
        )
        wizard.create_invoices()
        self.assertEqual(len(order.sudo().invoice_ids), 1)
        self.assertTrue(order.order_line.filtered("is_downpayment"))
        self.profile.manual_hold = False
        order.sudo().invoice_ids.action_post()
        final = order.sudo()._create_invoices(final=True)
        final.action_post()
        self.assertEqual(final.state, "posted")

    # ------------------------------------------------------------------
    # ASK AND RELEASE
    # ------------------------------------------------------------------

    def _ask(self, order, amount, **values):
        form = Form(
            self.env["sale.order.credit.request"].with_user(self.seller).with_context(default_order_id=order.id)
        )
        form.amount = amount
        for name, value in values.items():
            form[name] = value
        form.reason = "Trade fair"
        return form

    def _check(self, order):
        return self._check_of(order).filtered(lambda check: check.state in ("held", "released", "rejected"))

    def test_change_is_held_released_and_then_made(self):
        order = self._confirmed(900)
        form = self._ask(order, 1500)
        self.assertFalse(form.passes)
        self.assertIn("500.00 over", form.outlook.replace("\xa0", " "))
        form.save().action_request()
        check = self._check(order)
        self.assertEqual((check.state, check.amount, check.is_amendment), ("held", 1500, True))
        self.assertIn("guarantee", check.offer_text)
        self.assertEqual(order.credit_request_state, "held")
        self.assertFalse(order.credit_state)
        with self._refused(), self.cr.savepoint():
            order.order_line.price_unit = 1500
        check.with_user(self.manager)._release(1500, self.today, "Known customer")
        self.assertEqual((order.state, order.credit_request_state), ("sale", "released"))
        with self._refused(), self.cr.savepoint():
            order.order_line.price_unit = 1500.01
        order.order_line.price_unit = 1500
        self.assertEqual(order.amount_total, 1500)
        invoice = order.sudo()._create_invoices()
        invoice.action_post()
        self.assertEqual(invoice.state, "posted", "what was released for the order is granted to its invoice")

    def test_longer_terms_are_asked_for(self):
        order = self._confirmed(500, payment_term_id=self._term(30).id)
        longer, longest = self._term(60), self._term(90)
        self._ask(order, 500, payment_term_id=longer).save().action_request()
        self._check(order).with_user(self.manager)._release(500, self.today, "Once")
        with self._refused("90 days"), self.cr.savepoint():
            order.payment_term_id = longest
        order.payment_term_id = longer

    def test_rejected_change_stays_rejected(self):
        order = self._confirmed(900)
        self._ask(order, 1500).save().action_request()
        self._check(order).with_user(self.manager)._reject("Enough")
        self.policy.rule_ids.action = "warn"
        with self._refused("Enough"), self.cr.savepoint():
            order.order_line.price_unit = 1500
        order.order_line.price_unit = 1400

    def test_change_that_passes_needs_no_release(self):
        order = self._confirmed(900)
        form = self._ask(order, 1000)
        self.assertTrue(form.passes)
        with self._refused("passes without"):
            form.save().action_request()

    def test_request_is_over_when_the_facts_are_good(self):
        order = self._confirmed(900)
        self._ask(order, 1500).save().action_request()
        cron = self.env.ref("customer_credit_mgmt.ir_cron_reevaluate_held").sudo()
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(self._check(order).state, "held", "it waits on a confirmed order")
        self.env["credit.limit"].sudo().create(
            {"profile_id": self.profile.id, "amount": 9000, "date_from": self.today, "state": "approved"}
        )
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertFalse(self._check(order))
        self.assertIn("passes by now", order.message_ids[0].body)

    def test_released_order_keeps_to_its_amount(self):
        order = self._order(1500)
        order.with_user(self.seller).action_confirm()
        self._check(order).with_user(self.manager)._release(1600, self.today, "Known customer")
        self.assertEqual(order.state, "sale")
        order.order_line.price_unit = 1600
        with self._refused():
            order.order_line.price_unit = 1600.01

    def test_allowance_counts_orders_until_they_are_paid(self):
        controller = self._user("controller", "customer_credit_mgmt.group_credit_controller")
        controller.sudo().credit_release_amount = 3000
        order = self._order(2000)
        order.with_user(self.seller).action_confirm()
        self._check(order).with_user(controller)._release(2000, self.today, "First half")
        again = self._order(2000)
        again.with_user(self.seller).action_confirm()
        with self._refused("credit manager"), self.cr.savepoint():
            self._check(again).with_user(controller)._release(2000, self.today, "Second half")
        invoice = order.sudo()._create_invoices()
        invoice.action_post()
        self.assertEqual(order._credit_open_amount(), 2000, "invoiced, not paid")
        self._pay(invoice, 2000, self.today)
        self.assertEqual(order._credit_open_amount(), 0)

    # ------------------------------------------------------------------
    # COST
    # ------------------------------------------------------------------

    def test_a_change_without_policy_costs_nothing_and_with_one_a_handful_of_queries(self):
        order = self._confirmed(100).sudo()

        def queries(price):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            order.order_line.price_unit = price
            self.env.flush_all()
            return self.cr.sql_log_count - before

        queries(101)
        checked = queries(102)
        self.policy.active = False
        queries(103)
        self.assertLessEqual(checked - queries(104), 8)
