from datetime import date, timedelta

from odoo import Command

from .common import CreditCommon

TODAY = date(2024, 7, 1)


class AssessmentCommon(CreditCommon):
    """A customer with a payment history, two controllers and a manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.card = cls.env.ref("customer_credit_mgmt.credit_scorecard_default")
        cls.tree = cls.env.ref("customer_credit_mgmt.credit_decision_tree_default")
        cls.profile = cls.env["credit.profile"]._get_or_create(cls.partner_a, cls.company).sudo(False)
        cls.controller = cls._user("assess_controller", "customer_credit_mgmt.group_credit_controller")
        cls.manager = cls._user("assess_manager", "customer_credit_mgmt.group_credit_manager")

    @classmethod
    def _paid_invoices(cls, days_late, partner=None, amount=100, due=date(2024, 2, 1)):
        """One invoice for each number of days late, a week apart."""
        for position, late in enumerate(days_late):
            due_date = due + timedelta(weeks=position)
            invoice = cls._invoice(partner or cls.partner_a, amount, due_date - timedelta(days=30), due=due_date)
            cls._pay(invoice, amount, due_date + timedelta(days=late))

    @classmethod
    def _assessment(cls, user=None, **values):
        values = {"profile_id": cls.profile.id, "date": TODAY, **values}
        return cls.env["credit.assessment"].with_user(user or cls.controller).create(values)

    @classmethod
    def _answer(cls, assessment):
        for answer in assessment.answer_ids:
            answer.answer = "Asked and answered."

    @classmethod
    def _submitted(cls, **values):
        """An assessment that waits for its second person."""
        assessment = cls._assessment(**values)
        cls._answer(assessment)
        if not assessment.decision:
            assessment.write({"decision": "grant", "proposed_limit": 500, "decision_reason": "Judged by hand."})
        assessment.action_submit()
        return assessment

    @classmethod
    def _question_card(cls, *sources):
        """An active scorecard of the company with criteria of these sources, beside one of the ledger."""
        bands = [
            Command.create({"label": "Weak", "open_below": True, "points": 10}),
            Command.create({"label": "Fair", "lower": 40, "points": 50}),
            Command.create({"label": "Strong", "lower": 70, "points": 90}),
        ]
        criteria = [
            {"source": source, "question": f"Judge: {source}", "dimension": "capacity", "weight": 10, "band_ids": bands}
            for source in sources
        ]
        ledger = {
            "source": "behaviour",
            "figure": "overdue_days",
            "weight": 10,
            "missing": "exclude",
            "band_ids": [
                Command.create({"label": "None", "open_below": True, "points": 100}),
                Command.create({"label": "Some", "lower": 1, "points": 0}),
            ],
        }
        card = cls.env["credit.scorecard"].create(
            {
                "name": "With questions",
                "company_id": cls.company.id,
                "min_history": 0,
                "criterion_ids": [Command.create(values) for values in (ledger, *criteria)],
            }
        )
        card.action_activate()
        return card
