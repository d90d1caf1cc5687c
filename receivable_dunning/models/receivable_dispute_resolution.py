"""How a dispute ends: by a decision, by the credit note that carries it out, or by payment."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..core.dispute import outcome
from ..core.ladder import TOLERANCE
from .receivable_dispute_clock import DISPUTE_ACTIVITY


class ReceivableDispute(models.Model):
    _inherit = "receivable.dispute"

    residual_decided = fields.Monetary(
        string="Open when Decided",
        readonly=True,
        groups="receivable_dunning.group_collections_user",
        help="What was open of the item when something was accepted: once that much less is open, the dispute ends.",
    )
    is_to_credit = fields.Boolean(
        string="Credit Note Missing",
        compute="_compute_is_to_credit",
        search="_search_is_to_credit",
        help="Something was accepted, and nothing is credited yet: the part stays in dispute until it is.",
    )

    @api.depends("state", "decision")
    def _compute_is_to_credit(self):
        for dispute in self:
            dispute.is_to_credit = dispute.state == "open" and dispute.decision in ("accepted", "partly")

    def _search_is_to_credit(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = Domain("state", "=", "open") & Domain("decision", "in", ("accepted", "partly"))
        return found if True in value else ~found

    # ------------------------------------------------------------------
    # DECIDE
    # ------------------------------------------------------------------

    def action_resolve(self):
        """Ask what is decided, and why it came to this."""
        self.ensure_one()
        self.check_access("write")
        self._expect_open()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Resolve the Dispute"),
            "res_model": "receivable.dispute.resolve.wizard",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_dispute_id": self.id},
        }

    def _decide(self, decision, accepted, cause, answer):
        """Note what is decided. What is rejected or withdrawn ends here; what is accepted, once it is credited.

        :param str decision: ``accept``, ``reject`` or ``withdraw``
        :param float accepted: in the currency of the item, if something is accepted
        """
        self.ensure_one()
        self.check_access("write")
        # two who decide at the same time: the second one waits here, and then finds it decided
        self.sudo().lock_for_update()
        self.invalidate_recordset()
        self._expect_open()
        if self.decision:
            raise UserError(self.env._("This dispute is decided already: take the decision back first."))
        accepted = self.currency_id.round(accepted) if decision == "accept" else 0.0
        self._check_decision(decision, accepted)
        state = {"reject": "rejected", "withdraw": "withdrawn"}.get(decision) or outcome(self.amount, accepted)
        self._set(
            {
                "decision": state,
                "amount_accepted": accepted,
                "decided_by": self.env.uid,
                "cause_id": cause.id,
                "answer": (answer or "").strip() or False,
                "residual_decided": self.amount_residual,
            }
        )
        self._tell_answer()
        if decision != "accept":
            self._close(state, "decision")

    def _check_decision(self, decision, accepted):
        if decision != "accept":
            return
        if not self.env.su and not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("Only who makes credit notes can accept a dispute: ask an accountant."))
        if self.currency_id.compare_amounts(accepted, 0.0) <= 0:
            raise UserError(self.env._("Say how much is accepted, or reject the dispute."))
        if self.currency_id.compare_amounts(accepted, self.amount) > 0:
            raise UserError(
                self.env._(
                    "%(accepted)s is more than the %(amount)s in dispute: accept no more than that.",
                    accepted=self.currency_id.format(accepted),
                    amount=self.currency_id.format(self.amount),
                )
            )

    def _tell_answer(self):
        """The answer goes to the contact by e-mail, and stands on the dispute."""
        self.ensure_one()
        if self.answer:
            reader = self.contact_id or self.partner_id
            self.message_post(
                body=self.answer,
                partner_ids=reader.ids,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )

    def action_take_back(self):
        """Decide anew, as long as nothing is credited."""
        self.check_access("write")
        self._expect_open()
        if any(self.sudo().credit_note_ids.filtered(lambda move: move.state != "cancel")):
            raise UserError(self.env._("Delete or cancel the credit note first, then take the decision back."))
        self._set(self._undecided())

    @staticmethod
    def _undecided():
        return dict.fromkeys(("decision", "amount_accepted", "decided_by", "residual_decided"), False)

    # ------------------------------------------------------------------
    # CLOSE
    # ------------------------------------------------------------------

    def _close(self, state, how):
        """End disputes in one state; their tasks are done."""
        self._resume()
        self._set({"state": state, "closed_how": how, "closed_on": fields.Date.context_today(self)})
        # sudo: tasks are the owner's, whoever or whatever closes the dispute
        self.sudo().activity_unlink([DISPUTE_ACTIVITY])

    def action_withdraw(self):
        """The customer does not insist any more."""
        self.check_access("write")
        self._expect_open()
        self._withdraw()

    def _withdraw(self):
        """Also for the portal, once it has checked whose dispute it is."""
        self._expect_open()
        if any(self.sudo().credit_note_ids.filtered(lambda move: move.state != "cancel")):
            raise UserError(self.env._("A credit note is being made for this dispute: it is not withdrawn any more."))
        self._set({**self._undecided(), "decision": "withdrawn", "amount_accepted": 0.0})
        self._close("withdrawn", "decision")

    def _settled_domain(self):
        """Open disputes that may be over: nothing is left of the item, or something accepted waits for its credit."""
        return (
            Domain("amount", "=", 0)
            | Domain("decision", "in", ("accepted", "partly"))
            | Domain("move_line_id", "=", False)
            | Domain("move_line_id.parent_state", "=", "cancel")
        )

    def _close_settled(self):
        """End what the ledger has ended."""
        for dispute in self:
            # sudo: the ledger is read for whoever runs the batch
            item, rest = dispute.sudo().move_line_id, dispute.sudo().amount_residual
            if not item or item.parent_state == "cancel":
                dispute._set({"amount_accepted": dispute.amount_opened})
                dispute._close("accepted", "settled")
            elif dispute.decision:
                if rest <= dispute.sudo().residual_decided - dispute.amount_accepted + TOLERANCE:
                    dispute._close(dispute.decision, "settled")
            elif dispute.currency_id.compare_amounts(rest, 0.0) <= 0:
                dispute._close("withdrawn", "paid")

    # ------------------------------------------------------------------
    # REOPEN
    # ------------------------------------------------------------------

    def action_reopen(self):
        """Look into it again: what was rejected or withdrawn, as long as something is open of the item."""
        self.check_access("write")
        if any(dispute.state not in ("rejected", "withdrawn") for dispute in self):
            raise UserError(self.env._("Only what was rejected or withdrawn is reopened; open a new dispute instead."))
        if any(dispute.currency_id.compare_amounts(dispute.amount_residual, 0.0) <= 0 for dispute in self):
            raise UserError(self.env._("The item is settled: nothing of it is left to dispute."))
        self._reopen(self._undecided())

    def _reopen(self, values):
        self._set({**values, "state": "open", "closed_on": False, "closed_how": False})
