from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .common import SegmentationCommon


@tagged("post_install", "-at_install")
class TestAbcManual(SegmentationCommon):
    """A manual class stands beside the computed one and falls back by itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls._customer("Ann")
        cls._invoice(cls._customer("Big"), 900)
        cls._invoice(cls.partner, 1)
        cls.contact = cls.env["res.partner"].create({"name": "Buyer", "parent_id": cls.partner.id})

    def setUp(self):
        super().setUp()
        with freeze_time(self.AS_OF):
            self._classify()

    def _set(self, level, date_to=False):
        return self.env["abc.classification"]._set_manual(self.partner, level, "framework contract", date_to)

    def _class_on(self, day):
        with freeze_time(day):
            self.env.invalidate_all()
            return (self.partner + self.contact).mapped("abc_class_id.code")

    @freeze_time("2024-07-10")
    def test_manual_class_is_in_force_and_the_computed_one_goes_on(self):
        row = self._set(self.class_a)
        self.assertEqual(self.partner.abc_class_id, self.class_a)
        self.assertEqual(self._open_row(self.partner).class_id, self.class_c)
        self.assertRecordValues(
            row,
            [{"is_manual": True, "reason": "framework contract", "reason_user_id": self.env.uid, "is_in_force": True}],
        )
        self.assertFalse(self._open_row(self.partner).is_in_force)
        self._classify(date(2024, 7, 10))
        self.assertEqual(self.partner.abc_class_id, self.class_a)
        self.assertIn("framework contract", row.explanation)

    def test_expired_manual_class_falls_back_without_a_job(self):
        with freeze_time("2024-07-10"):
            self._set(self.class_a, date(2024, 7, 31))
        self.assertEqual(self._class_on("2024-07-31"), ["A"])
        self.assertEqual(self._class_on("2024-08-01"), ["C"])
        with freeze_time("2024-08-01"):
            classified = self.env["res.partner"].search([("abc_class_id", "=", self.class_a.id)])
            self.assertNotIn(self.partner, classified)

    @freeze_time("2024-07-10")
    def test_undo_brings_the_computed_class_back_and_keeps_the_row(self):
        row = self._set(self.class_a)
        row.action_undo_manual()
        self.assertEqual(self.partner.abc_class_id, self.class_c)
        self.assertEqual((row.undone_user_id, row.date_to), (self.env.user, date(2024, 7, 9)))
        with self.assertRaises(UserError):
            row.action_undo_manual()

    @freeze_time("2024-07-10")
    def test_new_manual_class_ends_the_former(self):
        first = self._set(self.class_a)
        second = self._set(self.class_b)
        self.assertEqual(self.partner.abc_class_id, self.class_b)
        self.assertEqual((first.is_in_force, second.previous_class_id), (False, self.class_a))

    @freeze_time("2024-07-10")
    def test_expiry_in_the_past_is_refused(self):
        with self.assertRaises(UserError):
            self._set(self.class_a, date(2024, 7, 9))

    @freeze_time("2024-07-10")
    def test_customer_without_computed_class_can_be_set(self):
        prospect = self._customer("Prospect")
        self.env["abc.classification"]._set_manual(prospect, self.class_b, "large tender")
        self.assertEqual((prospect.abc_class_id, prospect.abc_xyz), (self.class_b, False))

    @freeze_time("2024-07-10")
    def test_dialog_sets_the_class(self):
        wizard = Form(self.env["abc.manual.class"].with_context(default_partner_id=self.partner.id))
        self.assertEqual((wizard.policy_id, wizard.computed_class_id), (self.policy, self.class_c))
        wizard.class_id = self.class_a
        wizard.reason = "promised"
        wizard.date_to = date(2024, 7, 10) + timedelta(days=30)
        wizard.save().action_apply()
        self.assertEqual(self.partner.abc_class_id, self.class_a)

    @freeze_time("2024-07-10")
    def test_only_managers_decide(self):
        user = new_test_user(self.env, "seller", groups="customer_abc_segmentation.group_segmentation_user")
        row = self._set(self.class_a)
        self.partner.user_id = user
        with self.assertRaises(AccessError):
            self.env["abc.classification"].with_user(user)._set_manual(self.partner, self.class_b, "no")
        with self.assertRaises(AccessError):
            row.with_user(user).action_undo_manual()
