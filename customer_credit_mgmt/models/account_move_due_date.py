"""More time for what is overdue is a decision of credit control, whichever way the due date is moved."""

from contextlib import contextmanager
from dataclasses import replace

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

MEMORY = frozenset({"credit_overdue_date", "credit_overdue_share"})
ALMOST = 1e-6  # of the whole document: less is rounding


class AccountMove(models.Model):
    _inherit = "account.move"

    credit_overdue_date = fields.Date(
        string="Due Before Reset",
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="The invoice was overdue when it was reset to draft: what was due by this day. It is held when it falls"
        " due later than that.",
    )
    credit_overdue_share = fields.Float(
        string="Share Due Before Reset",
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="Share of the invoice that was due by that day.",
    )

    # ------------------------------------------------------------------
    # GATHER
    # ------------------------------------------------------------------

    def _credit_due_shares(self):
        """``[(day, share of the document that is due by then)]``, in the order of the days."""
        receivable = self.env["receivable.ledger"]._receivable_account_ids()
        items = self.line_ids.filtered(lambda line: line.account_id.id in receivable and line.date_maturity)
        total, due, shares = sum(items.mapped("balance")), 0.0, []
        for item in items.sorted("date_maturity"):
            due += item.balance
            shares.append((item.date_maturity, due / total if total else 0.0))
        return shares

    def _credit_overdue_terms(self):
        """``(day, share)``: the last day of what is overdue and open, and the share due by then; None without any."""
        today = fields.Date.context_today(self)
        receivable = self.env["receivable.ledger"]._receivable_account_ids()
        days = [
            line.date_maturity
            for line in self.line_ids
            if line.account_id.id in receivable
            and line.date_maturity
            and line.date_maturity < today
            and line.company_currency_id.compare_amounts(line.amount_residual, 0.0) > 0
        ]
        if not days:
            return None
        return max(days), max(share for day, share in self._credit_due_shares() if day <= max(days))

    def _credit_days_later(self, day, share):
        """By how many days later than ``day`` such a share of the document is due; 0 when it is not later."""
        reached = [due for due, part in self._credit_due_shares() if part >= share - ALMOST]
        return max((min(reached) - day).days, 0) if reached else 0

    def _credit_looks_at_overdue(self):
        """Whether a rule of the company, or the insurer of the customer, stops documents for what is overdue."""
        specs = self._credit_specs(self.company_id.root_id)
        if any(spec.has_rule(kind) for spec in specs for kind in ("overdue_days", "overdue_amount")):
            return True
        # sudo: the terms of the insurer count, whoever asks
        guarantees = self.env["credit.guarantee"].sudo()
        if not specs or not guarantees._exist():
            return False
        today = fields.Date.context_today(self)
        return bool(self.env.execute_query(guarantees._insurer_terms_sql(today, self._credit_customer())))

    # ------------------------------------------------------------------
    # THROUGH DRAFT
    # ------------------------------------------------------------------

    def _credit_document(self):
        document = super()._credit_document()
        if not self.credit_overdue_date:
            return document
        days = self._credit_days_later(self.credit_overdue_date, self.credit_overdue_share)
        return replace(document, postponed_days=days)

    def write(self, vals):
        if MEMORY & vals.keys() and not self.env.su:
            raise AccessError(self.env._("Since when an invoice was overdue follows from the ledger."))
        if "state" not in vals:
            return super().write(vals)
        overdue = self._credit_overdue_before() if vals["state"] != "posted" else {}
        result = super().write(vals)
        # sudo: who resets an invoice may not write what is remembered of it
        for move, (day, share) in overdue.items():
            move.sudo().write({"credit_overdue_date": day, "credit_overdue_share": share})
        if vals["state"] == "posted":
            self._credit_forget_overdue()
        return result

    def _credit_overdue_before(self):
        """``{invoice: (day, share)}`` of the posted invoices that are overdue, where a policy checks."""
        posted = self.filtered(lambda move: move.state == "posted" and move._credit_is_ours())
        checked = posted.filtered(lambda move: move._credit_specs(move.company_id.root_id))
        return {move: terms for move in checked if (terms := move._credit_overdue_terms())}

    def _credit_forget_overdue(self):
        # sudo: see write
        self.filtered("credit_overdue_date").sudo().write({"credit_overdue_date": False, "credit_overdue_share": 0.0})

    # ------------------------------------------------------------------
    # POSTED
    # ------------------------------------------------------------------

    @contextmanager
    def _sync_dynamic_lines(self, container):
        """On a posted invoice only a credit controller moves the due date of what is overdue, and it is noted."""
        before = container["records"]._credit_overdue_before()
        with super()._sync_dynamic_lines(container):
            yield
        for move, (day, share) in before.items():
            days = move._credit_days_later(day, share) if move.state == "posted" else 0
            if days and move._credit_looks_at_overdue():
                move._credit_check_gives_time(day, days)

    def _credit_check_gives_time(self, day, days):
        if not (self.env.su or self.env.user.has_group("customer_credit_mgmt.group_credit_controller")):
            raise UserError(
                self.env._(
                    "%(invoice)s is overdue: ask a credit controller for more time, or reset it to draft and post it"
                    " again, which asks for a release.",
                    invoice=self.display_name,
                )
            )
        self._message_log(
            body=self.env._(
                "Overdue since %(day)s: %(user)s gave %(days)d days more.",
                day=format_date(self.env, day),
                user=self.env.user.name,
                days=days,
            )
        )
