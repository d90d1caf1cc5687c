"""Who is charged under which rule, and why somebody is not."""

from datetime import timedelta

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import LateInterestCommon


@tagged("post_install", "-at_install")
class TestLateInterestRefusal(LateInterestCommon):
    def test_every_item_not_charged_has_its_reason(self):
        self.rule.write({"grace_days": 3, "minimum_amount": 1, "contract_from": "2020-01-01"})
        germany = self.env.ref("base.de")
        cases = {
            "no_rule": self._late(20, partner=self._customer("Person", is_company=False)),
            "exempt": self._late(20, partner=self._customer("Exempt", late_interest_mode="exempt")),
            "grace": self._late(3, partner=self._customer("Grace")),
            "below_minimum": self._late(4, 10, partner=self._customer("Small")),
            "no_followup": self._late(20, partner=self._customer("Silent")),
            "blocked": self._late(20, partner=self._customer("Blocked")),
        }
        cases["no_followup"].line_ids.no_followup = True
        cases["blocked"].action_toggle_block_payment()
        charged = self._late(20, partner=self._customer("German", country_id=germany.id))
        run = self._interest_run()
        self.assertEqual(run.charge_ids.move_id, charged)
        self.assertEqual(self._refusals(run), {invoice: reason for reason, invoice in cases.items()})

    def test_rule_is_for_its_countries_and_contracts(self):
        france, spain = self.env.ref("base.fr"), self.env.ref("base.es")
        self.company.country_id = france
        self.rule.write(
            {"partner_country_ids": [Command.set(france.ids)], "contract_from": self.today - timedelta(days=40)}
        )
        home = self._late(20, partner=self._customer("Home", country_id=france.id))
        unknown = self._late(20, partner=self._customer("Unknown country"))
        self._late(20, partner=self._customer("Abroad", country_id=spain.id))
        old = self._customer("Old contract", country_id=france.id, late_interest_contract_date="2001-01-01")
        self._late(20, partner=old)
        self.assertEqual(self._interest_run().charge_ids.move_id, home + unknown)
        self.rule.company_country_ids = spain
        self.assertFalse(self._interest_run().charge_ids)

    def test_sme_rule_needs_the_declaration_of_the_seller(self):
        self.rule.needs_sme = True
        self._late(20)
        self.assertFalse(self._interest_run().charge_ids)
        self.company.is_sme_declared = True
        self.assertTrue(self._interest_run().charge_ids)

    def test_days_without_a_reference_rate_wait_for_it(self):
        reference = self.env["late.interest.reference"].create({"name": "Base"})
        self.rule.write({"rate_mode": "reference", "reference_id": reference.id, "margin": 8, "basis": "daily"})
        invoice = self._late(20)
        run = self._interest_run()
        self.assertEqual(self._refusals(run), {invoice: "no_rate"})
        self.assertEqual(run.skip_ids.date, self.today - timedelta(days=19))
        reference.rate_ids = [Command.create({"date": self.today - timedelta(days=9), "percent": 2})]
        self.assertRecordValues(self._interest_run().charge_ids, [{"days": 10, "rate": 10}])

    def test_agreed_rate_goes_first(self):
        self.customer.write({"late_interest_mode": "year", "late_interest_rate": 12})
        self._late(50)
        self.assertRecordValues(self._interest_run().charge_ids, [{"rate": 12, "per": "year", "amount": 16.44}])
        self.rule.takes_agreed = False
        self.assertEqual(self._interest_run().charge_ids.rate, 8.5)

    def test_chinese_rule_charges_half_a_per_mille_a_day(self):
        china, yuan = self.env.ref("base.cn"), self.setup_other_currency("CNY")
        self.company.write({"country_id": china.id, "is_sme_declared": True})
        self.rule.active = False
        rule = self.env.ref("receivable_dunning.late_interest_rule_cn")
        self._late(30, 100000, partner=self._customer("买方", country_id=china.id), currency_id=yuan.id)
        charge = self._interest_run().charge_ids
        self.assertRecordValues(charge, [{"rule_id": rule.id, "amount": 1500, "currency_id": yuan.id, "per": "day"}])

    def test_days_to_come_cannot_be_charged(self):
        for values in ({"date": self.today + timedelta(days=1)}, {"date_from": self.today + timedelta(days=1)}):
            with self.subTest(values), self.assertRaises(ValidationError):
                self._interest_run(**values)

    def test_days_before_the_run_begins_stay_free(self):
        self._late(50)
        run = self._interest_run(date_from=self.today - timedelta(days=9))
        self.assertEqual(run.charge_ids.days, 10)
