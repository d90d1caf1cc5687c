from collections import defaultdict
from contextlib import contextmanager

from odoo import api, models
from odoo.exceptions import UserError

from ..core import verdict as core
from .computed_again import names_of


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "credit.check.mixin"]

    _credit_stage = "invoice"
    _credit_computed = frozenset({"amount_total", "amount_total_signed"})

    # ------------------------------------------------------------------
    # CREDIT CHECK
    # ------------------------------------------------------------------

    def _credit_partner(self):
        return self.partner_id

    def _credit_document(self):
        if not self._credit_is_ours():
            return core.Document(0.0)
        return core.Document(self.amount_total_signed, self._credit_counted_amount())

    def _credit_counted_amount(self):
        """The part of the invoice that the exposure holds already: what it invoices of confirmed orders."""
        return 0.0

    def _credit_is_ours(self):
        return self.move_type in ("out_invoice", "out_receipt")

    def _credit_is_immediate(self):
        return self._credit_terms_days() == 0

    def _credit_salesperson(self):
        return self.invoice_user_id

    def _credit_resume(self):
        self.action_post()

    def _credit_date(self):
        """Its own date; a date in the future makes no terms shorter."""
        today = super()._credit_date()
        return min(self.invoice_date or today, today)

    def _credit_terms_days(self):
        last = max(self.line_ids.filtered("date_maturity").mapped("date_maturity"), default=None)
        due = max((day for day in (last, self.invoice_date_due) if day), default=None)
        return due and max((due - self._credit_date()).days, 0)

    def _credit_open_amount(self):
        return max(self.amount_residual_signed, 0.0) if self.state == "posted" else 0.0

    @api.depends("company_id", "commercial_partner_id")
    def _compute_credit_status(self):
        return super()._compute_credit_status()

    # ------------------------------------------------------------------
    # POSTING
    # ------------------------------------------------------------------

    def action_post(self):
        passed = self._credit_hold()
        result = super(AccountMove, passed).action_post() if passed else False
        held = self - passed
        return held._credit_hold_notification(held) if held else result

    def action_validate_moves_with_confirmation(self):
        drafts = self.filtered(lambda move: move.state == "draft" and move.line_ids)
        held = drafts - drafts._credit_hold()
        remaining = self - held
        if held and not remaining:
            return held._credit_hold_notification(held)
        return super(AccountMove, remaining).action_validate_moves_with_confirmation()

    @api.model_create_multi
    def create(self, vals_list):
        moves = super(AccountMove, self._credit_without_default_state()).create(vals_list)
        moves._credit_compute_again(names_of(vals_list))
        return moves.with_env(self.env)

    def write(self, vals):
        if vals.get("state") != "posted":
            taken_back = self.filtered(lambda move: move.state == "posted") if "state" in vals else self.browse()
            result = super().write(vals)
            self._credit_compute_again(vals.keys())
            taken_back.line_ids._credit_facts_changed()
            return result
        posting = self.filtered(lambda move: move.state != "posted")
        # what else is written comes first: the check sees the document as it will be posted
        passing = {name: vals[name] for name in ("state", "posted_before") if name in vals}
        if others := {name: value for name, value in vals.items() if name not in passing}:
            super().write(others)
            self._credit_compute_again(others.keys())
        posting._credit_enforce()
        result = super().write(passing)
        posting._credit_passed()
        # payments, credit notes, entries; an invoice only adds what its own check knew of
        posting.filtered(lambda move: not move._credit_is_ours()).line_ids._credit_facts_changed()
        return result

    @contextmanager
    def _sync_dynamic_lines(self, container):
        """Whatever is done to the lines of a posted invoice, no customer owes more by it than what was checked."""
        posted = container["records"].filtered(lambda move: move.state == "posted" and move._credit_is_ours())
        checked = posted.filtered(lambda move: move._credit_specs(move.company_id.root_id))
        before, terms = checked._credit_owed(), {move: move._credit_terms_days() for move in checked}
        with super()._sync_dynamic_lines(container):
            yield
        checked._credit_check_not_longer(terms)
        for (move, customer), amount in checked._credit_owed().items():
            if move.company_currency_id.compare_amounts(amount, before.get((move, customer), 0.0)) > 0:
                raise UserError(
                    self.env._(
                        "%(invoice)s was checked for its customer and amount: reset it to draft to change them.",
                        invoice=move.display_name,
                    )
                )

    def _credit_check_not_longer(self, before):
        """Where terms are checked, more time is more credit: credit control gives it, others ask with the document.

        :param before: ``{invoice: days to its last instalment}``
        """
        if self.env.su or self.env.user.has_group("customer_credit_mgmt.group_credit_controller"):
            return
        for move, days in before.items():
            if (move._credit_terms_days() or 0) > (days or 0) and move._credit_looked_at_terms(days):
                raise UserError(
                    self.env._(
                        "%(invoice)s was checked with its due date: ask a credit controller for more time, or reset it"
                        " to draft and post it again.",
                        invoice=move.display_name,
                    )
                )

    def _credit_looked_at_terms(self, days):
        """Whether it mattered for the check that the invoice was due after so many days."""
        specs = self._credit_specs(self.company_id.root_id)
        return any(spec.has_rule("terms_longer") or (spec.exempt_immediate and not days) for spec in specs)

    def _credit_owed(self):
        """``{(invoice, customer): amount}`` of the receivable items, in company currency."""
        owed = defaultdict(float)
        receivable = self.env["receivable.ledger"]._receivable_account_ids() if self else ()
        for line in self.line_ids.filtered(lambda line: line.account_id.id in receivable):
            owed[line.move_id, line.partner_id.commercial_partner_id] += line.balance
        return owed

    @api.depends("company_id", "partner_id", "tax_totals", "currency_id", "state")
    def _compute_partner_credit_warning(self):
        super()._compute_partner_credit_warning()
        self._credit_fill_warning()
