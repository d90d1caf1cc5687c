from odoo import models
from odoo.tools import SQL


class AbcClassifier(models.AbstractModel):
    """What is written of the customers in ``abc_placed``: each statement sees one and the same result."""

    _inherit = "abc.classifier"

    def _close_sql(self, as_of):
        """The day before is the last day of what changed; a row opened and changed on one day was never in force."""
        return SQL(
            """
            UPDATE abc_classification latest
               SET date_to = %(as_of)s::date - 1
              FROM abc_placed placed
             WHERE latest.id = placed.open_id AND NOT placed.unchanged
            """,
            as_of=as_of,
        )

    def _refresh_sql(self, run):
        return SQL(
            """
            UPDATE abc_classification latest
               SET measure = placed.measure, share = placed.share, share_before = placed.share_before,
                   cumulative_share = placed.cumulative_share, rank = placed.rank, variation = placed.variation,
                   rule = placed.rule, partition_id = placed.partition_id, figures_run_id = %(run)s
              FROM abc_placed placed
             WHERE latest.id = placed.open_id AND placed.unchanged
            """,
            run=run.id,
        )

    def _open_sql(self, policy, run):
        return SQL(
            """
            INSERT INTO abc_classification (
                   policy_id, company_id, partner_id, partition_id, class_id, xyz, previous_class_id, movement, rule,
                   measure, currency_id, share, share_before, cumulative_share, rank, variation,
                   date_from, run_id, figures_run_id, is_manual)
            SELECT %(policy)s, %(company)s, partner_id, partition_id, class_id, xyz, open_class_id,
                   CASE kind WHEN 'stayed' THEN 'xyz' ELSE kind END, rule,
                   measure, %(currency)s, share, share_before, cumulative_share, rank, variation,
                   %(date)s, %(run)s, %(run)s, FALSE
              FROM abc_placed
             WHERE NOT unchanged AND class_id IS NOT NULL
             ORDER BY partner_id
            """,
            policy=policy.id,
            company=policy.company_id.id,
            currency=run.currency_id.id or None,
            date=run.date,
            run=run.id,
        )

    def _migration_sql(self, policy, run):
        """Customers by old and new class: what was written, and the open rows that the run left alone."""
        return SQL(
            """
            INSERT INTO abc_migration (
                   run_id, policy_id, company_id, currency_id, date, from_class_id, to_class_id, kind,
                   customer_count, measure, create_uid, create_date, write_uid, write_date)
            SELECT %(run)s, %(policy)s, %(company)s, %(currency)s, %(date)s, open_class_id, class_id, kind,
                   sum(customers), sum(measure),
                   %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
              FROM (
                    SELECT open_class_id, class_id, kind, count(*) AS customers, sum(measure) AS measure
                      FROM abc_placed
                     WHERE NOT unchanged
                     GROUP BY open_class_id, class_id, kind
                     UNION ALL
                    SELECT class_id, class_id, 'stayed', count(*), sum(measure)
                      FROM abc_classification
                     WHERE policy_id = %(policy)s AND NOT is_manual AND date_to IS NULL AND run_id <> %(run)s
                     GROUP BY class_id
                   ) change
             GROUP BY open_class_id, class_id, kind
            """,
            run=run.id,
            policy=policy.id,
            company=policy.company_id.id,
            currency=run.currency_id.id or None,
            date=run.date,
            uid=self.env.uid,
        )
