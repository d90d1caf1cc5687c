"""Who may approve a write-off knows that one waits, until somebody has decided."""

from odoo.tests import tagged

from .loss_common import WriteoffCommon


@tagged("post_install", "-at_install")
class TestWriteoffMessage(WriteoffCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        elsewhere = cls.env["res.company"].sudo().create({"name": "Elsewhere"})
        cls.stranger = cls._user("wo_stranger", "receivable_dunning.group_collections_manager")
        cls.stranger.sudo().write({"company_ids": [(6, 0, elsewhere.ids)], "company_id": elsewhere.id})

    def _submitted(self, amount=100, **values):
        writeoff = self._writeoff(self._old(amount), **values)
        writeoff.action_submit()
        return writeoff

    def _asked(self, writeoffs):
        kind = self.env.ref("receivable_dunning.mail_activity_type_writeoff")
        return writeoffs.sudo().activity_ids.filtered(lambda activity: activity.activity_type_id == kind)

    def test_those_who_may_approve_are_asked_once_and_nobody_else(self):
        writeoff = self._submitted(1000)
        asked = self._asked(writeoff)
        self.assertEqual(len(asked), len(asked.user_id))
        self.assertLessEqual(self.second | self.boss, asked.user_id)
        self.assertFalse(asked.user_id & (self.clerk | self.stranger))
        for user in asked.user_id:
            self.assertTrue(writeoff.with_user(user).can_approve, user.name)
        above = self._asked(self._submitted(1000.01)).user_id
        self.assertIn(self.boss, above)
        self.assertNotIn(self.second, above)

    def test_managers_of_a_branch_alone_are_not_asked_about_the_root(self):
        branch = self.env["res.company"].sudo().create({"name": "Branch", "parent_id": self.company.id})
        local = self._user("wo_local", "receivable_dunning.group_collections_manager")
        local.sudo().write({"company_ids": [(6, 0, branch.ids)], "company_id": branch.id})
        writeoff = self._submitted()
        self.assertFalse(writeoff.with_user(local).with_context(allowed_company_ids=branch.ids).has_access("read"))
        self.assertNotIn(local, self._asked(writeoff).user_id)

    def test_who_entered_it_is_asked_only_without_four_eyes(self):
        for four_eyes in (True, False):
            with self.subTest(four_eyes=four_eyes):
                self.company.sudo().writeoff_four_eyes = four_eyes
                writeoff = self._writeoff(self._old(), user=self.boss)
                writeoff.with_user(self.clerk).action_submit()
                self.assertEqual(self.boss in self._asked(writeoff).user_id, not four_eyes)

    def test_nobody_is_asked_any_more_once_it_is_decided_or_withdrawn(self):
        decisions = {
            "approve": lambda writeoff: writeoff.with_user(self.boss).action_approve(),
            "refuse": lambda writeoff: writeoff.with_user(self.boss)._refuse("The customer still pays"),
            "withdraw": lambda writeoff: writeoff.action_draft(),
            "cancel": lambda writeoff: writeoff.action_cancel(),
        }
        for name, decide in decisions.items():
            with self.subTest(name=name):
                writeoff = self._submitted()
                self.assertTrue(self._asked(writeoff))
                decide(writeoff)
                self.assertFalse(self._asked(writeoff))

    def test_asked_again_is_asked_once(self):
        writeoff = self._submitted()
        before = len(self._asked(writeoff))
        writeoff.action_draft()
        writeoff.action_submit()
        self.assertEqual(len(self._asked(writeoff)), before)

    def test_the_question_names_amount_and_customer_in_the_language_of_who_is_asked(self):
        writeoff = self._submitted(100)
        asked = self._asked(writeoff).filtered(lambda activity: activity.user_id == self.boss)
        self.assertIn(self.partner_a.name, asked.summary)
        self.assertIn("100", asked.summary)

    def test_many_are_asked_about_in_as_many_queries_as_one(self):
        counts = []
        for size in (1, 12):
            writeoffs = self.env["receivable.writeoff"].union(
                *(self._writeoff(self._old(10 + place)) for place in range(size))
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            writeoffs._ask_approvers()
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
            self.assertEqual(len(self._asked(writeoffs)), size * len(self._asked(writeoffs[0])))
        self.assertLessEqual(counts[1], counts[0] + 2, counts)
