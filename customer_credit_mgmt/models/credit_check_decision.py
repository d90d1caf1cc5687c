"""Who may decide on a held document, and what follows: released, rejected, withdrawn, asked about."""

import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import plaintext2html

_logger = logging.getLogger(__name__)


class CreditCheck(models.Model):
    _inherit = "credit.check"

    approver_text = fields.Char(
        string="May Release",
        compute="_compute_approver_text",
        help="Managers, and controllers whose allowance, or that of who delegated it to them, covers the amount"
        " together with what was released by it for this customer before and is not paid yet.",
    )

    # ------------------------------------------------------------------
    # WHO MAY DECIDE
    # ------------------------------------------------------------------

    @api.depends("amount", "company_id", "requested_by", "state")
    @api.depends_context("lang")
    def _compute_approver_text(self):
        for check in self:
            names = ", ".join(check._approvers().mapped("name")) if check.state == "held" else False
            check.approver_text = names and self.env._("May release: %(names)s.", names=names)

    def _approvers(self):
        """The users who may release this check."""
        self.ensure_one()
        group = self.env.ref("customer_credit_mgmt.group_credit_controller")
        # sudo: who may release is told to whoever waits
        users = (
            self.env["res.users"]
            .sudo()
            .search(
                [("all_group_ids", "in", group.ids), ("company_ids", "in", self.company_id.ids), ("share", "=", False)]
            )
        )
        return users.filtered(lambda user: not self._standing_to_release(user, self.amount)[0])

    def _standing_to_release(self, user, amount):
        """``(obstacle, principal)``, see :meth:`_standing`."""
        return self._standing(user, lambda one: self._obstacle_to_release(one, amount))

    def _obstacle_to_release(self, user, amount):
        """Why ``user`` may not release ``amount``; False when he may."""
        is_manager = user.has_group("customer_credit_mgmt.group_credit_manager")
        # sudo: whether managers release their own is a rule for everybody
        if self.requested_by == user and not (is_manager and self.sudo().policy_id.own_release):
            return self.env._("You asked for this document yourself: somebody else has to release it.")
        if is_manager:
            return False
        # sudo: a user may use his own allowance without reading the settings of users
        allowance, used = user.sudo().credit_release_amount, self._used_allowance(user)
        if self.currency_id.compare_amounts(amount + used, allowance) <= 0:
            return False
        if used:
            return self.env._(
                "You may release up to %(allowance)s for one customer, and %(used)s of what you released for this one"
                " are not paid yet; this needs a credit manager.",
                allowance=self.currency_id.format(allowance),
                used=self.currency_id.format(used),
            )
        return self.env._(
            "You may release up to %(allowance)s; this needs a credit manager.",
            allowance=self.currency_id.format(allowance),
        )

    def _used_allowance(self, user):
        """What the user released for this customer and is still open: a large document is not let through in pieces."""
        # sudo: also of documents that he may not read
        released = self.sudo().search(
            [
                ("state", "=", "released"),
                *("|", ("decided_for", "=", user.id), "&", ("decided_by", "=", user.id), ("decided_for", "=", False)),
                ("profile_id", "=", self.profile_id.id),
                ("id", "not in", self.ids),
            ]
        )
        return sum(check._open_released_amount() for check in released)

    def _open_released_amount(self):
        """How much of a release is at risk: all while it may be used, then what is not paid."""
        document = self._document()
        if document and document._credit_is_waiting():
            return self.released_amount if self.valid_until >= fields.Date.context_today(self) else 0.0
        return min(document._credit_open_amount(), self.released_amount) if document else 0.0

    def _check_may_decide(self):
        if not self.env.user.has_group("customer_credit_mgmt.group_credit_controller"):
            raise AccessError(self.env._("Only a credit controller can release or reject a held document."))

    # ------------------------------------------------------------------
    # DECIDE
    # ------------------------------------------------------------------

    def _release(self, amount, valid_until, reason):
        """Let one held document pass, up to ``amount`` and until ``valid_until``; then pass it."""
        self.ensure_one()
        self._expect_state("held")
        self._check_may_decide()
        obstacle, principal = self._standing_to_release(self.env.user, amount)
        if obstacle:
            raise UserError(obstacle)
        if self.currency_id.compare_amounts(amount, self.amount) < 0:
            raise UserError(
                self.env._(
                    "The document is %(amount)s: release at least that much, or ask for a smaller document.",
                    amount=self.currency_id.format(self.amount),
                )
            )
        if not valid_until or valid_until < fields.Date.context_today(self):
            raise UserError(self.env._("The release would have ended already: choose today or a later day."))
        given = {"released_amount": amount, "valid_until": valid_until, "decided_for": principal.id}
        self._decide_held("released", reason, **given)
        who = self._decider_name(principal)
        self._tell_requester(self.env._("Released by %(user)s: %(reason)s", user=who, reason=reason))
        if obstacle := self._pass_document():
            self._tell_requester(self.env._("Released by credit control, but: %(obstacle)s", obstacle=obstacle))

    def _pass_document(self):
        """Pass the document for who asked; return what else stands in its way, if anything.

        Who asked had the right to: the button looked before the document was held.
        """
        # sudo: he may have left, and who releases need not have the right himself
        document = self._document().with_user(self.requested_by).sudo()
        try:
            with self.env.cr.savepoint():
                document._credit_resume()
        except UserError as error:
            _logger.info("%s does not pass: %s", document, error)
            return str(error)
        return False

    def _reject(self, reason):
        self.ensure_one()
        self._expect_state("held")
        self._check_may_decide()
        obstacle, principal = self._standing(self.env.user, self._obstacle_to_reject)
        if obstacle:
            raise UserError(obstacle)
        self._decide_held("rejected", reason, decided_for=principal.id)
        who = self._decider_name(principal)
        self._tell_requester(self.env._("Rejected by %(user)s: %(reason)s", user=who, reason=reason))

    def _obstacle_to_reject(self, user):
        """A controller rejects within his allowance; what he released before does not matter."""
        if user.has_group("customer_credit_mgmt.group_credit_manager"):
            return False
        # sudo: a user may use his own allowance without reading the settings of users
        allowance = user.sudo().credit_release_amount
        if self.currency_id.compare_amounts(self.amount, allowance) <= 0:
            return False
        return self.env._(
            "You may decide on up to %(allowance)s; this needs a credit manager.",
            allowance=self.currency_id.format(allowance),
        )

    def _withdraw(self, reason):
        """Take a rejection back: the document is decided anew when somebody tries again."""
        self.ensure_one()
        self._expect_state("rejected")
        self._check_may_decide()
        obstacle, principal = self._standing_to_release(self.env.user, self.amount)
        if obstacle:
            raise UserError(obstacle)
        # sudo: nobody may write checks directly; who may decide was checked above
        self.sudo().write({"state": "superseded"})
        who = self._decider_name(principal)
        text = self.env._("Rejection withdrawn by %(user)s: %(reason)s", user=who, reason=reason)
        self.sudo().message_post(body=plaintext2html(text), author_id=self.env.user.partner_id.id)
        self._tell_requester(text)

    def _ask(self, question, to_customer):
        """Ask about a held document: of the salesperson and who requested it, or of the customer."""
        self.ensure_one()
        self._expect_state("held")
        self._check_may_decide()
        # sudo: nobody may write checks directly; a controller need not have a right on the document
        check, document = self.sudo(), self.sudo()._document()
        author = self.env.user.partner_id
        if to_customer:
            customer = document.partner_id | document._credit_partner()
            document.message_post(
                body=plaintext2html(question),
                partner_ids=customer.ids,
                author_id=author.id,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        else:
            self._tell_requester(self.env._("Credit control asks: %(question)s", question=question))
            answerer = document._credit_salesperson() or self.requested_by
            if answerer._is_internal():
                document.activity_schedule(
                    "mail.mail_activity_data_todo", user_id=answerer.id, summary=self.env._("Credit control asks")
                )
        check.message_post(body=plaintext2html(question), author_id=author.id)
        check.asked_on = fields.Datetime.now()

    def _tell_requester(self, text):
        # sudo: a controller need not have a right on the document
        document = self.sudo()._document()
        if document:
            document._credit_note(text, self.requested_by)

    def _expect_state(self, state):
        if self.filtered(lambda check: check.state != state):
            raise UserError(self.env._("This document was decided on meanwhile: reload the page."))

    def _decide_held(self, state, reason, **values):
        # sudo: nobody may write checks directly; who may decide was checked above
        self.sudo().write(
            {
                "state": state,
                "decided_by": self.env.uid,
                "decided_on": fields.Datetime.now(),
                "decision_reason": reason,
                **values,
            }
        )
        self.sudo().activity_feedback(["customer_credit_mgmt.mail_activity_type_held"], feedback=reason)

    def _supersede(self):
        """These documents were decided anew."""
        if not (held := self.filtered(lambda check: check.state == "held")):
            return
        held.write({"state": "superseded"})
        held.activity_unlink(["customer_credit_mgmt.mail_activity_type_held"])
