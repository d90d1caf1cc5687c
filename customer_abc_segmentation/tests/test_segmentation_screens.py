from datetime import date

from lxml import etree

from odoo.tests import freeze_time, tagged

from .key_account_common import KeyAccountCommon

MODULE = "customer_abc_segmentation"


@tagged("post_install", "-at_install")
@freeze_time("2024-07-10")
class TestSegmentationScreens(KeyAccountCommon):
    """Every screen behind a menu, read as the web client reads it, by people without any other right."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._invoice(cls.ann, 100, "2024-01-10")
        cls._invoice(cls.bob, 50, "2024-05-10")

    def _fill(self):
        self._refresh(date(2024, 5, 31))
        self._refresh(date(2024, 7, 10))
        self._classify()
        review = self._sheet()
        vals = {"name": "Call", "user_id": self.seller.id, "date_deadline": "2024-12-31", "figure": "revenue"}
        self.env["key.account.action"].create({"review_id": review.id, **vals})
        self.env["customer.winback.wizard"].create({"value_ids": self._value(self.ann).ids}).action_schedule()
        self.env["customer.budget"].create({"partner_id": self.ann.id, "sales": 1000})
        self.env["customer.churn.model"].action_fit()

    def _get_actions(self, user):
        """Actions of the menus of segmentation that a person finds, wherever they hang."""
        menus = self.env["ir.ui.menu"].with_user(user)
        shown = menus.browse(menus._visible_menu_ids())
        ours = self.env["ir.model.data"].sudo().search([("model", "=", "ir.ui.menu"), ("module", "=", MODULE)])
        # sudo: what is behind a menu, which the web client is told
        return [menu.action for menu in shown.sudo() if menu.id in ours.mapped("res_id") and menu.action]

    def _read_view(self, model, kind, arch):
        """Read the fields of a view for the first rows, as the client does."""
        nodes = etree.fromstring(arch).xpath("//field[not(ancestor::field)]")
        nodes = [node for node in nodes if node.get("name") in model._fields]
        if kind in ("list", "kanban", "form"):
            names = {node.get("name") for node in nodes}
            spec = {name: {"fields": {"display_name": {}}} if model._fields[name].relational else {} for name in names}
            if kind == "form" and model.is_transient():
                model.onchange({}, [], spec)
            model.web_search_read([], spec, limit=5)
        elif kind in ("pivot", "graph"):
            measures = [node.get("name") for node in nodes if node.get("type") == "measure"]
            groups = [
                ":".join(filter(None, (node.get("name"), node.get("interval"))))
                for node in nodes
                if node.get("type") != "measure" and node.get("invisible") != "1"
            ]
            sums = [f"{name}:{model._fields[name].aggregator}" for name in measures if model._fields[name].aggregator]
            model.formatted_read_group([], groups, ["__count", *sums])

    def _open(self, user):
        opened = 0
        for action in self._get_actions(user):
            if action._name != "ir.actions.act_window":
                continue
            model = self.env[action.res_model].with_user(user)
            kinds = action.view_mode.split(",")
            views = model.get_views([*((False, kind) for kind in kinds), (False, "search")])["views"]
            for kind in kinds:
                with self.subTest(user=user.login, action=action.name, view=kind):
                    self._read_view(model, kind, views[kind]["arch"])
                    opened += 1
        return opened

    def test_every_menu_opens_before_there_is_anything(self):
        for user in (self.seller, self.signer):
            self.assertGreater(self._open(user), 10)

    def test_every_menu_opens_with_rows(self):
        self._fill()
        for user in (self.seller, self.signer):
            self.assertGreater(self._open(user), 10)
