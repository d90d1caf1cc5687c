from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .collection_common import CollectionCommon


@tagged("post_install", "-at_install")
class TestCollectionPortfolio(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = cls.customer | cls._customer("North") | cls._customer("South")
        for number, partner in enumerate(cls.people):
            partner.write({"ref": f"X{number}", "customer_rank": 1})

    def _portfolio(self, collector, domain="[('ref', '=like', 'X%')]", **values):
        return self.env["collection.portfolio"].create(
            {
                "name": collector.name,
                "company_id": self.company.id,
                "collector_id": collector.id,
                "partner_domain": domain,
                **values,
            }
        )

    def _collectors(self):
        return [partner.with_company(self.company).collector_id for partner in self.people]

    def _assign(self, portfolio):
        wizard = self.env["collection.assignment"].browse(portfolio.action_assign()["res_id"])
        return wizard

    def test_rules_propose_then_apply_and_leave_alone_who_was_set_by_hand(self):
        self.people[0].with_company(self.company).collector_id = self.colleague
        first = self._portfolio(self.collector, "[('name', '=', 'North')]", sequence=1)
        self._portfolio(self.colleague)
        wizard = self._assign(first)
        self.assertFalse(any(self._collectors()[1:]), "a preview changes nothing")
        self.assertEqual(wizard.line_ids.partner_id, self.people[1:])
        wizard.action_apply()
        self.assertEqual(self._collectors(), [self.colleague, self.collector, self.colleague])
        self.assertEqual(first.customer_count, 1)
        self.assertFalse(self._assign(first).line_ids, "a second time there is nothing to change")

    def test_changed_rule_takes_its_customers_along_but_not_those_by_hand(self):
        portfolio = self._portfolio(self.collector)
        self._assign(portfolio).action_apply()
        self.people[0].with_company(self.company).collector_id = self.colleague
        portfolio.collector_id = self.colleague
        wizard = self._assign(portfolio)
        self.assertEqual(wizard.line_ids.partner_id, self.people[1:])
        wizard.line_ids.filtered(lambda line: line.partner_id == self.people[1]).unlink()
        wizard.action_apply()
        self.assertEqual(self._collectors(), [self.colleague, self.collector, self.colleague])

    def test_contacts_follow_and_companies_differ(self):
        child = self.env["res.partner"].create({"name": "Child", "parent_id": self.people[0].id})
        self._assign(self._portfolio(self.collector)).action_apply()
        self.assertEqual(child.with_company(self.company).collector_id, self.collector)
        other = self.setup_other_company()["company"]
        self.assertFalse(self.people[0].with_company(other).collector_id)

    def test_customers_that_cannot_be_found_are_refused(self):
        with self.assertRaises(ValidationError):
            self._portfolio(self.collector, "[('nonsense', '=', 1)]")

    def test_only_managers_assign(self):
        portfolio = self._portfolio(self.collector)
        with self.assertRaises(AccessError):
            portfolio.with_user(self.collector).action_assign()

    def test_load_counts_and_moves_even_it_out(self):
        for partner in self.people:
            self._overdue(30, 100, partner=partner)
        self._assign(self._portfolio(self.collector, capacity_minutes=600)).action_apply()
        self._portfolio(self.colleague, capacity_minutes=600)
        loads = self.env["collection.load"].with_context(allowed_company_ids=self.company.ids)
        load = loads.search([("collector_id", "=", self.collector.id)])
        self.assertRecordValues(load, [{"customer_count": 3, "claim_amount": 300, "capacity_minutes": 600}])
        self.assertAlmostEqual(load.share, load.minutes / 600)
        wizard = self.env["collection.assignment"].browse(load.action_balance()["res_id"])
        self.assertEqual(len(wizard.line_ids), 1)
        self.assertEqual(wizard.line_ids.new_collector_id, self.colleague)
        wizard.action_apply()
        self.assertEqual(self._collectors().count(self.colleague), 1)
        self.assertEqual(self._collectors().count(self.collector), 2)

    def test_substitute_is_somebody_else(self):
        with self.assertRaises(ValidationError):
            self.env["collection.substitution"].create(
                {
                    "company_id": self.company.id,
                    "user_id": self.collector.id,
                    "substitute_id": self.collector.id,
                    "date_from": self.today,
                    "date_until": self.today,
                }
            )
