from datetime import date, timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common_proposal import ProposalCommon


@tagged("post_install", "-at_install")
class TestAbcProposal(ProposalCommon):
    """Who enters or leaves a class gets a proposal; nothing is written before a person says so."""

    def test_who_enters_the_class_gets_a_proposal_and_nothing_is_written(self):
        action = self._term_action()
        run = self._classify_and_swap()
        proposal = self._proposals()
        self.assertRecordValues(
            proposal,
            [
                {
                    "partner_id": self.bob.id,
                    "action_id": action.id,
                    "run_id": run.id,
                    "from_class_id": self.class_b.id,
                    "to_class_id": self.class_a.id,
                    "when": "enter",
                    "state": "open",
                    "title": "Customer Payment Terms",
                    "old_text": False,
                    "new_text": "60 days",
                    "date": self.NEXT,
                }
            ],
        )
        self.assertFalse(self.bob.property_payment_term_id)
        self.assertEqual((run.proposal_count, self.policy.open_proposal_count), (1, 1))

    def test_who_leaves_the_class_gets_a_proposal(self):
        self.ann.property_payment_term_id = self.long_term
        self._term_action(when="leave", operation="clear", value_id=False)
        self._classify_and_swap()
        proposal = self._proposals()
        self.assertEqual((proposal.partner_id, proposal.old_text, proposal.new_text), (self.ann, "60 days", False))
        proposal._accept()
        self.assertFalse(self.ann.property_payment_term_id)

    def test_who_is_no_longer_ranked_leaves_the_class(self):
        self._term_action(when="leave", level=self.class_c)
        self._classify()
        self.policy.partner_domain = "[('name', '!=', 'Cid')]"
        self._classify(self.NEXT)
        self.assertEqual(self._proposals().partner_id, self.cid)
        self.assertFalse(self._proposals().to_class_id)

    def test_first_class_only_counts_when_asked_for(self):
        first = self._term_action(on_first=True)
        self._action("ref", value_text="KEY")
        self._classify()
        self.assertEqual(self._proposals().action_id, first)
        self.assertEqual(self._proposals().partner_id, self.ann)

    def test_condition_leaves_customers_out(self):
        self._term_action(partner_domain="[('name', '=', 'Nobody')]")
        self._classify_and_swap()
        self.assertFalse(self._proposals())

    def test_who_has_the_value_already_and_who_is_archived_gets_none(self):
        self._term_action()
        self.bob.property_payment_term_id = self.long_term
        self._classify_and_swap()
        self.assertFalse(self._proposals())
        self._invoice(self.ann, 90000, "2024-07-12")
        self.ann.active = False
        self._classify(self.NEXT + timedelta(days=5))
        self.assertFalse(self._proposals())

    def test_entering_goes_before_leaving_then_the_order_counts(self):
        self._term_action(when="leave", level=self.class_b, value_id=self.short_term.id, sequence=1)
        self._term_action(sequence=9, value_id=self.short_term.id)
        self._term_action(sequence=5)
        self._classify_and_swap()
        self.assertEqual(self._proposals(("partner_id", "=", self.bob.id)).new_text, "60 days")

    def test_new_move_outdates_what_was_proposed_before(self):
        self._term_action()
        self._classify_and_swap()
        self._invoice(self.ann, 50000, "2024-07-12")
        self._classify(self.NEXT + timedelta(days=5))
        old, new = self._proposals()
        self.assertRecordValues(
            old + new,
            [
                {"partner_id": self.bob.id, "state": "obsolete", "closed_because": "moved"},
                {"partner_id": self.ann.id, "state": "open", "closed_because": False},
            ],
        )

    def test_newer_proposal_of_another_policy_takes_the_place(self):
        other = self.policy.copy({"is_default": False})
        self._term_action()
        self._term_action(level=other.class_ids.sorted()[0], value_id=self.short_term.id)
        self._classify()
        self._classify(policy=other)
        self._swap()
        self._classify(self.NEXT, other)
        self.assertEqual(self._proposals().mapped("state"), ["obsolete", "open"])
        self.assertEqual(self._proposals()[0].closed_because, "replaced")

    def test_run_without_moves_proposes_nothing_again(self):
        self._term_action()
        self._classify_and_swap()
        self._classify(self.NEXT)
        self._classify(self.NEXT + timedelta(days=1))
        self.assertEqual(len(self._proposals()), 1)

    def test_one_open_proposal_per_field_of_a_customer(self):
        self._term_action()
        self._classify_and_swap()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._proposals().sudo().copy()
            self.env.flush_all()

    def test_moves_cost_the_same_queries_whatever_their_number(self):
        self._term_action(on_first=True)
        self._action("category_id", value_id=self.tag.id, on_first=True, level=self.class_c)
        self._classify()
        counts = []
        for number in (1, 20):
            partners = self.env["res.partner"].create([{"name": f"N{place}"} for place in range(number)])
            for partner in partners:
                self._invoice(partner, 0.01, "2024-07-05")
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self._classify(self.NEXT + timedelta(days=number))
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(len(self._proposals(("partner_id", "in", partners.ids))), 20)
        self.assertLessEqual(counts[1], counts[0])

    # ------------------------------------------------------------------
    # KINDS OF FIELDS
    # ------------------------------------------------------------------

    def test_every_kind_of_field_is_proposed_accepted_and_taken_back(self):
        always = self.env["ir.model.fields.selection"].search(
            [("field_id.model", "=", "res.partner"), ("field_id.name", "=", "trust"), ("value", "=", "good")]
        )
        self.bob.write({"trust": "bad", "ref": "old", "color": 3, "partner_latitude": 1.5, "employee": False})
        cases = {
            "user_id": ({"value_id": self.env.uid}, False, self.env.user),
            "category_id": ({"value_id": self.tag.id}, self.env["res.partner.category"], self.tag),
            "trust": ({"value_selection_id": always.id}, "bad", "good"),
            "ref": ({"value_text": "KEY"}, "old", "KEY"),
            "color": ({"value_number": 7}, 3, 7),
            "partner_latitude": ({"value_number": 2.25}, 1.5, 2.25),
            "employee": ({}, False, True),
            "property_payment_term_id": ({"value_id": self.long_term.id}, False, self.long_term),
        }
        for name, (values, _old, _new) in cases.items():
            self._action(name, **values)
        self._classify_and_swap()
        proposals = self._proposals()
        self.assertEqual(len(proposals), len(cases))
        proposals._accept()
        for name, (_values, _old, new) in cases.items():
            self.assertEqual(self.bob[name], new, name)
        proposals._take_back()
        for name, (_values, old, _new) in cases.items():
            self.assertEqual(self.bob[name] or False, old or False, name)
        self.assertEqual(set(proposals.mapped("state")), {"open"})

    def test_tag_is_taken_away_and_others_stay(self):
        other = self.env["res.partner.category"].create({"name": "Other"})
        self.ann.category_id = self.tag + other
        self._action("category_id", when="leave", operation="remove", value_id=self.tag.id)
        self._classify_and_swap()
        self.assertEqual((self._proposals().title, self._proposals().new_text), ("Tags: Key account", "No"))
        self._proposals()._accept()
        self.assertEqual(self.ann.category_id, other)

    def test_fields_that_say_who_the_customer_is_are_refused(self):
        for name in ("name", "active", "parent_id", "company_id", "commercial_partner_id", "child_ids", "total_due"):
            field = self.env["ir.model.fields"]._get("res.partner", name)
            if field:
                with self.subTest(name), self.assertRaises(ValidationError):
                    self._action(name, value_text="x", value_id=1)
        field = self.env["ir.model.fields"]._get("res.users", "login")
        with self.assertRaises(ValidationError):
            self._action(kind="field", field_id=field.id, operation="set", value_text="x")

    def test_value_must_be_given_and_exist(self):
        for values in ({"value_id": False}, {"value_id": 999999999}, {"operation": "add"}):
            with self.subTest(values), self.assertRaises(ValidationError):
                self._term_action(**values)
        with self.assertRaises(ValidationError):
            self._action("trust")
        other = self.policy.copy({"is_default": False})
        with self.assertRaises(ValidationError):
            self._term_action(policy_id=other.id)

    def test_copy_of_a_policy_has_what_follows_for_its_own_classes(self):
        self._term_action()
        copy = self.policy.copy()
        self.assertEqual(copy.action_ids.class_id, copy.class_ids.sorted()[0])
        self.assertEqual(copy.action_ids.display_name, "Entering A: Customer Payment Terms: 60 days")

    def test_form_asks_for_the_value_of_the_field(self):
        action = Form(self.env["abc.class.action"].with_context(default_policy_id=self.policy.id))
        action.class_id = self.class_a
        action.field_id = self.env["ir.model.fields"]._get("res.partner", "category_id")
        self.assertEqual(action.operation, "add")
        action.field_id = self.env["ir.model.fields"]._get("res.partner", "ref")
        self.assertEqual(action.operation, "set")
        action.value_text = "KEY"
        self.assertEqual(action.save()._get_value(), "KEY")


@tagged("post_install", "-at_install")
class TestAbcProposalByHand(ProposalCommon):
    """What counts is the class in force: a manual class moves the customer, and shields it from computed moves."""

    def setUp(self):
        super().setUp()
        self._term_action()
        self._action("ref", value_text="EX", when="leave")
        with freeze_time(self.AS_OF):
            self._classify()

    def _set(self, partner, level, date_to=False):
        return self.env["abc.classification"]._set_manual(partner, level, "framework contract", date_to)

    def _refs(self):
        return [(row.partner_id, row.when) for row in self._proposals(("state", "=", "open"))]

    @freeze_time("2024-07-01")
    def test_setting_a_class_by_hand_moves_at_once(self):
        self._set(self.cid, self.class_a)
        self.assertEqual(self._refs(), [(self.cid, "enter")])
        self.assertFalse(self._proposals().run_id)

    @freeze_time("2024-07-01")
    def test_same_class_by_hand_is_no_move(self):
        self._set(self.ann, self.class_a)
        self.assertFalse(self._proposals())

    def test_undoing_moves_back(self):
        with freeze_time("2024-07-01"):
            row = self._set(self.cid, self.class_a)
        with freeze_time("2024-07-05"):
            row.action_undo_manual()
        self.assertEqual(self._refs(), [(self.cid, "leave")])

    def test_computed_moves_under_a_manual_class_do_not_count(self):
        with freeze_time("2024-07-01"):
            self._set(self.bob, self.class_c)
        self._swap()
        self.assertEqual(self._refs(), [(self.ann, "leave")])

    def test_expiry_moves_at_the_next_run_once(self):
        with freeze_time("2024-07-01"):
            self._set(self.cid, self.class_a, date(2024, 7, 7))
        self._classify(date(2024, 7, 7))
        self.assertEqual(self._refs(), [(self.cid, "enter")])
        run = self._classify(date(2024, 7, 8))
        self.assertEqual(self._refs(), [(self.cid, "leave")])
        self.assertEqual(self._proposals(("state", "=", "open")).run_id, run)
        self._proposals(("state", "=", "open"))._reject()
        self._classify(date(2024, 7, 9))
        self.assertFalse(self._refs())

    def test_expiry_into_the_same_class_is_no_move(self):
        with freeze_time("2024-07-01"):
            self._set(self.ann, self.class_a, date(2024, 7, 7))
        self._classify(date(2024, 7, 8))
        self.assertFalse(self._proposals())

    @freeze_time("2024-07-01")
    def test_open_row_cannot_be_undone(self):
        with self.assertRaises(UserError):
            self._open_row(self.ann).action_undo_manual()
