"""The arithmetic of shared pots against a plain simulation."""

import itertools
import random
import unittest

from odoo.addons.customer_credit_mgmt.core import verdict as core
from odoo.addons.customer_credit_mgmt.core.counter_offer import counter_offer
from odoo.addons.customer_credit_mgmt.core.pot import Pot, Tally, exposed, room

RULES = [core.Rule("over_limit", "block")]


def plain_exposure(open_amount, cover):
    """The definition: what is open less the cover of it, which is never more than what is open."""
    return open_amount - min(cover, max(open_amount, 0))


def options(facts, document):
    """``{kind: option}`` of the counter-offer."""
    offer = counter_offer(facts, document, core.decide(facts, document, RULES))
    return {option.kind: option for option in offer.options} if offer else {}


class TestCorePot(unittest.TestCase):
    def test_exposed_is_the_definition(self):
        for open_amount, cover in itertools.product(range(-30, 31, 5), range(0, 31, 5)):
            with self.subTest(open_amount=open_amount, cover=cover):
                self.assertEqual(exposed(open_amount - cover, cover), plain_exposure(open_amount, cover))

    def test_room_is_the_most_that_passes(self):
        """Of whole amounts: the room fits, one more does not."""
        for open_amount, cover, others, cap in itertools.product((-20, 0, 15, 40), (0, 25), (-10, 30, 80), (0, 50)):
            pot = Pot(1, "Holding", cap, others)
            most = room(pot, open_amount - cover, cover)
            with self.subTest(open_amount=open_amount, cover=cover, others=others, cap=cap):
                self.assertLessEqual(others + plain_exposure(open_amount + most, cover), cap)
                self.assertGreater(others + plain_exposure(open_amount + most + 1, cover), cap)

    def test_offer_makes_the_document_pass(self):
        """Paying what is asked, or asking for the smaller document, clears the pot; a little less does not."""
        generator = random.Random(7)
        checked = 0
        for _round in range(400):
            cover, open_amount = generator.choice((0, 30)), generator.randint(-20, 90)
            pot = Pot(1, "Holding", generator.randint(20, 120), generator.randint(-10, 110))
            facts = core.Facts("no_check", exposure_amount=open_amount - cover, cover_amount=cover, pot=pot)
            document = core.Document(generator.randint(1, 80))
            offer = options(facts, document)
            if not offer:
                continue
            checked += 1
            for paid, outcome in ((offer["pay"].pay, "pass"), (offer["pay"].pay - 1, "block")):
                after = core.Facts("no_check", exposure_amount=open_amount - cover - paid, cover_amount=cover, pot=pot)
                if after.exposed(document.amount) > after.exposed():
                    self.assertEqual(core.decide(after, document, RULES).outcome, outcome)
            if "reduce" in offer:
                most = offer["reduce"].amount
                self.assertEqual(core.decide(facts, core.Document(most), RULES).outcome, "pass")
                self.assertEqual(core.decide(facts, core.Document(most + 1), RULES).outcome, "block")
        self.assertGreater(checked, 100)

    def test_pot_is_never_passed_in_any_order_of_documents(self):
        """All orders of documents of three members, one with cover, one with a credit balance."""
        members = {"A": (30, 0), "B": (10, 50), "C": (-20, 0)}  # open amount, cover
        documents = [("A", 40), ("A", 25), ("B", 60), ("B", 30), ("C", 70)]
        cap = 100
        results = set()
        for order in itertools.permutations(documents):
            totals = {name: open_amount for name, (open_amount, _cover) in members.items()}
            tally = Tally()
            start = {name: plain_exposure(*figures) for name, figures in members.items()}
            for name, amount in order:
                cover = members[name][1]
                pot = Pot(1, "Holding", cap, sum(value for other, value in start.items() if other != name))
                facts = core.Facts("no_check", exposure_amount=totals[name] - cover, cover_amount=cover, pot=pot)
                facts = tally.known(facts, name)
                now = {other: plain_exposure(totals[other], members[other][1]) for other in members}
                self.assertEqual(facts.pot.others_amount + now[name], sum(now.values()))
                if core.decide(facts, core.Document(amount), RULES).outcome == "pass":
                    tally.pour(facts, core.Document(amount), name)
                    totals[name] += amount
                self.assertLessEqual(sum(plain_exposure(totals[it], members[it][1]) for it in members), cap)
            results.add(tuple(totals.values()))
        self.assertGreater(len(results), 3, "the order decides who gets what, not how much")

    def test_document_that_is_counted_already_does_not_count_twice_for_the_others(self):
        """A confirmed order that is checked again, in one batch with a document of another member."""
        tally = Tally()
        ordered = core.Facts("no_check", exposure_amount=60.0, pot=Pot(1, "Holding", 100.0, 0.0))
        tally.take_back(ordered, 60.0, "A")
        other = core.Facts("no_check", pot=Pot(1, "Holding", 100.0, 60.0))
        self.assertEqual(tally.known(other, "B").pot.others_amount, 0.0)
        again = core.Facts("no_check", exposure_amount=0.0, pot=Pot(1, "Holding", 100.0, 0.0))
        tally.pour(tally.known(again, "A"), core.Document(70.0), "A")
        self.assertEqual(tally.known(other, "B").pot.others_amount, 70.0)

    def test_cap_itself_passes(self):
        pot = Pot(1, "Holding", 100.0, 60.0)
        facts = core.Facts("no_check", exposure_amount=10.0, pot=pot)
        self.assertEqual(core.decide(facts, core.Document(30.0), RULES).outcome, "pass")
        self.assertEqual(core.decide(facts, core.Document(30.01), RULES).outcome, "block")

    def test_document_taken_up_by_own_cover_does_not_pass_a_full_pot(self):
        pot = Pot(1, "Holding", 100.0, 150.0)
        facts = core.Facts("no_check", exposure_amount=-50.0, cover_amount=50.0, pot=pot)
        self.assertEqual(core.decide(facts, core.Document(50.0), RULES).outcome, "pass")
        self.assertEqual(core.decide(facts, core.Document(51.0), RULES).outcome, "block")

    def test_both_limits_break_and_the_larger_need_counts(self):
        pot = Pot(1, "Holding", 100.0, 60.0)
        facts = core.Facts("limited", limit_amount=50.0, exposure_amount=40.0, pot=pot)
        document = core.Document(25.0)
        verdict = core.decide(facts, document, RULES)
        self.assertEqual([finding.rule.kind for finding in verdict.findings], ["over_limit", "over_group"])
        self.assertEqual(options(facts, document)["pay"].pay, 25.0)

    def test_insurer_stops_at_the_day_and_the_stage_caps_it(self):
        for days, outcome in ((59, "pass"), (60, "block"), (61, "block")):
            facts = core.Facts("no_check", overdue_days=days, overdue_amount=5.0, insurer_stop_days=60)
            self.assertEqual(core.decide(facts, core.Document(1.0), []).outcome, outcome)
        self.assertEqual(core.decide(facts, core.Document(1.0), [], "warn").outcome, "warn")
        self.assertEqual(core.decide(facts, core.Document(1.0), [], "none").outcome, "pass")
        self.assertEqual(options(facts, core.Document(1.0))["pay"].pay, 5.0)
