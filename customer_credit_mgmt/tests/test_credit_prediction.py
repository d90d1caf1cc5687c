import random
from collections import defaultdict
from datetime import date, timedelta
from statistics import mean

from odoo.tests import tagged

from ..core import delay as core
from ..core.score import MIN_HISTORY
from ..core.shrinkage import is_late, next_business_day, weight
from .common import CreditCommon

TODAY = date(2024, 7, 1)


class PredictionCommon(CreditCommon):
    """Random ledgers, and the plainest way to say what the statement should answer of them."""

    @classmethod
    def _customers(cls, count):
        return cls.env["res.partner"].create([{"name": f"Payer {number}"} for number in range(count)])

    def _ledger(self, draw, partners, count=12):
        """``{partner: [(due, paid on or None)]}`` of booked invoices; nothing is paid after ``TODAY``."""
        booked = defaultdict(list)
        for partner in partners:
            habit = draw.choice([-5, 0, 4, 15, 40])
            for _number in range(draw.randint(0, count)):
                due = date(2023, 9, 1) + timedelta(days=draw.randint(0, 330))
                invoiced = min(due - timedelta(days=30), TODAY)
                invoice = self._invoice(partner, draw.choice([100, 250, 999]), invoiced, due=due)
                paid = max(due + timedelta(days=habit + draw.randint(-6, 12)), invoiced)
                if paid <= TODAY and draw.random() < 0.85:
                    self._pay(invoice, invoice.amount_total, paid)
                    booked[partner].append((due, paid))
                else:
                    booked[partner].append((due, None))
        return booked

    def _own(self, invoices):
        """``(pairs of delay and weight of the paid ones, weight of the open late ones, outcomes known)``."""
        paid = [
            ((on - next_business_day(due)).days, weight(max((TODAY - due).days, 0))) for due, on in invoices if on
        ]
        late = [weight((TODAY - due).days) for due, on in invoices if not on and is_late(due, None, TODAY)]
        return paid, sum(late), len(paid) + len(late)

    def _portfolio(self, booked):
        own = {partner: self._own(invoices) for partner, invoices in booked.items()}
        pairs = [pair for paid, _late, _known in own.values() for pair in paid]
        average = sum(d * w for d, w in pairs) / sum(w for _d, w in pairs)
        distances = []
        for paid, _late, known in own.values():
            usual = core.usual_delay(paid if known >= MIN_HISTORY else [], average)
            distances += [delay - usual for delay, _weight in paid]
        return core.Portfolio(average, tuple(core.spread(d for d, _w in pairs)), tuple(core.spread(distances)))

    def _predictions(self, as_of=TODAY, partners=None):
        rows = self.env.execute_query_dict(self.ledger._predictions_sql(as_of, self.company, partners))
        return {row["line_id"]: row for row in rows}


@tagged("post_install", "-at_install")
class TestCreditPrediction(PredictionCommon):
    # ------------------------------------------------------------------
    # SQL AND CORE
    # ------------------------------------------------------------------

    def _assert_row(self, row, expected):
        for name in ("delay_low", "delay_median", "delay_high"):
            self.assertEqual(row[name], getattr(expected, name), (name, row))
        for name in ("probability_late", "further_days", "paid_within"):
            value = getattr(expected, name)
            if value is None:
                self.assertIsNone(row[name])
            else:
                self.assertAlmostEqual(row[name], value, 9, (name, row))

    def test_statement_and_core_agree_on_random_ledgers(self):
        for seed in (1, 2):
            draw = random.Random(seed)
            partners = self._customers(8)
            booked = self._ledger(draw, partners)
            if seed == 2:
                booked.update(self.first)
            self.first = booked
            portfolio = self._portfolio(booked)
            rows = self._predictions()
            self.assertEqual(len(rows), sum(on is None for invoices in booked.values() for _due, on in invoices))
            for row in rows.values():
                partner = self.env["res.partner"].browse(row["partner_id"])
                paid, open_late, known = self._own(booked[partner])
                enough = known >= MIN_HISTORY
                points = core.habit(paid, portfolio, open_late) if enough else core.habit([], portfolio)
                next_day = next_business_day(row["due"])
                age = (TODAY - next_day).days
                self.assertEqual((row["next_day"], row["age"], row["has_history"]), (next_day, age, enough))
                self._assert_row(row, core.predict(points, age, (row["due"] - next_day).days))
                self.assertEqual(row["outcome_count"], known)
                longer = sum(delay > age for delay, _w in paid) if enough else 0
                self.assertEqual(row["longer_count"], longer)
                if paid:
                    days = mean((on - due).days for due, on in booked[partner] if on)
                    self.assertAlmostEqual(row["mean_days_late"], days, 6)
