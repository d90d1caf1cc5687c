"""No day of an item is charged twice, and the charges are what counting day by day gives: whatever people do."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import LateInterestCommon

RATE = Fraction(85, 1000)
ALIVE = ("claimed", "queued", "posted")

days = st.integers(0, 90)
cents = st.integers(100, 60_000)
small = st.integers(0, 5)
operations = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["run", "run", "run", "waive", "reverse", "exclude"]), small, days, cents),
        st.tuples(st.sampled_from(["pay", "pay", "credit", "unmatch"]), small, days, cents),
    ),
    min_size=3,
    max_size=9,
)


@tagged("post_install", "-at_install")
class TestLateInterestLaw(LateInterestCommon):
    @settings(
        max_examples=20,
        deadline=None,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(st.tuples(st.integers(10, 80), cents), min_size=1, max_size=2), operations)
    def test_no_day_twice_and_every_charge_as_counted(self, invoices, steps):
        with self.cr.savepoint() as savepoint:
            partner = self._customer("Law")
            self.late = [self._late(due, amount / 100, partner=partner) for due, amount in invoices]
            self.runs = self.env["late.interest.run"]
            for name, pick, day, amount in steps:
                try:
                    with self.cr.savepoint():
                        getattr(self, f"_do_{name}")(pick, self.today - timedelta(days=day), amount / 100)
                except UserError:
                    self.env.invalidate_all()
                self._check_law()
            self._check_everything_is_charged_in_the_end()
            savepoint.rollback()
            self.env.invalidate_all(flush=False)

    # ------------------------------------------------------------------
    # WHAT PEOPLE DO
    # ------------------------------------------------------------------

    def _do_run(self, pick, day, _amount):
        run = self._interest_run(
            date=day, partner_ids=[(6, 0, self.late[0].partner_id.ids)], posting=("claim", "invoice")[pick % 2]
        )
        # what the run proposes is what the ledger of this moment says, counted day by day
        for charge in run.charge_ids:
            self.assertEqual(Decimal(str(charge.amount)), self._counted(charge), charge.display_name)
        run.action_confirm()
        self.runs += run

    def _do_exclude(self, pick, day, _amount):
        run = self._interest_run(date=day, partner_ids=[(6, 0, self.late[0].partner_id.ids)], posting="claim")
        run.charge_ids[pick % (len(run.charge_ids) or 1) :].action_exclude()
        run.action_confirm()
        self.runs += run

    def _do_waive(self, pick, _day, _amount):
        self._close_one(pick, "waive")

    def _do_reverse(self, pick, _day, _amount):
        self._close_one(pick, "reverse")

    def _close_one(self, pick, mode):
        alive = self.runs.charge_ids.filtered(lambda charge: charge.state in ALIVE)
        if alive:
            self._close(alive[pick % len(alive)], mode)

    def _do_pay(self, pick, day, amount):
        invoice = self.late[pick % len(self.late)]
        self._pay(invoice, min(amount, invoice.amount_residual), day)

    def _do_credit(self, pick, day, amount):
        invoice = self.late[pick % len(self.late)]
        note = self._invoice(invoice.partner_id, min(amount, invoice.amount_residual) or 1, day, move_type="out_refund")
        (invoice + note).line_ids.filtered(lambda line: line.account_type == "asset_receivable").reconcile()

    def _do_unmatch(self, pick, _day, _amount):
        self._item(self.late[pick % len(self.late)]).remove_move_reconcile()

    # ------------------------------------------------------------------
    # COUNTED DAY BY DAY
    # ------------------------------------------------------------------

    @staticmethod
    def _item(invoice):
        return invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")

    def _base(self, line, day):
        """What was open of the item when the day began; what is not allocated pays the oldest item first."""
        open_amount = Decimal(str(line.balance))
        for match in line.matched_credit_ids:
            is_note = match.credit_move_id.move_id.move_type == "out_refund"
            if match.max_date < day or (is_note and match.max_date == day):
                open_amount -= Decimal(str(match.amount))
        return max(open_amount - self._covering(line, day), Decimal(0))

    def _covering(self, line, day):
        credits = self.env["account.move.line"].search(
            [
                ("partner_id", "=", line.partner_id.id),
                ("account_id", "=", line.account_id.id),
                ("parent_state", "=", "posted"),
                ("amount_residual", "<", 0),
            ]
        )
        items = (
            self.env["account.move.line"]
            .union(*map(self._item, self.late))
            .sorted(lambda item: (item.date_maturity, item.id))
        )
        left = {item: Decimal(str(item.amount_residual)) for item in items}
        paid = Decimal(0)
        for credit in credits.sorted("date"):
            rest = -Decimal(str(credit.amount_residual))
            counts = credit.date < day or (credit.move_id.move_type == "out_refund" and credit.date == day)
            for item in items:
                part = min(rest, left[item])
                left[item] -= part
                rest -= part
                if item == line and counts:
                    paid += part
        return paid

    def _counted(self, charge):
        total = sum(
            Fraction(self._base(charge.move_line_id, charge.date_from + timedelta(days=number))) * RATE / 365
            for number in range(charge.days)
        )
        return Decimal(int(total * 100 + Fraction(1, 2))) / 100

    # ------------------------------------------------------------------
    # THE LAW
    # ------------------------------------------------------------------

    def _check_law(self):
        self.env.flush_all()
        taken = set()
        for charge in self.runs.charge_ids.filtered(lambda charge: charge.state in (*ALIVE, "waived")):
            for number in range(charge.days):
                day = (charge.move_line_id.id, charge.date_from + timedelta(days=number))
                self.assertNotIn(day, taken, "a day was charged twice")
                taken.add(day)

    def _check_everything_is_charged_in_the_end(self):
        """After a last run until today, no late day that bears interest is left."""
        self._do_run(1, self.today, 0)
        self._check_law()
        again = self._interest_run(partner_ids=[(6, 0, self.late[0].partner_id.ids)])
        self.assertFalse(again.charge_ids)
