"""The last door, which every path goes through: refuse what is blocked, keep what was decided."""

from odoo import models
from odoo.exceptions import UserError

from ..core import verdict as core
from .computed_again import compute_again


class CreditCheckMixin(models.AbstractModel):
    _inherit = "credit.check.mixin"

    def _credit_enforce(self):
        """The last door: refuse what is blocked and not released, whoever asks and by which way."""
        known = self.env.cr.precommit.data.get("credit.passed", {})
        if all(known.get((self._name, document.id)) == document._credit_token() for document in self):
            return
        ruling = self._credit_decide_locked()
        if blocked := self - ruling.passed:
            texts = [f"{document.display_name}\n{document._credit_refusal(ruling)}" for document in blocked]
            raise UserError(self.env._("On credit hold:\n%(documents)s", documents="\n\n".join(texts)))

    def _credit_refusal(self, ruling):
        """Why the document does not pass, and what would help."""
        if self in ruling.rejected:
            return self._credit_rejection_text(ruling.last[self.id])
        return self._credit_text(ruling.decisions[self])

    def _credit_compute_again(self, names):
        """What the check counts follows from the lines: it is computed again, whatever somebody wrote on it."""
        compute_again(self, self._credit_computed & set(names))

    def _credit_without_default_state(self):
        """A default in the context is no way to make a document that has passed already."""
        context = {key: value for key, value in self.env.context.items() if key != "default_state"}
        return self.with_env(self.env(context=context))

    def _credit_passed(self):
        """These documents have passed: their first one opens the file of a customer, and warnings are kept."""
        self._credit_open_files()
        decided = self.env.cr.precommit.data.get("credit.decided", {})
        values = []
        for document in self:
            decision = decided.pop((self._name, document.id), None)
            if decision and (decision.outcome == core.Outcome.WARN or document._credit_keeps_all(decision)):
                values.append(document._prepare_credit_check(decision, state="done"))
        if values:
            # sudo: nobody may write checks directly; this is the door
            self.env["credit.check"].sudo().create(values)

    def _credit_awaits(self, check):
        """Whether a held check still says something: its document can still pass."""
        return self._credit_is_waiting()

    def _credit_reconsider(self, check):
        """Pass the document of a held check if the facts are good by now."""
        if self._credit_verdicts()[self].outcome != core.Outcome.BLOCK:
            check._pass_document()

    def _credit_keeps_all(self, decision):
        specs = self.env["credit.policy"]._specs(self.company_id.root_id.id)
        return any(spec.log_passes for spec in specs if spec.policy_id == decision.policy_id)

    def _credit_open_files(self):
        """The first document of a customer opens his credit profile; where a policy checks, the check did."""
        for company, documents in self.grouped("company_id").items():
            customers = documents.filtered(lambda document: document._credit_is_ours()).mapped(
                lambda document: document._credit_customer()
            )
            if customers and not documents._credit_specs(company.root_id):
                # sudo: whoever passes a document opens the customer's file, without a right on credit
                self.env["credit.profile"].sudo()._open_files(customers, company.root_id)
