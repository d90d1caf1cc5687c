from datetime import date
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import format_date

from .assessment_common import AssessmentCommon

REPORT = "customer_credit_mgmt.report_credit_file"


@tagged("post_install", "-at_install")
class TestCreditFile(AssessmentCommon):
    def _html(self, assessment, lang=None):
        report = self.env["ir.actions.report"].with_context(lang=lang) if lang else self.env["ir.actions.report"]
        return report._render_qweb_html(REPORT, assessment.ids)[0].decode()

    def test_file_tells_the_whole_case(self):
        self._paid_invoices([9] * 5)
        self._limited_profile(self.partner_a, 4321)
        self.env["partner.financial.statement"].create(
            {
                "partner_id": self.partner_a.id,
                "date_end": date(2023, 12, 31),
                "current_assets": 500,
                "current_liabilities": 300,
            }
        ).action_confirm()
        assessment = self._assessment()
        self._answer(assessment)
        assessment.expert_ids = self.manager
        assessment.action_invite_experts()
        opinion = assessment.opinion_ids.with_user(self.manager)
        opinion.write({"points": 64, "reason": "Solid owner"})
        opinion.action_give()
        assessment.write(
            {"decision": "grant", "proposed_limit": 5432, "decision_reason": "Season", "note": "<p>Watch the owner</p>"}
        )
        assessment.action_submit()
        html = self._html(assessment)
        for text in (
            self.partner_a.name,
            assessment.name,
            "Grant the proposed limit",
            "5,432.00",
            "4,321.00",
            "Pays 9 days late on average",
            "Asked and answered.",
            "Solid owner",
            "Season",
            "Watch the owner",
            "The tree says",
            "1.67",
            "NOT YET APPROVED",
            self.controller.name,
            "Place, date, signature",
        ):
            with self.subTest(text=text):
                self.assertIn(text, html)
        for label, _subscore in assessment._get_subscores():
            self.assertIn(label, html)

    def test_file_is_in_the_language_of_the_user_else_of_the_company(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        assessment = self._assessment()
        report = self.env["ir.actions.report"].with_user(self.controller)
        for user_lang, company_lang, used in (
            ("en_US", "fr_FR", "en_US"),
            ("fr_FR", "en_US", "fr_FR"),
            (False, "fr_FR", "fr_FR"),
        ):
            self.controller.sudo().lang = user_lang
            self.company.partner_id.lang = company_lang
            page = report.with_context(lang=None)._render_qweb_html(REPORT, assessment.ids)[0].decode()
            self.assertIn(format_date(self.env, assessment.date, lang_code=used), page, (user_lang, company_lang))

    def test_file_of_an_empty_draft_prints(self):
        html = self._html(self._assessment())
        self.assertIn("DRAFT", html)
        self.assertIn("This customer was never invoiced.", html)
        self.assertIn("None was granted.", html)

    def test_opinions_are_hidden_in_the_file_until_all_have_judged(self):
        assessment = self._assessment()
        expert = self._user("file_expert", "customer_credit_mgmt.group_credit_user")
        assessment.expert_ids = expert | self.manager
        assessment.action_invite_experts()
        opinion = assessment.opinion_ids.filtered(lambda it: it.user_id == expert).with_user(expert)
        opinion.write({"points": 64, "reason": "A secret"})
        opinion.action_give()
        self.env.invalidate_all()
        html = self._html(assessment.with_user(self.controller))
        self.assertNotIn("A secret", html)
        self.assertIn("hidden until all have judged", html)

    def test_pdf_is_attached_on_approval(self):
        report = self.env["ir.actions.report"]
        if report.get_wkhtmltopdf_state() != "ok":
            self.skipTest("wkhtmltopdf is not installed")
        assessment = self._submitted().with_user(self.manager).with_context(force_report_rendering=True)
        with self.allow_pdf_render():
            assessment.action_approve()
        attached = assessment.credit_file_id
        self.assertEqual(assessment.message_ids.attachment_ids, attached, "and it is in the chatter")
        self.assertEqual(attached.mimetype, "application/pdf")
        self.assertTrue(attached.raw.startswith(b"%PDF"))

    def test_signed_file_is_kept(self):
        if self.env["ir.actions.report"].get_wkhtmltopdf_state() != "ok":
            self.skipTest("wkhtmltopdf is not installed")
        assessment = self._submitted()
        assessment.with_user(self.manager).action_approve()
        signed = assessment.credit_file_id
        other = self.env["ir.attachment"].create(
            {"name": "x", "raw": b"x", "res_model": "credit.assessment", "res_id": assessment.id}
        )
        for user in (self.controller, self.manager, self.env.ref("base.user_root")):
            for change in (
                lambda user=user: signed.with_user(user).unlink(),
                lambda user=user: signed.with_user(user).write({"raw": b"other"}),
                lambda user=user: signed.with_user(user).write({"res_id": 0}),
                lambda user=user: assessment.with_user(user).write({"credit_file_id": other.id}),
            ):
                with self.assertRaises(UserError):
                    change()
        other.unlink()

    def test_approval_does_not_wait_for_a_renderer(self):
        assessment = self._submitted()
        with patch.object(type(self.env["ir.actions.report"]), "get_wkhtmltopdf_state", return_value="install"):
            assessment.with_user(self.manager).action_approve()
        self.assertEqual(assessment.state, "approved")
        self.assertIn("wkhtmltopdf", "".join(assessment.message_ids.mapped("body")))
