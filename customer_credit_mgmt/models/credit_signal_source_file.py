"""Early warning from the customer's file: scores, limits, reviews."""

from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.tools import SQL

#: How far back a score or rating is compared.
SCORE_DAYS = 90
#: Ratios of which a customer should have much, and 1 / -1 for much / little.
RATIOS = {
    "current_ratio": 1,
    "quick_ratio": 1,
    "equity_ratio": 1,
    "interest_cover": 1,
    "altman_z2": 1,
    "debt_equity": -1,
}


class CreditSignalSource(models.AbstractModel):
    _inherit = "credit.signal.source"

    def _score_then_sql(self, company, as_of):
        """``profile_id, id, score, rating_id, score_then, rating_then``: the current score beside that of 90 days ago.

        Where the history is shorter, its first score takes its place.
        """
        score = self.env["credit.score"]._fields
        names = ("profile_id", "company_id", "date", "is_current", "score", "rating_id")
        return SQL(
            """
            SELECT now.profile_id, now.id, now.score, now.rating_id,
                   earlier.score AS score_then, earlier.rating_id AS rating_then
              FROM credit_score now
             CROSS JOIN LATERAL (
                   SELECT score, rating_id
                     FROM credit_score
                    WHERE profile_id = now.profile_id AND is_scored AND date <= %(as_of)s
                    ORDER BY date > %(then)s, abs(date - %(then)s), id DESC
                    LIMIT 1) earlier
             WHERE now.company_id = %(company)s AND now.is_current AND now.is_scored AND now.date <= %(as_of)s
            """,
            as_of=SQL("%s::date", as_of),
            then=SQL("%s::date", as_of - relativedelta(days=SCORE_DAYS)),
            company=company.id,
            to_flush=[score[name] for name in names],
        )

    def _score_drop_sql(self, company, as_of):
        return SQL(
            "SELECT profile_id, score_then - score, score, score_then, NULL::int, id, NULL::text FROM (%s) compared",
            self._score_then_sql(company, as_of),
        )

    def _rating_down_sql(self, company, as_of):
        """Figure: grades lost. The note names both ratings."""
        rating = self.env["credit.rating"]._fields
        return SQL(
            """
            WITH grade AS (SELECT id, code, rank() OVER (ORDER BY min_score DESC) AS number FROM credit_rating)
            SELECT compared.profile_id, now.number - earlier.number, NULL::float8, NULL::float8, NULL::int,
                   compared.id, earlier.code || ' → ' || now.code
              FROM (%s) compared
              JOIN grade now ON now.id = compared.rating_id
              JOIN grade earlier ON earlier.id = compared.rating_then
            """,
            self._score_then_sql(company, as_of),
            to_flush=[rating["code"], rating["min_score"]],
        )

    def _statement_worse_sql(self, company, as_of):
        """Figure: by how much the worst ratio got worse, as a share of what it was. The note names it."""
        ratios = SQL(", ").join(
            SQL("(%s, %s, now.%s, earlier.%s)", name, sign, SQL.identifier(name), SQL.identifier(name))
            for name, sign in RATIOS.items()
        )
        statements = self.env["partner.financial.statement"]
        return SQL(
            """
            WITH now AS MATERIALIZED (%(latest)s)
            SELECT DISTINCT ON (profile.id) profile.id, (ratio.before - ratio.now) * ratio.sign / ratio.before,
                   ratio.now, ratio.before, NULL::int, now.id, ratio.name
              FROM now
              JOIN credit_profile profile ON profile.partner_id = now.partner_id AND profile.company_id = %(company)s
             CROSS JOIN LATERAL (
                   SELECT * FROM partner_financial_statement
                    WHERE partner_id = now.partner_id AND state = 'confirmed' AND date_end < now.date_end
                      AND (company_id IS NULL OR company_id = %(company)s)
                    ORDER BY date_end DESC, company_id NULLS LAST LIMIT 1) earlier
             CROSS JOIN LATERAL (VALUES %(ratios)s) AS ratio(name, sign, now, before)
             WHERE ratio.before > 0 AND ratio.now IS NOT NULL
             ORDER BY profile.id, 2 DESC, ratio.name
            """,
            latest=statements._latest_sql(company, as_of),
            company=company.id,
            ratios=ratios,
        )

    def _limit_expiring_sql(self, company, as_of):
        """Figure: days until the first limit ends that no other of its kind follows on the next day."""
        limit = self.env["credit.limit"]._fields
        names = ("profile_id", "company_id", "kind", "amount", "currency_id", "date_from", "date_to", "state")
        return SQL(
            """
            SELECT DISTINCT ON (ending.profile_id) ending.profile_id, ending.date_to - %(as_of)s, %(amount)s,
                   NULL::float8, NULL::int, ending.id, ending.date_to::text
              FROM credit_limit ending
              JOIN res_company company ON company.id = ending.company_id
             WHERE ending.company_id = %(company)s AND ending.state = 'approved' AND ending.date_from <= %(as_of)s
               AND ending.date_to >= %(as_of)s
               AND NOT EXISTS (
                    SELECT 1
                      FROM credit_limit next
                     WHERE next.profile_id = ending.profile_id AND next.kind = ending.kind AND next.id <> ending.id
                       AND next.state = 'approved' AND next.date_from <= ending.date_to + 1
                       AND (next.date_to IS NULL OR next.date_to > ending.date_to)
                   )
             ORDER BY ending.profile_id, ending.date_to, ending.id
            """,
            amount=self.env["res.currency"]._in_company_currency_sql(
                SQL("ending.amount"), SQL("ending.currency_id"), "company", as_of
            ),
            as_of=SQL("%s::date", as_of),
            company=company.id,
            to_flush=[limit[name] for name in names],
        )

    def _guarantee_expiring_sql(self, company, as_of):
        """Figure: days until the first guarantee ends that no active one renews."""
        guarantees = self.env["credit.guarantee"]
        names = ("date_to", "renews_id", "state")
        return SQL(
            """
            SELECT DISTINCT ON (cover.profile_id) cover.profile_id, ending.date_to - %(as_of)s, cover.amount,
                   NULL::float8, NULL::int, cover.id, ending.date_to::text
              FROM (%(covers)s) cover
              JOIN credit_guarantee ending ON ending.id = cover.id
             WHERE cover.company_id = %(company)s AND ending.date_to IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM credit_guarantee next
                                WHERE next.renews_id = ending.id AND next.state = 'active')
             ORDER BY cover.profile_id, ending.date_to, cover.id
            """,
            as_of=SQL("%s::date", as_of),
            covers=guarantees._covers_sql(as_of),
            company=company.id,
            to_flush=[guarantees._fields[name] for name in names],
        )

    def _review_overdue_sql(self, company, as_of):
        profile = self.env["credit.profile"]._fields
        return SQL(
            """
            SELECT id, %(as_of)s - next_review_date, NULL::float8, NULL::float8, NULL::int, NULL::int,
                   next_review_date::text
              FROM credit_profile
             WHERE company_id = %(company)s AND next_review_date < %(as_of)s
            """,
            as_of=SQL("%s::date", as_of),
            company=company.id,
            to_flush=[profile["next_review_date"], profile["company_id"]],
        )
