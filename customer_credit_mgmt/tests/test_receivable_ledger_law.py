"""The law of the ledger facts: open items as of any date add up to the general ledger, to the cent."""

from collections import defaultdict
from contextlib import closing
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import CreditCommon

FIRST_DAY = date(2023, 1, 1)
DAYS = 700

small = st.integers(min_value=0, max_value=11)
days = st.integers(min_value=0, max_value=DAYS)
cents = st.integers(min_value=1, max_value=500_000)
# invoices first, so that there is something to match; the other operations pick what there is by index
documents = st.tuples(
    st.sampled_from(["invoice", "invoice", "refund", "draft", "payment", "entry"]), small, days, cents
)
matchings = st.tuples(
    st.sampled_from(["pay", "match", "match", "unmatch", "reset", "post", "reverse", "cancel"]), small, days, cents
)
ledgers = st.tuples(
    st.lists(documents, min_size=2, max_size=6),
    st.lists(st.one_of(matchings, matchings, documents), min_size=3, max_size=9),
)


@tagged("post_install", "-at_install")
class TestReceivableLedgerLaw(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.child_ids = [Command.create({"name": "Branch"})]
        cls.cr.precommit.run()  # the branch takes over its root's chart of accounts
        cls.branch = cls.company.child_ids
        cls.env.user.company_ids |= cls.branch
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": (cls.company + cls.branch).ids})
        cls.ledger = cls.env["receivable.ledger"]
        cls.receivable = cls.company_data["default_account_receivable"]
        euro = cls.setup_other_currency("EUR", rates=[("1900-01-01", 0.9), ("2023-06-01", 0.8), ("2024-03-01", 1.1)])
        yen = cls.setup_other_currency("JPY", rates=[("1900-01-01", 131.0), ("2023-09-01", 147.3)])
        cls.currencies = [cls.company.currency_id, euro, cls.company.currency_id, yen]
        contact = cls.env["res.partner"].create({"name": "Contact", "parent_id": cls.partner_a.id})
        archived = cls.env["res.partner"].create({"name": "Gone", "active": False})
        cls.partners = [cls.partner_a, contact, cls.partner_b, archived, cls.env["res.partner"]]
        cls.terms = cls.env["account.payment.term"].create(
            [
                {
                    "name": f"{count} instalments",
                    "line_ids": [
                        Command.create({"value": "percent", "value_amount": share, "nb_days": 30 * number})
                        for number, share in enumerate(shares)
                    ],
                }
                for count, shares in ((1, [100]), (2, [50, 50]), (3, [33, 33, 34]))
            ]
        )

    # ------------------------------------------------------------------
    # A RANDOM LEDGER
    # ------------------------------------------------------------------

    def _build(self, operations):
        """Do what can be done of the operations; what Odoo refuses did not happen."""
        for name, pick, day, amount in operations:
            try:
                with self.cr.savepoint():
                    getattr(self, f"_do_{name}")(pick, FIRST_DAY + timedelta(days=day), amount / 100)
            except UserError:
                self.env.invalidate_all()

    def _moves(self, *states):
        return self.env["account.move"].search(
            [("company_id", "child_of", self.company.id), ("state", "in", states)], order="id"
        )

    def _lines(self, *domain):
        return self.env["account.move.line"].search(
            [
                ("company_id", "child_of", self.company.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "!=", "cancel"),
                *domain,
            ],
            order="id",
        )

    def _do_invoice(self, pick, day, amount, move_type="out_invoice", post=True):
        return self._invoice(
            self.partners[pick % 4],
            self.currencies[pick % 4].round(amount),
            day,
            post=post,
            move_type=move_type,
            company_id=(self.branch if pick % 3 == 2 else self.company).id,
            currency_id=self.currencies[pick % 4].id,
            invoice_payment_term_id=self.terms[pick % 3].id,
            invoice_date_due=False,
        )

    def _do_refund(self, pick, day, amount):
        self._do_invoice(pick, day, amount, move_type="out_refund")

    def _do_draft(self, pick, day, amount):
        self._do_invoice(pick, day, amount, move_type=("out_invoice", "out_refund")[pick % 2], post=False)

    def _do_payment(self, pick, day, amount):
        payment = self.env["account.payment"].create(
            {
                "partner_id": self.partners[pick % 4].id,
                "amount": self.currencies[pick // 3].round(amount),
                "currency_id": self.currencies[pick // 3].id,
                "date": day,
                "payment_type": "inbound" if pick else "outbound",
                "partner_type": "customer",
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()

    def _do_entry(self, pick, day, amount):
        """A direct journal entry on the receivable account, with or without partner."""
        sign = 1 if pick % 3 else -1
        sides = (
            (self.receivable, sign * amount, self.partners[pick % 5]),
            (self.company_data["default_account_revenue"], -sign * amount, self.env["res.partner"]),
        )
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": day,
                "company_id": (self.branch if pick % 2 else self.company).id,
                "line_ids": [
                    Command.create({"account_id": account.id, "balance": balance, "partner_id": partner.id})
                    for account, balance, partner in sides
                ],
            }
        )
        entry.action_post()

    def _do_pay(self, pick, day, amount):
        invoices = self._moves("posted").filtered(lambda m: m.move_type == "out_invoice" and m.amount_residual)
        if invoices:
            invoice = invoices[pick % len(invoices)]
            self._pay(invoice, min(invoice.currency_id.round(amount), invoice.amount_residual), day)

    def _do_match(self, pick, _day, _amount):
        """Match an open debit, drafts included, with all or one of the open credits of the same customer."""
        debits = self._lines(("amount_residual", ">", 0), ("reconciled", "=", False))
        if debits:
            debit = debits[pick % len(debits)]
            owner = debit.partner_id.commercial_partner_id
            open_credits = self._lines(("amount_residual", "<", 0), ("reconciled", "=", False)).filtered(
                lambda line: line.partner_id.commercial_partner_id == owner and line.account_id == debit.account_id
            )
            (debit + (open_credits if pick % 2 else open_credits[:1])).reconcile()

    def _do_unmatch(self, pick, _day, _amount):
        matched = self._lines().filtered(lambda line: line.matched_debit_ids or line.matched_credit_ids)
        if matched:
            matched[pick % len(matched)].remove_move_reconcile()

    def _do_reset(self, pick, _day, _amount):
        """Back to draft: Odoo keeps the matchings."""
        moves = self._moves("posted")
        if moves:
            moves[pick % len(moves)].button_draft()

    def _do_post(self, pick, _day, _amount):
        moves = self._moves("draft")
        if moves:
            moves[pick % len(moves)].action_post()

    def _do_reverse(self, pick, day, _amount):
        moves = self._moves("posted")
        if moves:
            values = [{"date": day, "invoice_date": day}]
            moves[pick % len(moves)]._reverse_moves(values, cancel=bool(pick % 2))

    def _do_cancel(self, pick, _day, _amount):
        moves = self._moves("draft")
        if moves:
            moves[pick % len(moves)].button_cancel()

    # ------------------------------------------------------------------
    # WHAT IS TRUE OF IT
    # ------------------------------------------------------------------

    def _general_ledger(self, as_of):
        """``{(root company, commercial partner): balance}`` of the receivable accounts, straight from the entries."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT split_part(company.parent_path, '/', 1)::int, partner.commercial_partner_id, sum(line.balance)
                  FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id
                  JOIN account_account account ON account.id = line.account_id
                  JOIN res_company company ON company.id = line.company_id
                  LEFT JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE account.account_type = 'asset_receivable' AND move.state = 'posted' AND move.date <= %s
                   AND line.company_id = ANY(%s)
                 GROUP BY 1, 2
                """,
                as_of,
                (self.company + self.branch).ids,
            )
        )
        return {(root, partner): Decimal(str(balance)) for root, partner, balance in rows if balance}

    def _reconstructed(self, as_of):
        """``{line id: (residual, residual in currency)}`` by brute force: what was booked less what was matched."""
        posted = self._lines(("parent_state", "=", "posted"), ("date", "<=", as_of))
        result = {}
        for line in posted:
            taken = taken_currency = 0
            for partial in line.matched_debit_ids:
                if partial.debit_move_id in posted:
                    taken -= partial.amount
                    taken_currency -= partial.credit_amount_currency
            for partial in line.matched_credit_ids:
                if partial.credit_move_id in posted:
                    taken += partial.amount
                    taken_currency += partial.debit_amount_currency
            residual = line.company_currency_id.round(line.balance - taken)
            if residual:
                result[line.id] = (residual, line.currency_id.round(line.amount_currency - taken_currency))
        return result

    def _check_law(self, as_of):
        rows = self.env.execute_query_dict(self.ledger._open_items_sql(as_of, self.company))
        totals = defaultdict(Decimal)
        for row in rows:
            totals[row["root_company_id"], row["partner_id"]] += Decimal(str(row["residual"]))
        self.assertEqual({key: total for key, total in totals.items() if total}, self._general_ledger(as_of))
        items = {row["line_id"]: (float(row["residual"]), float(row["residual_currency"])) for row in rows}
        self.assertEqual(len(items), len(rows), "one row per journal item")
        self.assertEqual(items, self._reconstructed(as_of))

    @mute_logger("odoo.addons.account.models.account_move")
    @settings(
        max_examples=25,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],  # an example costs a second: shrinking one takes minutes
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(ledger=ledgers, dates=st.lists(days, min_size=2, max_size=3))
    def test_open_items_add_up_to_the_general_ledger_as_of_any_date(self, ledger, dates):
        with closing(self.cr.savepoint()):
            documents_made, matchings_made = ledger
            self._build(documents_made + matchings_made)
            for day in {*dates, DAYS, DAYS + 400}:
                self._check_law(FIRST_DAY + timedelta(days=day))
