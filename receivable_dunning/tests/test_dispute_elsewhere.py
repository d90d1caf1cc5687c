"""Disputes in the statement of account and in the aged receivables."""

from datetime import timedelta

from odoo.tests import tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestDisputeOfStatement(DisputeCommon):
    def _statement(self):
        statement = self.env["receivable.statement"].create({"partner_id": self.customer.id, "date": self.today})
        statement.action_sent_otherwise()
        return statement

    def _answer(self, statement, amount, comment="", note=""):
        line = statement.line_ids.filtered(lambda line: line.move_line_id == self._item(self.invoice))
        statement._answer({"name": "Ann", "via": "link"}, {line.id: (amount, comment)}, note)
        return line

    def _disputes(self):
        return self.env["receivable.dispute"].search([("partner_id", "=", self.customer.id)])

    def test_a_difference_opens_a_dispute_instead_of_a_task(self):
        statement = self._statement()
        line = self._answer(statement, 70, "credit promised by phone")
        self.assertRecordValues(
            self._disputes(),
            [
                {
                    "amount": 30,
                    "note": "credit promised by phone",
                    "channel": "portal",
                    "statement_line_id": line.id,
                    "user_id": statement.user_id.id,
                    "reason_id": self.env.ref("receivable_dunning.dispute_reason_other").id,
                }
            ],
        )
        self.assertFalse(statement.activity_ids)

    def test_an_item_in_dispute_gets_no_second_dispute(self):
        dispute = self._dispute(20)
        self._answer(self._statement(), 70, "see our letter")
        self.assertEqual(self._disputes(), dispute)
        self.assertIn("see our letter", dispute.message_ids[:1].body)

    def test_two_statements_open_one_dispute(self):
        for _statement in range(2):
            self._answer(self._statement(), 70)
        self.assertEqual(len(self._disputes()), 1)

    def test_what_no_dispute_says_is_a_task(self):
        statement = self._statement()
        self._answer(statement, 120)
        self.assertFalse(self._disputes())
        self.assertIn("1 items differ", statement.activity_ids.note)
        statement = self._statement()
        self._answer(statement, 70, note="and a payment is missing")
        self.assertEqual((len(self._disputes()), len(statement.activity_ids)), (1, 1))

    def test_no_more_is_disputed_than_is_open_by_now(self):
        statement = self._statement()
        self._pay(self.invoice, 80, self.today)
        self._answer(statement, 10)
        self.assertEqual(self._disputes().amount, 20)


@tagged("post_install", "-at_install")
class TestDisputeInAging(DisputeCommon):
    def _row(self, as_of=None):
        self.env.flush_all()
        self.env.invalidate_all()
        aging = self.env["receivable.aging"].with_context(as_of=as_of or self.today)
        return aging.search([("move_id", "=", self.invoice.id)])

    def test_the_disputed_part_stands_beside_the_open_amount(self):
        self.assertFalse(self._row().amount_disputed)
        self._dispute(40)
        self.assertEqual((self._row().amount_residual, self._row().amount_disputed), (100, 40))

    def test_it_is_that_of_the_date_of_the_report(self):
        dispute = self._dispute(40)
        dispute.sudo().date = self.today - timedelta(days=10)
        dispute._close("rejected", "decision")
        dispute.sudo().closed_on = self.today - timedelta(days=5)
        amounts = [self._row(self.today - timedelta(days=days)).amount_disputed for days in (11, 10, 6, 5)]
        self.assertEqual(amounts, [0, 40, 40, 0])

    def test_it_is_in_company_currency_and_never_above_the_open_amount(self):
        currency = self.setup_other_currency("EUR", rates=[("2010-01-01", 2.0)])
        self.invoice = self._overdue_invoice(30, 80, currency_id=currency.id)
        self._dispute(60)
        self.assertEqual(self._row().amount_disputed, 30)
        refund = self._invoice(self.customer, 50, self.today, move_type="out_refund", currency_id=currency.id)
        (self._item(self.invoice) | self._item(refund)).reconcile()
        self.assertEqual((self._row().amount_residual, self._row().amount_disputed), (15, 15))
        self.assertEqual(self._row().search_count([("amount_disputed", "!=", False)]), 1)
