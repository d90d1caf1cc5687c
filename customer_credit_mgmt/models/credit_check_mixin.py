from collections import defaultdict
from dataclasses import asdict, dataclass, replace

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..core import verdict as core
from ..core.counter_offer import counter_offer
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
    """Gives a document the credit check: decide, hold what breaks the policy, enforce at the last door.

    A document fills in :meth:`_credit_partner`, :meth:`_credit_document` and :meth:`_credit_resume`, names its
    ``_credit_stage`` and the states in which it waits, and calls :meth:`_credit_hold` from its button and
    :meth:`_credit_enforce` from ``write``, the one door that every path goes through; ``create`` makes it waiting.
    """

    _name = "credit.check.mixin"
    _description = "Document with Credit Check"

    _credit_stage = None  # a value of credit.check.stage; the policy's action is its field <stage>_action

    credit_state = fields.Selection(
        [("held", "Held"), ("released", "Released"), ("rejected", "Rejected")],
        string="Credit Hold",
        compute="_compute_credit_state",
        search="_search_credit_state",
        groups="base.group_user",
        help="Held: it waits for a release. Released: it may pass. Rejected: somebody decided that it shall not pass.",
    )
    credit_message = fields.Text(
        compute="_compute_credit_message",
        groups="base.group_user",
        help="Why it would be held, and what would help.",
    )

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

    def _credit_is_ours(self):
        """Whether it is a document of a customer, so that its first one opens the credit profile."""
        return True

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
        checks = (
            self.env["credit.check"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("state", "in", ("held", "released", "rejected")),
                ],
                order="id",
            )
        )
        return {check.res_id: check for check in checks}

    def _compute_credit_state(self):
        last = self._last_checks()
        for document in self:
            document.credit_state = document._credit_is_waiting() and document.id in last and last[document.id].state

    def _search_credit_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        self._check_field_access(self._fields["credit_state"], "read")
        states = self._fields["credit_state"].get_values(self.env)
        waiting = Domain("state", "in", ("draft", "sent"))
        found = waiting & Domain("id", "in", self._with_last_check_sql([state for state in value if state]))
        if False in value:
            found |= ~(waiting & Domain("id", "in", self._with_last_check_sql(states)))
        return found

    def _with_last_check_sql(self, states):
        """Ids of documents whose last check is in one of the states; as :meth:`_last_checks`."""
        return SQL(
            """
            SELECT res_id
              FROM (SELECT DISTINCT ON (res_id) res_id, state
                      FROM credit_check
                     WHERE res_model = %s AND state IN ('held', 'released', 'rejected')
                     ORDER BY res_id, id DESC) last
             WHERE state = ANY(%s)
            """,
            self._name,
            list(states),
            to_flush=[self.env["credit.check"]._fields[name] for name in ("res_model", "res_id", "state")],
        )

    def _compute_credit_message(self):
        waiting = self.filtered(lambda document: document.id and document._credit_is_waiting())
        (self - waiting).credit_message = False
        for document, decision in waiting._credit_verdicts().items():
            document.credit_message = document._credit_text(decision) if decision.outcome != "pass" else False

    def _credit_fill_warning(self):
        """The native banner says what the check would say where a policy applies, and Odoo's own warning elsewhere.

        The native banner is left empty on a held document, which has a banner of its own. A customer on the portal
        is not told: the text names limit and exposure.
        """
        if not (self.env.su or self.env.user._is_internal()):
            return
        waiting = self.filtered(lambda document: document._credit_is_waiting())
        for document, decision in waiting._credit_verdicts().items():
            if decision.policy_id:
                silent = decision.outcome == "pass" or document.credit_state
                document.partner_credit_warning = "" if silent else document._credit_text(decision)

    def _credit_text(self, decision):
        check = self.env["credit.check"]
        currency = self.company_id.currency_id
        lines = check._sentences(self.env["credit.policy"]._reasons(decision.verdict), currency)
        lines.append(check._offer_text(self._credit_offer(decision), currency))
        return "\n".join(line for line in lines if line)

    def _credit_offer(self, decision):
        offer = counter_offer(decision.facts, decision.document, decision.verdict)
        return offer and asdict(offer)

    # ------------------------------------------------------------------
    # DECIDE
    # ------------------------------------------------------------------

    def _credit_verdicts(self):
        """``{document: Decision}`` on the facts of now. Documents of one customer add up in the order of their ids."""
        decisions = {}
        for root, documents in self.grouped(lambda document: document.company_id.root_id).items():
            decisions.update(documents._credit_verdicts_in(root))
        return decisions

    def _credit_verdicts_in(self, root):
        asked = {document: document._credit_document() for document in self}
        asking = (
            self.filtered(lambda document: asked[document].amount > 0) if self._credit_specs(root) else self.browse()
        )
        rows = self._credit_rows(asking, root)
        specs = self._credit_match(asking, root, rows)
        added, counted, tally = defaultdict(float), defaultdict(float), Tally()
        decisions = {}
        for document in self.sorted("id"):
            customer = document._credit_customer()
            row = rows.get(customer.id, UNKNOWN)
            facts = self.env["credit.profile"]._facts(row, root)
            # what the exposure holds of orders makes room once, however many documents say that they come from there
            asked[document] = core.counted_up_to(asked[document], row["order_amount"] - counted[customer.id], facts)
            facts = replace(facts, exposure_amount=facts.exposure_amount + added[customer.id])
            facts = tally.known(facts, customer.id)
            spec = specs.get(document)
            rules, action = (spec.rules, spec.action_at(self._credit_stage)) if spec else ((), "none")
            verdict = core.decide(facts, asked[document], rules, action)
            if verdict.outcome != core.Outcome.BLOCK:
                added[customer.id] += asked[document].added_amount
                counted[customer.id] += asked[document].counted_amount
                tally.pour(facts, asked[document], customer.id)
            decisions[document] = Decision(spec and spec.policy_id, facts, asked[document], verdict)
        return decisions

    def _credit_customer(self):
        return self._credit_partner().commercial_partner_id

    def _credit_specs(self, root):
        """The policies of the company that do something at this stage."""
        specs = self.env["credit.policy"]._specs(root.id)
        return [spec for spec in specs if spec.action_at(self._credit_stage) != "none"]

    def _credit_rows(self, asking, root):
        """``{commercial partner id: row of figures}`` of the customers and of who shares a pot with them; one query."""
        if not asking:
            return {}
        customers = asking.mapped(lambda document: document._credit_customer())
        # sudo: the facts of the ledger decide, whoever asks
        profile = self.env["credit.profile"].sudo()
        today = fields.Date.context_today(self)
        # drafts do not count in a verdict, see credit.profile._facts: half of the planning is saved
        customers = self.env["credit.group"]._with_members(customers, root)
        statement = profile._figures_sql(today, root, customers, without=("draft_amount",))
        rows = profile._with_pots(self.env.execute_query_dict(statement))
        return {row["partner_id"]: row for row in rows}

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

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_open_credit_check(self):
        self.ensure_one()
        check = self._last_checks().get(self.id)
        if not check:
            raise UserError(self.env._("There is no credit check on this document any more: reload the page."))
        return check.sudo(False)._get_records_action()
