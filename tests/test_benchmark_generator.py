"""The benchmark's ledger is one that Odoo could have written, and goes on to work as one."""

from datetime import date

import pytest

from odoo.tests.common import BaseCase
from odoo.tools import config

import databases
from benchmarks import database, generator, validation

SIZE = generator.Size(customers=50, invoices=500, end=date(2026, 6, 30))


class TestBenchmarkGenerator(BaseCase):
    """On a clone, with the suite not installed: the ledger itself is Odoo's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # these databases are loaded beside the one under test: their modules' own tests must not run
        cls.addClassCleanup(config.__setitem__, "test_enable", config["test_enable"])
        config["test_enable"] = False
        source = generator.ensure(SIZE)
        cls.database = cls.enterClassContext(databases.scratch(source))
        cls.env = cls.enterClassContext(database.environment(cls.database))
        cls.receivable = cls.env["account.account"].search([("account_type", "=", "asset_receivable")])

    def _count(self, model, *domain):
        return self.env[model].search_count(domain)

    def test_rules_law_and_recomputation_find_nothing_wrong(self):
        self.assertEqual(validation.violations(self.env, sample=10_000), [])

    def test_validation_finds_what_is_wrong(self):
        generated = [("partner_id.ref", "=like", "C%"), ("parent_state", "=", "posted")]
        open_items = [("account_id", "in", self.receivable.ids), ("reconciled", "=", False)]
        item = self.env["account.move.line"].search(generated + open_items, limit=1)
        self.env.cr.execute(
            "UPDATE account_move_line SET amount_residual = amount_residual - 1 WHERE id = %s", [item.id]
        )
        found = " ".join(validation.violations(self.env, sample=10_000))
        self.assertIn("residual is not the balance less its matchings", found)
        self.assertIn("law as of", found)

    def test_sizes_are_what_was_asked_for(self):
        names = [("name", "=like", "Customer %"), ("parent_id", "=", False)]
        self.assertEqual(self._count("res.partner", *names), SIZE.customers)
        invoices = [("partner_id.ref", "=like", "C%"), ("move_type", "=", "out_invoice"), ("state", "=", "posted")]
        self.assertEqual(self._count("account.move", *invoices), SIZE.invoices)
        self.assertEqual(generator.end_date(self.env), SIZE.end)

    def test_every_kind_of_settlement_is_there(self):
        invoices = [("partner_id.ref", "=like", "C%"), ("move_type", "=", "out_invoice")]
        for state in ("not_paid", "partial", "paid", "reversed"):
            self.assertTrue(self._count("account.move", *invoices, ("payment_state", "=", state)), state)
        self.assertTrue(self._count("account.move", *invoices, ("state", "=", "draft")))
        self.assertTrue(self._count("account.partial.reconcile", ("exchange_move_id", "!=", False)))
        self.assertTrue(self._count("account.move", ("partner_id.parent_id", "!=", False)))

    def test_a_new_invoice_can_be_posted_and_paid(self):
        partner = self.env["res.partner"].search([("ref", "=", "C1"), ("parent_id", "=", False)])
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": SIZE.end,
                "invoice_line_ids": [(0, 0, {"name": "Goods", "quantity": 1, "price_unit": 120, "tax_ids": False})],
            }
        )
        invoice.action_post()
        before = self.env["account.move"].search(
            [("sequence_prefix", "=", invoice.sequence_prefix), ("id", "!=", invoice.id)],
            order="sequence_number DESC",
            limit=1,
        )
        self.assertEqual(invoice.sequence_number, before.sequence_number + 1)
        wizard = self.env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids)
        wizard.create({"payment_date": SIZE.end})._create_payments()
        self.assertEqual(invoice.payment_state, "paid")
        self.assertFalse(invoice.amount_residual)

    def tearDown(self):
        self.env.cr.rollback()
        self.env.invalidate_all(flush=False)
        super().tearDown()


@pytest.mark.parametrize(
    "other", [generator.Size(51, 500), generator.Size(50, 501), generator.Size(50, 500, date(2026, 1, 1))]
)
def test_ledgers_of_other_sizes_have_other_names(other):
    assert generator.Size(50, 500).key == generator.Size(50, 500).key != other.key
