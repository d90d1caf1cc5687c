from dataclasses import asdict, dataclass, replace
from itertools import groupby

from odoo import fields, models
from odoo.exceptions import UserError

from ..core import verdict as core

# What a profile of a customer looks like who was never dealt with.
UNKNOWN = {
    "limit_mode": "no_check",
    "limit_amount": None,
    "exposure_amount": 0.0,
    "draft_amount": 0.0,
    "overdue_amount": 0.0,
    "overdue_days": 0,
    "manual_hold": False,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict with all it was based on."""

    policy: models.Model
    facts: core.Facts | None
    document: core.Document
    verdict: core.Verdict

    @property
    def outcome(self):
        return self.verdict.outcome


class CreditCheckMixin(models.AbstractModel):
    """Gives a document the credit check: decide, hold what breaks the policy, enforce at the last door.

    A document fills in :meth:`_credit_partner`, :meth:`_credit_document` and :meth:`_credit_resume`, names its
    ``_credit_stage`` and the states in which it waits, and calls :meth:`_credit_hold` from its button and
    :meth:`_credit_enforce` from ``write``, the one door that every path goes through.
    """

    _name = "credit.check.mixin"
    _description = "Document with Credit Check"

    _credit_stage = None  # a value of credit.check.stage; the policy's action is its field <stage>_action

    credit_check_ids = fields.One2many(
        "credit.check",
        "res_id",
        string="Credit Checks",
        domain=lambda self: [("res_model", "=", self._name)],
        groups="customer_credit_mgmt.group_credit_user",
    )
    credit_state = fields.Selection(
        [("held", "Held"), ("released", "Released"), ("rejected", "Rejected")],
        string="Credit Hold",
        compute="_compute_credit_state",
        search="_search_credit_state",
        help="Held: it waits for a release. Released: it may pass. Rejected: somebody decided that it shall not pass.",
    )
    credit_message = fields.Text(compute="_compute_credit_message", help="Why it would be held, and what would help.")

    # ------------------------------------------------------------------
    # TO FILL IN
    # ------------------------------------------------------------------

    def _credit_partner(self):
        """The partner who will owe."""
        raise NotImplementedError

    def _credit_document(self):
        """``core.Document`` with the amount in the company's currency; 0 for a document that uses no credit."""
        raise NotImplementedError

    def _credit_resume(self):
        """Pass the document (post, confirm ...) after a release."""
        raise NotImplementedError

    def _credit_is_waiting(self):
        """Whether the document can still pass."""
        return self.state == "draft"

    def _credit_is_immediate(self):
        """Whether the document is due on its own date, so that it uses no credit."""
        return False

    def _credit_salesperson(self):
        return self.env["res.users"]

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    def _last_checks(self):
        """``{document id: its last check that still says something}``."""
        # sudo: the state of the own document is shown to whoever works on it
        checks = self.env["credit.check"].sudo().search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("state", "in", ("held", "released", "rejected")),
            ],
            order="id",
        )
        return {check.res_id: check for check in checks}

    def _compute_credit_state(self):
        last = self._last_checks()
        for document in self:
            document.credit_state = document._credit_is_waiting() and document.id in last and last[document.id].state

    def _search_credit_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: see _last_checks
        query = self.env["credit.check"].sudo()._search(
            [("res_model", "=", self._name), ("state", "in", [state for state in value if state])]
        )
        return [("id", "in", query.subselect("res_id")), ("state", "in", ("draft", "sent"))]

    def _compute_credit_message(self):
        waiting = self.filtered(lambda document: document.id and document._credit_is_waiting())
        (self - waiting).credit_message = False
        for document, decision in waiting._credit_verdicts().items():
            document.credit_message = document._credit_text(decision) if decision.outcome != "pass" else False

    def _credit_text(self, decision):
        check = self.env["credit.check"]
        currency = self.company_id.currency_id
        lines = check._sentences(decision.policy._reasons(decision.verdict), currency)
        lines.append(check._offer_sentence(self._credit_offer(decision), currency))
        return "\n".join(line for line in lines if line)

    def _credit_offer(self, decision):
        offer = core.counter_offer(decision.facts, decision.document, decision.verdict)
        return offer and asdict(offer)

    # ------------------------------------------------------------------
    # DECIDE
    # ------------------------------------------------------------------

    def _credit_verdicts(self):
        """``{document: Decision}`` on the facts of now. Documents of one customer add up in the order of their ids."""
        decisions = {}
        for company, documents in self.grouped("company_id").items():
            decisions.update(documents._credit_verdicts_in(company.root_id))
        return decisions

    def _credit_verdicts_in(self, root):
        matches = self._credit_policies(root)
        customers = self.env["res.partner"].union(
            *(document._credit_partner().commercial_partner_id for document in matches)
        )
        rows = self._credit_rows(customers, root)
        added = dict.fromkeys(customers.ids, 0.0)
        decisions = {}
        for document in self.sorted("id"):
            policy = matches.get(document)
            if not policy:
                passed = core.Verdict(core.Outcome.PASS.value)
                decisions[document] = Decision(self.env["credit.policy"], None, core.Document(0.0), passed)
                continue
            customer = document._credit_partner().commercial_partner_id
            facts = self.env["credit.profile"]._facts(rows.get(customer.id, UNKNOWN), root)
            facts = replace(facts, exposure_amount=facts.exposure_amount + added[customer.id])
            asked = document._credit_document()
            verdict = policy._decide(facts, asked, policy[f"{self._credit_stage}_action"])
            if verdict.outcome != core.Outcome.BLOCK:
                added[customer.id] += asked.added_amount
            decisions[document] = Decision(policy, facts, asked, verdict)
        return decisions

    def _credit_rows(self, customers, root):
        """``{commercial partner id: row of figures}``; one query."""
        if not customers:
            return {}
        # sudo: the facts of the ledger decide, whoever asks
        profile = self.env["credit.profile"].sudo()
        statement = profile._figures_sql(fields.Date.context_today(self), root, customers)
        return {row["partner_id"]: row for row in self.env.execute_query_dict(statement)}

    def _credit_policies(self, root):
        """``{document: policy}`` of the documents that a policy checks at this stage."""
        asking = self.filtered(lambda document: document._credit_document().amount > 0)
        policy_model = self.env["credit.policy"]
        if not asking or not policy_model._policy_ids(root.id):
            return {}
        # sudo: the policy of the company applies to whoever works on the document
        customers = asking.sudo().mapped(lambda document: document._credit_partner().commercial_partner_id)
        by_hand = dict(
            self.env["credit.profile"]
            .sudo()
            ._read_group(
                [
                    ("partner_id", "in", customers.ids),
                    ("company_id", "=", root.id),
                    ("policy_by_hand_id.active", "=", True),
                ],
                ["partner_id", "policy_by_hand_id"],
            )
        )
        others = customers - customers.browse().union(*by_hand)
        matches = policy_model._match([(customer, root) for customer in others])
        result = {}
        for document in asking:
            customer = document._credit_partner().commercial_partner_id.sudo()
            policy = by_hand.get(customer) or matches.get((customer.id, root.id))
            if policy and policy[f"{self._credit_stage}_action"] != "none" and not policy._exempts(customer):
                if not (policy.exempt_immediate and document._credit_is_immediate()):
                    result[document] = policy
        return result

    # ------------------------------------------------------------------
    # HOLD
    # ------------------------------------------------------------------

    def _credit_decide_locked(self):
        """Decide with the profiles' rows written first, so that of two sessions at once the second starts again."""
        for company, documents in self.grouped("company_id").items():
            checked = self.browse().union(*documents._credit_policies(company.root_id))
            if checked:
                partners = checked.mapped(lambda document: document._credit_partner())
                self.env["credit.profile"]._get_or_create(partners, company)._lock_for_check()
        decisions = self._credit_verdicts()
        released = self._credit_released(decisions)
        passed = self.filtered(lambda doc: decisions[doc].outcome != core.Outcome.BLOCK) | released
        # Only the last decision of the transaction counts at the door: an older one did not know of what passed since.
        self.env.cr.precommit.data["credit.passed"] = {
            (self._name, document.id): decisions[document].document.amount for document in passed
        }
        return decisions, passed

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
                and check.partner_id == document._credit_partner().commercial_partner_id
                and check.valid_until >= today
                and check.currency_id.compare_amounts(decisions[document].document.amount, check.released_amount) <= 0
            )

        return blocked.filtered(has_release)

    def _credit_hold(self):
        """Hold the documents that break the policy and say so; return those that may pass.

        Called by the button: nothing is raised, so that the good ones of a batch pass and the others are recorded.
        """
        decisions, passed = self._credit_decide_locked()
        blocked = self - passed
        if blocked:
            blocked._credit_record_holds({document: decisions[document] for document in blocked})
        return passed

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
        for profile in new.profile_id:
            profile._refresh_status()

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
            "policy_id": decision.policy.id,
            "amount": decision.document.amount,
            "verdict": decision.outcome,
            "state": "held",
            "reasons": decision.policy._reasons(decision.verdict),
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
            body=self.env._("On credit hold.\n%(reasons)s", reasons=self._credit_text(decision)),
            partner_ids=self._credit_salesperson().partner_id.ids,
            subtype_xmlid="mail.mt_note",
        )
        controller = check.profile_id.user_id or decision.policy.user_id
        if controller:
            check.activity_schedule(
                "customer_credit_mgmt.mail_activity_type_held", user_id=controller.id, summary=check.display_name
            )

    def _credit_hold_notification(self, held):
        """What the user sees after some documents were held."""
        groups = groupby(held, key=lambda document: document._credit_partner().commercial_partner_id)
        names = ", ".join(f"{customer.display_name}: {len(list(docs))}" for customer, docs in groups)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": len(held) > 1,
                "title": self.env._("On credit hold: %(count)d", count=len(held)),
                "message": self.env._("%(customers)s. The documents wait for a release.", customers=names),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # ------------------------------------------------------------------
    # ENFORCE
    # ------------------------------------------------------------------

    def _credit_enforce(self):
        """The last door: refuse what is blocked and not released, whoever asks and by which way."""
        known = self.env.cr.precommit.data.get("credit.passed", {})
        unknown = self.filtered(
            lambda document: known.get((self._name, document.id)) != document._credit_document().amount
        )
        if not unknown:
            return
        decisions, passed = unknown._credit_decide_locked()
        blocked = unknown - passed
        if blocked:
            texts = [f"{document.display_name}\n{document._credit_text(decisions[document])}" for document in blocked]
            raise UserError(self.env._("On credit hold:\n%(documents)s", documents="\n\n".join(texts)))
