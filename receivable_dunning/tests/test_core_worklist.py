"""What has to hold of the order of the worklist and of moves between collectors, whatever the figures."""

import random
from datetime import date, timedelta
from unittest import TestCase

from ..core.balance import Customer, fair_loads, moves
from ..core.script import fill_in, placeholders
from ..core.worklist import (
    Action,
    Item,
    Rates,
    Situation,
    Why,
    chance,
    cost_of_waiting,
    next_action,
    order,
    uncovered,
)

DAY = date(2026, 1, 31)


def _item(rng):
    residual = round(rng.uniform(-500, 2000), 2)
    days = rng.randint(-30, 200)
    free = max(residual, 0.0) * rng.choice((0.0, 0.5, 1.0))
    return Item(DAY - timedelta(days=days), residual, days, free, rng.choice((None, rng.uniform(0, 90))))


class TestCoreWorklist(TestCase):
    def setUp(self):
        super().setUp()
        self.rng = random.Random(7)

    def test_rank_never_falls_when_an_amount_or_the_chance_rises(self):
        for _case in range(500):
            items = [_item(self.rng) for _number in range(self.rng.randint(1, 6))]
            before = cost_of_waiting(items, Rates())
            place = self.rng.randrange(len(items))
            item = items[place]
            more = [*items]
            more[place] = Item(item.due, item.residual + 100, item.days, item.free + 100, item.further_days)
            if item.residual >= 0:
                self.assertGreaterEqual(cost_of_waiting(more, Rates()), before - 1e-9)
            low, high = sorted((self.rng.random(), self.rng.random()))
            self.assertLessEqual(order(before * low, 8.0), order(before * high, 8.0))

    def test_nothing_is_uncovered_twice_and_credits_pay_once(self):
        for _case in range(300):
            items = [_item(self.rng) for _number in range(self.rng.randint(1, 8))]
            left = sum(amount for _item_, amount in uncovered(items))
            free = sum(item.free for item in items if item.residual >= 0)
            credit = -sum(item.residual for item in items if item.residual < 0)
            self.assertAlmostEqual(left, max(free - credit, 0.0))

    def test_chance_is_a_probability_and_grows_with_rest_and_reach(self):
        for tries in range(5):
            for reached in range(tries + 1):
                series = [chance(tries, reached, 0.4, days) for days in range(0, 40)]
                self.assertEqual(series, sorted(series))
                self.assertTrue(all(0 <= value <= 1 for value in series))
                self.assertLessEqual(series[-1], chance(tries, reached, 0.4))

    def test_next_action_of_every_case(self):
        cases = [
            ({"resting": True, "signals": {Why.CALLBACK}}, Action.NONE, Why.RESTING),
            ({"claims": False}, Action.NONE, Why.NOTHING),
            ({"claims": False, "worth": 50.0}, Action.CALL, Why.WORTH_CALL),
            ({"claims": False, "worth": 50.0, "at_last_level": True}, Action.CALL, Why.WORTH_CALL),
            ({"has_phone": False, "has_email": False}, Action.DATA, Why.NO_ADDRESS),
            ({"signals": {Why.VISIT_TASK, Why.CALL_TASK}}, Action.VISIT, Why.VISIT_TASK),
            ({"signals": {Why.ESCALATION_TASK}}, Action.ESCALATE, Why.ESCALATION_TASK),
            ({"broken_promises": 2}, Action.ESCALATE, Why.BROKEN_TWICE),
            ({"broken_promises": 1, "signals": {Why.PROMISE_BROKEN}}, Action.PROMISE, Why.PROMISE_BROKEN),
            ({"claims": False, "signals": {Why.PROMISE_DUE, Why.MONEY}}, Action.MATCH, Why.MONEY),
            ({"worth": 50.0, "signals": {Why.PROMISE_DUE, Why.MONEY}}, Action.CALL, Why.WORTH_CALL),
            ({"broken_promises": 2, "signals": {Why.PROMISE_BROKEN, Why.MONEY}}, Action.ESCALATE, Why.BROKEN_TWICE),
            ({"at_last_level": True}, Action.ESCALATE, Why.LAST_LEVEL),
            ({"claims": False, "signals": {Why.PROMISE_DUE}}, Action.PROMISE, Why.PROMISE_DUE),
            ({"signals": {Why.CALLBACK}}, Action.CALL, Why.CALLBACK),
            ({"signals": {Why.CALLBACK}, "has_phone": False}, Action.EMAIL, Why.NO_PHONE),
            ({"has_email": False}, Action.CALL, Why.WORTH_CALL),
            ({"worth": 4.0}, Action.CALL, Why.WORTH_CALL),
            ({"worth": 3.9}, Action.EMAIL, Why.SMALL),
        ]
        for facts, action, why in cases:
            facts = {**facts, "signals": frozenset(facts.get("signals", ()))}
            with self.subTest(facts):
                self.assertEqual(next_action(Situation(**facts)), (action, why))

    def test_script_keeps_what_is_no_placeholder(self):
        self.assertEqual(fill_in("{a} {1} {A} {b}", {"a": "x"}), "x {1} {A} {b}")
        self.assertEqual(placeholders("{1}{A}{ok}"), {"ok"})


class TestCoreBalance(TestCase):
    def test_moves_bring_loads_near_the_fair_ones(self):
        rng = random.Random(3)
        for _case in range(50):
            people = {number: rng.choice((600, 1200)) for number in range(1, 5)}
            crowd = [Customer(n, rng.choice((1, 1, 1, 2, 3)), rng.uniform(3, 20)) for n in range(200)]
            loads = dict.fromkeys(people, 0.0)
            target = dict(moves(crowd, people))
            for customer in crowd:
                loads[target.get(customer, customer.collector)] += customer.minutes
            fair = fair_loads(sum(customer.minutes for customer in crowd), people)
            for person, load in loads.items():
                self.assertAlmostEqual(load / fair[person], 1, delta=0.15)

    def test_who_was_assigned_by_hand_is_never_moved(self):
        crowd = [Customer(n, 1, 10.0, fixed=n % 2 == 0) for n in range(20)]
        self.assertTrue(moves(crowd, {1: 60, 2: 60}))
        self.assertFalse([c for c, _to in moves(crowd, {1: 60, 2: 60}) if c.fixed])

    def test_even_loads_stay(self):
        self.assertEqual(moves([Customer(1, 1, 10.0), Customer(2, 2, 10.0)], {1: 60, 2: 60}), [])
