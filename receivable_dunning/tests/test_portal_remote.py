"""What portal users may call and print over the network."""

from odoo.tests import tagged

from .test_portal_attack import PortalAttackCommon

OUR_MODULE = "odoo.addons.receivable_dunning"


@tagged("post_install", "-at_install")
class TestPortalRemote(PortalAttackCommon):
    """Everything that the addon offers over RPC, called by a customer's login."""

    def test_reports_are_not_printed_for_strangers(self):
        paths = (
            f"report_portal_account/{self.other.id}",
            f"report_portal_account/{self.other.id}?company_id={self.company.id}",
            f"report_payment_plan/{self.foreign_plan.id}",
        )
        clerk = self._user("acc_nobody", "base.group_user")
        for login in ("acc_portal", clerk.login):
            self.authenticate(login, login)
            for path in paths:
                with self.subTest(path=path, login=login):
                    self._assert_silent(self.url_open(f"/report/html/receivable_dunning.{path}").text)

    def _call(self, model, method, ids, **kwargs):
        params = {"model": model, "method": method, "args": [ids], "kwargs": kwargs}
        return self.url_open(f"/web/dataset/call_kw/{model}/{method}", json={"params": params})

    def _our_methods(self):
        """``[(model, public method)]`` of everything that this addon defines."""
        found = set()
        for name, model_class in self.env.registry.items():
            for base in model_class.__mro__:
                if base.__module__.startswith(OUR_MODULE):
                    found |= {(name, key) for key, value in vars(base).items() if callable(value) and key[0] != "_"}
        return sorted(found)

    def _tables(self):
        """A fingerprint of every table of this addon: what a call changes shows in it."""
        self.env.flush_all()
        result = {}
        for model in self.env.values():
            if model._module == "receivable_dunning" and model._auto and not model._abstract and not model._transient:
                self.env.cr.execute(f"SELECT md5(string_agg(t::text, '|' ORDER BY id)) FROM \"{model._table}\" t")  # noqa: S608
                result[model._name] = self.env.cr.fetchone()[0]
        return result

    def test_portal_user_calls_nothing_that_changes_or_tells(self):
        self._dispute(self.link, self.invoice)
        self._promise(self.link, self.later)
        self.authenticate("acc_portal", "acc_portal")
        self.env["ir.module.module"].flush_model()
        before = self._tables()
        methods = self._our_methods()
        self.assertGreater(len(methods), 60)
        for model, method in methods:
            records = self.env[model] if self.env[model]._abstract or self.env[model]._transient else None
            ids = [1] if records is not None else self.env[model].sudo().search([], limit=50).ids
            if model in ("res.partner", "account.move", "res.company"):
                ids = {"res.partner": self.other, "account.move": self.foreign, "res.company": self.company}[model].ids
            with self.subTest(model=model, method=method):
                self._assert_silent(self._call(model, method, ids).text)
        self.env.invalidate_all()
        after = self._tables()
        self.assertEqual({name for name in after if after[name] != before[name]}, set())

    def test_portal_user_reads_the_own_records_only(self):
        self._dispute(self.link, self.invoice)
        self._promise(self.link, self.later)
        self.authenticate("acc_portal", "acc_portal")
        for model in self.env:
            if not model.startswith(("receivable.", "dunning.", "collection.", "late.interest", "ecl.")):
                continue
            with self.subTest(model=model):
                answer = self._call(model, "search_read", [], fields=["display_name"]).text
                self._assert_silent(answer)
        for model in ("receivable.portal.link", "receivable.portal.request", "receivable.portal.account"):
            self.assertIn("error", self._call(model, "search_read", []).json())

    def test_private_doors_are_closed_to_remote_calls(self):
        self.authenticate("acc_portal", "acc_portal")
        for model, method in (
            ("receivable.portal.link", "_find"),
            ("receivable.portal.link", "_token"),
            ("receivable.portal.link", "_for_contacts"),
            ("receivable.portal.request", "_begin"),
            ("receivable.portal.account", "_get_balances"),
            ("receivable.promise", "_make_parts"),
            ("receivable.dispute", "_open"),
            ("receivable.payment.plan", "_accept"),
            ("dunning.notice", "_portal_link"),
            ("res.partner", "_receive_portal_message"),
        ):
            with self.subTest(method=method):
                self.assertIn("error", self._call(model, method, [1]).json())
