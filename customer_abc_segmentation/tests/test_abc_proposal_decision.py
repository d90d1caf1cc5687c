from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common_proposal import ProposalCommon


@tagged("post_install", "-at_install")
class TestAbcProposalDecision(ProposalCommon):
    """Accept, reject and undo, in bulk; never over what somebody changed meanwhile."""

    def setUp(self):
        super().setUp()
        self.action = self._term_action(on_first=True, level=self.class_a)
        self._term_action(on_first=True, level=self.class_c)
        self._classify()
        self.proposals = self._proposals()
        self.of_ann, self.of_cid = self.proposals

    def test_accepting_writes_the_customers_in_the_company_of_the_policy(self):
        other = self.setup_other_company()["company"]
        self.env.user.company_ids |= other
        companies = (other + self.company).ids
        found = self.proposals.with_context(allowed_company_ids=companies)._accept("agreed")
        self.assertEqual(found["apply"], self.proposals)
        customers = (self.ann + self.cid).with_company(self.company)
        self.assertEqual(customers.property_payment_term_id, self.long_term)
        self.assertFalse(self.ann.with_company(other).property_payment_term_id)
        self.assertRecordValues(
            self.proposals, [{"state": "accepted", "decided_by": self.env.uid, "reason": "agreed"}] * 2
        )

    def test_changed_meanwhile_is_left_alone_and_said_so(self):
        self.ann.property_payment_term_id = self.short_term
        self.cid.property_payment_term_id = self.long_term
        found = self.proposals._accept()
        self.assertEqual((found["changed"], found["already"]), (self.of_ann, self.of_cid))
        self.assertEqual(self.ann.property_payment_term_id, self.short_term)
        self.assertRecordValues(
            self.proposals,
            [
                {"state": "obsolete", "closed_because": "changed"},
                {"state": "obsolete", "closed_because": "already"},
            ],
        )
        self.assertIn("changed meanwhile", self.proposals._tell_accepted(found)["params"]["message"])

    def test_deleted_value_is_not_written(self):
        self.long_term.unlink()
        self.assertEqual(self.proposals._accept()["gone"], self.proposals)
        self.assertEqual(self.of_ann.new_text, "(deleted)")

    def test_many_are_written_in_one_batch(self):
        partners = self.env["res.partner"].create([{"name": f"N{number}"} for number in range(20)])
        for partner in partners:
            self._invoice(partner, 0.01, "2024-06-05")
        self._classify(self.NEXT)
        counts = []
        many = self._proposals(("partner_id", "in", partners.ids))
        for proposals in (many[:2], many[2:]):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            proposals._accept()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(partners.property_payment_term_id, self.long_term)
        self.assertLessEqual(counts[1], counts[0] + 20, "only Odoo's own work per contact")

    def test_decided_is_decided(self):
        self.of_ann._reject("no")
        for decide in (self.of_ann._accept, self.of_ann._reject, self.proposals._accept):
            with self.assertRaises(UserError):
                decide()
        with self.assertRaises(UserError):
            self.of_cid._take_back()

    def test_undo_puts_the_former_value_back(self):
        self.ann.property_payment_term_id = self.short_term
        self.proposals.sudo().unlink()
        self._invoice(self.cid, 90000, "2024-07-02")
        self._classify(self.NEXT)
        self._invoice(self.ann, 900000, "2024-07-11")
        self._term_action(level=self.class_a)
        self._classify(self.NEXT.replace(day=20))
        proposal = self._proposals(("partner_id", "=", self.ann.id), ("state", "=", "open"))
        proposal._accept()
        self.assertEqual(self.ann.property_payment_term_id, self.long_term)
        proposal.action_take_back()
        self.assertEqual((self.ann.property_payment_term_id, proposal.state), (self.short_term, "open"))
        self.assertFalse(proposal.decided_by)

    def test_undo_leaves_what_was_changed_since(self):
        self.proposals._accept()
        self.ann.property_payment_term_id = self.short_term
        message = self.proposals.action_take_back()["params"]["message"]
        self.assertEqual(self.ann.property_payment_term_id, self.short_term)
        self.assertFalse(self.cid.property_payment_term_id)
        self.assertEqual(self.proposals.mapped("state"), ["accepted", "open"])
        self.assertIn("1 stay", message)

    def test_rejected_can_be_opened_again_unless_a_newer_one_is_there(self):
        self.of_ann._reject()
        self.of_ann._take_back()
        self.assertEqual(self.of_ann.state, "open")
        self.proposals._reject()
        self.policy.partner_domain = "[('name', '!=', 'Ann')]"
        self._classify(self.NEXT)
        self.policy.partner_domain = "[]"
        self._classify(self.NEXT.replace(day=20))
        self.assertEqual(self._proposals(("partner_id", "=", self.ann.id)).mapped("state"), ["rejected", "open"])
        self.of_ann._take_back()
        self.assertRecordValues(self.of_ann, [{"state": "obsolete", "closed_because": "replaced"}])

    # ------------------------------------------------------------------
    # DIALOG
    # ------------------------------------------------------------------

    def _dialog(self, proposals, decision):
        model = self.env["abc.proposal.decide"].with_context(
            active_model="abc.proposal", active_ids=proposals.ids, default_decision=decision
        )
        return Form(model)

    def test_dialog_shows_the_counts_before(self):
        self.ann.property_payment_term_id = self.short_term
        dialog = self._dialog(self.proposals, "accept")
        self.assertIn("Customer Payment Terms → 60 days", dialog.summary)
        self.assertIn("<td class='text-end'>2</td><td class='text-end'>1</td>", dialog.summary.replace('"', "'"))
        dialog.reason = "agreed"
        dialog.save().action_apply()
        self.assertEqual(self.cid.property_payment_term_id, self.long_term)
        self.assertEqual(self.of_ann.closed_because, "changed")

    def test_dialog_leaves_decided_ones_out(self):
        self.of_ann._reject()
        dialog = self._dialog(self.proposals, "reject")
        self.assertIn("1 are decided already", dialog.left_out)
        dialog.save().action_apply()
        self.assertEqual(set(self.proposals.mapped("state")), {"rejected"})
        with self.assertRaises(UserError):
            self._dialog(self.proposals, "reject").save().action_apply()

    # ------------------------------------------------------------------
    # RIGHTS
    # ------------------------------------------------------------------

    def _user(self, login, groups, companies=None):
        return new_test_user(
            self.env,
            login,
            groups=f"base.group_user,{groups}",
            company_id=(companies or self.company)[0].id,
            company_ids=[Command.set((companies or self.company).ids)],
        )

    def test_salespeople_see_their_own_and_decide_nothing(self):
        seller = self._user("seller", "customer_abc_segmentation.group_segmentation_user,base.group_partner_manager")
        self.ann.user_id = seller
        seen = self.env["abc.proposal"].with_user(seller).search([])
        self.assertEqual(seen, self.of_ann)
        self.assertEqual((seen.title, seen.new_text), ("Customer Payment Terms", "60 days"))
        for decide in (seen._accept, seen._reject, seen._take_back):
            with self.assertRaises(AccessError):
                decide()
        self.assertFalse(self.ann.property_payment_term_id)

    def test_whoever_accepts_needs_the_right_to_change_the_customer(self):
        boss = self._user("boss", "customer_abc_segmentation.group_segmentation_manager")
        with self.assertRaisesRegex(AccessError, "You may not change Ann, Cid"):
            self.proposals.with_user(boss)._accept()
        self.assertEqual(set(self.proposals.mapped("state")), {"open"})

    def test_nobody_writes_proposals_directly(self):
        for values in ({"state": "accepted"}, {"partner_id": self.bob.id}, {"new_value": 1}):
            with self.subTest(values), self.assertRaises(AccessError):
                self.of_ann.write(values)
        with self.assertRaises(AccessError):
            self.of_ann.unlink()
        with self.assertRaises(AccessError):
            self.of_ann.read(["old_value"])

    def test_values_of_hidden_fields_are_not_shown(self):
        boss = self._user("boss", "customer_abc_segmentation.group_segmentation_manager")
        self._action("credit_limit", value_number=100)
        self._swap()
        proposal = self._proposals(("field_id.name", "=", "credit_limit"))
        self.assertEqual((proposal.old_text, proposal.new_text), ("0", "100"))
        proposal.invalidate_recordset()
        self.assertEqual(proposal.with_user(boss).new_text, "(not yours to see)")

    def test_other_company_is_out_of_sight(self):
        other = self.setup_other_company()["company"]
        boss = self._user("boss", "customer_abc_segmentation.group_segmentation_manager", other)
        for model in ("abc.proposal", "abc.class.action"):
            self.assertFalse(self.env[model].with_user(boss).search([]))
        with self.assertRaises(AccessError):
            self.proposals.with_user(boss)._reject()

    def test_who_does_not_work_in_the_company_cannot_write_its_values(self):
        branch = self._create_company(name="Branch", parent_id=self.company.id)
        boss = self._user(
            "boss", "customer_abc_segmentation.group_segmentation_manager,base.group_partner_manager", branch
        )
        with self.assertRaisesRegex(AccessError, "where you do not work"):
            self.proposals.with_user(boss)._accept()

    def test_managers_configure_and_salespeople_do_not(self):
        boss = self._user("boss", "customer_abc_segmentation.group_segmentation_manager")
        seller = self._user("seller", "customer_abc_segmentation.group_segmentation_user")
        self.assertTrue(self.env["ir.model.fields"].with_user(boss).name_search("Payment Terms"))
        self.action.with_user(boss).sequence = 3
        with self.assertRaises(AccessError):
            self.action.with_user(seller).sequence = 4
