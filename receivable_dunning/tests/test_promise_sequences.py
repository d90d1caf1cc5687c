"""Random lives of an item: whatever is booked in whatever order, what is stored is what the facts say."""

from datetime import timedelta
from random import Random

from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_promise_decision import PromiseCommon


@tagged("post_install", "-at_install")
class TestPromiseSequences(PromiseCommon):
    def test_stored_state_is_what_the_facts_say_after_every_step(self):
        for seed in range(4):
            with self.subTest(seed=seed):
                self._live(Random(seed))

    def _live(self, chance):
        """Ten random steps on an invoice of its own."""
        self.invoice = self._overdue(20, 100)
        self.item = self._items(self.invoice)
        promises = self.env["receivable.promise"]
        steps = ("promise", "promise", "pay", "pay", "credit", "undo", "cancel")
        for number in range(10):
            step = steps[0] if not promises else chance.choice(steps)
            try:
                with self.env.cr.savepoint():
                    promises |= getattr(self, f"_step_{step}")(chance, promises) or promises
            except UserError:
                # not open any more, or too much: people are told so as well
                self.assertNotEqual(step, "undo", number)
            self._settle()
            self._check(promises)

    def _step_promise(self, chance, _promises):
        return self._promise(chance.randint(1, 50), chance.randint(0, 9))

    def _step_pay(self, chance, _promises):
        if self.item.amount_residual > 0:
            amount = min(chance.randint(1, 60), self.item.amount_residual)
            self._pay(self.invoice, amount, self.today - timedelta(days=chance.randint(0, 3)))

    def _step_credit(self, chance, _promises):
        if self.item.amount_residual > 0:
            self._credited(chance.randint(1, 30))

    def _step_undo(self, chance, _promises):
        partials = self.item.matched_credit_ids
        if partials:
            chance.choice(partials).unlink()

    def _step_cancel(self, chance, promises):
        chance.choice(promises)._cancel("Random")

    def _check(self, promises):
        self.env.invalidate_all()
        settled = sum(
            partial.amount
            for partial in self.item.matched_credit_ids
            if partial.credit_move_id.move_id.move_type != "out_refund"
        )
        standing = promises.filtered(lambda promise: not promise.cancelled_on)
        # no payment counts twice, and none counts that is not there
        self.assertLessEqual(sum(standing.mapped("amount_kept")), settled + 0.001)
        before = [(promise.state, promise.amount_kept, promise.date_decided) for promise in promises]
        promises.sudo()._decide(self.today)
        after = [(promise.state, promise.amount_kept, promise.date_decided) for promise in promises]
        self.assertEqual(before, after)
        # as the days pass, every promise is decided: by what was paid of it
        for promise, (outcome, _parts) in standing.sudo()._outcomes(self.today + timedelta(days=30)).items():
            self.assertNotEqual(str(outcome.state), "open")
            self.assertAlmostEqual(outcome.kept, promise.amount_kept, places=2)
