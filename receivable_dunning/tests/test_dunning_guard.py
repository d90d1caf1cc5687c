"""Money that has come in, in whatever shape, is never claimed: neither in the proposal nor when notices are sent."""

from datetime import timedelta

from odoo.tests import tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestDunningGuard(DunningCommon):
    def _bank_line(self, amount, partner=None, **values):
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "partner_id": (partner if partner is not None else self.customer).id,
                "payment_ref": "transfer",
                "amount": amount,
                "date": self.today,
                **values,
            }
        )

    def _payment(self, amount, **values):
        return self.env["account.payment"].create(
            {"partner_id": self.customer.id, "amount": amount, "payment_type": "inbound", **values}
        )

    def _payment_without_entry(self, amount, invoices=None, **values):
        payment = self._payment(amount, invoice_ids=[(6, 0, invoices.ids if invoices else [])], **values)
        payment.outstanding_account_id = False
        payment.action_post()
        self.assertFalse(payment.move_id)
        return payment

    # ------------------------------------------------------------------
    # PROPOSAL
    # ------------------------------------------------------------------

    def test_bank_receipt_is_listed_as_credit_and_netted(self):
        self._overdue(30, 100)
        line = self._bank_line(40)
        notice = self._notice(self._run())
        self.assertRecordValues(notice, [{"amount_due": 100, "amount_credit": -40, "amount_total": 60}])
        self.assertEqual(notice._credits().statement_line_id, line)
        self.assertIn("not allocated yet", notice._credits()._document_name())
        html = self.env["ir.actions.report"]._render_qweb_html("receivable_dunning.report_dunning_letter", notice.ids)
        self.assertIn("not allocated yet", html[0].decode())
        self.assertIn("not allocated yet", notice._items_html())

    def test_bank_receipt_of_a_contact_or_from_a_known_account_counts(self):
        contact = self.env["res.partner"].create({"name": "Buyer", "parent_id": self.customer.id})
        self.env["res.partner.bank"].create({"acc_number": "DE02 1203 0000", "partner_id": self.customer.id})
        self._overdue(30, 100)
        self._bank_line(30, contact)
        self._bank_line(20, self.env["res.partner"], account_number="de02-12030000")
        self._bank_line(50, self.env["res.partner"], account_number="unknown")
        self.assertEqual(self._notice(self._run()).amount_credit, -50)

    def test_bank_receipt_that_covers_everything_stops_the_reminder(self):
        self._overdue(30, 100)
        self._bank_line(100)
        run = self._run()
        self.assertFalse(run.notice_ids)
        self.assertEqual(self._reasons(run), ["net_credit"])

    def test_money_paid_out_to_the_customer_is_no_credit(self):
        self._overdue(30, 100)
        self._bank_line(-40)
        self.assertEqual(self._notice(self._run()).amount_credit, 0)

    def test_bank_receipt_of_a_registered_payment_counts_once(self):
        """The payment lowered an invoice already; its bank line is not money for another one."""
        paid, open_invoice = self._overdue(40, 70), self._overdue(30, 100)
        self._pay(paid, 70, self.today)
        self._bank_line(70)
        notice = self._notice(self._run())
        self.assertEqual(notice._claims().move_id, open_invoice)
        self.assertRecordValues(notice, [{"amount_credit": 0, "amount_total": 100}])
        self._bank_line(70)
        run = self._run()
        notice.run_id.action_cancel()
        run.action_propose()
        self.assertEqual(self._notice(run).amount_credit, -70, "the second receipt is other money")

    def test_receipt_that_may_be_a_registered_payment_is_money_only_once(self):
        """(days after the payment, label, other journal): what of a receipt of 70 is netted, a payment of 70 waiting
        for its bank line. Where the receipt is for something else, it is money that nobody has booked."""
        other_bank = self.company_data["default_journal_bank"].copy({"name": "Other bank"})
        cases = {
            "nothing said": ((0, "transfer", False), 0),
            "names what was paid": ((9, "RE {paid}", False), 0),
            "names what is open": ((0, "RE {open}", False), -70),
            "names both": ((0, "{paid} {open}", False), -70),
            "ten days later": ((10, "transfer", False), 0),
            "ten days before": ((-10, "transfer", False), 0),
            "too much later": ((11, "transfer", False), -70),
            "another bank": ((0, "transfer", True), -70),
        }
        for label, ((days, text, elsewhere), credit) in cases.items():
            with self.subTest(label):
                self.customer = self._customer(label)
                paid, open_invoice = self._overdue(60, 70), self._overdue(50, 100)
                day = self.today - timedelta(days=20)
                self._pay(paid, 70, day)
                self._bank_line(
                    70,
                    date=day + timedelta(days=days),
                    payment_ref=text.format(paid=paid.name.replace("/", " "), open=open_invoice.name),
                    **({"journal_id": other_bank.id} if elsewhere else {}),
                )
                self.assertRecordValues(self._notice(self._run()), [{"amount_due": 100, "amount_credit": credit}])

    def test_receipt_that_names_what_the_memo_names_counts_once(self):
        invoice = self._overdue(50, 100)
        self._overdue(40, 300)
        self._payment(100, memo=f"Payment {invoice.name}").action_post()
        self._bank_line(100, payment_ref=invoice.name)
        self.assertRecordValues(self._notice(self._run()), [{"amount_credit": -100, "amount_total": 300}])

    def test_as_many_receipts_as_payments_are_registered_already(self):
        """(days of payments, days of receipts): how much of the receipts, of 10 each, is money for other items."""
        cases = [
            ((0,), (0,), 0),
            ((0,), (0, 0), 10),
            ((0, 0), (0,), 0),
            ((0, 0), (1, 2, 3), 10),
            ((0,), (-30, 1), 10),
            ((0, 9), (5, 14), 0),
            ((0, 18), (9,), 0),
            ((), (0, 0), 20),
        ]
        start = self.today - timedelta(days=40)
        for payments, receipts, credit in cases:
            with self.subTest(payments=payments, receipts=receipts):
                self.customer = self._customer(f"{payments} {receipts}")
                for days in payments:
                    self._pay(self._overdue(80, 10), 10, start + timedelta(days=days))
                self._overdue(80, 100)
                for days in receipts:
                    self._bank_line(10, date=start + timedelta(days=days))
                self.assertEqual(self._notice(self._run()).amount_credit, -credit)

    def test_receipt_that_was_allocated_without_the_payment_leaves_the_next_one_new(self):
        """The payment of the first invoice still waits, but its receipt was booked on the second: when in doubt, the
        receipt that comes then is not taken for it."""
        first, second, _third = self._overdue(60, 70), self._overdue(50, 70), self._overdue(40, 100)
        self._pay(first, 70, self.today)
        line = self._bank_line(70)
        item = second.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        suspense = line._seek_for_lines()[1]
        suspense.write({"account_id": item.account_id.id, "partner_id": self.customer.id})
        (suspense | item).reconcile()
        self.assertTrue(line.is_reconciled)
        self._bank_line(70)
        self.assertRecordValues(self._notice(self._run()), [{"amount_due": 100, "amount_credit": -70}])

    def test_receipt_of_a_payment_without_entry_counts_once(self):
        self._overdue(30, 100)
        self._payment_without_entry(30)
        self._bank_line(30)
        self.assertEqual(self._notice(self._run()).amount_credit, -30)

    def test_bank_receipt_in_another_currency_counts_in_company_currency(self):
        currency = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        journal = self.company_data["default_journal_bank"].copy({"currency_id": currency.id})
        self._overdue(30, 100)
        self._bank_line(40, journal_id=journal.id)
        notice = self._notice(self._run())
        self.assertRecordValues(notice, [{"amount_credit": -20, "amount_total": 80}])
        self.assertRecordValues(notice._credits(), [{"residual_currency": -40, "currency_id": currency.id}])

    def test_payment_without_entry_is_a_credit(self):
        self._overdue(30, 100)
        payment = self._payment_without_entry(30)
        notice = self._notice(self._run())
        self.assertEqual(notice.amount_total, 70)
        self.assertEqual(notice._credits().payment_id, payment)
        self.assertIn("under way", notice._credits()._document_name())

    def test_rest_of_a_payment_beyond_its_invoices_is_a_credit(self):
        """peers 17: what it is for is not claimed at all; the rest is netted with other items."""
        linked = self._overdue(40, 100)
        self._overdue(30, 100)
        self._payment_without_entry(130, linked)
        run = self._run()
        self.assertRecordValues(self._notice(run), [{"amount_due": 100, "amount_credit": -30}])
        self.assertEqual(self._reasons(run), ["in_payment"])

    def test_two_payments_for_one_invoice_pay_it_together(self):
        linked = self._overdue(40, 100)
        self._overdue(30, 100)
        for _payment in range(2):
            self._payment_without_entry(60, linked)
        self.assertEqual(self._notice(self._run()).amount_credit, -20)

    def test_payments_without_entry_to_suppliers_or_cancelled_do_not_count(self):
        self._overdue(30, 100)
        self._payment_without_entry(50, partner_type="supplier")
        self._payment_without_entry(50).action_cancel()
        self.assertEqual(self._notice(self._run()).amount_credit, 0)

    def test_plan_may_wait_until_credits_are_allocated(self):
        self.plan.stop_at_credit = True
        self._overdue(30, 100)
        self._bank_line(5)
        self.assertEqual(self._reasons(self._run()), ["open_credit"])

    # ------------------------------------------------------------------
    # BETWEEN CONFIRMATION AND SENDING
    # ------------------------------------------------------------------

    def test_whatever_arrives_between_confirmation_and_sending_shrinks_or_suppresses(self):
        arrivals = {
            "payment": lambda amount: self._payment(amount).action_post(),
            "credit note": lambda amount: self._invoice(self.customer, amount, self.today, move_type="out_refund"),
            "bank line": self._bank_line,
            "payment without entry": self._payment_without_entry,
        }
        for number, (label, arrive) in enumerate(arrivals.items()):
            for amount, expected in ((30 + number, "sent"), (100, "suppressed")):
                with self.subTest(arrival=label, amount=amount):
                    self.customer = self._customer(f"{label} {amount}")
                    self._overdue(30, 100)
                    run = self._run()
                    run.action_confirm()
                    arrive(amount)
                    self._deliver(run)
                    notice = self._notice(run)
                    self.assertEqual(notice.state, expected)
                    if expected == "sent":
                        self.assertEqual(notice.amount_total, 100 - amount)
                        self.assertIn(f"{100 - amount}.00", self._mail(notice).body_html)
                    else:
                        self.assertEqual(notice.reason, "net_credit")
                        self.assertFalse(notice.mail_message_id)

    def test_credit_that_is_gone_again_at_sending_is_not_listed(self):
        self._overdue(30, 100)
        line = self._bank_line(40)
        run = self._run()
        run.action_confirm()
        line.sudo().unlink()
        self._deliver(run)
        self.assertRecordValues(self._notice(run), [{"state": "sent", "amount_credit": 0, "amount_total": 100}])

    def test_guard_takes_no_more_queries_with_more_credits(self):
        def queries(count):
            for number in range(count):
                partner = self._customer(f"Credits {count} {number}")
                self._overdue(30, 100, partner=partner)
                self._bank_line(10, partner)
            run = self.env["dunning.run"].create({"company_id": self.company.id})
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            run.action_propose()
            self.env.flush_all()
            used = self.env.cr.sql_log_count - before
            self.assertEqual(run.notice_count, count)
            run.notice_ids.sudo().write({"state": "sent", "sent_date": self.today})
            return used

        queries(1)
        self.assertEqual(queries(2), queries(20))

    # ------------------------------------------------------------------
    # WHOM
    # ------------------------------------------------------------------

    def test_email_goes_to_the_customer_where_the_invoice_address_has_none(self):
        """The letter still goes to the invoice address."""
        address = self.env["res.partner"].create(
            {"name": "Office", "parent_id": self.customer.id, "type": "invoice", "street": "Side street 2"}
        )
        self._overdue(30)
        run = self._run()
        self.assertRecordValues(
            self._notice(run), [{"contact_id": address.id, "email_contact_id": self.customer.id, "send_email": True}]
        )
        self._send(run)
        self.assertEqual(self._mail(self._notice(run)).recipient_ids, self.customer)

    def test_second_run_leaves_out_what_a_level_in_company_currency_would_not(self):
        """peers 5: 10 USD of a plan in dollars are 5 in a company whose currency is worth twice as much."""
        currency = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        self.plan.write({"currency_id": currency.id, "minimum_item": 10})
        self._overdue(30, 4.99)
        self.assertEqual(self._reasons(self._run()), ["below_minimum"])
        self._overdue(30, 5)
        self.assertEqual(self._notice(self._run()).amount_total, 5)

    def test_payment_dated_later_counts_at_sending_too(self):
        self._overdue(30, 100)
        run = self._run()
        run.action_confirm()
        self._bank_line(100, date=self.today + timedelta(days=2))
        self._deliver(run)
        self.assertEqual(self._notice(run).state, "suppressed")
