from odoo import models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    # Serves aging, exposure and dunning candidates: a query that repeats the predicate reads nothing else.
    _credit_open_receivable_idx = models.Index(
        "(account_id, partner_id) INCLUDE (id, company_id, move_id, date, date_maturity, amount_residual,"
        " amount_residual_currency, currency_id, no_followup)"
        " WHERE parent_state = 'posted' AND reconciled IS NOT TRUE AND amount_residual <> 0"
    )
    # Draft documents of customers are few: this finds them without a scan.
    _credit_draft_receivable_idx = models.Index("(account_id, partner_id) WHERE parent_state = 'draft'")
    # Drafts that are matched already are rare: their matchings do not count, and every question asks for them.
    _credit_draft_matched_idx = models.Index(
        "(account_id, id) WHERE parent_state = 'draft' AND matching_number IS NOT NULL"
    )

    def _credit_facts_changed(self):
        """What the customers of these items owe, or how it is matched, has changed: their status follows."""
        receivable = self.env["receivable.ledger"]._receivable_account_ids() if self else ()
        lines = self.filtered(lambda line: line.account_id.id in receivable)
        for company, of_company in lines.grouped("company_id").items():
            customers = of_company.partner_id.commercial_partner_id
            self.env["credit.profile"]._refresh_soon(customers, company.root_id)
