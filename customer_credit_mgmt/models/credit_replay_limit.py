"""What was granted on each past day: limits and guarantees as steps along the days of a customer."""

from odoo import models
from odoo.tools import SQL


class CreditReplay(models.AbstractModel):
    _inherit = "credit.replay"

    # ------------------------------------------------------------------
    # TO EXTEND
    # ------------------------------------------------------------------

    def _limit_days_parts(self, company):
        """Statements of ``(profile_id, date)``: days on which the effective limit of a profile may change."""
        return [
            SQL(
                """
                SELECT profile_id, day AS date
                  FROM credit_limit
                 CROSS JOIN LATERAL (VALUES (date_from), (date_to + 1)) AS change(day)
                 WHERE state IN ('approved', 'expired') AND company_id = %s AND day IS NOT NULL
                """,
                company.id,
            ),
            SQL("SELECT profile_id, day FROM (%s) guarantee", self._guarantee_days_sql(company, "raise_limit")),
        ]

    # ------------------------------------------------------------------
    # GUARANTEES
    # ------------------------------------------------------------------

    def _guarantee_days_sql(self, company, effect):
        """``(id, profile_id, currency_id, cover_amount, day, sign)``: begin (1) and end (-1) of each guarantee."""
        guarantee = self.env["credit.guarantee"]
        return SQL(
            """
            SELECT guarantee.id, profile_id, currency_id, cover_amount, date_from, day, sign
              FROM credit_guarantee guarantee
             CROSS JOIN LATERAL (
                   VALUES (date_from, 1),
                          (LEAST(date_to + 1, CASE WHEN state = 'released' THEN released_on END), -1)
                   ) AS change(day, sign)
             WHERE company_id = %s AND effect = %s AND day IS NOT NULL
               AND (state = 'active' OR state = 'released' AND released_on > date_from)
            """,
            company.id,
            effect,
            to_flush=[
                guarantee._fields[name]
                for name in ("profile_id", "cover_amount", "date_from", "date_to", "state", "released_on", "effect")
            ],
        )

    def _cover_steps_sql(self, company):
        """What cover took off the exposure from its first day on, at the rate of that day."""
        return SQL(
            """
            SELECT profile.partner_id, guarantee.day AS date, -sign * %(amount)s AS amount
              FROM (%(days)s) guarantee
              JOIN credit_profile profile ON profile.id = guarantee.profile_id
              JOIN res_company company ON company.id = profile.company_id
            """,
            days=self._guarantee_days_sql(company, "reduce_exposure"),
            amount=self.env["res.currency"]._in_company_currency_sql(
                SQL("guarantee.cover_amount"), SQL("guarantee.currency_id"), "company", SQL("guarantee.date_from")
            ),
        )

    # ------------------------------------------------------------------
    # LIMITS
    # ------------------------------------------------------------------

    def _limit_steps_sql(self, company):
        """``(partner_id, date, amount)``: by how much the effective limit of a customer changed on a day."""
        effective = self.env["credit.limit"]._effective_sql(SQL("change.date"))
        return SQL(
            """
            SELECT partner_id, date, amount - lag(amount, 1, 0) OVER (PARTITION BY partner_id ORDER BY date) AS amount
              FROM (
                    SELECT profile.partner_id, change.date, COALESCE(effective.amount, 0) AS amount
                      FROM (SELECT DISTINCT profile_id, date FROM (%(days)s) day) change
                      JOIN credit_profile profile ON profile.id = change.profile_id
                      LEFT JOIN LATERAL (
                           -- LIMIT keeps this a query of its own, into which the condition is pushed down
                           SELECT amount FROM (%(effective)s) effective WHERE profile_id = change.profile_id LIMIT 1
                           ) effective ON TRUE
                     WHERE profile.company_id = %(company)s
                   ) level
            """,
            days=SQL(" UNION ALL ").join(self._limit_days_parts(company)),
            effective=effective,
            company=company.id,
        )

    def _rating_steps_sql(self, plan, company):
        """``(partner_id, date, amount, rated)``: changes of the limit that the ratings of each day would have given."""
        amounts = SQL(", ").join(SQL("(%s, %s)", rating, amount) for rating, amount in plan.limits.amounts)
        return SQL(
            """
            SELECT partner_id, date, amount - lag(amount, 1, 0) OVER history AS amount,
                   rated - lag(rated, 1, 0) OVER history AS rated
              FROM (
                    SELECT score.partner_id, score.date, score.id, COALESCE(flat.amount, 0) AS amount,
                           (flat.amount IS NOT NULL)::int AS rated
                      FROM credit_score score
                      LEFT JOIN (VALUES %(amounts)s) AS flat(rating_id, amount) ON flat.rating_id = score.rating_id
                     WHERE score.company_id = %(company)s
                   ) level
            WINDOW history AS (PARTITION BY partner_id ORDER BY date, id)
            """,
            amounts=amounts,
            company=company.id,
            to_flush=[self.env["credit.score"]._fields[name] for name in ("partner_id", "date", "rating_id")],
        )
