"""What was written off: the items that were matched with an entry on a bad debt account."""

from odoo import models
from odoo.tools import SQL


class ReceivableLedger(models.AbstractModel):
    _inherit = "receivable.ledger"

    def _written_off_sql(self, company=None):
        """Write-offs, one row per matching of an open item with an entry that books bad debt.

        However the entry came about: a write-off of this addon, a manual entry, the difference of a payment. Of a
        payment that closes an item with a loss only the loss counts: the same share of each item that it pays. Tax
        relief belongs to what was written off. An entry that takes a write-off back is not one itself, and a matching
        that was removed is gone.

        :param company: companies whose trees are read, each with its own bad debt accounts; default: the active ones
        :return: ``SQL`` of ``line_id, partner_id`` (commercial, may be NULL), ``company_id`` (root), ``date``,
            ``amount`` (company currency, positive)
        """
        return SQL(
            """
              WITH loss AS MATERIALIZED (
                   SELECT line.move_id, sum(line.balance) AS amount,
                          sum(line.balance) FILTER (WHERE booked.is_bad_debt) AS bad_debt
                     FROM (VALUES %(accounts)s) booked(root_id, account_id, is_bad_debt)
                     JOIN account_move_line line ON line.account_id = booked.account_id
                    WHERE line.parent_state = 'posted' AND line.company_id = ANY(%(companies)s)
                      AND %(root)s = booked.root_id
                    GROUP BY line.move_id
                   HAVING bool_or(booked.is_bad_debt)
                   ), writing_off AS MATERIALIZED (
                   SELECT line.id, LEAST(loss.amount / sum(-line.balance) OVER (PARTITION BY line.move_id), 1) AS share
                     FROM loss
                     JOIN account_move_line line ON line.move_id = loss.move_id
                    WHERE line.account_id = ANY(%(receivable)s) AND line.balance < 0 AND loss.bad_debt > 0
                   )
            SELECT item.id AS line_id, partner.commercial_partner_id AS partner_id, %(item_root)s AS company_id,
                   matching.max_date AS date, matching.amount * writing_off.share AS amount
              FROM writing_off
              JOIN account_partial_reconcile matching ON matching.credit_move_id = writing_off.id
              JOIN account_move_line item ON item.id = matching.debit_move_id
              LEFT JOIN res_partner partner ON partner.id = item.partner_id
             WHERE item.parent_state = 'posted' AND item.move_id NOT IN (SELECT move_id FROM loss)
            """,
            accounts=self._bad_debt_accounts_sql(company),
            companies=self._tree_company_ids(company),
            root=self._root_company_sql(SQL("line.company_id"), company),
            item_root=self._root_company_sql(SQL("item.company_id"), company),
            receivable=self._receivable_account_ids(),
            to_flush=self._ledger_fields(),
        )

    def _bad_debt_accounts_sql(self, company=None):
        """``(root id, account id, whether it is bad debt)``; the tax relief account goes along with a loss only."""
        # sudo: which accounts take the losses is no secret to whoever may see the figures; branches read their root's
        roots = (company or self.env.companies).sudo().root_id
        rows = {
            (root.id, account.id, account in root.bad_debt_account_ids)
            for root in roots
            for account in root.bad_debt_account_ids | root.bad_debt_tax_account_id
        }
        return SQL(", ").join(SQL("%s", row) for row in sorted(rows) or [(0, 0, False)])
