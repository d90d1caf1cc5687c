"""Who works in a branch only has its customers on the worklist, with what they owe there, and can work them."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .collection_common import CollectionCommon


@tagged("post_install", "-at_install")
class TestCollectionBranch(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        companies = cls.env["res.company"].sudo()
        cls.north = companies.create({"name": "North", "parent_id": cls.company.id})
        cls.south = companies.create({"name": "South", "parent_id": cls.company.id})
        cls.cr.precommit.run()
        cls.env.user.sudo().company_ids |= cls.north + cls.south
        group = "receivable_dunning.group_collections_user"
        cls.northerner, cls.southerner = cls._user("north", group, cls.north), cls._user("south", group, cls.south)
        # customers of one branch, of both, of the root alone
        cls.of_north, cls.of_both, cls.of_root = (cls._customer(name, phone="+49 1") for name in ("N", "B", "R"))
        cls._owed(cls.north, cls.of_north, 100)
        cls._owed(cls.north, cls.of_both, 200)
        cls._owed(cls.south, cls.of_both, 400)
        cls._owed(cls.company, cls.of_root, 800)

    @classmethod
    def _owed(cls, company, partner, amount):
        due = cls.today - timedelta(days=10)
        invoice = cls._invoice(partner, amount, due, due=due, post=False)
        if company != cls.company:
            env = cls.env(context={**cls.env.context, "allowed_company_ids": (cls.company + company).ids})
            invoice = invoice.with_env(env).copy(
                {"company_id": company.id, "invoice_date": due, "invoice_date_due": due, "partner_id": partner.id}
            )
        invoice.action_post()
        return invoice

    def _list(self, user, *companies):
        self.env.invalidate_all()
        ids = [company.id for company in companies or user.company_ids]
        return self.env["collection.worklist"].with_user(user).with_context(allowed_company_ids=ids)

    def _found(self, user, *companies):
        rows = self._list(user, *companies).search([])
        return {(row.partner_id.sudo().name, row.company_id.sudo().name): row.claim_amount for row in rows}

    # ------------------------------------------------------------------
    # WHO IS ON IT
    # ------------------------------------------------------------------

    def test_branch_has_its_customers_with_what_they_owe_there(self):
        self.assertEqual(self._found(self.northerner), {("N", "North"): 100, ("B", "North"): 200})
        self.assertEqual(self._found(self.southerner), {("B", "South"): 400})

    def test_root_has_all_and_who_works_in_two_branches_has_those_of_each(self):
        root = self.company.name
        self.assertEqual(self._found(self.collector), {("N", root): 100, ("B", root): 600, ("R", root): 800})
        self.northerner.sudo().company_ids |= self.south
        self.assertEqual(self._found(self.northerner), {("N", "North"): 100, ("B", "North"): 200, ("B", "South"): 400})
        self.collector.sudo().company_ids |= self.north
        self.assertEqual(len(self._found(self.collector)), 3, "the root stands for its branches")
        self.assertEqual(set(self._found(self.collector, self.north).values()), {100, 200})

    def test_all_of_a_row_can_be_read_and_is_of_the_branch(self):
        worklist = self._list(self.northerner)
        fields = worklist.get_views([(False, "list"), (False, "kanban"), (False, "form")])["models"][
            "collection.worklist"
        ]["fields"]
        specification = {name: {"fields": {"display_name": {}}} if info["type"] == "many2one" else {}
                         for name, info in fields.items() if name != "id"}  # fmt: skip
        page = worklist.web_search_read([("partner_id", "=", self.of_both.id)], specification)
        [record] = page["records"]
        self.assertEqual((record["open_amount"], record["overdue_amount"], len(record["item_ids"])), (200, 200, 1))
        row = worklist.browse(record["id"])
        self.assertEqual((row.partner_id, row.claim_amount), (self.of_both, 200))
        self.assertIn("200.00", row.sentence)

    def test_money_booked_at_the_root_is_not_claimed_by_the_branch(self):
        payment = self.env["account.payment"].create(
            {"partner_id": self.of_north.id, "amount": 100, "payment_type": "inbound"}
        )
        payment.action_post()
        self.assertEqual(self._found(self.northerner), {("B", "North"): 200})

    def _items_of_both(self, branch):
        return self.env["account.move.line"].search(
            [
                ("partner_id", "=", self.of_both.id),
                ("account_type", "=", "asset_receivable"),
                ("company_id", "=", branch.id),
            ]
        )

    def test_money_is_for_a_promise_of_one_branch_only(self):
        for branch in (self.north, self.south):
            self.env["receivable.promise"]._make(self._items_of_both(branch), 200, self.today, {})
        for paid, shown in ((200, [200, 0]), (200, [200, 200])):
            payment = self.env["account.payment"].create(
                {"partner_id": self.of_both.id, "amount": paid, "payment_type": "inbound"}
            )
            payment.action_post()
            rows = [
                self._list(user).search([("partner_id", "=", self.of_both.id)])
                for user in (self.northerner, self.southerner)
            ]
            self.assertEqual([row.money_amount for row in rows], shown)

    def test_promises_and_disputes_of_another_branch_are_not_counted(self):
        southern = self._items_of_both(self.south)
        self.env["receivable.promise"]._make(southern, 400, self.today + timedelta(days=3), {})
        [row] = self._list(self.northerner).search([("partner_id", "=", self.of_both.id)])
        self.assertEqual((row.promise_count, row.held_amount, row.claim_amount), (0, 0, 200))
        self.assertFalse(self._found(self.southerner), "all of it is promised")

    def test_load_counts_what_the_branch_has(self):
        loads = self.env["collection.load"].with_user(self.northerner)
        found = loads.with_context(allowed_company_ids=self.north.ids).search([])
        self.assertRecordValues(found, [{"customer_count": 2, "claim_amount": 300, "capacity_minutes": 0}])

    # ------------------------------------------------------------------
    # WORKING IT
    # ------------------------------------------------------------------

    def _call(self, user, outcome, **values):
        [row] = self._list(user).search([("partner_id", "=", self.of_both.id)])
        contacts = self.env["collection.contact"].with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
        form = Form(contacts.with_context(**row.action_next()["context"]))
        form.outcome_id = self._ending(outcome).with_user(user)
        for name, value in values.items():
            form[name] = value
        contact = form.save()
        contact.action_done()
        return contact

    def test_branch_notes_a_call_for_all(self):
        contact = self._call(self.northerner, "informed", callback_date=False)
        self.assertEqual((contact.state, contact.sudo().company_id), ("done", self.company))
        for user in (self.northerner, self.southerner, self.collector):
            [row] = self._list(user).search([("partner_id", "=", self.of_both.id)])
            self.assertEqual(row.resting_until, self.today + timedelta(days=1), "nobody is called twice a day")
        self.assertEqual(
            self.env["collection.log"].with_user(self.northerner).with_context(allowed_company_ids=self.north.ids)
            .search([]).kind, "contact"
        )  # fmt: skip
        with self.assertRaises(AccessError):
            contact.with_user(self.southerner).with_context(allowed_company_ids=self.south.ids).read(["note"])

    def test_who_works_in_two_branches_calls_once_about_both(self):
        self.northerner.sudo().company_ids |= self.south
        self.env["collection.script"].create({"name": "S", "channel": "phone", "body": "<p>{company}: {claim}</p>"})
        row = self._list(self.northerner).search([("partner_id", "=", self.of_both.id)])[0]
        contacts = self.env["collection.contact"].with_user(self.northerner)
        contacts = contacts.with_context(allowed_company_ids=(self.north + self.south).ids)
        form = Form(contacts.with_context(**row.action_call()["context"]))
        self.assertEqual((form.claim_amount, form.overdue_amount), (600, 600))
        for said in ("North", "South", "600.00"):
            self.assertIn(said, form.script)
        form.outcome_id = self._ending("informed").with_user(self.northerner)
        form.callback_date = False
        contact = form.save()
        contact.action_done()
        self.assertEqual(contact.sudo().company_id, self.company)
        rows = self._list(self.northerner).search([("partner_id", "=", self.of_both.id)])
        self.assertEqual(rows.mapped("resting_until"), [self.today + timedelta(days=1)] * 2)

    def test_branch_takes_a_promise_for_its_items(self):
        contact = self._call(self.northerner, "promised")
        promise = contact.sudo().promise_id
        self.assertEqual((promise.amount, promise.company_id), (200, self.company))
        mine, theirs = (
            self.env["receivable.promise"].with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
            for user in (self.northerner, self.southerner)
        )
        self.assertEqual(mine.search([]).line_ids.mapped("amount"), [200])
        self.assertFalse(theirs.search([]))
        self.assertFalse(theirs.env["receivable.promise.line"].search([]))

    def test_branch_snoozes_a_customer(self):
        [row] = self._list(self.northerner).search([("partner_id", "=", self.of_both.id)])
        snoozes = self.env["collection.snooze"].with_user(self.northerner).with_context(
            allowed_company_ids=self.north.ids, **row.action_snooze()["context"]
        )  # fmt: skip
        snoozes.create({"date_until": self.today + timedelta(days=5), "reason": "away"})
        [row] = self._list(self.southerner).search([("partner_id", "=", self.of_both.id)])
        self.assertEqual(row.resting_until, self.today + timedelta(days=5))
        [row] = self._list(self.northerner).search([("partner_id", "=", self.of_both.id)])
        row.action_wake()
        self.assertFalse(self._list(self.southerner).search([("partner_id", "=", self.of_both.id)]).resting_until)

    def test_branch_does_nothing_for_the_root_to_customers_of_others(self):
        cases = {
            "dunning.block": {"reason": "No"},
            "collection.contact": {},
            "collection.snooze": {"reason": "No", "date_until": self.today + timedelta(days=5)},
        }
        for model, values in cases.items():
            with self.subTest(model):
                records = self.env[model].with_user(self.northerner).with_context(allowed_company_ids=self.north.ids)
                values = {"company_id": self.company.id, **values}
                for partner in (self.of_north, self.of_both):
                    record = records.create({**values, "partner_id": partner.id})
                    with self.assertRaisesRegex(ValidationError, "owes nothing where you work"), self.cr.savepoint():
                        record.partner_id = self.of_root
                with self.assertRaisesRegex(ValidationError, "owes nothing where you work"), self.cr.savepoint():
                    records.create({**values, "partner_id": self.of_root.id})

    def test_branch_does_not_block_a_document_of_another(self):
        blocks = self.env["dunning.block"].with_user(self.northerner).with_context(allowed_company_ids=self.north.ids)
        values = {"company_id": self.company.id, "reason": "No"}
        blocks.create({**values, "move_id": self._items_of_both(self.north).move_id.id})
        with self.assertRaises(UserError), self.cr.savepoint():
            blocks.create({**values, "move_id": self._items_of_both(self.south).move_id.id})
        with self.assertRaises(UserError), self.cr.savepoint():
            blocks.create(
                {**values, "move_id": self._items_of_both(self.south).move_id.id, "partner_id": self.of_both.id}
            )

    def test_nobody_writes_for_a_company_that_is_not_theirs(self):
        other = self.setup_other_company()["company"]
        contacts = self.env["collection.contact"].with_user(self.northerner)
        with self.assertRaises(AccessError):
            contacts.with_context(allowed_company_ids=self.north.ids).create(
                {"partner_id": self.of_north.id, "company_id": other.id}
            )
