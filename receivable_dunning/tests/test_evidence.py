import csv
import io
import json
import zipfile
from datetime import date, timedelta
from hashlib import sha256
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .test_limitation import LegalCommon


class EvidenceCommon(LegalCommon):
    def _wizard(self, *moves, case=None):
        moves = self.env["account.move"].union(*moves)
        return self.env["collection.evidence.wizard"]._make(self.customer, moves, case)

    def _pack(self, wizard):
        """``{path: content}`` of a pack, whose index was checked."""
        stream = io.BytesIO()
        fingerprint = wizard._write_pack(stream)
        with zipfile.ZipFile(stream) as pack:
            self.assertIsNone(pack.testzip())
            files = {name: pack.read(name) for name in pack.namelist()}
        self._check_index(files, fingerprint)
        return files

    def _check_index(self, files, fingerprint):
        self.assertEqual(sha256(files["index.json"]).hexdigest(), fingerprint)
        index = json.loads(files["index.json"])
        listed = {entry["path"]: entry for entry in index["files"]}
        pages = {name for name in files if name.startswith("index.") or name == "SHA256SUMS"}
        self.assertEqual(set(listed), set(files) - pages, "every file is in the index")
        for path, entry in listed.items():
            self.assertEqual(sha256(files[path]).hexdigest(), entry["sha256"], path)
            self.assertEqual(len(files[path]), entry["size"], path)
        sums = dict(line.split("  ", 1)[::-1] for line in files["SHA256SUMS"].decode().splitlines())
        self.assertEqual(set(sums), set(files) - {"SHA256SUMS", "index.json"})
        self.assertTrue(all(sha256(files[path]).hexdigest() == digest for path, digest in sums.items()))

    def _table(self, content):
        return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))

    def _attach(self, record, name, content=b"proof"):
        values = {"name": name, "raw": content, "res_model": record._name, "res_id": record.id}
        return self.env["ir.attachment"].create(values)


@tagged("post_install", "-at_install")
class TestEvidence(EvidenceCommon):
    def test_every_file_is_in_the_index_with_its_hash(self):
        move = self._overdue(30)
        self._attach(move, "delivery note.pdf", b"signed")
        files = self._pack(self._wizard(move))
        name = move.name.replace("/", "-")
        self.assertEqual(files[f"3_attachments/{name}/delivery note.pdf"], b"signed")
        self.assertTrue(any(path.startswith(f"2_invoices/{name}.") for path in files))

    def test_same_facts_same_hashes(self):
        move = self._overdue(30)
        self._pay(move, 10, self.today)
        self._attach(move, "a.pdf")
        first, second = (self._pack(self._wizard(move)) for _time in range(2))
        self.assertEqual(first["index.json"], second["index.json"])

    def test_files_of_one_name_are_all_there(self):
        move = self._overdue(30)
        for content in (b"one", b"two", b"three"):
            self._attach(move, "Proof.pdf", content)
        files = self._pack(self._wizard(move))
        folder = f"3_attachments/{move.name.replace('/', '-')}"
        found = [files[f"{folder}/{name}"] for name in ("Proof.pdf", "Proof (2).pdf", "Proof (3).pdf")]
        self.assertEqual(sorted(found), [b"one", b"three", b"two"])

    def test_the_ledger_tells_what_was_paid_when(self):
        move = self._overdue(30, 100)
        payment = self._pay(move, 40, self.today)
        rows = self._table(self._pack(self._wizard(move))["8_account/ledger.csv"])
        self.assertEqual([row["still_open"] for row in rows], ["100.0", "60.0"])
        self.assertEqual(rows[1]["settled_by"], payment.move_id.name)
        self.assertEqual(rows[1]["kind"], "payment")

    def test_interest_is_worked_out_in_the_open(self):
        self.env["late.interest.rule"].create(
            {
                "name": "Contract", "company_id": self.company.id, "sequence": 1, "fixed_rate": 8.5,
                "currency_id": self.company.currency_id.id, "legal_source": "Contract § 4",
                "product_id": self.env.ref("receivable_dunning.product_late_interest").id,
            }
        )  # fmt: skip
        move = self._overdue(50, 1000)
        (row,) = self._table(self._pack(self._wizard(move))["8_account/interest.csv"])
        self.assertEqual(
            (row["days"], row["base"], row["rate_percent"], row["amount"], row["state"], row["law"]),
            ("50", "1000.0", "8.5", "11.64", "accrued", "Contract § 4"),
        )

    def test_statements_come_with_their_answer(self):
        move = self._overdue(30)
        statement = self.env["receivable.statement"].create({"partner_id": self.customer.id, "date": self.today})
        statement.action_sent_otherwise()
        statement._answer({"name": "Ms Lee", "via": "link", "ip": "192.0.2.7"}, {})
        files = self._pack(self._wizard(move))
        (row,) = self._table(files["4_statements/answers.csv"])
        self.assertEqual(
            (row["state"], row["answered_by"], row["from_address"], row["fingerprint"], row["answer"]),
            ("agreed", "Ms Lee", "192.0.2.7", statement.content_hash, "agreed"),
        )

    def test_reminders_come_with_the_ids_of_their_emails(self):
        move = self._overdue(30)
        run = self._send(self._run())
        files = self._pack(self._wizard(move))
        (row,) = self._table(files["5_reminders/reminders.csv"])
        message = self._notice(run).mail_message_id
        self.assertEqual(row["message_id"], message.message_id)
        self.assertEqual(row["email"], self.customer.email)
        mails = [content for path, content in files.items() if path.startswith("6_emails/")]
        self.assertTrue(any(message.message_id.encode() in mail for mail in mails))

    def test_promises_and_disputes_are_told(self):
        move = self._overdue(30, 100)
        day = self.today + timedelta(days=5)
        self.env["receivable.promise"]._make(self._item(move), 60, day, {"channel": "email", "note": "secret"})
        files = self._pack(self._wizard(move))
        (row,) = self._table(files["7_agreements/promises.csv"])
        self.assertEqual((row["document"], row["promised"], row["by_way_of"]), (move.name, "60.0", "email"))
        self.assertNotIn(b"secret", b"".join(files.values()))
        self.assertNotIn("7_agreements/disputes.csv", files)

    def test_notes_stay_at_home(self):
        move = self._overdue(30)
        move.message_post(body="Their boss is difficult", message_type="comment", subtype_xmlid="mail.mt_note")
        move.message_post(body="Please pay", message_type="comment", subtype_xmlid="mail.mt_comment", subject="Invoice")
        mails = {path: content for path, content in self._pack(self._wizard(move)).items() if path.startswith("6_")}
        self.assertEqual(len(mails), 1)
        self.assertIn("Invoice", next(iter(mails)))

    def test_the_case_brings_its_letter_events_and_costs(self):
        move = self._overdue(30)
        case = self._step(self._case(move), "demand")
        self.env["collection.case.event"].create({"case_id": case.id, "kind": "cost", "cost": 36, "note": "=SUM(A1)"})
        files = self._pack(self._wizard(move, case=case))
        self.assertTrue(any(path.startswith(f"1_case/{case.name.replace('/', '-')}") for path in files))
        rows = self._table(files["8_account/case.csv"])
        self.assertEqual([row["kind"] for row in rows], ["demand", "cost"])
        self.assertEqual(rows[1]["cost"], "36.0")
        self.assertEqual(rows[1]["what_happened"], "'=SUM(A1)", "no formula for a spreadsheet")

    def test_who_made_it_is_noted_with_its_fingerprint(self):
        move = self._overdue(30)
        case = self._case(move)
        wizard = self._wizard(move, case=case).with_user(self.reader)
        wizard = wizard.create({name: wizard.sudo()[name].id for name in ("company_id", "partner_id", "case_id")} | {
            "move_ids": [(6, 0, move.ids)]})  # fmt: skip
        fingerprint = wizard._write_pack(io.BytesIO())
        note = case.message_ids.filtered(lambda it: fingerprint in (it.body or ""))
        self.assertEqual(note.author_id, self.reader.partner_id)

    def test_without_a_renderer_it_says_so_and_has_pages(self):
        move = self._overdue(30)
        with patch.object(type(self.env["ir.actions.report"]), "_can_print", lambda self: False):
            files = self._pack(self._wizard(move))
        self.assertFalse(json.loads(files["index.json"])["pdf"])
        self.assertIn("could not make PDFs", files["index.html"].decode())
        self.assertIn(f"2_invoices/{move.name.replace('/', '-')}.html", files)

    def test_a_pack_is_about_one_customer(self):
        other = self._overdue(30, partner=self._customer("Other"))
        with self.assertRaisesRegex(UserError, "another customer"):
            self._pack(self._wizard(other))
        with self.assertRaisesRegex(UserError, "one customer"):
            (other | self._overdue(30)).action_evidence()

    def test_of_a_customer_everything_open_is_packed(self):
        first, second = self._overdue(30), self._overdue(20)
        self._pay(second, 100, self.today)
        action = self.customer.action_evidence()
        self.assertEqual(self.env["collection.evidence.wizard"].browse(action["res_id"]).move_ids, first)
        with self.assertRaisesRegex(UserError, "Nothing of this customer"):
            self._customer("Nobody").action_evidence()

    def test_pdfs_are_made_and_steady(self):
        if not self.env["ir.actions.report"]._can_print():
            self.skipTest("no PDF renderer")
        move = self._invoice(self.customer, 100, date(2024, 1, 10))
        with self.allow_pdf_render():
            packs = [self._pack(self._wizard(move).with_context(force_report_rendering=True)) for _time in range(2)]
        account = packs[0]["8_account/account.pdf"]
        self.assertTrue(account.startswith(b"%PDF"))
        self.assertEqual(packs[0]["index.json"], packs[1]["index.json"])


@tagged("post_install", "-at_install")
class TestHandover(EvidenceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agency = cls.env["res.partner"].create({"name": "Collectors Ltd", "is_company": True})

    def _handover(self, *moves, **values):
        ours = {"agency_id": self.agency.id, "fee_percent": 20, "user_id": self.clerk.id}
        return super()._handover(*moves, **{**ours, **values})

    def _export(self, handover):
        stream = io.BytesIO()
        handover._write_export(stream)
        with zipfile.ZipFile(stream) as pack:
            return {name: pack.read(name) for name in pack.namelist()}

    def test_items_are_held_from_the_export_until_the_recall(self):
        handover = self._handover(self._overdue(30))
        self.assertTrue(self._notice(self._run()), "a draft holds nothing")
        self.env["dunning.run"].search([("state", "=", "proposed")]).action_cancel()
        handover.with_user(self.clerk).action_export()
        self.assertEqual(self._reasons(self._run()), ["agency"])
        handover.with_user(self.clerk).action_acknowledge()
        self.assertEqual(self._reasons(self._run()), ["agency"])
        handover.line_ids._recall("Agreed")
        self.assertRecordValues(handover, [{"state": "recalled", "recall_reason": "Agreed",
                                            "date_recalled": self.today}])  # fmt: skip
        self.assertTrue(self._notice(self._run()))

    def test_the_file_holds_the_claims_in_the_documented_layout(self):
        move = self._overdue(30, 100)
        self._send(self._run())
        handover = self._handover(move)
        handover.action_export()
        files = self._export(handover)
        (row,) = self._table(files["claims.csv"])
        self.assertEqual(
            (row["debtor"], row["document"], row["claimed_amount"], row["currency"], row["reminders"]),
            ("Customer", move.name, "100.0", self.company.currency_id.name, "1"),
        )
        layout = files["LAYOUT.txt"].decode()
        self.assertTrue(all(f"\n{column} " in layout for column in row))
        (contact,) = self._table(files["contacts.csv"])
        self.assertEqual((contact["kind"], contact["date"]), ("reminder", str(self.today)))
        (name,) = [name for name in files if name.startswith("evidence/")]
        with zipfile.ZipFile(io.BytesIO(files[name])) as pack:
            self.assertIn("index.json", pack.namelist())
        self.assertTrue(files["claims.xlsx"].startswith(b"PK"))

    def test_evidence_may_be_left_out(self):
        handover = self._handover(self._overdue(30), has_evidence=False)
        handover.action_export()
        self.assertFalse([name for name in self._export(handover) if name.startswith("evidence/")])

    def test_the_agency_earns_on_what_comes_in_while_it_works(self):
        move = self._overdue(30, 100)
        self._pay(move, 10, self.today)
        handover = self._handover(move)
        handover.action_export()
        self.assertRecordValues(handover, [{"amount_claimed": 90, "commission_due": 0, "commission_expected": 18}])
        self._pay(move, 30, self.today)
        self.env.invalidate_all()
        self.assertRecordValues(handover, [{"amount_received": 30, "amount_open": 60, "commission_due": 6,
                                            "commission_expected": 18}])  # fmt: skip
        handover.line_ids._recall("Back")
        self._pay(move, 60, self.today)
        self.env.invalidate_all()
        self.assertRecordValues(handover, [{"amount_received": 30, "commission_due": 6, "commission_expected": 6}])

    def test_the_handler_is_told_of_a_payment(self):
        move = self._overdue(30, 100)
        handover = self._handover(move)
        handover.action_export()
        self._pay(move, 30, self.today)
        self.assertEqual(handover.activity_ids.user_id, self.clerk)
        self.assertIn("30.00", handover.activity_ids.note)

    def test_one_item_is_recalled_alone(self):
        first, second = self._overdue(30), self._overdue(20)
        handover = self._handover(first, second)
        handover.action_export()
        line = handover.line_ids.filtered(lambda it: it.move_id == first)
        action = line.action_recall()
        wizard = self.env["collection.handover.recall"].with_context(**action["context"]).create({"reason": "Agreed"})
        wizard.action_apply()
        self.assertEqual(handover.state, "exported")
        self.assertTrue(line.is_recalled)
        self.assertEqual(len(self._table(self._export(handover)["claims.csv"])), 1)

    def test_agency_cases_are_added_in_one_go(self):
        case = self._step(self._case(self._overdue(30), kind="agency"), "demand")
        self._step(self._case(self._overdue(20)), "demand")
        handover = self._handover()
        handover.with_user(self.clerk).action_add_cases()
        self.assertEqual(handover.line_ids.move_line_id, case.line_ids.move_line_id)
        with self.assertRaisesRegex(UserError, "No case"):
            handover.action_add_cases()
        handover.action_export()
        (row,) = self._table(self._export(handover)["claims.csv"])
        self.assertEqual(row["case"], case.name)

    def test_nobody_writes_the_state(self):
        handover = self._handover(self._overdue(30)).with_user(self.clerk)
        with self.assertRaises(AccessError):
            handover.state = "acknowledged"
        with self.assertRaises(UserError):
            handover.line_ids.write({"is_open": False})
        with self.assertRaisesRegex(UserError, "another state"):
            handover.action_acknowledge()
        with self.assertRaises(AccessError):
            handover.with_user(self.reader).action_export()
        handover.action_export()
        with self.assertRaisesRegex(UserError, "is kept"):
            handover.unlink()
        with self.assertRaises(UserError):
            handover.line_ids.unlink()
        with self.assertRaisesRegex(UserError, "Say why"):
            handover.line_ids._recall(" ")
        with self.assertRaises(AccessError):
            handover.line_ids.with_user(self.reader)._recall("x")

    def test_settled_items_are_not_handed_over(self):
        move = self._overdue(30)
        handover = self._handover(move)
        self._pay(move, 100, self.today)
        with self.assertRaisesRegex(UserError, "nothing is open"):
            handover.action_export()

    def test_chosen_open_items_go_into_a_new_hand_over(self):
        move = self._overdue(30)
        rows = self.env["receivable.aging"].search([("move_id", "=", move.id)])
        action = rows.with_user(self.clerk).action_hand_over()
        made = self.env["collection.handover"].with_context(**action["context"]).create({"agency_id": self.agency.id})
        self.assertEqual(made.line_ids.move_id, move)
        with self.assertRaisesRegex(UserError, "Nothing to hand over"):
            rows.action_hand_over()


@tagged("post_install", "-at_install")
class TestEvidenceHttp(EvidenceCommon, HttpCase):
    def _get(self, user, url):
        self.authenticate(user.login, user.login)
        return self.url_open(url)

    def test_the_pack_is_downloaded_by_whoever_asked_for_it(self):
        move = self._overdue(30)
        case = self._case(move)
        action = case.with_user(self.reader).action_evidence()
        wizard = self.env["collection.evidence.wizard"].with_user(self.reader).browse(action["res_id"])
        url = wizard.action_download()["url"]
        answer = self._get(self.reader, url)
        self.assertEqual((answer.status_code, answer.headers["Content-Type"]), (200, "application/zip"))
        self.assertEqual(int(answer.headers["Content-Length"]), len(answer.content))
        with zipfile.ZipFile(io.BytesIO(answer.content)) as pack:
            files = {name: pack.read(name) for name in pack.namelist()}
        self._check_index(files, sha256(files["index.json"]).hexdigest())
        self.assertEqual(self._get(self.clerk, url).status_code, 404, "of somebody else")
        portal = self._user("evidence_portal", "base.group_portal")
        self.assertEqual(self._get(portal, url).status_code, 404)

    def test_a_hand_over_is_downloaded_by_accountants_once_it_is_exported(self):
        line = self._item(self._overdue(30))
        handover = self.env["collection.handover"].create(
            {"agency_id": self.partner_b.id, "line_ids": [(0, 0, {"move_line_id": line.id})]}
        )
        url = f"/receivable_dunning/handover/{handover.id}.zip"
        self.assertEqual(self._get(self.clerk, url).status_code, 404)
        handover.action_export()
        answer = self._get(self.clerk, url)
        self.assertEqual(answer.status_code, 200)
        with zipfile.ZipFile(io.BytesIO(answer.content)) as pack:
            self.assertIn("LAYOUT.txt", pack.namelist())
        self.assertEqual(self._get(self.reader, url).status_code, 404)
