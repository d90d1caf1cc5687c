"""From the facts of the ledger to the verdict on documents."""

from collections import defaultdict
from dataclasses import dataclass, replace

from odoo import api, fields, models

from ..core import verdict as core
from ..core.pot import Tally

# What a profile of a customer looks like who was never dealt with.
UNKNOWN = {
    "limit_mode": "no_check",
    "limit_amount": None,
    "open_amount": 0.0,
    "cover_amount": 0.0,
    "draft_amount": 0.0,
    "order_amount": 0.0,
    "overdue_amount": 0.0,
    "overdue_days": 0,
    "manual_hold": False,
    "insurer_stop_days": 0,
    "limit_ended_days": None,
    "review_late_days": None,
    "rating_score": None,
    "agreed_terms_days": 0,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict with all it was based on."""

    policy_id: int | None
    facts: core.Facts
    document: core.Document
    verdict: core.Verdict

    @property
    def outcome(self):
        return self.verdict.outcome


class CreditCheckMixin(models.AbstractModel):
    _inherit = "credit.check.mixin"

    # ------------------------------------------------------------------
    # DECIDE
    # ------------------------------------------------------------------

    def _credit_verdicts(self, touched=None):
        """``{document: Decision}`` on the facts of now. Documents of one customer add up in the order of their ids.

        :param touched: ``{root company: customers with who shares their pots}``, when ``_touch`` told
        """
        decisions = {}
        for root, documents in self.grouped(lambda document: document.company_id.root_id).items():
            decisions.update(documents._credit_verdicts_in(root, (touched or {}).get(root)))
        return decisions

    def _credit_verdicts_in(self, root, touched=None):
        asked = self._credit_documents()
        asking = (
            self.filtered(lambda document: asked[document].amount > 0) if self._credit_specs(root) else self.browse()
        )
        rows = self._credit_rows(asking, root, touched)
        specs = self._credit_match(asking, root, rows)
        added, counted, included = defaultdict(float), defaultdict(float), defaultdict(float)
        tally = Tally()
        for document in asking:
            included[document._credit_customer().id] += asked[document].included_amount
        for customer, amount in included.items():
            tally.take_back(self.env["credit.profile"]._facts(rows.get(customer, UNKNOWN), root), amount, customer)
        decisions = {}
        for document in self.sorted("id"):
            customer = document._credit_customer()
            row, spec = rows.get(customer.id, UNKNOWN), specs.get(document)
            facts = self._credit_facts(row, spec, customer, root)
            asked[document] = document._credit_complete(asked[document], spec, row)
            # what the exposure holds of orders makes room once, however many documents say that they come from there
            asked[document] = core.counted_up_to(asked[document], row["order_amount"] - counted[customer.id], facts)
            exposure = facts.exposure_amount + added[customer.id] - included[customer.id]
            facts = tally.known(replace(facts, exposure_amount=exposure), customer.id)
            rules, action = (spec.rules, spec.action_at(self._credit_stage)) if spec else ((), "none")
            verdict = core.decide(facts, asked[document], rules, action)
            if verdict.outcome != core.Outcome.BLOCK:
                added[customer.id] += asked[document].added_amount
                counted[customer.id] += asked[document].counted_amount
                tally.pour(facts, asked[document], customer.id)
            decisions[document] = Decision(spec and spec.policy_id, facts, asked[document], verdict)
        return decisions

    def _credit_documents(self):
        """``{document: core.Document}``: what each asks for."""
        return {document: document._credit_document() for document in self}

    @api.model
    def _credit_facts(self, row, spec, customer, root):
        facts = self.env["credit.profile"]._facts(row, root)
        return replace(facts, fitting_rules=self.env["credit.policy"]._fitting_rules(spec, customer, root))

    def _credit_complete(self, asked, spec, row):
        """The document with what only the policy tells: what was checked before, and terms if a rule compares them."""
        if not spec:
            return asked
        if asked.counted_amount:
            asked = replace(asked, is_granted=self._credit_was_granted(spec))
        if not spec.has_rule("terms_longer"):
            return asked
        days = self._credit_terms_days() if asked.terms_days is None else asked.terms_days
        return replace(asked, terms_days=days, agreed_days=self._credit_agreed_days(row["agreed_terms_days"]))

    def _credit_was_granted(self, spec):
        """Whether the policy looked at the counted part when it was counted."""
        return True

    def _credit_agreed_days(self, agreed):
        """Days agreed with the customer: ``agreed`` by hand, else as his payment terms say; None without any."""
        if agreed:
            return agreed
        # sudo: the terms decide, whoever asks
        term = self._credit_customer().sudo().with_company(self.company_id).property_payment_term_id
        return self._credit_days_of(term) if term else None

    def _credit_date(self):
        """The day from which the terms of the document run."""
        return fields.Date.context_today(self)

    def _credit_days_of(self, term):
        """Days from the date of the document to the last instalment under a payment term; 0 without one."""
        day = self._credit_date()
        return max(((line._get_due_date(day) - day).days for line in term.line_ids), default=0)

    def _credit_customer(self):
        return self._credit_partner().commercial_partner_id

    def _credit_specs(self, root):
        """The policies of the company that do something at this stage."""
        specs = self.env["credit.policy"]._specs(root.id)
        return [spec for spec in specs if spec.action_at(self._credit_stage) != "none"]

    def _credit_rows(self, asking, root, touched=None):
        """``{commercial partner id: row of figures}`` of the customers and of who shares a pot with them; one query."""
        if not asking:
            return {}
        customers = asking.mapped(lambda document: document._credit_customer())
        # sudo: the facts of the ledger decide, whoever asks
        profile = self.env["credit.profile"].sudo()
        today = fields.Date.context_today(self)
        customers = touched or self.env["credit.group"]._with_members(customers, root)
        statement = profile._facts_sql(today, root, customers, without=self._credit_unasked(root))
        rows = profile._with_pots(self.env.execute_query_dict(statement))
        return {row["partner_id"]: row for row in rows}

    def _credit_unasked(self, root):
        """Figures that no verdict of a company looks at: planning the statement takes longer than running it.

        Drafts do not count, see ``credit.profile._facts``; others are looked at by one kind of rule alone.
        """
        specs = self._credit_specs(root)
        asked_by = {"limit_ended_days": "limit_expired", "rating_score": "rating_below"}
        return "draft_amount", *(
            figure for figure, kind in asked_by.items() if not any(spec.has_rule(kind) for spec in specs)
        )

    def _credit_match(self, asking, root, rows):
        """``{document: core.Policy}`` of the documents that a policy checks."""
        if not asking:
            return {}
        policy = self.env["credit.policy"]
        by_hand = {partner: row["policy_by_hand_id"] for partner, row in rows.items() if row["policy_by_hand_id"]}
        specs = policy._match(asking.mapped(lambda document: document._credit_customer()), root, by_hand)
        matches = {document: specs.get(document._credit_customer().id) for document in asking}
        return {
            document: spec
            for document, spec in matches.items()
            if spec
            and not policy._is_exempt(spec, document._credit_customer())
            and not (spec.exempt_immediate and document._credit_is_immediate())
        }
