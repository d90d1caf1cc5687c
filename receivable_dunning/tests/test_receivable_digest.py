from datetime import datetime

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .test_receivable_kpi import KpiCommon


@tagged("post_install", "-at_install")
class TestReceivableDigest(KpiCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reader = cls._user("reader", "receivable_dunning.group_collections_user")
        cls.digest = cls.env["digest.digest"].sudo().create(
            {
                "name": "Receivables",
                "company_id": cls.company.id,
                "user_ids": [Command.set(cls.reader.ids)],
                "kpi_receivable_overdue": True,
                "kpi_receivable_collected": True,
                "kpi_receivable_dso": True,
            }
        )

    def _digest(self, user=None, **values):
        values = {"start_datetime": datetime(2024, 5, 31), "end_datetime": datetime(2024, 6, 30), **values}
        return self.digest.with_user(user or self.reader).with_company(self.company).with_context(**values)

    def test_digest_tells_overdue_collected_and_days(self):
        digest = self._digest()
        self.assertEqual(digest.kpi_receivable_overdue_value, 2750)
        self.assertEqual(digest.kpi_receivable_collected_value, 10750)
        self.assertAlmostEqual(digest.kpi_receivable_dso_value, 6340 / 10890 * 30, 8)

    def test_first_moment_of_the_period_belongs_to_the_one_before(self):
        digest = self._digest(start_datetime=datetime(2024, 6, 10), end_datetime=datetime(2024, 6, 20))
        self.assertEqual(digest.kpi_receivable_collected_value, 7300)

    def test_without_company_it_is_that_of_the_reader(self):
        self.digest.company_id = False
        self.assertEqual(self._digest().kpi_receivable_overdue_value, 2750)

    def test_who_has_no_right_reads_nothing(self):
        clerk = self._user("clerk", "account.group_account_invoice")
        other = self.env["res.company"].sudo().create({"name": "Other"})
        stranger = self._user("stranger", "receivable_dunning.group_collections_user", other)
        for user in (clerk, stranger):
            for name in ("overdue", "collected", "dso"):
                with self.subTest(user=user.login, name=name), self.assertRaises(AccessError):
                    self._digest(user)[f"kpi_receivable_{name}_value"]

    def test_message_has_what_can_be_told_and_the_way_to_it(self):
        kpis = self.digest.with_user(self.reader)._compute_kpis(self.company, self.reader)
        found = {kpi["kpi_name"]: kpi for kpi in kpis}
        self.assertIn("action_receivable_aging", found["kpi_receivable_overdue"]["kpi_action"])
        self.assertIn("kpi_receivable_dso", found)
        empty = self.env["res.company"].sudo().create({"name": "Empty"})
        self.reader.sudo().company_ids |= empty
        self.digest.company_id = empty
        kpis = self.digest.with_user(self.reader)._compute_kpis(empty, self.reader)
        names = {kpi["kpi_name"] for kpi in kpis}
        self.assertIn("kpi_receivable_overdue", names)
        self.assertNotIn("kpi_receivable_dso", names)

    def test_form_shows_the_choices(self):
        arch = self.env["digest.digest"].get_view(view_type="form")["arch"]
        self.assertIn("kpi_receivable_dso", arch)
