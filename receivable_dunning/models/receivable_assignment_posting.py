"""Assigning a batch, what is booked of it, and taking items back."""

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import SQL

from ..core.factoring import Refusal


class ReceivableAssignment(models.Model):
    _inherit = "receivable.assignment"

    # ------------------------------------------------------------------
    # ASSIGN
    # ------------------------------------------------------------------

    def action_assign(self):
        """Hand the items over: they are not reminded any more, and booked on the factor where the agreement says so.

        What was paid, disputed or assigned since the proposal is left out with its reason; amounts shrink.
        """
        self._check_manager()
        self._expect_draft()
        for batch in self:
            # sudo: the only door to the state; the group was checked
            batch.sudo()._assign()
        return True

    def _check_manager(self):
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group("receivable_dunning.group_collections_manager"):
            raise AccessError(self.env._("Assigning receivables is up to managers of collections."))

    def _assign(self):
        # written first: of two sessions one waits, and starts anew from what the other left
        self.write({"state": "assigned", "assigned_on": fields.Datetime.now(), "assigned_by": self.env.uid})
        self.env.flush_all()
        self.line_ids.move_line_id._touch()
        self._review()
        if not self.line_ids:
            raise UserError(
                self.env._("%(batch)s has no item that can be assigned: propose it again.", batch=self.name)
            )
        self.line_ids.is_standing = True
        self.env.flush_all()
        if self.agreement_id.account_id:
            self._post_entry()
        self.message_post(body=self.env._("Assigned to %(factor)s.", factor=self.factor_id.name))

    def _review(self):
        """Compare the items with what is true now; amounts only shrink."""
        rows = self._candidates()
        decided = {values["move_line_id"]: values for values in self._prepare_lines(self._rows_of(rows))}
        for line in self.line_ids:
            now = decided.get(line.move_line_id.id)
            if not now or now["refusal"]:
                line.write({"refusal": now["refusal"] if now else Refusal.PAID, "amount_advance": 0, "amount_fee": 0})
            elif self.currency_id.compare_amounts(now["amount"], line.amount):
                line.write({name: now[name] for name in ("amount", "amount_advance", "amount_fee")})
        self.invalidate_recordset(["line_ids", "refused_ids"])

    def _rows_of(self, rows):
        """The rows of the items that the batch is about to assign, never for more than it proposed."""
        proposed = {line.move_line_id.id: line.amount for line in self.line_ids}
        return {
            key: {**row, "amount": min(float(row["amount"]), proposed[key])}
            for key, row in rows.items()
            if key in proposed
        }

    # ------------------------------------------------------------------
    # ENTRIES
    # ------------------------------------------------------------------

    def _post_entry(self):
        """One entry from the customers to the factor, matched with the invoices."""
        lines = self.line_ids
        entry = self._create_entry(
            self.date,
            self.env._("%(batch)s: assigned to %(factor)s", batch=self.name, factor=self.factor_id.name),
            [values for line in lines for values in line._prepare_entry_lines(1)],
        )
        self.entry_id = entry
        booked = entry.line_ids.sorted("sequence")
        for line, credit, debit in zip(lines, booked[0::2], booked[1::2], strict=True):
            line.write({"credit_line_id": credit.id, "factor_line_id": debit.id})
        entry._post()
        self.env["account.move.line"]._reconcile_plan([line.move_line_id + line.credit_line_id for line in lines])

    def _create_entry(self, date, ref, values):
        agreement = self.agreement_id
        return (
            self.env["account.move"]
            .with_company(self.company_id)
            .create(
                {
                    "move_type": "entry",
                    "company_id": self.company_id.id,
                    "journal_id": agreement.journal_id.id,
                    "date": date,
                    "ref": ref,
                    "line_ids": [Command.create({**line, "sequence": place}) for place, line in enumerate(values)],
                }
            )
        )

    # ------------------------------------------------------------------
    # BUYING BACK
    # ------------------------------------------------------------------

    def _buy_back(self, lines, date, reason):
        """Take items back: they are the customers' again with what is open, and are reminded again."""
        self._check_manager()
        # sudo: the only door to these fields; the group was checked
        lines = lines.sudo()
        # written first: of two sessions one waits, and starts anew from what the other left
        self.env.cr.execute(
            SQL("UPDATE receivable_assignment_line SET is_standing = is_standing WHERE id = ANY(%s)", sorted(lines.ids))
        )
        lines.invalidate_recordset()
        lines._check_with_factor()
        for batch, items in lines.grouped("assignment_id").items():
            booked = items.filtered("factor_line_id")
            if booked:
                batch._post_buy_back(booked, date)
            items.write({"is_standing": False, "bought_back_on": date, "bought_back_reason": reason})
            names = ", ".join(items.move_id.mapped("name"))
            batch.message_post(body=self.env._("Bought back: %(items)s. %(reason)s", items=names, reason=reason))

    def _post_buy_back(self, lines, date):
        """The opposite entry for what the factor did not get paid; the invoices are open again by so much."""
        for line in lines:
            if line.factor_line_id.currency_id.compare_amounts(line.amount_open, line.amount):
                raise UserError(
                    self.env._(
                        "A part of %(item)s is paid to the factor already: take the payment off the factor's account"
                        " first, or settle the rest there.",
                        item=line.display_name,
                    )
                )
        entry = self._create_entry(
            date,
            self.env._("%(batch)s: bought back from %(factor)s", batch=self.name, factor=self.factor_id.name),
            [values for line in lines for values in line._prepare_entry_lines(-1)],
        )
        entry._post()
        booked = entry.line_ids.sorted("sequence")
        lines.credit_line_id.remove_move_reconcile()
        pairs = []
        for line, customer, factor in zip(lines, booked[0::2], booked[1::2], strict=True):
            pairs += [line.credit_line_id + customer, line.factor_line_id + factor]
        self.env["account.move.line"]._reconcile_plan(pairs)
        lines.buy_back_id = entry


class ReceivableAssignmentLine(models.Model):
    _inherit = "receivable.assignment.line"

    def _entry_refusal(self, entry):
        """Why the entry cannot be reversed, reset, cancelled or deleted, and what to do instead."""
        if self.is_standing:
            return self.env._(
                "%(entry)s books the assignment %(batch)s: buy its items back instead.",
                entry=entry.name,
                batch=self.assignment_id.name,
            )
        return self.env._(
            "%(entry)s belongs to the assignment %(batch)s, whose items were bought back: both entries stay together."
            " To give the items to the factor after all, assign them again.",
            entry=entry.name,
            batch=self.assignment_id.name,
        )

    def _invoice_refusal(self):
        """Why the invoice cannot be reset, cancelled or deleted, and what to do first."""
        values = {"document": self.move_id.name, "batch": self.assignment_id.display_name}
        if self.state == "paid":
            return self.env._(
                "%(document)s was assigned to a factor by %(batch)s, and is paid: take the payment off first, then take"
                " it back from the factor.",
                **values,
            )
        return self.env._("%(document)s is with a factor by the assignment %(batch)s: buy it back first.", **values)

    def _prepare_entry_lines(self, sign):
        """``[customer, factor]`` of the entry: ``sign`` 1 books the item to the factor, -1 back.

        In company currency at the rate of the invoice, so that moving the item makes no exchange difference.
        """
        item = self.move_line_id
        amount = sign * self.amount
        rate = item.balance / item.amount_currency
        balance = sign * self.company_id.currency_id.round(self.amount * rate)
        common = {"name": item.move_id.name, "currency_id": self.currency_id.id, "date_maturity": self.date_maturity}
        return [
            {
                **common,
                "account_id": item.account_id.id,
                "partner_id": self.partner_id.id,
                "balance": -balance,
                "amount_currency": -amount,
            },
            {
                **common,
                "account_id": self.agreement_id.account_id.id,
                "partner_id": self.assignment_id.factor_id.id,
                "balance": balance,
                "amount_currency": amount,
            },
        ]
