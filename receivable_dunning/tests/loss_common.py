from datetime import date, timedelta

from odoo import Command

from .common import CollectionsCommon

AS_OF = date(2024, 6, 30)


class BadDebtCommon(CollectionsCommon):
    """A company that books its losses on an account."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bad_debt = cls._account("BD01", "Bad debt", "expense")
        cls.company.sudo().writeoff_account_id = cls.bad_debt

    @classmethod
    def _account(cls, code, name, account_type, **values):
        company = values.pop("company", cls.company)
        return (
            cls.env["account.account"]
            .sudo()
            .with_company(company)
            .create(
                {
                    "code": code,
                    "name": name,
                    "account_type": account_type,
                    "company_ids": [Command.set(company.ids)],
                    **values,
                }
            )
        )

    def _entry(self, day, *rows):
        """A posted entry of ``(account, balance, partner)``."""
        lines = [
            Command.create({"account_id": account.id, "balance": balance, "partner_id": partner and partner.id})
            for account, balance, partner in rows
        ]
        entry = self.env["account.move"].create({"move_type": "entry", "date": day, "line_ids": lines})
        entry.action_post()
        return entry

    @staticmethod
    def _item(move):
        return move.line_ids.filtered(lambda line: line.account_type == "asset_receivable")

    def _lose(self, invoice, amount, day):
        """Written off by an entry by hand, matched with the invoice."""
        item = self._item(invoice)
        entry = self._entry(
            day, (self.bad_debt, amount, None), (item.account_id, -amount, invoice.commercial_partner_id)
        )
        (item | self._item(entry)).reconcile()
        return entry


class EclCommon(BadDebtCommon):
    """A company with an allowance account and a method by hand: 0.5 / 2.2 / 2.7 / 4.5 %."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.allowance = cls._account("AL01", "Allowance", "asset_current")
        cls.impairment = cls._account("IM01", "Impairment", "expense")
        cls.company.sudo().write(
            {"ecl_allowance_account_id": cls.allowance.id, "ecl_expense_account_id": cls.impairment.id}
        )
        cls.ecl_scheme = cls._new_scheme(30, 60)
        cls.hand = cls._method("hand", rates=(0.005, 0.022, 0.027, 0.045))

    @classmethod
    def _method(cls, method, rates=(), **values):
        buckets = values.get("scheme", cls.ecl_scheme)._ordered_buckets()
        values.pop("scheme", None)
        return cls.env["ecl.method"].create(
            {
                "name": method,
                "company_id": cls.company.id,
                "method": method,
                "scheme_id": buckets.scheme_id.id,
                "rate_ids": [
                    Command.create({"bucket_id": bucket.id, "rate": rate})
                    for bucket, rate in zip(buckets, rates, strict=False)
                ],
                **values,
            }
        )

    def _ecl(self, method=None, day=AS_OF, **values):
        run = self.env["ecl.run"].create(
            {"company_id": self.company.id, "date": day, "method_id": (method or self.hand).id, **values}
        )
        run.action_compute()
        return run

    def _standard_debts(self):
        """15,000 not due, 7,500 / 4,000 / 2,500 overdue."""
        for amount, due in ((15000, "2024-07-15"), (7500, "2024-06-20"), (4000, "2024-05-20"), (2500, "2024-02-01")):
            self._invoice(self.partner_a, amount, date(2024, 1, 1), due=date.fromisoformat(due))

    def _figures(self, run, name="allowance"):
        return run.line_ids.mapped(name)

    def _posted(self, method=None, day=AS_OF, **values):
        run = self._ecl(method, day, **values)
        run.action_approve()
        run.action_post()
        return run

    def _balance(self, account, day=None):
        domain = [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        domain += [("date", "<=", day)] if day else []
        [(balance,)] = self.env["account.move.line"]._read_group(domain, [], ["balance:sum"])
        return balance or 0


class WriteoffCommon(BadDebtCommon):
    """Two accountants, a manager, and old invoices to be written off."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.recovery = cls._account("RC01", "Recovered", "income_other")
        cls.company.sudo().write({"bad_debt_recovery_account_id": cls.recovery.id, "writeoff_manager_amount": 1000})
        cls.clerk = cls._user("wo_clerk", "receivable_dunning.group_collections_accountant")
        cls.second = cls._user("wo_second", "receivable_dunning.group_collections_accountant")
        cls.boss = cls._user("wo_boss", "receivable_dunning.group_collections_manager")
        cls.day = date(2024, 6, 30)

    def _old(self, amount=100, partner=None, days=800, **values):
        due = self.day - timedelta(days=days)
        return self._invoice(partner or self.partner_a, amount, due, due=due, **values)

    def _writeoff(self, *invoices, amount=None, user=None, day=None, **values):
        line = {"amount_currency": amount} if amount else {}
        items = [self._item(invoice) for invoice in invoices]
        return (
            self.env["receivable.writeoff"]
            .with_user(user or self.clerk)
            .create(
                {
                    "company_id": self.company.id,
                    "date": day or self.day,
                    "line_ids": [Command.create({"move_line_id": item.id, **line}) for item in items],
                    **values,
                }
            )
        )

    def _approved(self, *invoices, **values):
        writeoff = self._writeoff(*invoices, **values)
        writeoff.action_submit()
        writeoff.with_user(self.boss).action_approve()
        return writeoff

    def _posted(self, *invoices, **values):
        writeoff = self._approved(*invoices, **values)
        writeoff.action_post()
        return writeoff

    def _balance(self, account):
        [(balance,)] = self.env["account.move.line"]._read_group(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")], [], ["balance:sum"]
        )
        return balance or 0
