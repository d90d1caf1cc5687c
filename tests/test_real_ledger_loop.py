"""From loading to letters: the whole loop on a real ledger, with figures counted from the file."""

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal

from odoo.fields import Command

from .common import LedgerCase, ledger_items, open_on
from .test_real_ledger import cents

AFTER_ALL = date(2013, 12, 31)
#: the day of the last invoice: whatever is open then is all there is
LAST_DAY = date(2013, 12, 2)


def classes_of_the_file():
    """``{customer: class}`` by revenue, 80/95: the share before a customer decides."""
    revenue = Counter()
    for item in ledger_items():
        revenue[item.customer] += item.amount
    total, before, classes = sum(revenue.values()), Decimal(0), {}
    for customer, amount in revenue.most_common():
        classes[customer] = "A" if before < total * 80 / 100 else "B" if before < total * 95 / 100 else "C"
        before += amount
    return classes


class TestRealLedgerAging(LedgerCase):
    def _buckets(self, as_of):
        """``[(items, amount)]`` of the buckets that hold something, from not due on."""
        aging = self.env["receivable.aging"].with_context(as_of=as_of.isoformat(), date_basis="due")
        groups = aging._read_group(
            [("company_id", "=", self.company.id)], ["bucket_id"], ["__count", "amount_residual:sum"], order="bucket_id"
        )
        return [(count, str(cents(amount))) for _bucket, count, amount in groups]

    def test_aging_of_two_days_is_that_of_the_file(self):
        self.assertEqual(self._buckets(date(2012, 12, 31)), [(86, "4936.32"), (13, "788.74")])
        self.assertEqual(self._buckets(date(2013, 6, 30)), [(72, "4284.29"), (12, "835.56")])

    def test_aging_by_customer_adds_up_to_the_file(self):
        as_of = date(2013, 3, 31)
        groups = (
            self.env["receivable.aging"]
            .with_context(as_of=as_of.isoformat())
            ._read_group([("company_id", "=", self.company.id)], ["commercial_partner_id"], ["amount_residual:sum"])
        )
        expected = Counter()
        for item in open_on(as_of):
            expected[item.customer] += item.amount
        self.assertEqual({partner.ref: cents(amount) for partner, amount in groups}, dict(expected))


class TestRealLedgerClasses(LedgerCase):
    def test_the_file_itself_has_70_20_and_10(self):
        self.assertEqual(Counter(classes_of_the_file().values()), {"A": 70, "B": 20, "C": 10})

    def test_classes_by_revenue_are_those_of_the_file(self):
        policy = self.env["abc.policy"].create(
            {
                "name": "Whole period",
                "company_id": self.company.id,
                "measure": "revenue",
                "window_months": 36,
                "class_ids": [
                    Command.create({"code": code, "name": code, "sequence": number, "upper_share": share})
                    for number, (code, share) in enumerate((("A", 80), ("B", 95), ("C", 100)))
                ],
            }
        )
        policy._classify(AFTER_ALL)
        rows = self.env["abc.classification"].search([("policy_id", "=", policy.id)])
        self.assertEqual({row.partner_id.ref: row.class_id.code for row in rows}, classes_of_the_file())


class TestRealLedgerLoop(LedgerCase):
    def _turn_back(self, as_of):
        """Undo the payments made after a day; everything was invoiced by then."""
        payments = self.env["account.payment"].search([("company_id", "=", self.company.id), ("date", ">", as_of)])
        payments.action_draft()
        payments.action_cancel()

    def _score(self):
        profiles = self.env["credit.profile"]
        profiles._create_missing(self.company)
        profiles = profiles.search([("company_id", "=", self.company.id)])
        self.env["credit.scorecard"]._get_active(self.company)._score_profiles(profiles, LAST_DAY)
        return profiles

    def _plan(self):
        """The plan that is shipped, for this company and by e-mail only."""
        shipped = self.env["dunning.plan"].search([("level_ids", "!=", False)], limit=1)
        plan = shipped.copy({"company_id": self.company.id, "minimum_item": 0, "minimum_customer": 0})
        plan.level_ids.write({"send_email": True, "send_letter": False})
        plan.level_ids.write({"attach_letter": False, "attach_invoices": False})
        return plan

    def test_payers_that_are_later_score_lower(self):
        profiles = self._score()
        self.assertEqual(len(profiles), 100)
        late = defaultdict(list)
        for item in ledger_items():
            if item.paid_on <= LAST_DAY:
                late[item.customer].append(item.paid_on > item.due)
        share = {customer: sum(flags) / len(flags) for customer, flags in late.items()}
        ranked = profiles.sorted(lambda profile: share[profile.partner_id.ref])
        best, worst = ranked[:20].mapped("score"), ranked[-20:].mapped("score")
        self.assertGreater(sum(best) / 20, sum(worst) / 20 + 10)

    def test_from_loading_to_letters(self):
        self._turn_back(LAST_DAY)
        self.assertEqual(len(self._open_items(LAST_DAY)), len(open_on(LAST_DAY)))
        self._score()
        customers = self.env["credit.profile"].search([("company_id", "=", self.company.id)]).partner_id
        for customer in customers:
            customer.email = f"{customer.ref.lower()}@customer.example"
        plan = self._plan()
        run = self.env["dunning.run"].create(
            {"company_id": self.company.id, "date": LAST_DAY, "plan_ids": [Command.set(plan.ids)]}
        )
        run.action_propose()
        first_days = min(plan.level_ids.mapped("days")) + plan.grace_days
        due = {item.number for item in open_on(LAST_DAY) if (LAST_DAY - item.due).days >= max(first_days, 1)}
        self.assertTrue(due)
        claimed = run.notice_ids.line_ids.filtered(lambda line: not line.is_credit)
        self.assertEqual(set(claimed.move_id.mapped("ref")) | set(run.skip_ids.move_id.mapped("ref")) & due, due)

        run.action_confirm()
        with self.enter_registry_test_mode():
            self.env.ref("receivable_dunning.ir_cron_send_notices").method_direct_trigger()
        run.invalidate_recordset()
        self.assertEqual(run.state, "done")
        self.assertEqual(set(run.notice_ids.mapped("state")), {"sent"})
        self.assertEqual(len(run.notice_ids.mail_message_id), len(run.notice_ids.partner_id))

        again = run.copy({"date": LAST_DAY})
        again.action_propose()
        self.assertFalse(again.notice_ids)
