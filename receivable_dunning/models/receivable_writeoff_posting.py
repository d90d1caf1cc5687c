"""The entry of a write-off, taking it back, and money that comes after all."""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class ReceivableWriteoff(models.Model):
    _inherit = "receivable.writeoff"

    # ------------------------------------------------------------------
    # POST
    # ------------------------------------------------------------------

    def action_post(self):
        """Book the write-offs and match them with their items: those are not owed any more."""
        self._begin("accountant", "approved")
        for writeoff in self:
            writeoff._check_can_post()
            writeoff._post_entry()
        self._sign(state="posted", posted_by=self.env.uid, posted_on=fields.Datetime.now())

    def _check_can_post(self):
        company = self.company_id
        if not company.writeoff_account_id:
            raise UserError(self.env._("Choose the write-off account in the settings, Collections, Bad Debt."))
        company._refuse_locked_date(self.date, company._writeoff_journal())
        items = self.line_ids.move_line_id
        # locked and read again: a payment that is matched at the same moment waits or lets us start anew
        items.lock_for_update()
        items.invalidate_recordset()
        self.line_ids._check_amounts()
        late = items.filtered(lambda item: item.date > self.date)
        if late:
            raise UserError(
                self.env._(
                    "%(item)s is booked after the date of the write-off: choose a later date.",
                    item=late[0].move_id.name,
                )
            )

    def _post_entry(self):
        """One entry: each item on its receivable account, the loss on the write-off account."""
        entry = (
            self.env["account.move"]
            .with_company(self.company_id)
            .create(
                {
                    "move_type": "entry",
                    "company_id": self.company_id.id,
                    "journal_id": self.company_id._writeoff_journal().id,
                    "date": self.date,
                    "ref": self.env._("Write-off %(name)s", name=self.name),
                    "line_ids": [
                        Command.create({**values, "sequence": place})
                        for place, values in enumerate(
                            values for line in self.line_ids for values in line._prepare_entry_lines()
                        )
                    ],
                }
            )
        )
        accounts = self.line_ids.move_line_id.account_id
        credits = entry.line_ids.filtered(lambda booked: booked.account_id in accounts).sorted("sequence")
        for line, credit in zip(self.line_ids, credits, strict=True):
            # sudo: the lines of a write-off are not changed after it was submitted, but by this
            line.sudo().credit_line_id = credit
        entry._post(soft=False)
        self.env["account.move.line"]._reconcile_plan(
            [line.move_line_id + line.credit_line_id for line in self.line_ids]
        )
        self._sign(move_id=entry.id)

    # ------------------------------------------------------------------
    # UNDO
    # ------------------------------------------------------------------

    def action_undo(self):
        """Ask for the date and the reason, then reverse the entry: the items are open again."""
        self._begin("manager", "posted")
        self.ensure_one()
        return self.env["receivable.loss.reversal"]._ask(self)

    def _undo(self, date, reason):
        self._begin("manager", "posted")
        self.ensure_one()
        if self.line_ids.recovery_ids:
            raise UserError(
                self.env._("A part of these debts was recovered: reverse the entries of the recoveries first.")
            )
        self.company_id._refuse_locked_date(date, self.company_id._writeoff_journal())
        ref = self.env._("Write-off %(name)s undone: %(reason)s", name=self.name, reason=reason)
        # signed first: the entry of a write-off that stands is not reversed
        self._sign(state="undone", undo_reason=reason)
        reversal = self.move_id._reverse_moves([{"date": date, "ref": ref}], cancel=True)
        self._sign(undo_move_id=reversal.id)
        self.message_post(body=self.env._("Undone: %(reason)s", reason=reason))

    def _entry_refusal(self, entry):
        """Why the entry cannot be reversed, reset, cancelled or deleted, and what to do instead."""
        if self.state == "posted":
            return self.env._(
                "%(entry)s books the write-off %(writeoff)s: undo the write-off instead.",
                entry=entry.name,
                writeoff=self.name,
            )
        return self.env._(
            "%(entry)s belongs to the write-off %(writeoff)s, which was undone: both entries stay together."
            " To write the items off after all, propose them again.",
            entry=entry.name,
            writeoff=self.name,
        )

    def action_recover(self):
        """A written-off debt is paid after all: choose the payment."""
        self._begin("accountant", "posted")
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record a Recovery"),
            "res_model": "receivable.recovery.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_writeoff_id": self.id},
        }


class ReceivableWriteoffLine(models.Model):
    _inherit = "receivable.writeoff.line"

    def _prepare_entry_lines(self):
        """``[customer, loss, tax]`` of the entry, the tax only where it is claimed back; in the document's currency.

        At the rate of the date: the difference to the rate of the document becomes an exchange difference when the item
        is matched, as with a payment.
        """
        item, company = self.move_line_id, self.company_id
        common = {
            "name": self.env._("Write-off %(document)s", document=item.move_id.name),
            "partner_id": self.partner_id.id,
            "currency_id": self.currency_id.id,
        }
        tax_currency = self.currency_id.round(self.amount_currency * self._tax_share()) if self.amount_tax else 0.0
        rows = [
            (item.account_id, -self.amount, -self.amount_currency),
            (company.writeoff_account_id, self.amount - self.amount_tax, self.amount_currency - tax_currency),
        ]
        if self.amount_tax:
            rows.append((company.bad_debt_tax_account_id, self.amount_tax, tax_currency))
        return [
            {**common, "account_id": account.id, "balance": balance, "amount_currency": amount}
            for account, balance, amount in rows
        ]

    def _recover(self, credit, amount, date):
        """Match money with a debt that was written off: the customer's payment against income, tax in its share.

        :param credit: open receivable item of the customer's payment
        :param amount: in the currency of the written-off item, which is that of the payment
        """
        self.ensure_one()
        company = self.company_id
        company._refuse_locked_date(date, company._writeoff_journal())
        balance = self.currency_id._convert(amount, company.currency_id, company, date)
        share = self.amount_tax / self.amount if self.amount else 0.0
        tax, tax_currency = company.currency_id.round(balance * share), self.currency_id.round(amount * share)
        common = {
            "name": self.env._("Recovered: %(document)s", document=self.move_id.name),
            "partner_id": self.partner_id.id,
            "currency_id": self.currency_id.id,
        }
        rows = [
            (credit.account_id, balance, amount),
            (company.bad_debt_recovery_account_id, tax - balance, tax_currency - amount),
        ]
        if tax:
            rows.append((company.bad_debt_tax_account_id, -tax, -tax_currency))
        entry = (
            self.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "entry",
                    "company_id": company.id,
                    "journal_id": company._writeoff_journal().id,
                    "date": date,
                    "ref": common["name"],
                    "line_ids": [
                        Command.create(
                            {**common, "account_id": account.id, "balance": value, "amount_currency": foreign}
                        )
                        for account, value, foreign in rows
                    ],
                }
            )
        )
        entry._post(soft=False)
        booked = entry.line_ids.filtered(lambda line: line.account_id == credit.account_id)
        (booked | credit).reconcile()
        # sudo: recoveries are written by this method only; the group was checked by the wizard
        return (
            self.env["receivable.writeoff.recovery"]
            .sudo()
            .create(
                {
                    "line_id": self.id,
                    "date": date,
                    "amount_currency": amount,
                    "amount": balance,
                    "move_id": entry.id,
                    "payment_line_id": credit.id,
                    "user_id": self.env.uid,
                }
            )
        )
