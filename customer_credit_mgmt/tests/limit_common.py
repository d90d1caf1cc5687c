from odoo import fields

from .common import CreditCommon


class LimitCommon(CreditCommon):
    """A customer, somebody who asks for limits and two credit managers who sign them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profile = cls.env["credit.profile"]._get_or_create(cls.partner_a, cls.company).sudo(False)
        cls.asker = cls._user("asker", "customer_credit_mgmt.group_credit_user")
        cls.controller = cls._user("controller", "customer_credit_mgmt.group_credit_controller")
        cls.boss = cls._user("boss", "customer_credit_mgmt.group_credit_manager")
        cls.deputy = cls._user("deputy", "customer_credit_mgmt.group_credit_manager")

    def _request(self, amount, user=None, profile=None, **values):
        """A limit that waits for a signature."""
        limit = (
            self.env["credit.limit"]
            .with_user(user or self.asker)
            .create(
                {
                    "profile_id": (profile or self.profile).id,
                    "amount": amount,
                    "date_from": fields.Date.to_date("2024-01-01"),
                    **values,
                }
            )
        )
        limit.action_submit()
        return limit

    def _approved(self, amount, profile=None, **values):
        limit = self._request(amount, profile=profile, **values)
        limit.with_user(self.boss).action_approve()
        return limit.with_env(self.env)

    def _refuse(self, record, user, reason="Wait for the statement"):
        """Refuse a limit or a batch by the button and the dialog that it opens."""
        action = record.with_user(user).action_refuse()
        wizard = self.env[action["res_model"]].with_user(user).with_context(**action["context"])
        wizard.create({"reason": reason}).action_apply()

    def _rule(self, **values):
        return self.env["credit.approval.rule"].create({"name": "Rule", "company_id": self.company.id, **values})

    def _delegate(self, giver, delegate, **values):
        """A delegation that the approver makes, in force today."""
        return (
            self.env["credit.delegation"]
            .with_user(giver)
            .create(
                {
                    "user_id": giver.id,
                    "delegate_id": delegate.id,
                    "company_id": self.company.id,
                    "date_from": self.today,
                    "date_to": self.today,
                    **values,
                }
            )
        )

    def _native(self, partner=None):
        """The native credit limit as it is in the database."""
        partner = (partner or self.partner_a).with_company(self.company)
        partner.invalidate_recordset(["credit_limit"])
        return partner.credit_limit
