"""Factoring: what is taken and why not, what is booked, what happens with what is not paid."""

from datetime import timedelta
from unittest.mock import patch

import lxml.html

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .common import DunningCommon


class AssignmentCommon(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.factor = cls.env["res.partner"].create({"name": "Factor", "is_company": True})
        cls.agreement = cls._agreement()
        cls.foreign = cls.setup_other_currency(
            "EUR", rates=[("2020-01-01", 2.0), (str(cls.today - timedelta(days=5)), 3.0)]
        )

    @classmethod
    def _agreement(cls, **values):
        return cls.env["factoring.agreement"].create(
            {
                "name": "Agreement",
                "factor_id": cls.factor.id,
                "company_id": cls.company.id,
                "currency_id": cls.company.currency_id.id,
                "days_overdue": 30,
                "days_to_due": 60,
                "fee_rate": 1.5,
                **values,
            }
        )

    @classmethod
    def _booking(cls):
        """Terms of an agreement that moves the items to an account of the factor."""
        account = cls.env["account.account"].create(
            {"name": "Factor", "code": "139900", "account_type": "asset_current", "reconcile": True}
        )
        return {"account_id": account.id, "journal_id": cls.company_data["default_journal_misc"].id}

    def _batch(self, agreement=None, **values):
        batch = self.env["receivable.assignment"].create(
            {"agreement_id": (agreement or self.agreement).id, "date": self.today, **values}
        )
        batch.action_propose()
        return batch

    def _assigned(self, agreement=None):
        batch = self._batch(agreement)
        batch.action_assign()
        return batch

    def _refusals(self, batch):
        return {line.move_id: line.refusal for line in batch.refused_ids}

    def _buy_back(self, lines, reason="Not paid"):
        action = lines.action_buy_back()
        wizard = self.env["receivable.buy.back"].with_context(**action["context"]).create({"reason": reason})
        wizard.action_apply()
        return wizard


@tagged("post_install", "-at_install")
class TestReceivableAssignment(AssignmentCommon):
    def test_items_are_taken_or_left_out_for_a_reason(self):
        taken, late = self._overdue(30), self._overdue(31)
        disputed = self._overdue(5)
        self.env["dunning.block"].create({"move_id": disputed.id, "reason": "Goods sent back"})
        batch = self._batch()
        self.assertEqual(batch.line_ids.move_id, taken)
        self.assertEqual(self._refusals(batch), {late: "too_late", disputed: "held"})
        self.assertRecordValues(
            batch, [{"amount": 100, "amount_advance": 80, "amount_fee": 1.5, "amount_retention": 18.5}]
        )

    def test_credit_notes_and_other_currencies_are_never_proposed(self):
        self._invoice(self.customer, 100, self.today, move_type="out_refund")
        self._overdue(5, currency_id=self.foreign.id)
        batch = self._batch()
        self.assertFalse(batch.line_ids + batch.refused_ids)

    def test_a_limit_counts_what_the_factor_holds_already(self):
        self.agreement.customer_limit = 150
        self._overdue(5)
        self._assigned()
        second = self._overdue(4)
        batch = self._batch()
        self.assertEqual(self._refusals(batch), {second: "customer_limit"})
        with self.assertRaisesRegex(UserError, "no item that can be assigned"):
            batch.action_assign()

    def test_assigned_items_are_not_reminded(self):
        assigned = self._overdue(20)
        self._assigned()
        rest = self._overdue(19)
        run = self._run()
        self.assertEqual(self._notice(run).line_ids.move_id, rest)
        self.assertIn("assigned", self._reasons(run))
        self.assertIn(assigned, run.skip_ids.move_line_id.move_id)

    def test_an_item_assigned_after_the_run_is_not_claimed(self):
        self._overdue(20)
        run = self._run()
        self._assigned()
        self._send(run)
        self.assertRecordValues(self._notice(run), [{"state": "suppressed", "reason": "assigned"}])

    def test_what_is_paid_since_the_proposal_is_left_out_and_amounts_shrink(self):
        paid, partly = self._overdue(20), self._overdue(10)
        batch = self._batch()
        self._pay(paid, 100, self.today)
        self._pay(partly, 40, self.today)
        batch.action_assign()
        self.assertEqual(self._refusals(batch), {paid: "paid"})
        self.assertRecordValues(batch.line_ids, [{"amount": 60, "amount_advance": 48, "amount_fee": 0.9}])

    def test_an_item_goes_to_one_factor_only(self):
        self._overdue(20)
        first, second = self._batch(), self._batch(self._agreement(name="Other"))
        first.action_assign()
        with self.assertRaises(UserError):
            second.action_assign()
        self.assertFalse(self._batch().line_ids)

    def test_nothing_is_booked_without_an_account(self):
        invoice = self._overdue(20)
        batch = self._assigned()
        self.assertFalse(batch.entry_id)
        self.assertEqual(invoice.amount_residual, 100)

    def test_the_entry_moves_the_item_to_the_factor(self):
        invoice = self._overdue(20)
        agreement = self._agreement(name="Sale", **self._booking())
        batch = self._assigned(agreement)
        self.assertEqual(batch.entry_id.state, "posted")
        self.assertEqual(invoice.amount_residual, 0)
        self.assertRecordValues(
            batch.line_ids.factor_line_id,
            [{"partner_id": self.factor.id, "balance": 100, "account_id": agreement.account_id.id}],
        )
        self.assertEqual(batch.amount_open, 100)

    def test_a_foreign_item_moves_without_exchange_difference(self):
        invoice = self._overdue(20, currency_id=self.foreign.id)
        agreement = self._agreement(name="Sale", currency_id=self.foreign.id, **self._booking())
        batch = self._assigned(agreement)
        item = batch.line_ids.move_line_id
        self.assertEqual(invoice.amount_residual, 0)
        self.assertRecordValues(
            batch.line_ids.factor_line_id, [{"balance": item.balance, "amount_currency": item.amount_currency}]
        )
        self.assertFalse((item.matched_credit_ids).exchange_move_id)

    def test_what_a_factor_took_says_nothing_of_how_the_customer_pays(self):
        paid, taken = self._overdue(20), self._overdue(10)
        self._pay(paid, 100, self.today)
        self._assigned(self._agreement(name="Sale", **self._booking()))
        ledger = self.env["receivable.ledger"]
        self.assertEqual(taken.amount_residual, 0)
        statement = ledger._payment_behaviour_sql(self.today, company=self.company, partners=self.customer)
        (row,) = self.env.execute_query_dict(statement)
        self.assertEqual((row["settled_count"], row["days_late_avg"]), (1, 20))
        habits = ledger._habit_quantiles_sql(self.today, self.company, self.customer)
        self.assertEqual(self.env.execute_query_dict(habits)[0]["outcome_count"], 1)

    def test_recourse_shows_and_buying_back_opens_the_invoice_again(self):
        invoice = self._overdue(20)
        agreement = self._agreement(name="Sale", has_recourse=True, recourse_days=19, **self._booking())
        batch = self._assigned(agreement)
        self.assertEqual((batch.line_ids.state, batch.recourse_count), ("recourse", 1))
        self._buy_back(batch.line_ids)
        self.assertEqual(invoice.amount_residual, 100)
        self.assertTrue(batch.line_ids.factor_line_id.reconciled)
        self.assertRecordValues(
            batch.line_ids, [{"state": "bought_back", "bought_back_reason": "Not paid", "bought_back_on": self.today}]
        )
        self.assertEqual(self._notice(self._run()).line_ids.move_id, invoice)

    def test_what_the_factor_was_paid_in_part_is_not_bought_back(self):
        self._overdue(20)
        batch = self._assigned(self._agreement(name="Sale", **self._booking()))
        paid = self.env["account.move"].create(
            {
                "date": self.today,
                "journal_id": self.company_data["default_journal_misc"].id,
                "line_ids": [
                    Command.create({"account_id": batch.agreement_id.account_id.id, "credit": 40}),
                    Command.create({"account_id": self.company_data["default_account_expense"].id, "debit": 40}),
                ],
            }
        )
        paid.action_post()
        (paid.line_ids[0] + batch.line_ids.factor_line_id).reconcile()
        self.assertEqual(batch.amount_open, 60)
        with self.assertRaisesRegex(UserError, "paid to the factor already"):
            self._buy_back(batch.line_ids)

    def test_states_are_searched_as_they_are_shown(self):
        for days in (20, 10, 5):
            self._overdue(days)
        self.agreement.write({"has_recourse": True, "recourse_days": 15})
        batch = self._assigned()
        self._pay(batch.line_ids[1].move_id, 100, self.today)
        self._overdue(40)
        self._batch()
        Line = self.env["receivable.assignment.line"]
        lines = Line.search([("agreement_id", "=", self.agreement.id)])
        self.assertEqual(set(lines.mapped("state")), {"recourse", "paid", "open", "refused"})
        for state in dict(Line._fields["state"].selection):
            self.assertEqual(
                lines & Line.search([("state", "=", state)]), lines.filtered(lambda it, s=state: it.state == s)
            )

    def test_the_responsible_is_told_once_of_what_is_to_be_bought_back(self):
        self._overdue(20)
        self.agreement.write({"has_recourse": True, "recourse_days": 10})
        batch = self._assigned()
        for _night in range(2):
            self.env["receivable.assignment"]._cron_watch_recourse()
        self.assertEqual(len(batch.activity_ids), 1)
        self.assertEqual(batch.activity_ids.user_id, batch.user_id)

    def test_only_managers_assign_and_nobody_writes_the_state(self):
        self._overdue(20)
        batch = self._batch()
        clerk = new_test_user(
            self.env,
            "clerk",
            "receivable_dunning.group_collections_accountant",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        with self.assertRaises(AccessError):
            batch.with_user(clerk).action_assign()
        for values in ({"state": "assigned"}, {"assigned_by": clerk.id}):
            with self.assertRaises(AccessError):
                batch.with_user(clerk).write(values)
        with self.assertRaises(AccessError):
            batch.with_user(clerk).create({"agreement_id": self.agreement.id, "state": "assigned"})
        with self.assertRaises(AccessError):
            batch.line_ids.with_user(clerk).write({"is_standing": True})

    def test_an_assigned_batch_stays_on_record(self):
        self._overdue(20)
        batch = self._assigned()
        for act in (batch.unlink, batch.action_propose, batch.action_cancel):
            with self.assertRaises(UserError):
                act()

    def test_an_agreement_that_books_needs_a_journal_and_a_valid_filter(self):
        terms = self._booking()
        with self.assertRaisesRegex(ValidationError, "journal"):
            self._agreement(account_id=terms["account_id"])
        with self.assertRaisesRegex(ValidationError, "not a valid filter"):
            self._agreement(partner_domain="[('no_such_field', '=', 1)]")

    def test_letters_are_one_for_each_customer(self):
        other = self._customer("Other")
        self._overdue(20)
        self._overdue(19)
        self._overdue(18, partner=other)
        batch = self._assigned(self._agreement(name="Disclosed", is_disclosed=True))
        self.assertEqual([len(items) for items in batch._letters()], [2, 1])
        html = self.env["ir.actions.report"]._render_qweb_html(
            "receivable_dunning.report_assignment_letters", batch.ids
        )[0]
        self.assertEqual(html.decode().count("Notice of assignment"), 2)
        self.assertIn("200.00", html.decode())

    def test_every_row_of_the_schedule_has_all_columns(self):
        """A customer without a tax ID leaves its cell empty, it does not move the amounts."""
        self._overdue(20)
        batch = self._assigned()
        content = self.env["ir.actions.report"]._render_qweb_html(
            "receivable_dunning.report_assignment_schedule", batch.ids
        )[0]
        table = lxml.html.fromstring(content).find(".//table[@class='o_dl_items']")
        (row,) = [row for row in table.iter("tr") if "Customer" in row.text_content() and row.find("td") is not None]
        self.assertEqual(len(row.findall("td")), len(table.find("thead").findall(".//th")))

    def test_screens_open(self):
        self._overdue(20)
        with Form(self.env["receivable.assignment"].with_context(default_agreement_id=self.agreement.id)) as form:
            batch = form.save()
        batch.action_propose()
        self.assertTrue(Form(batch).name.startswith("FA/"))
        self.assertTrue(Form(self.agreement).name)
        schedule = self.env["ir.actions.report"]._render_qweb_html(
            "receivable_dunning.report_assignment_schedule", batch.ids
        )[0]
        self.assertIn(batch.line_ids.move_id.name, schedule.decode())

    def test_losers_of_a_race_start_anew(self):
        """Two batches proposed side by side: the index refuses the second, whatever its session saw."""
        self._overdue(20)
        first, second = self._batch(), self._batch(self._agreement(name="Other"))
        rows = second._candidates()
        first.action_assign()
        with (
            patch.object(type(second), "_candidates", return_value=rows),
            self.assertRaisesRegex(Exception, "receivable_assignment_line_standing_uniq"),
            self.cr.savepoint(),
        ):
            second.action_assign()

    def test_the_day_counts_from_the_batch(self):
        self._overdue(20)
        early = self._batch(date=self.today - timedelta(days=10))
        self.assertEqual(early.line_ids.mapped("amount"), [100])
        self.agreement.days_overdue = 15
        early.action_propose()
        self.assertTrue(early.line_ids, "20 days overdue today, 10 on the day of the batch")
