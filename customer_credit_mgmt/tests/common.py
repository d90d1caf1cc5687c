from datetime import date

from odoo import Command, fields
from odoo.tests import new_test_user

from odoo.addons.account.tests.common import AccountTestInvoicingCommon


class CreditCommon(AccountTestInvoicingCommon):
    """A company with its chart of accounts, and a user who works its credit department."""

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.quick_ref("customer_credit_mgmt.group_credit_manager")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.ledger = cls.env["receivable.ledger"]
        cls.today = fields.Date.context_today(cls.env.user)
        # scheduled actions take the day of their user: near midnight not every zone has the same one
        cls.env.ref("base.user_root").sudo().tz = cls.env.user.tz

    @classmethod
    def _strict_policy(cls, *rules, **values):
        """A policy that holds invoices; ``rules`` are kinds, or pairs of kind and threshold."""
        pairs = [(rule, 0) if isinstance(rule, str) else rule for rule in rules]
        return cls.env["credit.policy"].create(
            {
                "name": "Strict",
                "company_id": cls.company.id,
                "invoice_action": "block",
                "rule_ids": [Command.create({"kind": kind, "threshold": threshold}) for kind, threshold in pairs],
                **values,
            }
        )

    @classmethod
    def _limited_profile(cls, partner, amount):
        """The profile of the customer with an approved limit."""
        profile = cls.env["credit.profile"]._get_or_create(partner, cls.company).sudo(False)
        limit = {"profile_id": profile.id, "amount": amount, "date_from": cls.today, "state": "approved"}
        cls.env["credit.limit"].sudo().create(limit)
        profile.limit_mode = "limited"
        return profile

    @classmethod
    def _guarantee(cls, profile, amount, **values):
        """A guarantee in force; reduces the exposure unless told otherwise."""
        values = {"profile_id": profile.id, "amount": amount, "date_from": cls.today, "state": "active", **values}
        guarantee = cls.env["credit.guarantee"].sudo().create(values).sudo(False)
        guarantee._apply()
        return guarantee

    @classmethod
    def _credit_group(cls, limit, *profiles, **values):
        """A pot with these members."""
        members = cls.env["credit.profile"].union(*profiles) if profiles else cls.env["credit.profile"]
        group = cls.env["credit.group"].create(
            {"name": "Holding", "company_id": cls.company.id, "limit_amount": limit, **values}
        )
        members.group_id = group
        return group

    @classmethod
    def _user(cls, login, groups, company=None):
        """A user of one company; ``groups`` as for ``new_test_user``."""
        company = company or cls.company
        env = cls.env(context={**cls.env.context, "no_reset_password": True})
        return new_test_user(env, login, groups, company_id=company.id, company_ids=[Command.set(company.ids)])

    @classmethod
    def _invoice(cls, partner, amount, invoice_date, due=None, post=True, move_type="out_invoice", **values):
        """An untaxed customer document in one line; ``due`` replaces the payment term."""
        invoice = cls.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": partner.id,
                "invoice_date": invoice_date,
                "date": invoice_date,
                "invoice_payment_term_id": False,
                "invoice_date_due": due or invoice_date,
                "invoice_line_ids": [(0, 0, {"name": "goods", "price_unit": amount, "quantity": 1, "tax_ids": False})],
                **values,
            }
        )
        if post:
            invoice.action_post()
        return invoice

    @classmethod
    def _pay(cls, invoices, amount, payment_date, **values):
        """Register a payment on the invoices, matched on its date."""
        return (
            cls.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoices.ids)
            .create({"amount": amount, "payment_date": payment_date, "group_payment": True, **values})
            ._create_payments()
        )

    @classmethod
    def _draft(cls, amount, partner=None, **values):
        """A draft invoice of today."""
        return cls._invoice(partner or cls.partner_a, amount, cls.today, post=False, **values)

    def _held_check(self, kind, partner):
        """A document of the customer that is held for a reason of this kind."""
        profile = self.env["credit.profile"]._get_or_create(partner, self.company)
        return (
            self.env["credit.check"]
            .sudo()
            .create(
                {
                    "res_model": "account.move",
                    "res_id": self._draft(10, partner).id,
                    "stage": "invoice",
                    "profile_id": profile.id,
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "amount": 10,
                    "verdict": "block",
                    "state": "held",
                    "reasons": [
                        {"kind": kind, "rule_id": False, "action": "block", "figure": 1, "threshold": 60, "label": "BB"}
                    ],
                    "inputs": {"facts": {"overdue_amount": 300.0}},
                }
            )
        )

    def _check_of(self, document):
        return self.env["credit.check"].search([("res_model", "=", document._name), ("res_id", "=", document.id)])


class GuaranteeCommon(CreditCommon):
    """A customer with a limit of 1,000, a bank, and two controllers, a manager and somebody who may only ask."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profile = cls._limited_profile(cls.partner_a, 1000)
        cls.controller = cls._user("controller", "customer_credit_mgmt.group_credit_controller")
        cls.second = cls._user("second", "customer_credit_mgmt.group_credit_controller")
        cls.asker = cls._user("asker", "customer_credit_mgmt.group_credit_user")
        cls.manager = cls._user("boss", "customer_credit_mgmt.group_credit_manager")
        cls.bank = cls.env["res.partner"].create({"name": "Bank"})

    def _entered(self, amount, user=None, **values):
        """A draft as a controller enters it."""
        values = {"profile_id": self.profile.id, "amount": amount, "date_from": date(2024, 1, 1), **values}
        return self.env["credit.guarantee"].with_user(user or self.controller).create(values)
