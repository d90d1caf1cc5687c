from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .loss_common import WriteoffCommon


@tagged("post_install", "-at_install")
class TestWriteoffProposal(WriteoffCommon):
    # ------------------------------------------------------------------
    # PROPOSAL
    # ------------------------------------------------------------------

    def _propose(self, **values):
        wizard = self.env["receivable.writeoff.wizard"].create(
            {
                "company_id": self.company.id,
                "date": self.day,
                "partner_ids": [Command.set(self.partner_a.ids)],
                **values,
            }
        )
        action = wizard.action_propose()
        return self.env["receivable.writeoff"].browse(action["res_id"])

    def test_rules_propose_what_is_old_and_what_is_small(self):
        old, small = self._old(days=731), self._old(5, days=91)
        self._old(days=730)
        self._old(5.01, days=91)
        self._old(5, days=90)
        writeoff = self._propose(older_than=730, small_amount=5, small_days=90)
        self.assertEqual({line.move_id: line.reason for line in writeoff.line_ids}, {old: "old", small: "small"})
        self.assertEqual((writeoff.amount, writeoff.partner_id), (105, self.partner_a))

    def _case(self, invoice, outcome=None):
        """A legal case about the invoice, closed with an outcome."""
        case = (
            self.env["collection.case"]
            .sudo()
            .create(
                {
                    "partner_id": invoice.commercial_partner_id.id,
                    "company_id": self.company.id,
                    "line_ids": [Command.create({"move_line_id": self._item(invoice).id})],
                }
            )
        )
        if outcome:
            case.write({"state": "closed", "outcome": outcome, "date_closed": self.day})
        return case

    def test_what_a_legal_case_gave_up_is_proposed(self):
        lost, insolvent = self._old(days=10), self._old(20, days=10)
        self._case(lost, "uncollectible")
        self._case(insolvent, "insolvency")
        self._case(self._old(30, days=10), "settled")
        writeoff = self._propose(older_than=0, with_cases=True)
        self.assertEqual(
            {line.move_id: line.reason for line in writeoff.line_ids}, {lost: "uncollectible", insolvent: "insolvent"}
        )

    def test_what_is_barred_by_limitation_is_proposed(self):
        self.env["limitation.rule"].sudo().search([]).active = False
        rule = (
            self.env["limitation.rule"]
            .sudo()
            .create({"name": "Two years", "company_id": self.company.id, "period_years": 2, "start": "due"})
        )
        self.partner_a.with_company(self.company).sudo().limitation_rule_id = rule
        barred = self._old(days=800)
        self._old(30, days=700)
        writeoff = self._propose(older_than=0, with_limitation=True)
        self.assertEqual({line.move_id: line.reason for line in writeoff.line_ids}, {barred: "limitation"})

    def test_what_stands_in_another_write_off_is_not_proposed_again(self):
        self._old()
        writeoff = self._propose(older_than=730)
        with self.assertRaisesRegex(UserError, "no open item"):
            self._propose(older_than=730)
        writeoff.action_cancel()
        self.assertEqual(len(self._propose(older_than=730).line_ids), 1)

    def test_items_are_proposed_from_the_aging_and_from_invoices(self):
        first, second = self._old(), self._old(70)
        items = self._aging(self.day).search([("move_id", "=", first.id)])
        action = items.action_propose_writeoff()
        self.assertEqual(self.env["receivable.writeoff"].browse(action["res_id"]).amount, 100)
        with self.assertRaisesRegex(UserError, "stands in the write-off"):
            first.action_propose_writeoff()
        action = second.action_propose_writeoff()
        self.assertEqual(self.env["receivable.writeoff"].browse(action["res_id"]).line_ids.move_id, second)
        self._pay(self._old(30), 30, self.day)
        with self.assertRaisesRegex(UserError, "open claim"):
            self._invoice(self.partner_a, 10, self.day, move_type="out_refund").action_propose_writeoff()
