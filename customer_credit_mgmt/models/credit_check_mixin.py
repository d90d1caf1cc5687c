from dataclasses import asdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..core.counter_offer import counter_offer


class CreditCheckMixin(models.AbstractModel):
    """Gives a document the credit check: decide, hold what breaks the policy, enforce at the last door.

    A document fills in :meth:`_credit_partner`, :meth:`_credit_document` and :meth:`_credit_resume`, names its
    ``_credit_stage`` and the states in which it waits, and calls :meth:`_credit_hold` from its button and
    :meth:`_credit_enforce` from ``write``, the one door that every path goes through; ``create`` makes it waiting.
    """

    _name = "credit.check.mixin"
    _description = "Document with Credit Check"

    _credit_stage = None  # a value of credit.check.stage; the policy's action is its field <stage>_action
    _credit_partner_field = "partner_id"  # by which documents are searched, as _credit_partner
    _credit_computed = frozenset()  # stored amounts that the check trusts because they follow from the lines

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
    credit_status = fields.Selection(
        [("ok", "OK"), ("watch", "Watch"), ("hold", "Hold")],
        compute="_compute_credit_status",
        search="_search_credit_status",
        groups="base.group_user",
        help="Of the customer, in the company of the document.",
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

    def _credit_terms_days(self):
        """Days from the date of the document to its last instalment; None when that is not known."""
        return None

    def _credit_open_amount(self):
        """What of a document that passed is not paid yet, in the company's currency."""
        return 0.0

    def _credit_was_promised(self):
        """Whether the customer has signed or paid for it, so that he waits for a word."""
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

    @api.depends("company_id")
    def _compute_credit_status(self):
        """In the document's company, whichever is active."""
        # sudo: salespeople see the status of their customers without a right on credit profiles
        profiles = self.env["credit.profile"].sudo()
        customers = self.mapped(lambda document: document._credit_customer())
        roots = self.company_id.sudo().root_id
        rows = profiles.search_fetch(
            [("partner_id", "in", customers.ids), ("company_id", "in", roots.ids)],
            ["partner_id", "company_id", "status"],
        )
        found = {(profile.partner_id.id, profile.company_id.id): profile.status for profile in rows}
        for document in self:
            key = document._credit_customer().id, document.company_id.sudo().root_id.id
            document.credit_status = found.get(key, False)

    def _search_credit_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        self._check_field_access(self._fields["credit_status"], "read")
        # sudo: see _compute_credit_status
        profiles = self.env["credit.profile"].sudo()
        found = Domain.FALSE
        for root in self.env.companies.sudo().root_id:
            here = profiles._search([("company_id", "=", root.id), ("status", "in", list(value))])
            customers = [(f"{self._credit_partner_field}.commercial_partner_id", "in", here.subselect("partner_id"))]
            found |= Domain("company_id", "child_of", root.id) & Domain(customers)
        if False in value:
            every = profiles._search([("company_id", "in", self.env.companies.sudo().root_id.ids)])
            found |= ~Domain(f"{self._credit_partner_field}.commercial_partner_id", "in", every.subselect("partner_id"))
        return found

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
        last = waiting._last_checks()
        for document, decision in waiting._credit_verdicts().items():
            if document._credit_is_rejected(decision, last):
                document.credit_message = document._credit_rejection_text(last[document.id])
            elif decision.outcome == "pass":
                document.credit_message = False
            else:
                approvers = document.credit_state == "held" and last[document.id].approver_text
                document.credit_message = "\n".join(filter(None, (document._credit_text(decision), approvers)))

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
    # ACTIONS
    # ------------------------------------------------------------------

    def action_open_credit_check(self):
        self.ensure_one()
        check = self._last_checks().get(self.id)
        if not check:
            raise UserError(self.env._("There is no credit check on this document any more: reload the page."))
        return check.sudo(False)._get_records_action()
