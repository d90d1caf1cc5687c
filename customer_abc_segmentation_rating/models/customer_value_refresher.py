from datetime import timedelta

from odoo import models
from odoo.tools import SQL


class CustomerValueRefresher(models.AbstractModel):
    """Satisfaction is the mean of the ratings of the window, where there are any; else what was entered by hand."""

    _inherit = "customer.value.refresher"

    def _write_statements(self, policy, as_of):
        return [*super()._write_statements(policy, as_of), self._satisfaction_sql(policy, as_of)]

    def _satisfaction_sql(self, policy, as_of):
        """Write the satisfaction of the customers of whom it changed. Ratings know no company: all of them count."""
        start, end = policy._get_window(as_of)
        return SQL(
            """
            WITH rated AS (
                SELECT partner.commercial_partner_id AS partner_id, avg(rating.rating)::numeric AS mean,
                       count(*)::int AS ratings
                  FROM rating_rating rating
                  JOIN res_partner partner ON partner.id = rating.partner_id
                 WHERE rating.consumed AND rating.rating > 0
                   AND COALESCE(rating.rated_on, rating.create_date) >= %(start)s
                   AND COALESCE(rating.rated_on, rating.create_date) < %(after)s
                 GROUP BY partner.commercial_partner_id
            ), found AS (
                SELECT value.id, COALESCE(mean, satisfaction_hand::numeric) AS satisfaction, ratings,
                       CASE WHEN mean IS NOT NULL THEN 'rating' WHEN satisfaction_hand IS NOT NULL THEN 'hand' END
                       AS source
                  FROM customer_value value
                  LEFT JOIN rated ON rated.partner_id = value.partner_id
                 WHERE value.company_id = %(company)s
            )
            UPDATE customer_value value
               SET satisfaction = found.satisfaction, satisfaction_count = found.ratings,
                   satisfaction_source = found.source
              FROM found
             WHERE found.id = value.id
               AND (value.satisfaction, value.satisfaction_count, value.satisfaction_source)
                   IS DISTINCT FROM (found.satisfaction, found.ratings, found.source)
            """,
            start=start,
            after=end + timedelta(days=1),
            company=policy.company_id.id,
            to_flush=[
                *(self.env["rating.rating"]._fields[name] for name in ("partner_id", "rating", "consumed", "rated_on")),
                self.env["res.partner"]._fields["commercial_partner_id"],
            ],
        )
