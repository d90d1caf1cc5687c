"""A contact that changes hands takes what is open in its name along: both files say so, and nobody escapes by it.

Posted items are in the name of who was the commercial entity when they were posted, orders of the contact itself.
"""

from odoo import api, models
from odoo.tools import plaintext2html

STRICTNESS = {"no_check": 0, "limited": 1, "no_credit": 2}


class CreditProfile(models.Model):
    _inherit = "credit.profile"

    @api.model
    def _follow_customers(self, moves):
        """Contacts now belong to another commercial entity: ``{(old, new): contacts}``.

        Where business moved or the customer himself became another's contact or a company of his own, both files get a
        note and an activity, and a file that is new begins with what was decided on the old one.
        """
        # sudo: who edits contacts needs no right on credit
        profiles = self.sudo()
        self.env.flush_all()
        for (old, new), contacts in moves.items():
            if not (contacts & (old | new) or profiles._has_business(contacts)):
                continue
            for profile in profiles.search([("partner_id", "=", old.id)]):
                known = profiles.search([("partner_id", "=", new.id), ("company_id", "=", profile.company_id.id)])
                heir = known or profiles._get_or_create(new, profile.company_id)
                if not known:
                    profile._hand_down(heir)
                (profile | heir)._tell_of_move(old, new, contacts)
                (profile | heir)._refresh_status()

    @api.model
    def _has_business(self, contacts):
        """Whether anything open is in the name of these contacts. Bridges add theirs."""
        domain = [
            ("partner_id", "in", contacts.ids),
            ("account_id.account_type", "=", "asset_receivable"),
            ("parent_state", "=", "posted"),
            ("reconciled", "=", False),
        ]
        return bool(self.env["account.move.line"].search_count(domain, limit=1))

    def _hand_down(self, heir):
        """What was decided on this customer holds for the new one; the stricter mode wins."""
        mode = max((self.limit_mode, heir.limit_mode), key=STRICTNESS.get)
        heir.write(
            {"limit_mode": mode, "manual_hold": self.manual_hold, "policy_by_hand_id": self.policy_by_hand_id.id}
        )

    def _tell_of_move(self, old, new, contacts):
        text = self.env._(
            "%(contacts)s moved from %(old)s to %(new)s; what is open in their name goes along. Check limit and hold"
            " of both.",
            contacts=", ".join(contacts.mapped("name")),
            old=old.name,
            new=new.name,
        )
        for profile in self:
            profile.message_post(body=plaintext2html(text))
            controller = profile.user_id or profile.policy_id.user_id
            if controller and profile.with_user(controller).has_access("read"):
                profile.activity_schedule(
                    "mail.mail_activity_data_todo", user_id=controller.id, summary=self.env._("Customer changed hands")
                )
