import itertools

from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestCreditGroup(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls._strict_policy("over_limit", warn_utilization=0.9)
        cls.partner_c = cls.env["res.partner"].create({"name": "partner_c"})
        cls.first, cls.second, cls.third = (
            cls.env["credit.profile"]._get_or_create(partner, cls.company).sudo(False)
            for partner in (cls.partner_a, cls.partner_b, cls.partner_c)
        )
        cls.group = cls._credit_group(1000, cls.first, cls.second)
        cls.controller = cls._user("controller", "customer_credit_mgmt.group_credit_controller")
        cls.clerk = cls._user("clerk", "account.group_account_invoice")

    def _post(self, *drafts):
        """Post together; which ones passed."""
        documents = drafts[0].union(*drafts)
        documents.action_post()
        return [draft.state == "posted" for draft in drafts]

    def _pot(self):
        self.group.invalidate_recordset()
        return self.group.exposure_amount

    # ------------------------------------------------------------------
    # FIGURES
    # ------------------------------------------------------------------

    def test_exposure_of_the_group_is_the_sum_of_its_members(self):
        self._invoice(self.partner_a, 300, self.today)
        self._invoice(self.partner_b, 50, self.today, move_type="out_refund")
        self._invoice(self.partner_c, 700, self.today)
        self._guarantee(self.first, 100)
        self.assertRecordValues(
            self.group,
            [{"member_count": 2, "exposure_amount": 150, "available_amount": 850, "utilization": 0.15}],
        )
        by_group = self.env["credit.exposure"]._read_group(
            [("group_id", "=", self.group.id)], ["group_id"], ["exposure_amount:sum", "__count"]
        )
        self.assertEqual(by_group, [(self.group, 150, 2)])

    def test_archived_customer_still_counts_in_the_pot(self):
        self._invoice(self.partner_b, 400, self.today)
        self.partner_b.active = False
        self.assertEqual(self._pot(), 400)

    # ------------------------------------------------------------------
    # CHECK
    # ------------------------------------------------------------------

    def test_members_share_the_cap(self):
        self.assertEqual(self._post(self._draft(700)), [True])
        blocked = self._draft(301, partner=self.partner_b)
        self.assertEqual(self._post(blocked), [False])
        check = self._check_of(blocked)
        (reason,) = check.reasons
        self.assertEqual(
            (reason["kind"], reason["label"], reason["figure"], reason["threshold"]),
            ("over_group", "Holding", 1001, 1000),
        )
        self.assertIn("Holding", check.reason_text)
        self.assertIn("1,001.00", check.reason_text)
        options = {option["kind"]: option for option in check.inputs["offer"]["options"]}
        self.assertEqual((options["pay"]["pay"], options["reduce"]["amount"]), (1, 300))
        self.assertEqual(check.inputs["facts"]["pot"]["others_amount"], 700)
        blocked.invoice_line_ids.price_unit = 300
        self.assertEqual(self._post(blocked), [True], "the cap itself passes")
        self.assertEqual(self._post(self._draft(5000, partner=self.partner_c)), [True], "no member, no cap")

    def test_own_limit_of_a_member_still_applies(self):
        self._limited_profile(self.partner_a, 200)
        blocked = self._draft(201)
        self.assertEqual(self._post(blocked), [False])
        self.assertEqual([reason["kind"] for reason in self._check_of(blocked).reasons], ["over_limit"])

    def test_documents_of_several_members_add_up_in_one_batch(self):
        self._invoice(self.partner_a, 400, self.today)
        drafts = [self._draft(250, partner=partner) for partner in (self.partner_a, self.partner_b)]
        last = self._draft(150, partner=self.partner_b)
        self.assertEqual(self._post(*drafts, last), [True, True, False])
        self.assertEqual(self._pot(), 1050, "900 posted, 150 still a draft")

    def test_pot_is_never_passed_in_any_order_of_documents(self):
        """Every sequence of batches; cover of one member does not make room for the others."""
        self._guarantee(self.second, 200)
        amounts = ((self.partner_a, 600), (self.partner_b, 500), (self.partner_b, 150), (self.partner_a, 250))
        outcomes = set()
        for order in itertools.permutations(amounts):
            with self.cr.savepoint() as savepoint:
                drafts = [self._draft(amount, partner=partner) for partner, amount in order]
                self._post(*drafts[:2])
                passed = sum(self._post(*drafts[2:]))
                (self.first | self.second).invalidate_recordset()
                rows = (self.first | self.second)._gather_figures(self.today)
                taken = sum(
                    max(row["receivable_amount"] - row["cover_amount"], min(row["receivable_amount"], 0))
                    for row in rows
                )
                self.assertLessEqual(taken, 1000)
                outcomes.add((passed, taken))
                savepoint.rollback()
        self.assertGreater(len(outcomes), 1)

    def test_last_door_knows_the_pot(self):
        self._post(self._draft(700))
        draft = self._draft(400, partner=self.partner_b)
        with self.assertRaisesRegex(UserError, "Holding"):
            draft.with_user(self.clerk)._post()
        with self.assertRaisesRegex(UserError, "Holding"):
            draft.with_user(self.clerk).write({"state": "posted"})

    def test_archived_group_caps_nobody(self):
        self.group.active = False
        self.assertEqual(self._post(self._draft(5000)), [True])

    def test_release_lets_one_document_past_the_cap(self):
        draft = self._draft(1200)
        draft.with_user(self.clerk).action_post()
        self._check_of(draft)._release(1200, self.today, "Agreed with the parent")
        self.assertEqual(draft.state, "posted")

    def test_check_writes_the_row_of_the_group(self):
        """So that a second session, of another member, starts again with fresh facts."""
        for draft in (self._draft(10), self._draft(10, partner=self.partner_c)):
            self.env.cr.execute("UPDATE credit_group SET checked_at = NULL")
            self.group.invalidate_recordset()
            draft._credit_decide_locked()
            self.assertEqual(bool(self.group.checked_at), draft.partner_id == self.partner_a)

    def test_queries_of_a_check_are_few_and_do_not_grow_with_the_members(self):
        alone = self._draft(10, partner=self.partner_c)
        member = self._draft(10)

        def queries(draft):
            self.env.flush_all()
            draft._credit_document()
            before = self.cr.sql_log_count
            draft._credit_decide_locked()
            return self.cr.sql_log_count - before

        queries(member), queries(alone)
        small = queries(member)
        self.assertLessEqual(small, 4)
        self.assertLessEqual(queries(alone), 4)
        partners = self.env["res.partner"].create([{"name": f"Member {number}"} for number in range(60)])
        self.env["credit.profile"]._get_or_create(partners, self.company).sudo(False).group_id = self.group
        queries(member)
        self.assertEqual(queries(member), small)
        groups = self.env["credit.group"].with_context(active_test=False).search([("company_id", "=", self.company.id)])
        groups.profile_ids = [Command.clear()]
        groups.unlink()
        queries(member)
        self.assertEqual(queries(member), small, "the members of a group come with the lock on its row")

    # ------------------------------------------------------------------
    # STATUS
    # ------------------------------------------------------------------

    def test_status_of_all_members_considers_the_pot(self):
        self._invoice(self.partner_a, 950, self.today)
        (self.first | self.second)._refresh_status()
        self.assertEqual((self.first.status, self.second.status), ("watch", "watch"))
        self.assertIn("95 %", self.second.status_reason)
        self.assertIn("Holding", self.second.status_reason)
        self.group.limit_amount = 900
        self.assertEqual((self.first.status, self.second.status), ("hold", "hold"))
        self.assertIn("950.00", self.second.status_reason)
        self.assertNotIn("this document", self.second.status_reason)
        self.second.group_id = False
        self.assertEqual((self.first.status, self.second.status), ("hold", "ok"))

    def test_status_of_one_member_reads_the_others(self):
        self._invoice(self.partner_a, 1000, self.today)
        self.second._refresh_status()
        self.assertEqual(self.second.status, "hold")

    # ------------------------------------------------------------------
    # RIGHTS
    # ------------------------------------------------------------------

    def test_only_managers_change_cap_and_membership(self):
        self.group.head_id = self.partner_a
        newcomer = self.env["res.partner"].create({"name": "Newcomer"})
        group, profile = self.group.with_user(self.controller), self.first.with_user(self.controller)
        for attack in (
            lambda: group.write({"limit_amount": 9000}),
            lambda: group.write({"active": False}),
            lambda: group.write({"profile_ids": [Command.unlink(self.first.id)]}),
            lambda: group.unlink(),
            lambda: profile.write({"group_id": False}),
            lambda: group.action_add_subsidiaries(),
            lambda: (
                self.env["credit.profile"]
                .with_user(self.controller)
                .create({"partner_id": newcomer.id, "company_id": self.company.id, "group_id": self.group.id})
            ),
        ):
            with self.assertRaises(AccessError):
                attack()
        self.assertEqual(group.limit_amount, 1000)

    def test_cap_is_not_negative(self):
        with self.assertRaises(CheckViolation), self.cr.savepoint(), mute_logger("odoo.sql_db"):
            self.group.limit_amount = -1

    def test_group_with_members_is_not_deleted(self):
        with self.assertRaises(UserError):
            self.group.unlink()
        self.group.profile_ids = [Command.clear()]
        self.group.unlink()

    def test_members_belong_to_the_company_of_the_group(self):
        other = self.setup_other_company()["company"]
        theirs = self.env["credit.profile"].sudo()._get_or_create(self.partner_a, other)
        with self.assertRaisesRegex(ValidationError, "company of the group"):
            theirs.group_id = self.group
        with self.assertRaisesRegex(ValidationError, "company of the group"):
            self.group.sudo().company_id = other

    def test_group_belongs_to_a_root_company(self):
        branch = self.env["res.company"].sudo().create({"name": "Branch", "parent_id": self.company.id})
        with self.assertRaisesRegex(ValidationError, "branch"):
            self.env["credit.group"].sudo().create({"name": "B", "company_id": branch.id, "limit_amount": 1})

    # ------------------------------------------------------------------
    # MEMBERS
    # ------------------------------------------------------------------

    def test_subsidiaries_are_added_in_one_go(self):
        head = self.env["res.partner"].create({"name": "Head", "is_company": True})
        below = self.env["res.partner"].create({"name": "Below", "is_company": True, "parent_id": head.id})
        self.env["res.partner"].create({"name": "Buyer", "parent_id": below.id})
        other = self._credit_group(5, name="Other")
        taken = self.env["res.partner"].create({"name": "Taken", "is_company": True, "parent_id": head.id})
        self.env["credit.profile"]._get_or_create(taken, self.company).sudo(False).group_id = other
        self.group.profile_ids = [Command.clear()]
        self.group.head_id = head
        message = self.group.action_add_subsidiaries()["params"]["message"]
        self.assertEqual(self.group.profile_ids.partner_id, head | below)
        self.assertIn("Taken", message)

    def test_group_is_made_on_an_empty_form(self):
        with Form(self.env["credit.group"]) as form:
            form.name = "New"
            form.limit_amount = 5
        self.assertEqual(form.record.company_id, self.company)
        form.record.profile_ids = [Command.link(self.third.id)]
        self.assertEqual(self.third.group_id, form.record)

    def test_merging_customers_keeps_guarantees_and_group(self):
        self._guarantee(self.third, 300, effect="raise_limit")
        self._guarantee(self.second, 100)
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo().create({})
        wizard._merge((self.partner_b | self.partner_c).ids, self.partner_c)
        profile = self.env["credit.profile"].search([("partner_id", "=", self.partner_c.id)])
        self.assertEqual(profile.group_id, self.group)
        self.assertEqual(sorted(profile.guarantee_ids.mapped("amount")), [100, 300])
        self.assertEqual(profile.guarantee_ids.partner_id, self.partner_c)
        (row,) = profile._gather_figures(self.today)
        self.assertEqual(row["cover_amount"], 100)

    def test_merging_members_of_two_groups_keeps_the_one_of_who_is_kept(self):
        other = self._credit_group(5, self.third, name="Other")
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo().create({})
        wizard._merge((self.partner_b | self.partner_c).ids, self.partner_c)
        self.assertEqual(self.env["credit.profile"].search([("partner_id", "=", self.partner_c.id)]).group_id, other)
