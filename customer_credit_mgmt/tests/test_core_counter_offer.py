"""A counter-offer is a promise: what it names makes the document pass, and one cent less does not."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.customer_credit_mgmt.core.counter_offer import counter_offer
from odoo.addons.customer_credit_mgmt.core.verdict import Document, Facts, Rule, decide

CENT = 0.01
KINDS = ["over_limit", "no_credit", "overdue_days", "overdue_amount", "document_amount", "terms_longer"]

money = st.integers(0, 10**8).map(lambda cents: cents / 100)
any_float = st.floats(0, 10**6)


@st.composite
def cases(draw, amounts=money):
    """Facts, a document and blocking rules."""
    overdue = draw(st.one_of(st.just(0.0), amounts.map(lambda amount: amount + CENT)))
    facts = Facts(
        limit_mode=draw(st.sampled_from(["no_check", "no_credit", "limited"])),
        limit_amount=draw(amounts),
        exposure_amount=draw(amounts) - draw(st.one_of(st.just(0.0), amounts)),
        overdue_amount=overdue,
        overdue_days=draw(st.integers(1, 200)) if overdue else 0,
    )
    amount = draw(amounts) + CENT
    share = draw(st.integers(0, 100)) / 100
    counted = draw(st.sampled_from([{}, {"counted_amount": amount * share}, {"increase": amount * share}]))
    document = Document(amount, terms_days=draw(st.integers(0, 120)), agreed_days=draw(st.integers(0, 60)), **counted)
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=4))
    rules = [Rule(kind, "block", draw(st.integers(0, 10**5)) if "amount" in kind else 3.0) for kind in kinds]
    return facts, document, rules


@tagged("post_install", "-at_install")
class TestCoreCounterOffer(BaseCase):
    def _apply(self, facts, document, option, less=0.0):
        """Facts and document once the option is taken up, by ``less`` too little."""
        if option.terms_days is not None:
            document = replace(document, terms_days=option.terms_days)
        match option.kind:
            case "split":
                then = facts.after_delivery(document.reduced_to(option.amount).added_amount)
                rest = Document(option.rest, terms_days=document.terms_days, agreed_days=document.agreed_days)
                return then.after_payment(round(option.pay - less, 6)), rest
            case "reduce":
                return facts, document.reduced_to(round(option.amount + less, 6))
        if option.amount is not None:
            document = document.reduced_to(option.amount)
        if option.kind == "pay":
            return facts.after_payment(round(option.pay - less, 6)), document
        return facts.with_guarantee(round(option.guarantee - less, 6)), document

    def _check(self, case):
        facts, document, rules = case
        verdict = decide(facts, document, rules)
        offer = counter_offer(facts, document, verdict)
        if verdict.outcome == "pass":
            self.assertIsNone(offer)
        for option in offer.options if offer else ():
            self.assertEqual(decide(*self._apply(facts, document, option), rules).outcome, "pass", option)
            if option.kind == "terms":
                later = replace(document, terms_days=option.terms_days + 1)
                self.assertEqual(decide(facts, later, rules).outcome, "block", option)
            else:
                short = self._apply(facts, document, option, less=CENT)
                self.assertEqual(decide(*short, rules).outcome, "block", option)

    @settings(max_examples=3000, deadline=None)
    @given(cases())
    def test_counter_offer_makes_it_pass_and_a_cent_less_does_not(self, case):
        self._check(case)

    @settings(max_examples=300, deadline=None)
    @given(cases(any_float))
    def test_counter_offer_holds_for_converted_amounts_that_are_no_whole_cents(self, case):
        self._check(case)

    @settings(max_examples=300, deadline=None)
    @given(cases())
    def test_a_block_on_the_limit_alone_always_has_a_way_out(self, case):
        facts, document, _rules = case
        verdict = decide(facts, document, [Rule("over_limit", "block")])
        if verdict.outcome == "block":
            kinds = [option.kind for option in counter_offer(facts, document, verdict).options]
            self.assertEqual(kinds[0], "pay")
            self.assertIn("guarantee", kinds)

    def test_where_only_a_person_can_decide_nothing_is_offered(self):
        facts = Facts(
            "limited", 100.0, 90.0, manual_hold=True, limit_ended_days=3, review_late_days=9, rating_score=10.0
        )
        for kind in ("manual_hold", "limit_expired", "review_overdue", "rating_below"):
            with self.subTest(kind=kind):
                rules = [Rule("over_limit", "block"), Rule(kind, "block", 5.0 if kind == "review_overdue" else 40.0)]
                verdict = decide(facts, Document(20.0), rules)
                self.assertEqual({finding.rule.kind for finding in verdict.findings}, {"over_limit", kind})
                self.assertIsNone(counter_offer(facts, Document(20.0), verdict))

    def test_a_rule_that_only_warns_is_no_reason_to_bargain(self):
        facts = Facts("limited", 100.0, 90.0)
        verdict = decide(facts, Document(20.0), [Rule("over_limit", "block")], stage_action="warn")
        self.assertIsNone(counter_offer(facts, Document(20.0), verdict))
