"""What was written off: the items that were matched with an entry on a bad debt account."""

from odoo import models
from odoo.tools import SQL


class ReceivableLedger(models.AbstractModel):
    _inherit = "receivable.ledger"

    def _written_off_sql(self, company=None):
        """Write-offs, one row per matching of an open item with an entry that books bad debt.

        However the entry came about: a write-off of this addon, a manual entry, the difference of a payment. Of a
        payment that closes items with a loss only the loss counts: that of a customer for the items of that customer,
        what is for nobody among them as the same share of each item that is left. Tax relief belongs to what was
        written off. An entry that takes a write-off back is not one itself, and a matching that was removed is gone.

        :param company: companies whose trees are read, each with its own bad debt accounts; default: the active ones
        :return: ``SQL`` of ``matching_id, line_id, partner_id`` (commercial, may be NULL), ``company_id`` (root),
            ``date``, ``amount`` (company currency, positive)
        """
        return SQL(
            """
              WITH loss AS MATERIALIZED (
                   SELECT move_id, partner_id, amount, sum(amount) OVER entry AS entry_amount,
                          sum(bad_debt) OVER entry AS bad_debt
                     FROM (SELECT line.move_id, partner.commercial_partner_id AS partner_id,
                                  sum(line.balance) AS amount,
                                  sum(line.balance) FILTER (WHERE booked.is_bad_debt) AS bad_debt
                             FROM (VALUES %(accounts)s) booked(root_id, account_id, is_bad_debt)
                             JOIN account_move_line line ON line.account_id = booked.account_id
                             LEFT JOIN res_partner partner ON partner.id = line.partner_id
                            WHERE line.parent_state = 'posted' AND line.company_id = ANY(%(companies)s)
                              AND %(root)s = booked.root_id
                            GROUP BY 1, 2) of_customer
                   WINDOW entry AS (PARTITION BY move_id)
                   ), settled AS (
                   SELECT line.id, line.move_id, -line.balance AS amount, entry.amount AS entry_amount,
                          LEAST(GREATEST(own.amount, 0) / sum(-line.balance)
                                OVER (PARTITION BY line.move_id, partner.commercial_partner_id), 1) AS own
                     FROM (SELECT DISTINCT move_id, entry_amount AS amount FROM loss WHERE bad_debt > 0) entry
                     JOIN account_move_line line ON line.move_id = entry.move_id
                     LEFT JOIN res_partner partner ON partner.id = line.partner_id
                     LEFT JOIN loss own ON own.move_id = line.move_id
                           AND own.partner_id = partner.commercial_partner_id
                    WHERE line.account_id = ANY(%(receivable)s) AND line.balance < 0
                   ), writing_off AS MATERIALIZED (
                   SELECT id, own + (1 - own) * LEAST(GREATEST(entry_amount - sum(amount * own) OVER entry, 0)
                                                      / NULLIF(sum(amount * (1 - own)) OVER entry, 0), 1) AS share
                     FROM settled
                   WINDOW entry AS (PARTITION BY move_id)
                   )
            SELECT matching.id AS matching_id, item.id AS line_id, partner.commercial_partner_id AS partner_id,
                   %(item_root)s AS company_id, matching.max_date AS date, matching.amount * writing_off.share AS amount
              FROM writing_off
              JOIN account_partial_reconcile matching ON matching.credit_move_id = writing_off.id
              JOIN account_move_line item ON item.id = matching.debit_move_id
              LEFT JOIN res_partner partner ON partner.id = item.partner_id
             WHERE writing_off.share > 0 AND item.parent_state = 'posted'
               AND item.move_id NOT IN (SELECT move_id FROM loss WHERE bad_debt IS NOT NULL)
            """,
            accounts=self._bad_debt_accounts_sql(company),
            companies=self._tree_company_ids(company),
            root=self._root_company_sql(SQL("line.company_id"), company),
            item_root=self._root_company_sql(SQL("item.company_id"), company),
            receivable=self._receivable_account_ids(),
            to_flush=[*self._ledger_fields(), self.env["res.partner"]._fields["commercial_partner_id"]],
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
