from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .value_common import ValueCommon


@tagged("post_install", "-at_install")
class TestRfmSegment(ValueCommon):
    def _cell(self, r, f, policy=None):
        return (policy or self.value_policy).cell_ids.filtered(lambda cell: (cell.r, cell.f) == (r, f))

    def test_every_cell_is_in_exactly_one_segment(self):
        cells = self.value_policy.cell_ids
        self.assertEqual({(cell.r, cell.f) for cell in cells}, {(r, f) for r in range(1, 6) for f in range(1, 6)})
        self.assertEqual(len(cells), 25)
        self.assertEqual(sum(self.value_policy.segment_ids.mapped("cell_count")), 25)

    def test_nobody_makes_or_deletes_a_cell(self):
        cell = self._cell(5, 5)
        with self.assertRaises(AccessError):
            cell.unlink()
        with self.assertRaises(AccessError):
            self.value_policy.cell_ids = [Command.create({"r": 5, "f": 5, "segment_id": self.segments["new"].id})]
        with self.assertRaises(AccessError):
            self.value_policy.cell_ids = [Command.delete(cell.id)]

    def test_a_cell_cannot_be_there_twice_nor_outside_the_grid(self):
        segment = self.segments["new"]
        for r, f in ((5, 5), (6, 1), (0, 3)):
            values = {"policy_id": self.value_policy.id, "r": r, "f": f, "segment_id": segment.id}
            with (
                self.subTest((r, f)),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.env["rfm.cell"].sudo().create(values)

    def test_an_incomplete_grid_is_refused(self):
        with self.assertRaises(ValidationError):
            self.value_policy.sudo().cell_ids = [Command.delete(self._cell(3, 3).id)]

    def test_a_cell_is_given_to_another_segment_of_its_policy_only(self):
        cell = self._cell(3, 3)
        self.value_policy.cell_ids = [Command.update(cell.id, {"segment_id": self.segments["loyal"].id})]
        self.assertEqual(cell.segment_id.code, "loyal")
        other = self.value_policy.copy()
        with self.assertRaises(ValidationError):
            cell.segment_id = other.segment_ids[0]

    def test_a_segment_with_cells_cannot_be_deleted(self):
        attention = self.segments["attention"]
        with self.assertRaises(UserError):
            attention.unlink()
        self._cell(3, 3).segment_id = self.segments["loyal"]
        attention.unlink()
        self.assertFalse(attention.exists())

    def test_a_moved_cell_moves_its_customers_with_the_next_refresh(self):
        ann = self._customer("Ann")
        self._invoice(ann, 100)
        self._refresh()
        value = self._value(ann)
        self.assertEqual((value.rfm_r, value.rfm_f, value.rfm_segment_id.code), (5, 1, "new"))
        self._cell(5, 1).segment_id = self.segments["promising"]
        self._refresh()
        self.assertEqual(value.rfm_segment_id.code, "promising")

    # ------------------------------------------------------------------
    # POLICIES
    # ------------------------------------------------------------------

    def test_every_root_company_gets_a_policy_with_its_own_segments(self):
        company = self.env["res.company"].sudo().create({"name": "New Company"})
        policy = self.env["customer.value.policy"]._get_for(company)
        self.assertEqual((len(policy.cell_ids), len(policy.segment_ids)), (25, 10))
        self.assertFalse(policy.segment_ids & self.value_policy.segment_ids)
        branch = self.env["res.company"].sudo().create({"name": "Branch", "parent_id": company.id})
        self.assertEqual(self.env["customer.value.policy"]._get_for(branch), policy)
        with self.assertRaises(ValidationError):
            policy.copy({"company_id": branch.id})

    def test_a_copy_takes_the_edited_grid_along(self):
        self._cell(3, 3).segment_id = self.segments["loyal"]
        self.segments["new"].name = "Fresh"
        copy = self.value_policy.copy()
        self.assertFalse(copy.active)
        self.assertEqual(self._cell(3, 3, copy).segment_id.code, "loyal")
        self.assertIn("Fresh", copy.segment_ids.mapped("name"))
        self.assertEqual(copy.cell_ids.segment_id.policy_id, copy)

    def test_a_policy_made_by_hand_is_complete(self):
        self.value_policy.active = False
        form = Form(self.env["customer.value.policy"])
        form.name = "Mine"
        policy = form.save()
        self.assertEqual((len(policy.cell_ids), len(policy.segment_ids)), (25, 10))
        self.assertEqual(policy.company_id, self.company)

    def test_one_policy_is_in_force_per_company(self):
        copy = self.value_policy.copy()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            copy.active = True
            self.env.flush_all()

    def test_a_policy_with_values_is_kept(self):
        copy = self.value_policy.copy()
        copy.unlink()
        self._refresh()
        with self.assertRaises(UserError):
            self.value_policy.unlink()

    def test_cut_points_have_to_rise(self):
        with self.assertRaises(ValidationError):
            self.value_policy.frequency_3 = 2
        self.value_policy.monetary_3 = 1
        with self.assertRaises(ValidationError):
            self.value_policy.monetary_method = "cuts"

    def test_limits_have_to_make_sense(self):
        for values in (
            {"lost_days": 100},
            {"at_risk_factor": 5},
            {"lost_floor": 20},
            {"window_months": 0},
            {"growth_confidence": 100},
            {"loyal_purchases": 1},
        ):
            with (
                self.subTest(values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.value_policy.write(values)
                self.env.flush_all()

    def test_the_condition_on_prospects_must_be_readable(self):
        for domain in ("[('no_such_field', '=', 1)]", "nonsense"):
            with self.subTest(domain), self.assertRaises(ValidationError):
                self.value_policy.prospect_domain = domain
