from markupsafe import Markup

from odoo.tests import tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestDisputeNotice(DisputeCommon):
    def _sentences(self, notice):
        return " ".join(notice._legal_sentences())

    def _letter(self, notice):
        html = self.env["ir.actions.report"]._render_qweb_html("receivable_dunning.report_dunning_letter", notice.ids)[
            0
        ]
        return html.decode()

    def test_a_line_shows_disputed_and_promised_parts_apart(self):
        self._dispute(40)
        item = self._item(self.invoice)
        promised = fields_date_after(self.today)
        self.env["receivable.promise"]._make(item, 25, promised, {"channel": "phone"})
        line = self._notice(self._run()).line_ids
        self.assertEqual((line.residual, line.amount_held), (35, 65))
        self.assertEqual((line.amount_disputed, line.amount_promised), (40, 25))
        words = " ".join(line._held_words()).replace("\N{NO-BREAK SPACE}", " ")
        self.assertIn("$ 100.00 open in all", words)
        self.assertIn("of which $ 40.00 in dispute", words)
        self.assertIn("of which $ 25.00 promised", words)

    def test_amounts_are_in_the_currency_of_the_document(self):
        currency = self.setup_other_currency("EUR", rates=[("2010-01-01", 2.0)])
        foreign = self._overdue_invoice(30, 80, self._customer("Foreign"), currency_id=currency.id)
        self._dispute(20, invoice=foreign)
        words = " ".join(self._notice(self._run(), foreign.partner_id).line_ids._held_words())
        self.assertIn("80.00", words)
        self.assertIn("20.00", words)
        self.assertIn("€", words)

    def test_letter_and_email_claim_the_undisputed_rest(self):
        self._dispute(40)
        notice = self._notice(self._run())
        for html in (self._letter(notice), notice._items_html()):
            self.assertIn("in dispute: not claimed", html)
            self.assertIn("The undisputed rest is due.", html)
        self.assertNotIn("in dispute", self._letter(self._notice(self._run_without_dispute())))

    def _run_without_dispute(self):
        self.env["dunning.run"].search([]).filtered(lambda run: run.state == "proposed").action_cancel()
        self.env["receivable.dispute"].search([]).action_withdraw()
        return self._run()

    def test_the_plans_own_sentence_replaces_the_neutral_one(self):
        self._dispute(40)
        self.plan.dispute_text = "Kindly pay what is agreed."
        text = self._sentences(self._notice(self._run()))
        self.assertEqual(text, "Kindly pay what is agreed.")

    def test_the_rule_in_force_for_the_customer_names_its_law(self):
        rule = self.env["late.interest.rule"].create(
            {
                "name": "Law",
                "company_id": self.company.id,
                "sequence": 1,
                "dispute_text": "Section 7: what is not disputed is due.",
                "is_b2b_only": True,
            }
        )
        self._dispute(40)
        self.assertIn("Section 7", self._sentences(self._notice(self._run())))
        rule.partner_domain = "[('name', '=', 'Nobody')]"
        self.assertNotIn("Section 7", self._sentences(self._notice(self._run_again())))

    def _run_again(self):
        self.env["dunning.run"].search([("state", "=", "proposed")]).action_cancel()
        return self._run()

    def test_the_decree_of_china_is_named_where_it_is_in_force(self):
        rule = self.env.ref("receivable_dunning.late_interest_rule_cn", raise_if_not_found=False)
        if not rule:
            self.skipTest("The rules of countries are not installed here.")
        self.assertIn("article 15", rule.dispute_text)

    def test_a_reply_is_turned_into_a_dispute(self):
        run = self._send(self._run())
        notice = self._notice(run)
        person = self.env["res.partner"].create({"name": "Ann", "parent_id": self.customer.id, "email": "a@b.example"})
        notice.message_post(body=Markup("<p>10 boxes are missing</p>"), author_id=person.id, message_type="email")
        action = notice.action_open_dispute()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        values = wizard.default_get(["line_ids", "note", "contact_id", "channel", "notice_id"])
        self.assertEqual(
            (values["channel"], values["contact_id"], values["notice_id"]), ("email", person.id, notice.id)
        )
        self.assertEqual(values["note"], "10 boxes are missing")
        wizard.create({**values, "reason_id": self.reason.id}).action_open()
        dispute = self.env["receivable.dispute"].search([("notice_id", "=", notice.id)])
        self.assertEqual((dispute.contact_id, dispute.amount, dispute.note), (person, 100, "10 boxes are missing"))


def fields_date_after(day):
    return day.fromordinal(day.toordinal() + 5)
