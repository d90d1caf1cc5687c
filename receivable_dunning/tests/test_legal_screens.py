import io
import zipfile

from odoo.tests import Form, HttpCase, tagged

from .test_limitation import LegalCommon

MODELS = {
    "limitation.rule": ("list", "form", "search", "kanban"),
    "limitation.event": ("list", "form", "search", "kanban"),
    "collection.limitation": ("list", "form", "search", "kanban", "pivot"),
    "collection.case": ("list", "form", "search", "kanban", "pivot"),
    "collection.case.event": ("form",),
    "collection.handover": ("list", "form", "search", "kanban"),
    "factoring.agreement": ("list", "form", "search", "kanban"),
    "receivable.assignment": ("list", "form", "search", "kanban"),
    "receivable.assignment.line": ("list", "search", "kanban"),
    "collection.case.step": ("form",),
    "collection.handover.recall": ("form",),
    "collection.evidence.wizard": ("form",),
}


@tagged("post_install", "-at_install")
class TestLegalScreens(LegalCommon):
    def test_every_view_loads_for_accountants_and_readers(self):
        for user in (self.clerk, self.reader):
            for model, kinds in MODELS.items():
                records = self.env[model].with_user(user)
                if not records.has_access("read"):
                    continue
                for kind in kinds:
                    with self.subTest(model=model, kind=kind, user=user.login):
                        self.assertTrue(records.get_views([(False, kind)])["views"][kind]["arch"])

    def test_lists_have_cards_for_small_screens(self):
        for action in (
            "collection_case", "collection_handover", "collection_limitation", "limitation_event", "limitation_rule",
            "receivable_writeoff", "receivable_assignment", "receivable_assignment_line", "factoring_agreement",
        ):  # fmt: skip
            with self.subTest(action=action):
                self.assertIn("kanban", self.env.ref(f"receivable_dunning.action_{action}").view_mode)

    def test_a_case_is_entered_by_its_form(self):
        move = self._overdue(30, 100)
        with Form(self.env["collection.case"].with_user(self.clerk)) as form:
            form.partner_id = self.customer
            with form.line_ids.new() as line:
                line.move_line_id = self._item(move)
                self.assertEqual(line.amount_claimed, 100)
        case = form.record
        self.assertEqual(case.amount_claimed, 100)
        with Form(self.env["collection.case.step"].with_user(self.clerk).with_context(
            default_case_id=case.id, default_step="demand"
        )) as step:  # fmt: skip
            step.note = "By registered mail"
        step.record.action_apply()
        self.assertEqual(case.state, "demand")
        self.assertEqual(case.event_ids.note, "By registered mail")

    def test_a_hand_over_is_entered_by_its_form(self):
        move = self._overdue(30, 100)
        with Form(self.env["collection.handover"].with_user(self.clerk)) as form:
            form.agency_id = self.partner_b
            with form.line_ids.new() as line:
                line.move_line_id = self._item(move)
        self.assertEqual(form.record.amount_claimed, 100)

    def test_an_event_is_entered_from_the_list(self):
        move = self._overdue(30)
        action = self._row(move).with_user(self.clerk).action_record_event()
        with Form(self.env["limitation.event"].with_user(self.clerk).with_context(**action["context"])) as form:
            form.note = "Letter of 3 March"
        self.assertRecordValues(form.record, [{"move_id": move.id, "partner_id": self.customer.id}])

    def test_buttons_of_customer_and_invoice(self):
        move = self._overdue(30)
        case = self._case(move)
        self.assertEqual(self.customer.collection_case_count, 1)
        self.assertIn(("partner_id", "=", self.customer.id), self.customer.action_view_collection_cases()["domain"])
        self.assertEqual(move.action_view_limitation()["domain"], [("move_id", "=", move.id)])
        self.assertEqual(case.handover_count, 0)
        rows = self.env["receivable.aging"].search([("move_id", "=", self._overdue(20).id)])
        self.assertEqual(rows.action_open_case()["views"], [(False, "form")])

    def test_settings_turn_the_alarms_on(self):
        settings = self.env["res.config.settings"].sudo().with_company(self.company).create({"limitation_alarms": True})
        settings.limitation_user_id = self.clerk
        settings.execute()
        self.assertTrue(self.company.limitation_alarms)
        self.assertEqual(self.company.limitation_user_id, self.clerk)


@tagged("post_install", "-at_install")
class TestLegalTour(LegalCommon, HttpCase):
    def test_clerk_goes_from_the_limitation_list_to_the_evidence(self):
        move = self._overdue(30, 100)
        self._refresh()
        self.start_tour("/odoo/limitation", "receivable_dunning_legal", login=self.clerk.login)
        case = self.env["collection.case"].search([("partner_id", "=", self.customer.id)])
        self.assertRecordValues(case, [{"state": "demand", "amount_claimed": 100}])
        self.assertTrue(case.event_ids.attachment_ids, "the letter")
        wizard = self.env["collection.evidence.wizard"].search([("case_id", "=", case.id)], limit=1)
        self.assertEqual((wizard.move_ids, wizard.create_uid), (move, self.clerk))
        self.authenticate(self.clerk.login, self.clerk.login)
        answer = self.url_open(f"/receivable_dunning/evidence/{wizard.id}.zip")
        with zipfile.ZipFile(io.BytesIO(answer.content)) as pack:
            names = pack.namelist()
        self.assertTrue({"index.json", "SHA256SUMS"} <= set(names))
        self.assertTrue(any(name.startswith("1_case/") for name in names))
