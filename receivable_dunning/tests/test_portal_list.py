import io
import re
from datetime import timedelta
from unittest.mock import patch

import openpyxl

from odoo.tests import tagged

from odoo.addons.portal.controllers.portal import CustomerPortal

from .test_portal_forms import PortalFormsCommon

LIST = "odoo.addons.receivable_dunning.controllers.portal_items"


@tagged("post_install", "-at_install")
class TestPortalList(PortalFormsCommon):
    """Many open items come page by page; figures and downloads are of all of them."""

    def setUp(self):
        super().setUp()
        self.many = [self._overdue(days, 10 + days) for days in range(1, 9)]
        self.enterContext(patch(f"{LIST}.FEW", 3))
        self.enterContext(patch.object(CustomerPortal, "_items_per_page", 4))

    def _listed(self, path="", link=True):
        """Ids of the items on a page, in their order."""
        page = self._by_link(self.link, path) if link else self._by_login(path)
        self.assertEqual(page.status_code, 200)
        return [int(number) for number in re.findall(r'data-item="(\d+)"', page.text)]

    def _ids(self, invoices):
        return [self._item(invoice).id for invoice in invoices]

    def test_pages_hold_every_item_once_the_oldest_due_first(self):
        expected = self._ids([self.invoice, *reversed(self.many), self.later])
        pages = [self._listed(), self._listed("/page/2"), self._listed("/page/3")]
        self.assertEqual([len(page) for page in pages], [4, 4, 2])
        self.assertEqual([item for page in pages for item in page], expected)
        self.authenticate("acc_portal", "acc_portal")
        self.assertEqual(self._listed("/page/2", link=False), pages[1])

    def test_figures_are_of_all_items_on_every_page(self):
        total = 150 + sum(10 + days for days in range(1, 9))
        for path in ("", "/page/2", "/page/3", "?filterby=credit"):
            page = self._by_link(self.link, path).text
            figures = page[page.index("o_account_figures") : page.index("o_account_strip")]
            self.assertIn(f"{total}.00", figures, path)

    def test_pager_leads_through_the_pages_of_the_same_order(self):
        page = self._by_link(self.link, "?sortby=amount&filterby=overdue").text
        self.assertIn("/page/2?sortby=amount&amp;filterby=overdue", page)
        self.assertNotIn("/page/4", page)

    def test_items_are_sorted_and_filtered(self):
        by_amount = self._listed("?sortby=amount")
        self.assertEqual(by_amount, self._ids([self.invoice, self.later, self.many[7], self.many[6]]))
        self.assertEqual(self._listed("?filterby=not_due"), self._ids([self.later]))
        overdue = self._listed("?filterby=overdue") + self._listed("/page/2?filterby=overdue")
        self.assertEqual(overdue, self._ids([self.invoice, *reversed(self.many)])[:8])
        self._promise(self.link, self.many[0])
        self.assertEqual(self._listed("?filterby=agreed"), self._ids(self.many[:1]))
        note = self._invoice(self.customer, 30, self.today, move_type="out_refund")
        self.assertEqual(self._listed("?filterby=credit"), self._ids([note]))

    def test_nonsense_in_the_address_shows_the_first_page(self):
        first = self._listed()
        pages = [f"?page={page}" for page in ("²", "abc", "-1", "1e3", "0", "9" * 23)]
        for path in ("?sortby=evil&filterby=evil", "?sortby=", "/page/0", *pages):
            self.assertEqual(self._listed(path), first, path)
        self.assertEqual(self._listed("/page/99999999"), self._listed("/page/3"))
        self.assertEqual(self._listed("?page=3"), self._listed("/page/3"))

    def test_amounts_of_two_currencies_are_sorted_apart(self):
        usd = self.setup_other_currency("EUR")
        foreign = self._overdue(3, 999999, currency_id=usd.id)
        self.assertEqual(self._listed("/page/3?sortby=amount")[-1:], self._ids([foreign]))

    def test_few_items_need_no_bar_and_no_pager(self):
        self._pay(self.env["account.move"].union(*self.many), sum(10 + days for days in range(1, 9)), self.today)
        page = self._by_link(self.link).text
        self.assertNotIn("portal_searchbar_sortby", page)
        self.assertNotIn("/page/2", page)

    def test_downloads_hold_all_items(self):
        book = openpyxl.load_workbook(io.BytesIO(self._by_link(self.link, "/items.xlsx").content))
        names = {cell.value for cell in book.active["A"]}
        self.assertLessEqual({invoice.name for invoice in self.many}, names)

    def test_what_is_ticked_on_a_page_is_promised(self):
        first, last = self._ids([self.many[0], self.later])
        form = self._by_link(self.link, f"/promise?item_{first}=1&item_{last}=1").text
        self.assertEqual(re.findall(r'name="item_(\d+)"[^>]*checked', form), [str(first), str(last)])
        self.assertNotIn(f"item_{self._item(self.invoice).id}", form, "what was not ticked is not asked about")
        self._promise(self.link, self.many[0], self.later)
        self.assertEqual(set(self._promises().line_ids.move_line_id.ids), {first, last})

    def test_what_is_ticked_of_another_customer_is_not_named(self):
        form = self._by_link(self.link, f"/plan?item_{self._item(self.foreign).id}=1").text
        self.assertNotIn(self.foreign.name, form)

    def test_form_that_comes_back_lists_the_same_items(self):
        first, last = self._ids([self.many[0], self.later])
        values = {f"item_{first}": "1", f"listed_{first}": "1", f"listed_{last}": "1", "person": "Ann", "date_1": ""}
        form = self._post(self.link, "/promise", **values).text
        self.assertIn("Please choose a day", form)
        self.assertEqual(re.findall(r'name="item_(\d+)"', form), [str(first), str(last)])
        self.assertEqual(re.findall(r'name="item_(\d+)"[^>]*checked', form), [str(first)])

    def test_form_without_choice_lists_what_is_due_first(self):
        target = "odoo.addons.receivable_dunning.controllers.account_portal_promise.CHOICE_SHOWN"
        with patch(target, 3):
            form = self._by_link(self.link, "/promise").text
        self.assertEqual(
            [int(number) for number in re.findall(r'name="item_(\d+)"', form)],
            self._ids([self.invoice, self.many[7], self.many[6]]),
        )
        self.assertIn("7 more", form)

    def test_turning_pages_is_one_visit(self):
        before = self.link.use_count
        self._listed()
        self._listed("/page/2")
        self._listed("?sortby=name")
        self.link.invalidate_recordset()
        self.assertEqual(self.link.use_count - before, 1)

    def test_page_takes_as_many_queries_with_many_items_as_with_few(self):
        account = self.env["receivable.portal.account"].sudo()

        def read():
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            for _balance, _strip, rows in account._get_balances(self.customer, self.company, self.today):
                account._add_urls(rows[:4])
            return self.env.cr.sql_log_count - start

        # as with thousands of items: of many records the ORM reads the one field that is asked for, not all of them
        with patch("odoo.orm.fields_relational.PREFETCH_MAX", 2):
            read()
            few = read()
            for days in range(1, 6):
                self._invoice(self.customer, 5, self.today, due=self.today + timedelta(days=days))
            read()
            self.assertLessEqual(read(), few)
