from odoo import models
from odoo.tools import SQL

from .customer_value_refresher import FIGURES


class CustomerValueRefresher(models.AbstractModel):
    """What is written of the customers in ``value_placed``: each statement sees one and the same result."""

    _inherit = "customer.value.refresher"

    def _write_statements(self, policy, as_of):
        return [
            self._close_stages_sql(policy, as_of),
            self._open_stages_sql(policy, as_of),
            self._delete_sql(),
            self._update_sql(policy, as_of),
            self._insert_sql(policy, as_of),
        ]

    def _close_stages_sql(self, policy, as_of):
        """The day before is the last day of what changed; a stage entered and left on one day was never in force."""
        return SQL(
            """
            UPDATE customer_stage_history history
               SET date_to = %(as_of)s::date - 1
              FROM value_placed placed
             WHERE history.company_id = %(company)s AND history.partner_id = placed.partner_id
               AND history.date_to IS NULL AND placed.stage IS DISTINCT FROM placed.value_stage
            """,
            as_of=as_of,
            company=policy.company_id.id,
        )

    def _open_stages_sql(self, policy, as_of):
        return SQL(
            """
            INSERT INTO customer_stage_history (company_id, partner_id, stage, date_from)
            SELECT %(company)s, partner_id, stage, %(as_of)s
              FROM value_placed
             WHERE stage IS NOT NULL AND stage IS DISTINCT FROM value_stage
             ORDER BY partner_id
            """,
            as_of=as_of,
            company=policy.company_id.id,
        )

    def _delete_sql(self):
        """Who is neither customer nor prospect any longer, unless somebody entered something."""
        return SQL(
            """
            DELETE FROM customer_value value
             USING value_placed placed
             WHERE value.id = placed.value_id AND placed.is_gone AND NOT placed.is_by_hand
            """
        )

    def _update_sql(self, policy, as_of):
        return SQL(
            """
            UPDATE customer_value value
               SET policy_id = %(policy)s, currency_id = %(currency)s, %(figures)s,
                   stage_date = CASE WHEN placed.stage IS DISTINCT FROM placed.value_stage THEN %(as_of)s::date
                                     ELSE value.stage_date END
              FROM value_placed placed
             WHERE value.id = placed.value_id
            """,
            policy=policy.id,
            currency=policy.currency_id.id,
            figures=SQL(", ").join(
                SQL("%s = placed.%s", SQL.identifier(name), SQL.identifier(name)) for name in FIGURES
            ),
            as_of=as_of,
        )

    def _insert_sql(self, policy, as_of):
        return SQL(
            """
            INSERT INTO customer_value (policy_id, company_id, currency_id, partner_id, stage_date, %(columns)s)
            SELECT %(policy)s, %(company)s, %(currency)s, partner_id, %(as_of)s, %(columns)s
              FROM value_placed
             WHERE value_id IS NULL
             ORDER BY partner_id
            """,
            policy=policy.id,
            company=policy.company_id.id,
            currency=policy.currency_id.id,
            as_of=as_of,
            columns=SQL(", ").join(SQL.identifier(name) for name in FIGURES),
        )

    def _close_month(self, policy, as_of):
        """Keep the values as they stand as those of their month, when the first refresh of a later month begins.

        So a night writes no history, and a month without refresh simply is not there.
        """
        latest = policy._get_latest_date()
        if not latest or latest.replace(day=1) >= as_of.replace(day=1):
            return
        self.env.execute_query(
            SQL(
                """
                INSERT INTO customer_value_history (company_id, partner_id, currency_id, month, date, stage,
                       rfm_segment_id, rfm_r, rfm_f, rfm_m, frequency, monetary)
                SELECT company_id, partner_id, currency_id, %(month)s, %(date)s, stage,
                       rfm_segment_id, rfm_r, rfm_f, rfm_m, frequency, monetary
                  FROM customer_value
                 WHERE company_id = %(company)s AND stage IS NOT NULL AND stage <> 'prospect'
                    ON CONFLICT (company_id, partner_id, month) DO NOTHING
                """,
                month=latest.replace(day=1),
                date=latest,
                company=policy.company_id.id,
            )
        )
