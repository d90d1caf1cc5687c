from odoo import fields

from .common import DunningCommon


class CollectionCommon(DunningCommon):
    """A company with customers who can be called, and people who call them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.phone = "+49 30 1234"
        cls.collector = cls._user("collector", "receivable_dunning.group_collections_user")
        cls.colleague = cls._user("colleague", "receivable_dunning.group_collections_user")

    def _row(self, partner=None, **context):
        self.env.invalidate_all()
        worklist = self.env["collection.worklist"].with_context(allowed_company_ids=self.company.ids, **context)
        return worklist.search([("partner_id", "=", (partner or self.customer).id)])

    def _ending(self, name):
        return self.env.ref(f"receivable_dunning.collection_outcome_{name}")

    def _talk(self, outcome, partner=None, user=None, **values):
        """A contact, not noted yet."""
        return (
            self.env["collection.contact"]
            .with_user(user or self.env.user)
            .create(
                {
                    "partner_id": (partner or self.customer).id,
                    "company_id": self.company.id,
                    "outcome_id": self._ending(outcome).id,
                    **values,
                }
            )
        )

    def _noted(self, outcome, partner=None, days_ago=0, **values):
        talk = self._talk(outcome, partner, **values)
        talk.action_done()
        if days_ago:
            # as if it had been noted then
            talk.sudo().date = fields.Datetime.subtract(talk.date, days=days_ago)
        return talk

    def _tasks(self, name, partner=None):
        kind = self.env.ref(f"receivable_dunning.mail_activity_type_{name}")
        domain = [("res_model", "=", "res.partner"), ("res_id", "=", (partner or self.customer).id)]
        return self.env["mail.activity"].sudo().search([*domain, ("activity_type_id", "=", kind.id)])
