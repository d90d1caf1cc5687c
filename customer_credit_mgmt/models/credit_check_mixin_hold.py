"""What follows from the verdicts: hold at the button, refuse at the last door."""

from collections import Counter
from dataclasses import asdict

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ..core import verdict as core


class CreditCheckMixin(models.AbstractModel):
    _inherit = "credit.check.mixin"

    # ------------------------------------------------------------------
    # HOLD
    # ------------------------------------------------------------------

    def _credit_decide_locked(self):
        """Decide with the profiles' rows written first, so that of two sessions at once the second starts again."""
        for root, documents in self.grouped(lambda document: document.company_id.root_id).items():
            if documents._credit_specs(root):
                asking = documents.filtered(lambda document: document._credit_document().amount > 0)
                customers = asking.mapped(lambda document: document._credit_customer())
                if asking:
                    # sudo: whoever posts a document opens the customer's file, without a right on credit
                    self.env["credit.profile"].sudo()._touch(customers, root)
        decisions = self._credit_verdicts()
        released = self._credit_released(decisions)
        passed = self.filtered(lambda doc: decisions[doc].outcome != core.Outcome.BLOCK) | released
        # Only the last decision of the transaction counts at the door: an older one did not know of what passed since.
        self.env.cr.precommit.data["credit.passed"] = {
            (self._name, document.id): document._credit_token() for document in passed
        }
        return decisions, passed

    def _credit_token(self):
        """What a decision holds for."""
        return self._credit_document().amount, self._credit_customer().id, self.company_id.id

    def _credit_released(self, decisions):
        """The blocked documents that have a release for their amount, customer and day."""
        blocked = self.filtered(lambda document: decisions[document].outcome == core.Outcome.BLOCK)
        last = blocked._last_checks() if blocked else {}
        today = fields.Date.context_today(self)

        def has_release(document):
            check = last.get(document.id)
            return (
                check
                and check.state == "released"
                and check.stage == self._credit_stage
                and check.company_id == document.company_id
                and check.partner_id == document._credit_customer()
                and check.valid_until >= today
                and check.currency_id.compare_amounts(decisions[document].document.amount, check.released_amount) <= 0
            )

        return blocked.filtered(has_release)

    def _credit_hold(self):
        """Hold the documents that break the policy and say so; return those that may pass.

        Called by the button: nothing is raised, so that the good ones of a batch pass and the others are recorded.
        What cannot pass any more is left to the button.
        """
        self.check_access("write")
        waiting = self.filtered(lambda document: document._credit_is_waiting())
        decisions, passed = waiting._credit_decide_locked()
        blocked = waiting - passed
        if blocked:
            blocked._credit_record_holds({document: decisions[document] for document in blocked})
        if any(decisions[document].policy_id for document in passed):
            passed._credit_held_checks()._supersede()
        return self - blocked

    def _credit_held_checks(self):
        # sudo: nobody may write checks directly; this is the door
        domain = [("res_model", "=", self._name), ("res_id", "in", self.ids), ("state", "=", "held")]
        return self.env["credit.check"].sudo().search(domain)

    def _credit_record_holds(self, decisions):
        """Record a held check for each document, unless the same is held already for the same amount."""
        last = self._last_checks()
        again = [
            document
            for document in self
            if not (
                document.id in last
                and last[document.id].state == "held"
                and last[document.id].amount == decisions[document].document.amount
            )
        ]
        # sudo: nobody may write checks directly; this is the door
        checks = self.env["credit.check"].sudo()
        checks.union(*(last[document.id] for document in again if document.id in last))._supersede()
        new = checks.create([document._prepare_credit_check(decisions[document]) for document in again])
        for check, document in zip(new, again, strict=True):
            document._credit_tell(check, decisions[document])
        new.profile_id._refresh_status()

    def _prepare_credit_check(self, decision):
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
            "verdict": decision.outcome,
            "state": "held",
            "reasons": self.env["credit.policy"]._reasons(decision.verdict),
            "inputs": {
                "facts": asdict(decision.facts),
                "document": asdict(decision.document),
                "offer": self._credit_offer(decision),
            },
            "requested_by": self.env.uid,
        }

    def _credit_tell(self, check, decision):
        """Tell the salesperson on the document, and give the controller an activity."""
        self.message_post(
            body=plaintext2html(self.env._("On credit hold.\n%(reasons)s", reasons=self._credit_text(decision))),
            partner_ids=self._credit_salesperson().partner_id.ids,
            subtype_xmlid="mail.mt_note",
        )
        controller = check.profile_id.user_id or check.policy_id.user_id
        companies = controller.company_ids.ids
        # nobody gets an activity on what he may not see; that must not keep the document from being held
        if controller and check.with_user(controller).with_context(allowed_company_ids=companies).has_access("read"):
            check.activity_schedule(
                "customer_credit_mgmt.mail_activity_type_held", user_id=controller.id, summary=check.display_name
            )

    def _credit_hold_notification(self, held):
        """What the user sees after some documents were held."""
        if len(held) == 1:
            title = self.env._("On credit hold")
            message = held._last_checks()[held.id].reason_text
        else:
            counts = Counter(document._credit_customer() for document in held)
            names = ", ".join(f"{customer.display_name}: {count}" for customer, count in counts.items())
            title = self.env._("On credit hold: %(count)d", count=len(held))
            message = self.env._("%(customers)s. The documents wait for a release.", customers=names)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": len(held) > 1,
                "title": title,
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # ------------------------------------------------------------------
    # ENFORCE
    # ------------------------------------------------------------------

    def _credit_enforce(self):
        """The last door: refuse what is blocked and not released, whoever asks and by which way."""
        known = self.env.cr.precommit.data.get("credit.passed", {})
        if all(known.get((self._name, document.id)) == document._credit_token() for document in self):
            return
        decisions, passed = self._credit_decide_locked()
        blocked = self - passed
        if blocked:
            texts = [f"{document.display_name}\n{document._credit_text(decisions[document])}" for document in blocked]
            raise UserError(self.env._("On credit hold:\n%(documents)s", documents="\n\n".join(texts)))

    def _credit_without_default_state(self):
        """A default in the context is no way to make a document that has passed already."""
        context = {key: value for key, value in self.env.context.items() if key != "default_state"}
        return self.with_env(self.env(context=context))

    def _credit_open_files(self):
        """The first document of a customer opens his credit profile; where a policy checks, the check did."""
        for company, documents in self.grouped("company_id").items():
            customers = documents.filtered(lambda document: document._credit_is_ours()).mapped(
                lambda document: document._credit_customer()
            )
            if customers and not documents._credit_specs(company.root_id):
                # sudo: whoever passes a document opens the customer's file, without a right on credit
                self.env["credit.profile"].sudo()._open_files(customers, company.root_id)
