from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_portal_forms import PDF, PortalFormsCommon


@tagged("post_install", "-at_install")
class TestPortalDispute(PortalFormsCommon):
    """Customers dispute with documents, read the answer, add to it and take it back."""

    def test_customer_disputes_with_a_document(self):
        page = self._dispute(self.link, self.invoice, [("photo.pdf", PDF)])
        self.assertIn("Thank you for telling us", page.text)
        dispute = self._disputes()
        self.assertRecordValues(
            dispute, [{"amount_opened": 40, "channel": "portal", "move_id": self.invoice.id, "state": "open"}]
        )
        self.assertIn("Two are broken", dispute.note)
        self.assertIn("Ann", dispute.note)
        self.assertEqual(dispute._attachments().mapped("name"), ["photo.pdf"])
        self.assertIn("disputed", page.text)
        shown = self._by_link(self.link, f"/disputes/{dispute.id}")
        self.assertIn("photo.pdf", shown.text)
        file = self._by_link(self.link, f"/disputes/{dispute.id}/file/{dispute._attachments().id}")
        self.assertEqual(file.content, PDF)
        self.assertTrue(file.headers["Content-Disposition"].startswith("attachment"))

    def test_answer_is_read_by_the_customer(self):
        self._dispute(self.link, self.invoice)
        dispute = self._disputes()
        dispute.sudo().write({"state": "rejected", "decision": "rejected", "answer": "They left us whole"})
        self.assertIn("They left us whole", self._by_link(self.link).text)
        page = self._by_link(self.link, f"/disputes/{dispute.id}").text
        self.assertIn("Not accepted", page)
        self.assertIn("They left us whole", page)

    def test_customer_adds_to_a_dispute_and_takes_it_back(self):
        self._dispute(self.link, self.invoice)
        dispute, token = self._disputes(), self.link._token()
        path = f"/account_balance/{token}/disputes/{dispute.id}"
        values = self._fields(self.url_open(path))
        said = self.url_open(f"{path}/say", data={**values, "note": "See <i>photo</i>", "person": "Ann"})
        self.assertIn("See &lt;i&gt;photo", said.text)
        values = self._fields(said)
        self.url_open(f"{path}/say", data={**values, "withdraw": "1", "person": "Ann"})
        self.assertEqual(dispute.state, "withdrawn")
        values = self._fields(self._by_link(self.link, "/message"))
        closed = self.url_open(f"{path}/say", data={**values, "note": "again", "person": "Ann"})
        self.assertIn("This dispute is closed", closed.text)

    def test_notes_among_colleagues_are_not_shown(self):
        self._dispute(self.link, self.invoice)
        dispute = self._disputes()
        dispute.message_post(body="He is a crook", subtype_xmlid="mail.mt_note")
        dispute.message_post(body="We look at it", message_type="comment", subtype_xmlid="mail.mt_comment")
        page = self._by_link(self.link, f"/disputes/{dispute.id}").text
        self.assertIn("We look at it", page)
        self.assertNotIn("crook", page)

    def test_dispute_that_does_not_fit_is_explained(self):
        for values, words in (
            ({"amount": "100.01"}, "can be disputed"),
            ({"amount": "-1"}, "Please enter an amount above zero"),
            ({"amount": "inf"}, "is not an amount"),
            ({"reason": ""}, "Please choose what is wrong"),
            ({"reason": "999999"}, "Please choose what is wrong"),
            ({"note": " "}, "Please write in a few words"),
        ):
            with self.subTest(values=values):
                page = self._dispute(self.link, self.invoice, **values)
                self.assertIn(words, page.text)
                self.assertFalse(self._disputes())

    # ------------------------------------------------------------------
    # SEVERAL ITEMS
    # ------------------------------------------------------------------

    def _dispute_several(self, invoices, **values):
        ticked = {f"item_{self._item(invoice).id}": "1" for invoice in invoices}
        page = self._by_link(self.link, "/dispute?" + "&".join(f"{name}=1" for name in ticked))
        data = {
            **self._fields(page), **ticked, "reason": self.reason.id, "note": "Never came", "person": "Ann", **values,
        }  # fmt: skip
        files = [("files", ("proof.pdf", PDF))]
        return page, self.url_open(f"/account_balance/{self.link._token()}/dispute", data=data, files=files)

    def test_what_is_ticked_is_disputed_item_by_item(self):
        self._promise(self.link, self.later, amount_1="20")
        page, answer = self._dispute_several([self.invoice, self.later])
        self.assertNotIn('id="amount"', page.text)
        self.assertIn("Thank you for telling us", answer.text)
        disputes = self._disputes().sorted("amount_opened")
        self.assertEqual(disputes.move_id, self.later | self.invoice)
        self.assertEqual(disputes.mapped("amount_opened"), [30, 100], "all that nothing was agreed about")
        self.assertEqual([dispute._attachments().mapped("name") for dispute in disputes], [["proof.pdf"]] * 2)

    def test_all_that_is_ticked_is_disputed_or_nothing(self):
        self._dispute(self.link, self.later, amount="10")
        _page, answer = self._dispute_several([self.invoice, self.later])
        self.assertIn("is in dispute for this reason already", answer.text)
        self.assertEqual(self._disputes().move_id, self.later)
        with patch("odoo.addons.receivable_dunning.controllers.account_portal_dispute.MOST_DISPUTED", 1):
            _page, answer = self._dispute_several([self.invoice, self.later])
        self.assertIn("at most 1 items at a time", answer.text)

    def test_items_of_others_are_not_disputed_along(self):
        page, _answer = self._dispute_several([self.invoice, self.foreign], amount="40")
        self.assertNotIn(self.foreign.name, page.text)
        self.assertFalse(self._disputes(self.other))
        self.assertEqual(self._disputes().move_id, self.invoice)

    def test_nothing_ticked_is_said(self):
        self.assertIn("Please tick the items", self._by_link(self.link, "/dispute").text)

    def test_paid_item_is_not_disputed(self):
        item = self._item(self.invoice).id
        page = self._by_link(self.link, f"/dispute?item={item}")
        self._pay(self.invoice, 100, self.today)
        values = {**self._fields(page), "item": item, "reason": self.reason.id, "note": "x", "person": "Ann"}
        answer = self.url_open(f"/account_balance/{self.link._token()}/dispute", data=values)
        self.assertIn("settled by now", answer.text)

    def test_failed_dispute_leaves_nothing_behind(self):
        """All or nothing: also the key of the form and the files go when a later step fails."""
        with patch.object(type(self.env["receivable.dispute"]), "_tell_opened", side_effect=UserError("No paper left")):
            page = self._dispute(self.link, self.invoice, [("a.pdf", PDF)])
        self.assertIn("No paper left", page.text)
        self.assertIn("Two are broken", page.text, "what was typed is kept")
        self.assertFalse(self._disputes())
        self.assertFalse(self.env["receivable.portal.request"].search([("partner_id", "=", self.customer.id)]))
