"""A run each Monday of 2013 over the real ledger: whatever was claimed was overdue and open on its day, by the file."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from .common import LedgerCase, ledger_items

FIRST_MONDAY = date(2013, 1, 7)


def cents(amount):
    return round(Decimal(str(amount)), 2)


class TestRealLedgerDunning(LedgerCase):
    """The ledger knows all payments from the beginning, also those that come after the day of a run. So the clock of
    the test is the ledger's: what is matched after the day is undone first, and done again as the weeks go by."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.items = {(item.customer, item.number): item for item in ledger_items()}
        template = cls.env.ref("receivable_dunning.mail_template_dunning_reminder")
        cls.env["dunning.plan"].search([("company_id", "=", cls.company.id)]).active = False
        cls.plan = cls.env["dunning.plan"].create(
            {
                "name": "Replay",
                "company_id": cls.company.id,
                "level_ids": [
                    (0, 0, {"name": f"Level {n}", "sequence": n, "days": days, "mail_template_id": template.id})
                    for n, days in enumerate((3, 10, 21), 1)
                ],
            }
        )
        invoices = cls.env["account.move"].search([("company_id", "=", cls.company.id)])
        invoices.partner_id.write({"email": "ledger@example.com"})
        lines = invoices.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
        cls.names = {line.id: (line.partner_id.ref, line.move_id.ref) for line in lines if line.move_id.is_invoice()}
        cls.by_name = {name: line_id for line_id, name in cls.names.items()}

    def _set_day(self, day):
        """The ledger as it was on the evening of a day: later documents are drafts, later payments have not come."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            UPDATE account_move_line line
               SET parent_state = CASE WHEN line.date <= %(day)s THEN 'posted' ELSE 'draft' END,
                   matching_number = CASE WHEN line.date <= %(day)s THEN COALESCE(line.matching_number, 'P') END,
                   amount_residual = CASE WHEN paid.on_day <= %(day)s THEN 0 ELSE line.balance END,
                   amount_residual_currency = CASE WHEN paid.on_day <= %(day)s THEN 0 ELSE line.amount_currency END,
                   reconciled = paid.on_day <= %(day)s
              FROM (
                    SELECT line_id, max(on_day) AS on_day
                      FROM (SELECT debit_move_id AS line_id, max_date AS on_day FROM account_partial_reconcile
                             UNION ALL
                            SELECT credit_move_id, max_date FROM account_partial_reconcile) matched
                     GROUP BY line_id
                   ) paid
             WHERE paid.line_id = line.id AND line.company_id = %(company)s
               AND (%(all)s OR line.date BETWEEN %(week_ago)s AND %(day)s
                    OR paid.on_day BETWEEN %(week_ago)s AND %(day)s)
            """,
            {
                "day": day,
                "company": self.company.id,
                "week_ago": day - timedelta(days=7),
                # what lies further back was set the week before
                "all": day == FIRST_MONDAY,
            },
        )
        self.env.invalidate_all()

    def test_every_claim_of_2013_was_overdue_and_open_by_the_file(self):
        reminded = defaultdict(list)
        for week in range(52):
            day = FIRST_MONDAY + timedelta(weeks=week)
            self._set_day(day)
            run = self.env["dunning.run"].create({"company_id": self.company.id, "date": day})
            run.action_propose()
            for line in run.notice_ids.line_ids:
                self.assertFalse(line.is_credit, "all payments of the file pay an invoice")
                item = self.items[self.names[line.move_line_id.id]]
                self.assertTrue(item.date <= day and item.due < day < item.paid_on, (day, item))
                self.assertEqual(cents(line.residual), item.amount)
                self.assertEqual(line.days, (day - item.due).days)
                if not reminded[item.number] or reminded[item.number][-1] != line.level_number:
                    reminded[item.number].append(line.level_number)
            self._check_nobody_is_forgotten(run, day)
            run.notice_ids.write({"state": "sent", "sent_date": day})
            run.state = "done"
        self.assertEqual(set(reminded), self._late_on_a_monday())
        for number, levels in reminded.items():
            self.assertEqual(levels, list(range(1, len(levels) + 1)), f"{number} jumped")
        self.assertTrue(any(len(levels) > 1 for levels in reminded.values()))

    def _late_on_a_monday(self):
        """Numbers of the file that were open three days or more after their due date on a Monday of 2013."""
        mondays = [FIRST_MONDAY + timedelta(weeks=week) for week in range(52)]
        return {
            item.number
            for item in self.items.values()
            if any(item.due + timedelta(days=3) <= day < item.paid_on for day in mondays)
        }

    def _check_nobody_is_forgotten(self, run, day):
        """What is overdue by the file is on a notice, or skipped with a reason."""
        listed = set(run.notice_ids.line_ids.move_line_id.ids) | set(run.skip_ids.move_line_id.ids)
        overdue = {
            self.by_name[name]
            for name, item in self.items.items()
            if item.date <= day < item.paid_on and item.due < day
        }
        self.assertEqual(overdue - listed, set())
