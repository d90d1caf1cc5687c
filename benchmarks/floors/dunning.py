"""Floor of a round of reminders: overdue items and credits, judged and written by one statement.

It knows that nobody was reminded before, that the only plan begins one day after the due date, and that everybody has
an e-mail address.
"""

from odoo.tools import SQL

from .ledger import context


def proposal(env, run, plan):
    """Notices, their lines and the items that credits cover, into the product's own tables."""
    return SQL(
        """
        WITH item AS MATERIALIZED (
            SELECT partner.commercial_partner_id AS partner_id, line.id, line.currency_id,
                   line.amount_residual AS residual,
                   line.amount_residual_currency AS residual_currency,
                   COALESCE(line.date_maturity, line.date) AS due
              FROM account_move_line line
              JOIN res_partner partner ON partner.id = line.partner_id
             WHERE line.account_id IN %(accounts)s AND line.company_id = %(company)s AND line.parent_state = 'posted'
               AND line.reconciled IS NOT TRUE AND line.amount_residual <> 0 AND line.no_followup IS NOT TRUE
               AND (line.amount_residual < 0 OR COALESCE(line.date_maturity, line.date) < %(as_of)s)
        ), customer AS MATERIALIZED (
            SELECT partner_id, COALESCE(sum(residual) FILTER (WHERE residual > 0), 0) AS due,
                   COALESCE(sum(residual) FILTER (WHERE residual < 0), 0) AS credit
              FROM item
             GROUP BY partner_id
            HAVING max(residual) > 0
        ), notice AS (
            INSERT INTO dunning_notice (run_id, company_id, date, state, plan_id, partner_id, contact_id, lang,
                                        level_id, level_number, send_email, send_letter, amount_due, amount_credit,
                                        amount_total)
            SELECT %(run)s, %(company)s, %(as_of)s, 'proposed', %(plan)s, partner_id, contact.id, contact.lang,
                   %(level)s, 1, TRUE, FALSE, due, credit, due + credit
              FROM customer
              LEFT JOIN (SELECT commercial_partner_id AS partner_id, min(id) AS id FROM res_partner
                          WHERE type = 'invoice' AND active GROUP BY 1) invoice USING (partner_id)
              JOIN res_partner contact ON contact.id = COALESCE(invoice.id, partner_id)
             WHERE due + credit > 0
            RETURNING id, partner_id
        ), line AS (
            INSERT INTO dunning_notice_line (notice_id, currency_id, move_line_id, date_maturity, days,
                                             residual_currency, residual, level_number, is_credit, is_covered)
            SELECT notice.id, item.currency_id, item.id, item.due,
                   CASE WHEN residual > 0 THEN %(as_of)s - item.due END, residual_currency, residual,
                   CASE WHEN residual > 0 THEN 1 END, residual < 0,
                   residual > 0 AND customer.credit < 0
                   AND sum(residual) FILTER (WHERE residual > 0)
                           OVER (PARTITION BY partner_id ORDER BY item.due, item.id)
                       <= -customer.credit
              FROM item
              JOIN notice USING (partner_id)
              JOIN customer USING (partner_id)
        ), skip AS (
            INSERT INTO dunning_skip (run_id, partner_id, move_line_id, date_maturity, days, residual, reason)
            SELECT %(run)s, partner_id, item.id, item.due, %(as_of)s - item.due, residual, 'net_credit'
              FROM item
              JOIN customer USING (partner_id)
             WHERE residual > 0 AND customer.due + customer.credit <= 0
        )
        SELECT count(*) FROM notice
        """,
        run=run.id,
        plan=plan.id,
        level=plan.level_ids[0].id,
        as_of=SQL("%s::date", run.date),
        **context(env),
    )


def written(env, run_id):
    """What a proposal left behind: notices, lines and skipped items with their sums."""
    return env.execute_query(
        SQL(
            """
            SELECT count(*), sum(amount_due), sum(amount_credit), sum(amount_total)
              FROM dunning_notice WHERE run_id = %(run)s
             UNION ALL
            SELECT count(*), sum(line.residual), sum(line.residual) FILTER (WHERE line.is_covered), sum(line.days)
              FROM dunning_notice_line line
              JOIN dunning_notice notice ON notice.id = line.notice_id
             WHERE notice.run_id = %(run)s
             UNION ALL
            SELECT count(*), sum(residual), sum(days), 0
              FROM dunning_skip WHERE run_id = %(run)s AND reason = 'net_credit'
            """,
            run=run_id,
        )
    )
