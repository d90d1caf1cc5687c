from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .test_portal_forms import PortalFormsCommon


@tagged("post_install", "-at_install")
class TestPortalPurge(PortalFormsCommon):
    """What customers sent, and links that open nothing any more, go when the time of the company is over."""

    def setUp(self):
        super().setUp()
        self.company.portal_retention_days = 30
        self.requests = self.env["receivable.portal.request"].sudo()

    def _request(self, kind, days, company=None):
        """A request of ``days`` ago."""
        values = {"partner_id": self.customer.id, "company_id": (company or self.company).id, "name": "Ann"}
        request = self.requests.create({**values, "kind": kind, "key": f"{kind}{days}", "ip": "192.0.2.1"})
        request.flush_recordset()
        self.env.cr.execute(
            "UPDATE receivable_portal_request SET create_date = %s WHERE id = %s",
            (fields.Datetime.now() - timedelta(days=days), request.id),
        )
        request.invalidate_recordset()
        return request

    def _purge(self):
        """As the scheduled action, without its commits."""
        with patch.object(self.env.registry["ir.cron"], "_commit_progress", lambda *args, **kwargs: 1000.0):
            self.requests._cron_purge()

    def test_old_requests_go_and_young_ones_stay(self):
        kinds = ("message", "dispute", "dispute_more")
        old = self.requests.union(*(self._request(kind, 32) for kind in kinds))
        young = self.requests.union(*(self._request(kind, 28) for kind in kinds))
        self._purge()
        self.assertFalse(old.exists())
        self.assertEqual(young.exists().mapped("ip"), ["192.0.2.1"] * 3)

    def test_evidence_keeps_who_and_when_but_not_the_address(self):
        kept = self._request("promise", 32) | self._request("plan", 32)
        young = self._request("promise", 28)
        self._purge()
        self.assertRecordValues(kept, [{"name": "Ann", "ip": False, "kind": kind} for kind in ("promise", "plan")])
        self.assertEqual(young.ip, "192.0.2.1")

    def test_acceptance_of_a_plan_and_answer_to_a_statement_stay_whole(self):
        plan = self._offered()
        self._accept_plan(plan, person="Ann", agree="1")
        self.env.cr.execute("UPDATE receivable_payment_plan SET create_date = '2020-01-01', accept_date = '2020-01-01'")
        plan.invalidate_recordset()
        self._purge()
        self.assertEqual((plan.accept_name, plan.accept_via, bool(plan.accept_ip)), ("Ann", "link", True))
        for model, name in (("receivable.payment.plan", "accept_ip"), ("receivable.statement", "answer_ip")):
            self.assertIn("evidence", self.env[model].fields_get([name], ["help"])[name]["help"])

    def test_links_go_when_they_were_dead_for_so_long(self):
        dead = self._link(self._customer("Dead")).sudo()
        dead.date_expiry = self.today - timedelta(days=31)
        dying = self._link(self._customer("Dying")).sudo()
        dying.date_expiry = self.today - timedelta(days=29)
        revoked = self._link(self._customer("Revoked")).sudo()
        revoked.write({"date_revoked": fields.Datetime.now() - timedelta(days=32)})
        just_revoked = self._link(self._customer("Just revoked")).sudo()
        just_revoked.write({"date_revoked": fields.Datetime.now() - timedelta(days=28)})
        links = dead | dying | revoked | just_revoked | self.link
        self._purge()
        self.assertEqual(links.exists(), dying | just_revoked | self.link)

    def test_link_by_which_a_debt_was_acknowledged_stays_with_the_request(self):
        contact = self.env["res.partner"].create({"name": "Ann", "parent_id": self.customer.id, "type": "invoice"})
        links = [self._link(self.customer, contact).sudo()]
        links += [self._link(self._customer(name)).sudo() for name in ("Plan", "Message", "Young message")]
        requests = [
            self._request(kind, days)
            for kind, days in (("promise", 32), ("plan", 32), ("message", 32), ("message", 28))
        ]
        for request, link in zip(requests, links, strict=True):
            request.link_id = link
            link.date_expiry = self.today - timedelta(days=31)
        self._purge()
        self.assertEqual([bool(link.exists()) for link in links], [True, True, False, False])
        promise, _plan, message, young = requests
        self.assertEqual((promise.name, promise.link_id.contact_id), ("Ann", contact))
        self.assertFalse(message.exists())
        self.assertEqual((young.name, young.link_id.id), ("Ann", False))
        self.assertEqual(links[0].state, "expired")

    def test_contact_who_acknowledged_a_debt_by_a_link_is_not_deleted(self):
        for kind, is_kept in (("promise", True), ("message", False)):
            with self.subTest(kind):
                contact = self.env["res.partner"].create({"name": kind, "parent_id": self.customer.id})
                request = self._request(kind, 3)
                request.link_id = self._link(self.customer, contact)
                if is_kept:
                    with self.assertRaisesRegex(UserError, "archive this contact"):
                        contact.unlink()
                    self.assertEqual(request.link_id.contact_id, contact)
                else:
                    contact.unlink()
                    self.assertTrue(request.exists())

    def test_what_an_archived_company_knows_goes_too(self):
        other = self.env["res.company"].sudo().create({"name": "Gone", "portal_retention_days": 30})
        request = self._request("message", 60, other)
        other.active = False
        self._purge()
        self.assertFalse(request.exists())

    def test_zero_keeps_all_and_each_company_keeps_its_own(self):
        other = self.setup_other_company()["company"]
        other.portal_retention_days = 300
        foreign = self._request("message", 200, other)
        own = self._request("message", 200)
        self.company.portal_retention_days = 0
        self._purge()
        self.assertEqual((own | foreign).exists(), own | foreign)
        self.company.portal_retention_days = 30
        self._purge()
        self.assertEqual((own | foreign).exists(), foreign)

    def test_many_go_batch_by_batch(self):
        for number in range(5):
            self._request("message", 40 + number)
        with patch("odoo.addons.receivable_dunning.models.receivable_portal_purge.BATCH", 2):
            self.assertEqual(self.requests._purge(self.company, self.today), 2)
            self._purge()
        self.assertFalse(self.requests.search([("company_id", "=", self.company.id)]))

    def test_scheduled_action_purges(self):
        old = self._request("message", 40)
        cron = self.env.ref("receivable_dunning.ir_cron_purge_portal_data")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertFalse(old.exists())

    def test_time_is_chosen_in_the_settings_within_reason(self):
        self.env.user.group_ids |= self.env.ref("base.group_system")
        with Form(self.env["res.config.settings"]) as settings:
            self.assertEqual(settings.portal_retention_days, 30)
            settings.portal_retention_days = 90
        settings.record.execute()
        self.assertEqual(self.company.portal_retention_days, 90)
        self.assertEqual(self.env["res.company"].sudo().create({"name": "New"}).portal_retention_days, 365)
        with self.assertRaisesRegex(ValidationError, "from 0 to 3650"):
            self.company.portal_retention_days = -1

    def test_nobody_writes_what_the_portal_notes(self):
        for record in (self._request("message", 1).sudo(False), self.link):
            with self.assertRaises(AccessError):
                record.write({"partner_id": self.other.id})
            with self.assertRaises(AccessError):
                record.unlink()
