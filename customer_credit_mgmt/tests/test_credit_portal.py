"""The own credit position on the portal, over HTTP: what the company allows, and never another customer's."""

import re
from datetime import date, timedelta

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestCreditPortal(CreditCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner_a.write({"name": "Alpha Works", "is_company": True})
        cls.partner_b.write({"name": "Beta Works", "is_company": True})
        cls.person = cls.env["res.partner"].create({"name": "Paula Person"})
        for partner, limit, owed in ((cls.partner_a, 1000, 750), (cls.partner_b, 77777, 333), (cls.person, 500, 600)):
            cls._limited_profile(partner, limit)
            cls._invoice(partner, owed, cls.today - timedelta(days=60), due=cls.today - timedelta(days=20))
            cls._portal_user(partner)
        cls.contact = cls.env["res.partner"].create({"name": "Al Contact", "parent_id": cls.partner_a.id})
        cls._portal_user(cls.contact)
        cls.profile_a, cls.profile_b, cls.profile_p = (
            cls.env["credit.profile"]._get_or_create(partner, cls.company).sudo(False)
            for partner in (cls.partner_a, cls.partner_b, cls.person)
        )
        cls.company.credit_portal = True

    @classmethod
    def _portal_user(cls, partner):
        env = cls.env(context={**cls.env.context, "no_reset_password": True})
        login = partner.name.split()[0].lower()
        return new_test_user(
            env,
            login,
            "base.group_portal",
            partner_id=partner.id,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def _get(self, login, url="/my/credit"):
        self.authenticate(login, login)
        return self.url_open(url, allow_redirects=False)

    def _figure(self, page, name):
        return re.search(rf'name="{name}"[^>]*>(.*?)</div>', page, re.S)

    def _number(self, page, name):
        found = self._figure(page, name)
        return found and float(re.sub(r"[^0-9.]", "", re.sub(r"<[^>]*>", "", found.group(1))))

    # ------------------------------------------------------------------
    # WHAT IS SHOWN
    # ------------------------------------------------------------------

    def test_customer_sees_the_own_position(self):
        self._draft(40, self.partner_a)
        page = self._get("alpha").text
        self.assertEqual(self._number(page, "credit_limit"), 1000)
        self.assertEqual(self._number(page, "credit_used"), 750, "a draft is not the customer's business")
        self.assertEqual(self._number(page, "credit_available"), 250)
        self.assertEqual(self._number(page, "credit_overdue"), 750)
        self.assertIn("Your Credit", page)
        self.assertNotIn("How your score came about", page, "a firm has no right to it")

    def test_contact_sees_the_position_of_the_commercial_entity(self):
        self.assertEqual(self._number(self._get("al").text, "credit_limit"), 1000)

    def test_limit_is_shown_only_when_the_company_says_so(self):
        self.company.credit_portal_limit = False
        page = self._get("alpha").text
        self.assertIsNone(self._figure(page, "credit_limit"))
        self.assertIsNone(self._figure(page, "credit_available"))
        self.assertNotIn("1,000.00", page)
        self.assertEqual(self._number(page, "credit_owed"), 750)

    def test_without_a_limit_nothing_is_said_about_it(self):
        self.profile_a.limit_mode = "no_check"
        page = self._get("alpha").text
        self.assertIsNone(self._figure(page, "credit_limit"))
        self.assertEqual(self._number(page, "credit_overdue"), 750)

    def test_over_the_limit_nothing_is_available_and_it_is_said(self):
        page = self._get("paula").text
        self.assertEqual(self._number(page, "credit_available"), 0)
        self.assertIn("The limit is passed by", page)

    def test_card_on_the_portal_home_counts_the_positions(self):
        self.authenticate("alpha", "alpha")
        count = self.make_jsonrpc_request("/my/counters", {"counters": ["credit_count"]})
        self.assertEqual(count, {"credit_count": 1})
        self.assertIn("/my/credit", self.url_open("/my").text)
        self.company.credit_portal = False
        count = self.make_jsonrpc_request("/my/counters", {"counters": ["credit_count"]})
        self.assertEqual(count, {"credit_count": 0})

    def test_customer_without_an_account_gets_a_friendly_page(self):
        self._portal_user(self.env["res.partner"].create({"name": "Nova"}))
        page = self._get("nova")
        self.assertEqual(page.status_code, 200)
        self.assertIn("it begins with your first invoice", page.text)

    # ------------------------------------------------------------------
    # ISOLATION
    # ------------------------------------------------------------------

    def test_switched_off_there_is_no_page(self):
        self.company.credit_portal = False
        for url in ("/my/credit", f"/my/credit/explanation?company_id={self.company.id}"):
            self.assertEqual(self._get("alpha", url).status_code, 404)
            self.assertEqual(self._get("paula", url).status_code, 404)

    def test_who_is_not_logged_in_is_sent_to_the_login(self):
        self.authenticate(None, None)
        answer = self.url_open("/my/credit", allow_redirects=False)
        self.assertEqual(answer.status_code, 303)
        self.assertIn("/web/login", answer.headers["Location"])

    def test_no_parameter_reaches_another_customer(self):
        beta = self.profile_b
        for extra in (
            f"?partner_id={self.partner_b.id}",
            f"?profile_id={beta.id}&id={beta.id}&user_id=2",
            f"?company_id={self.company.id}&partner={self.partner_b.id}",
        ):
            page = self._get("alpha", f"/my/credit{extra}").text
            self.assertNotIn("77,777", page)
            self.assertEqual(self._number(page, "credit_limit"), 1000)
        for url in (f"/my/credit/{beta.id}", f"/my/credit/explanation?company_id={beta.id}"):
            self.assertEqual(self._get("alpha", url).status_code, 404)

    def test_positions_of_other_companies_stay_there(self):
        other = self.setup_other_company()["company"]
        other.credit_portal = True
        secret = self.env["credit.profile"]._get_or_create(self.partner_a, other)
        secret.write({"limit_mode": "limited"})
        page = self._get("alpha").text
        self.assertEqual(page.count("o_credit_position"), 1)
        self.assertEqual(self._get("paula", f"/my/credit/explanation?company_id={other.id}").status_code, 404)
        user = self.env["res.users"].search([("login", "=", "alpha")])
        user.sudo().company_ids |= other
        self.assertEqual(self._get("alpha").text.count("o_credit_position"), 2)
        other.credit_portal = False
        self.assertEqual(self._get("alpha").text.count("o_credit_position"), 1)

    def test_employees_have_the_real_screens(self):
        self._user("clerk_of_ours", "base.group_user")
        self.assertEqual(self._get("clerk_of_ours").status_code, 404)

    def test_portal_users_have_no_right_on_the_records(self):
        for user in self.env["res.users"].search([("login", "in", ("alpha", "paula"))]):
            for model in ("credit.profile", "credit.score", "credit.review", "credit.signal", "credit.exposure"):
                self.assertFalse(self.env[model].with_user(user).has_access("read"), model)

    # ------------------------------------------------------------------
    # EXPLANATION AND CONTEST
    # ------------------------------------------------------------------

    def _scored(self):
        for day in (1, 2, 3):
            self._invoice(self.person, 10, date(2026, 1, day), due=date(2026, 2, day))
        self.env.ref("customer_credit_mgmt.credit_scorecard_default")._score_profiles(self.profile_p)

    def test_person_sees_how_the_score_came_about(self):
        self._scored()
        page = self._get("paula").text
        self.assertIn("How your score came about", page)
        self.assertIn("What would change it most", page)
        letter = self._get("paula", f"/my/credit/explanation?company_id={self.company.id}")
        self.assertEqual(letter.status_code, 200)
        self.company.credit_portal_score = False
        self.assertNotIn("How your score came about", self._get("paula").text)
        url = f"/my/credit/explanation?company_id={self.company.id}"
        self.assertEqual(self._get("paula", url).status_code, 404)

    def test_contact_of_a_person_sees_no_explanation(self):
        self._scored()
        contact = self.env["res.partner"].create({"name": "Carl Contact", "parent_id": self.person.id})
        self._portal_user(contact)
        page = self._get("carl").text
        self.assertEqual(self._number(page, "credit_limit"), 500)
        self.assertNotIn("How your score came about", page)

    def _post(self, login, **values):
        page = self._get(login).text
        token = re.search(r'csrf_token: "([^"]+)"', page).group(1)
        data = {"csrf_token": token, "company_id": self.company.id, **values}
        return self.url_open("/my/credit/contest", data=data, allow_redirects=False)

    def test_person_contests_and_reads_that_it_is_looked_at(self):
        self._scored()
        answer = self._post("paula", text="The goods <b>never</b> came")
        self.assertEqual(answer.status_code, 303)
        review = self.env["credit.review"].search([("partner_id", "=", self.person.id)])
        self.assertEqual((review.contest_channel, review.contested), ("portal", True))
        page = self._get("paula", "/my/credit?contested=1").text
        self.assertIn("A person is looking at it", page)
        self.assertIn("The goods &lt;b&gt;never&lt;/b&gt; came", page)
        self.assertNotIn("Contest the Score", page)
        review._decide("overturned", "the slip proves it")
        self.assertIn("decided in your favour", self._get("paula").text)

    def test_contest_is_read_once_a_day_and_has_an_end(self):
        self._scored()
        self._post("paula", text="x" * 9000)
        review = self.env["credit.review"].search([("partner_id", "=", self.person.id)])
        self.assertEqual(len(review.contest_text), 4000)
        answer = self._post("paula", text="more")
        self.assertIn("contested=today", answer.headers["Location"])
        self.assertIn("written today already", self._get("paula", "/my/credit?contested=today").text)
        review._decide("confirmed", "looked at it")
        self._post("paula", text="again")
        self.assertEqual(self.env["credit.review"].search_count([("partner_id", "=", self.person.id)]), 1)
        review.sudo().contested_on -= timedelta(days=1)
        self._post("paula", text="next day")
        self.assertEqual(self.env["credit.review"].search_count([("partner_id", "=", self.person.id)]), 2)

    def test_nobody_contests_for_another(self):
        self._scored()
        for login, values in (
            ("alpha", {"text": "x"}),
            ("beta", {"text": "x", "company_id": self.profile_p.id, "profile_id": self.profile_p.id}),
            ("paula", {"text": "x", "company_id": "0 OR 1=1"}),
        ):
            self.assertEqual(self._post(login, **values).status_code, 404)
        self.assertFalse(self.env["credit.review"].search([("contested", "=", True)]))

    def test_empty_contest_is_none(self):
        self._scored()
        self.assertEqual(self._post("paula", text="   ").status_code, 303)
        self.assertFalse(self.env["credit.review"].search([("contested", "=", True)]))

    def test_contest_needs_the_form(self):
        self._scored()
        self.authenticate("paula", "paula")
        answer = self.url_open("/my/credit/contest", data={"company_id": self.company.id, "text": "x"})
        self.assertEqual(answer.status_code, 400, "no token, no contest")

    # ------------------------------------------------------------------
    # SETTINGS
    # ------------------------------------------------------------------

    def test_settings_belong_to_the_root_company(self):
        admin = self._user("settings_admin", "base.group_system,account.group_account_manager")
        settings = self.env["res.config.settings"].with_user(admin).with_company(self.company).create({})
        self.assertTrue(settings.credit_portal)
        settings.write({"credit_portal": False, "credit_retention_months": 36})
        settings.execute()
        self.assertEqual((self.company.credit_portal, self.company.credit_retention_months), (False, 36))
        self.env["res.config.settings"].with_user(admin).get_views([(False, "form")])
