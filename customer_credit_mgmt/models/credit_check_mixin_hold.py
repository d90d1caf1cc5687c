"""What follows from the verdicts at the button: the good documents pass, the others are held."""

from dataclasses import asdict, dataclass

from odoo import fields, models

from ..core import verdict as core


@dataclass(frozen=True, slots=True)
class Ruling:
    """The verdicts on some documents, and what was decided on them before."""

    decisions: dict  # {document: Decision}
    last: dict  # {document id: its last check that still says something}
    passed: models.BaseModel
    rejected: models.BaseModel  # blocked because somebody rejected just this


class CreditCheckMixin(models.AbstractModel):
    _inherit = "credit.check.mixin"

    # ------------------------------------------------------------------
    # RULE
    # ------------------------------------------------------------------

    def _credit_decide_locked(self):
        """Decide with the profiles' rows written first, so that of two sessions at once the second starts again."""
        asked, touched = self._credit_documents(), {}
        for root, documents in self.grouped(lambda document: document.company_id.root_id).items():
            if documents._credit_specs(root):
                asking = documents.filtered(lambda document: asked[document].amount > 0)
                customers = asking.mapped(lambda document: document._credit_customer())
                if asking:
                    # sudo: whoever posts a document opens the customer's file, without a right on credit
                    touched[root] = self.env["credit.profile"].sudo()._touch(customers, root)
        decisions = self._credit_verdicts(touched)
        checked = self.filtered(lambda document: decisions[document].policy_id)
        last = checked._last_checks() if checked else {}
        rejected = checked.filtered(lambda document: document._credit_is_rejected(decisions[document], last))
        released = (checked - rejected).filtered(
            lambda document: document._credit_is_released(decisions[document], last)
        )
        passed = self.filtered(lambda doc: decisions[doc].outcome != core.Outcome.BLOCK) - rejected | released
        # Only the last decision of the transaction counts at the door: an older one did not know of what passed since.
        data = self.env.cr.precommit.data
        data["credit.passed"] = {(self._name, document.id): document._credit_token() for document in passed}
        data["credit.decided"] = {(self._name, document.id): decisions[document] for document in passed - released}
        return Ruling(decisions, last, passed, rejected)

    def _credit_token(self):
        """What a decision holds for."""
        asked = self._credit_document()
        customer, company = self._credit_customer().id, self.company_id.id
        return asked.amount, asked.postponed_days, customer, company, self._credit_terms_days()

    def _credit_same_question(self, check):
        """Whether a check is about this document as it is: its stage, company and customer."""
        return (
            check
            and check.stage == self._credit_stage
            and check.company_id == self.company_id
            and check.partner_id == self._credit_customer()
        )

    def _credit_is_released(self, decision, last):
        """Whether a block is covered by a release: for its amount and terms, today."""
        check = last.get(self.id)
        if decision.outcome != core.Outcome.BLOCK or not self._credit_same_question(check):
            return False
        return (
            check.state == "released"
            and check.valid_until >= fields.Date.context_today(self)
            and check.currency_id.compare_amounts(decision.document.amount, check.released_amount) <= 0
            and (self._credit_asked_days(decision) or 0) <= check.terms_days
            and decision.document.postponed_days <= check._postponed_days()
        )

    def _credit_is_rejected(self, decision, last):
        """Whether somebody rejected just this: a rejection stands until less is asked for or it is withdrawn.

        Good facts do not lift it, and neither does a larger amount or a later due date.
        """
        check = last.get(self.id)
        if not self._credit_same_question(check):
            return False
        return (
            check.state == "rejected"
            and check.currency_id.compare_amounts(decision.document.amount, check.amount) >= 0
            and (self._credit_asked_days(decision) or 0) >= check.terms_days
        )

    def _credit_asked_days(self, decision):
        """The terms that were decided on."""
        known = decision.document.terms_days
        return self._credit_terms_days() if known is None else known

    # ------------------------------------------------------------------
    # HOLD
    # ------------------------------------------------------------------

    def _credit_hold(self):
        """Hold the documents that break the policy and say so; return those that may pass.

        Called by the button: nothing is raised, so that the good ones of a batch pass and the others are recorded.
        What cannot pass any more is left to the button.
        """
        self.check_access("write")
        waiting = self.filtered(lambda document: document._credit_is_waiting())
        ruling = waiting._credit_decide_locked()
        blocked = waiting - ruling.passed
        if held := blocked - ruling.rejected:
            held._credit_record_holds(ruling)
        # sudo: nobody may write checks directly; this is the door
        checks = self.env["credit.check"].sudo()
        checks.union(*(ruling.last[doc.id] for doc in ruling.passed if doc.id in ruling.last))._supersede()
        return self - blocked

    def _credit_record_holds(self, ruling):
        """Record a held check for each document, unless the same is held already for the same amount and terms."""
        again = [document for document in self if not document._credit_is_held_so(ruling)]
        # sudo: nobody may write checks directly; this is the door
        checks = self.env["credit.check"].sudo()
        checks.union(*(ruling.last[document.id] for document in again if document.id in ruling.last))._supersede()
        new = checks.create([document._prepare_credit_check(ruling.decisions[document]) for document in again])
        for check, document in zip(new, again, strict=True):
            document._credit_tell(check, ruling.decisions[document])
        new.profile_id._refresh_status()
        self._credit_tell_customers()

    def _credit_is_held_so(self, ruling):
        check, decision = ruling.last.get(self.id), ruling.decisions[self]
        return (
            self._credit_same_question(check)
            and check.state == "held"
            and not check.currency_id.compare_amounts(check.amount, decision.document.amount)
            and check.terms_days == (self._credit_asked_days(decision) or 0)
            and check._postponed_days() == decision.document.postponed_days
        )

    def _prepare_credit_check(self, decision, **values):
        self.ensure_one()
        profile = self.env["credit.profile"]._get_or_create(self._credit_partner(), self.company_id)
        return {
            "res_model": self._name,
            "res_id": self.id,
            "stage": self._credit_stage,
            "profile_id": profile.id,
            "partner_id": profile.partner_id.id,
            "company_id": self.company_id.id,
            "policy_id": decision.policy_id,
            "amount": decision.document.amount,
            "terms_days": self._credit_asked_days(decision) or 0,
            "is_amendment": decision.document.increase is not None,
            "verdict": decision.outcome,
            "state": "held",
            "reasons": self.env["credit.policy"]._reasons(decision.verdict),
            "inputs": {
                "facts": asdict(decision.facts),
                "document": asdict(decision.document),
                "offer": self._credit_offer(decision),
            },
            "requested_by": self.env.uid,
            **values,
        }
