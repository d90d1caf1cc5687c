"""Who is told of a hold: salesperson, controller, the customer who signed or paid, whoever pressed the button."""

from odoo import models
from odoo.tools import format_date, plaintext2html

# More are counted, not listed.
LISTED = 10


class CreditCheckMixin(models.AbstractModel):
    _inherit = "credit.check.mixin"

    def _credit_tell(self, check, decision):
        """Tell the salesperson on the document, and give the controller an activity."""
        text = "\n".join((self._credit_text(decision), check.approver_text or "")).strip()
        self._credit_note(self.env._("On credit hold.\n%(reasons)s", reasons=text))
        controller = check.profile_id.user_id or check.policy_id.user_id
        companies = controller.company_ids.ids
        # nobody gets an activity on what he may not see; that must not keep the document from being held
        if controller and check.with_user(controller).with_context(allowed_company_ids=companies).has_access("read"):
            check.activity_schedule(
                "customer_credit_mgmt.mail_activity_type_held", user_id=controller.id, summary=check.display_name
            )

    def _credit_note(self, text, also=None):
        """A note on the document for its salesperson, and for ``also``."""
        readers = self._credit_salesperson() | (also or self.env["res.users"])
        self.message_post(
            body=plaintext2html(text),
            partner_ids=readers.filtered(lambda user: user._is_internal()).partner_id.ids,
            subtype_xmlid="mail.mt_note",
        )

    def _credit_tell_customers(self):
        """A customer who signed or paid is told once that his document waits; no limit or exposure is named."""
        promised = self.filtered(lambda document: document._credit_was_promised())
        if not promised:
            return
        last = promised._last_checks()
        for document in promised:
            check = last.get(document.id)
            if check and check.state == "held" and not check.customer_told:
                document._credit_tell_customer()
                check.customer_told = True

    def _credit_tell_customer(self):
        customer = self._credit_partner()
        translated = self.with_context(lang=customer.lang or self.env.lang)
        body = translated.env._(
            "Thank you, we have received your confirmation of %(document)s. It waits for an approval on our side; you"
            " need not do anything. We will let you know.",
            document=translated.display_name,
        )
        # the company writes: whoever pressed the button may be the customer, or nobody
        self.message_post(
            body=body,
            partner_ids=(self.partner_id | customer).ids,
            author_id=self.company_id.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def _credit_rejection_text(self, check):
        """What is said of a document that somebody rejected."""
        return self.env._(
            "Rejected by %(user)s on %(date)s: %(reason)s\nIt passes when it is smaller or due earlier and the facts"
            " are good, or when credit control withdraws the rejection.",
            user=check.decided_by.name,
            date=format_date(self.env, check.decided_on),
            reason=check.decision_reason,
        )

    def _credit_hold_notification(self, held):
        """What the user sees after some documents were held: which, why, and who may release them."""
        last = held._last_checks()
        if len(held) == 1:
            title = self.env._("On credit hold")
            message = held._credit_hold_text(last)
        else:
            title = self.env._("On credit hold: %(count)d", count=len(held))
            lines = [
                f"{document.display_name} ({last[document.id].currency_id.format(last[document.id].amount)}): "
                + document._credit_hold_text(last).replace("\n", " ")
                for document in held[:LISTED]
            ]
            if len(held) > LISTED:
                lines.append(self.env._("and %(count)d more.", count=len(held) - LISTED))
            message = "\n".join(lines)
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

    def _credit_hold_text(self, last):
        check = last[self.id]
        if check.state == "rejected":
            return self._credit_rejection_text(check)
        return "\n".join(text for text in (check.reason_text, check.offer_text, check.approver_text) if text)
