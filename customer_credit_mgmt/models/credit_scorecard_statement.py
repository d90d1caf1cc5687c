import json

from odoo import models
from odoo.tools import SQL

from ..core import score as core
from ..core.shrinkage import PRIOR_STRENGTH
from .score_figures import FIGURES

#: A probability that moved by less is not written again: time alone moves it a little every night.
PROBABILITY_TOLERANCE = 0.01
#: The same for the late share of all customers, which every probability leans on.
LATE_SHARE_TOLERANCE = 0.005


class CreditScorecard(models.Model):
    """The scoring statement: it reads the ledger, judges, compares with the newest scores and writes what changed.

    Its constants (points, weights, better bands) come from core/score.py; the tests prove that both agree.
    """

    _inherit = "credit.scorecard"

    def _scoring_sql(self, company, as_of, profiles=None):
        """Gather, judge, compare, write: ``(ids of new credit.score, ids of changed profiles)``."""
        return SQL(
            """
            WITH %(gathered)s, figure AS MATERIALIZED (%(figures)s),
                 banded AS MATERIALIZED (%(banded)s),
                 scored AS MATERIALIZED (%(scored)s),
                 change AS MATERIALIZED (%(changes)s),
                 %(writes)s
            SELECT (SELECT array_agg(id ORDER BY id) FROM new_score), (SELECT array_agg(id) FROM new_profile)
            """,
            gathered=self._gathered_sql(company, as_of, profiles),
            figures=self._figures_sql(company, as_of, profiles),
            banded=self._banded_sql(),
            scored=self._scored_sql(),
            changes=self._changes_sql(),
            writes=self._writes_sql(company, as_of),
        )

    def _gathered_sql(self, company, as_of, profiles=None):
        """The behaviour of the customers, the late share of all, and the position when a criterion asks for it."""
        ledger = self.env["receivable.ledger"]
        partners = None if profiles is None else profiles.partner_id
        portfolio = (
            self._portfolio_sql(company)
            if profiles is None
            else SQL("SELECT credit_late_share AS late_share FROM res_company WHERE id = %s", company.id)
        )
        parts = [
            SQL(
                "behaviour AS MATERIALIZED (%s)",
                ledger._payment_behaviour_sql(as_of, company=company, partners=partners),
            ),
            SQL("portfolio AS MATERIALIZED (%s)", portfolio),
        ]
        if self._needs_position():
            position = self.env["credit.profile"]._figures_sql(as_of, company, partners)
            columns = SQL("profile_id, utilization, exposure_amount + secured_amount AS gross_exposure")
            parts.append(SQL("position AS MATERIALIZED (SELECT %s FROM (%s) figure)", columns, position))
        return SQL(", ").join(parts)

    def _needs_position(self):
        return any(FIGURES[criterion.figure].needs_position for criterion in self.criterion_ids if criterion.figure)

    def _portfolio_sql(self, company):
        """``late_share`` of all customers; the stored one while near enough, so that nothing moves for nothing."""
        return SQL(
            """
            SELECT CASE WHEN abs(measured.share - company.credit_late_share) < %(tolerance)s
                        THEN company.credit_late_share ELSE measured.share END AS late_share
              FROM res_company company
             CROSS JOIN (SELECT sum(late_weight) / NULLIF(sum(outcome_weight), 0) AS share FROM behaviour) measured
             WHERE company.id = %(company)s
            """,
            tolerance=LATE_SHARE_TOLERANCE,
            company=company.id,
        )

    def _figures_sql(self, company, as_of, profiles=None):
        """One row per profile: ``profile_id, partner_id, outcome_count, probability_late`` and ``figure_<criterion>``.

        With too little history the probability is that of all customers.
        """
        date = SQL("%s::date", as_of)
        columns = SQL("").join(
            SQL(", %s AS %s", criterion._value_sql(date), criterion._column("figure"))
            for criterion in self.criterion_ids
        )
        return SQL(
            """
            SELECT profile.id AS profile_id, profile.partner_id, COALESCE(behaviour.outcome_count, 0) AS outcome_count,
                   round(chance.late_share::numeric, 4) AS probability_late %(columns)s
              FROM credit_profile profile
             CROSS JOIN portfolio
              LEFT JOIN behaviour ON behaviour.partner_id = profile.partner_id
                    AND behaviour.company_id = profile.company_id
              %(sources)s
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN behaviour.outcome_count >= %(history)s
                               THEN (behaviour.late_weight + %(strength)s * portfolio.late_share)
                                    / (behaviour.outcome_weight + %(strength)s)
                               ELSE portfolio.late_share END
                   ) AS chance(late_share)
             WHERE profile.company_id = %(company)s AND %(profiles)s
            """,
            columns=columns,
            sources=self._source_joins_sql(company, as_of, profiles),
            history=core.MIN_HISTORY,
            strength=PRIOR_STRENGTH,
            company=company.id,
            profiles=SQL("TRUE") if profiles is None else SQL("profile.id = ANY(%s)", list(profiles.ids)),
        )

    def _banded_sql(self):
        """Adds ``finding_<criterion>``: the number of the band, from 1; 0 when the figure is not known."""
        columns = SQL("").join(
            SQL(
                ", COALESCE(width_bucket(%s, %s::numeric[]) + 1, 0) AS %s",
                criterion._column("figure"),
                [band.lower for band in criterion._get_core_criterion().bands[1:]],
                criterion._column("finding"),
            )
            for criterion in self.criterion_ids
        )
        return SQL("SELECT figure.* %s FROM figure", columns)

    def _scored_sql(self):
        """Adds ``score``, ``data_share`` and ``rating_number`` (in :meth:`_get_grades_ascending`).

        Without enough history, or when nothing at all is known, there is no score.
        """
        known = SQL(" + ").join(
            SQL("CASE WHEN %s > 0 THEN %s ELSE 0 END", criterion._column("finding"), criterion.weight)
            for criterion in self.criterion_ids
        )
        minimums = [minimum for minimum, _rating, _months in self._get_grades_ascending()[1:]]
        return SQL(
            """
            SELECT banded.*, result.score, CASE WHEN result.score IS NULL THEN 0 ELSE round(known.weight / %(total)s, 4)
                   END AS data_share, width_bucket(result.score, %(minimums)s::numeric[]) + 1 AS rating_number
              FROM banded
             CROSS JOIN LATERAL (SELECT (%(known)s)::numeric) AS known(weight)
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN outcome_count >= %(history)s AND known.weight > 0 THEN round(%(score)s, 2) END
                   ) AS result(score)
            """,
            known=known,
            total=sum(self.criterion_ids.mapped("weight")),
            score=self._points_total_sql() if self.scale == "points" else self._points_mean_sql(),
            minimums=minimums,
            history=self.min_history,
        )

    def _points_mean_sql(self):
        """The weighted mean of the points that count."""
        points, weights = [], []
        for criterion in self.criterion_ids:
            by_finding = [finding.points for finding in criterion._get_core_findings()]
            counts = [criterion.weight if value is not None else 0.0 for value in by_finding]
            weighted = [value * criterion.weight if value is not None else 0.0 for value in by_finding]
            points.append(criterion._pick_sql(weighted, SQL("numeric")))
            weights.append(criterion._pick_sql(counts, SQL("numeric")))
        return SQL("(%s) / NULLIF(%s, 0)", SQL(" + ").join(points), SQL(" + ").join(weights))

    def _points_total_sql(self):
        """The start and the points that count."""
        points = [
            criterion._pick_sql([finding.points or 0.0 for finding in criterion._get_core_findings()], SQL("numeric"))
            for criterion in self.criterion_ids
        ]
        return SQL("%s::numeric + %s", str(self._get_start()), SQL(" + ").join(points))

    def _changes_sql(self):
        """What differs from the newest score or from the profile; ``is_new`` when history gets a row.

        Who was never scored and still cannot be gets none."""
        grades = self._get_grades_ascending()
        rating_ids = [rating_id for _minimum, rating_id, _months in grades]
        return SQL(
            """
            SELECT scored.*, rating.id AS rating_id, (%(months)s::int[])[scored.rating_number] AS review_months,
                   previous.id AS previous_id, previous.score AS previous_score,
                   previous.rating_id AS previous_rating_id,
                   array_position(%(ratings)s::int[], previous.rating_id) AS previous_number,
                   previous.scorecard_id <> ALL(%(comparable)s) AS scale_changed, verdict.is_new
              FROM scored
             CROSS JOIN LATERAL (SELECT (%(ratings)s::int[])[scored.rating_number]) AS rating(id)
              JOIN credit_profile profile ON profile.id = scored.profile_id
              LEFT JOIN credit_score previous ON previous.profile_id = scored.profile_id AND previous.is_current
             CROSS JOIN LATERAL (
                   SELECT previous.scorecard_id <> %(scorecard)s
                          OR previous.score IS DISTINCT FROM scored.score
                          OR previous.rating_id IS DISTINCT FROM rating.id
                          OR COALESCE(previous.data_share, 0) <> scored.data_share
                   ) AS verdict(is_new)
             WHERE verdict.is_new
                OR profile.score::numeric IS DISTINCT FROM scored.score
                OR profile.rating_id IS DISTINCT FROM rating.id
                OR (profile.probability_late IS NULL) <> (scored.probability_late IS NULL)
                OR abs(profile.probability_late - scored.probability_late) >= %(tolerance)s
            """,
            months=[months for _minimum, _rating, months in grades],
            ratings=rating_ids,
            comparable=self._get_comparable_scorecards().ids,
            scorecard=self.id,
            tolerance=PROBABILITY_TOLERANCE,
        )

    def _writes_sql(self, company, as_of):
        """History rows for new scores, and the profiles. A changed rating brings a review forward, never back."""
        return SQL(
            """
            new_score AS (
                INSERT INTO credit_score (
                       profile_id, partner_id, company_id, scorecard_id, date, is_current, is_scored, score, rating_id,
                       previous_score, previous_rating_id, score_change, scale_changed, movement, probability_late,
                       data_share, reasons, create_uid, create_date, write_uid, write_date)
                SELECT profile_id, partner_id, %(company)s, %(scorecard)s, %(as_of)s, TRUE, score IS NOT NULL, score,
                       rating_id, previous_score, previous_rating_id,
                       CASE WHEN NOT scale_changed THEN score - previous_score END, COALESCE(scale_changed, FALSE),
                       CASE WHEN rating_id IS NULL THEN NULL WHEN previous_number IS NULL THEN 'first'
                            WHEN rating_number > previous_number THEN 'up'
                            WHEN rating_number < previous_number THEN 'down' ELSE 'same' END,
                       probability_late, data_share,
                       CASE WHEN score IS NULL THEN '[]' ELSE (%(reasons)s)::jsonb END,
                       %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                  FROM change
                 WHERE is_new
                RETURNING id
            ), old_score AS (
                UPDATE credit_score SET is_current = FALSE FROM change
                 WHERE credit_score.id = change.previous_id AND change.is_new
            ), late_share AS (
                UPDATE res_company SET credit_late_share = portfolio.late_share FROM portfolio
                 WHERE res_company.id = %(company)s
                   AND res_company.credit_late_share IS DISTINCT FROM portfolio.late_share
            ), new_profile AS (
                UPDATE credit_profile profile
                   SET score = change.score, rating_id = change.rating_id, probability_late = change.probability_late,
                       next_review_date = CASE WHEN profile.rating_id IS DISTINCT FROM change.rating_id
                            THEN LEAST(profile.next_review_date, %(as_of)s + make_interval(months => review_months))
                            ELSE profile.next_review_date END,
                       write_uid = %(uid)s, write_date = now() AT TIME ZONE 'UTC'
                  FROM change
                 WHERE profile.id = change.profile_id
                RETURNING profile.id
            )
            """,
            company=company.id,
            scorecard=self.id,
            as_of=SQL("%s::date", as_of),
            reasons=self._reasons_sql(),
            uid=self.env.uid,
        )

    def _reasons_sql(self):
        """The findings as JSON text: their constant parts are made here, only the value comes from the row."""
        parts = []
        for criterion in self.criterion_ids:
            rests = []
            for finding in criterion._get_core_findings():
                constant = finding.as_dict()
                del constant["value"]
                rests.append(json.dumps(constant)[1:])
            parts.append(
                SQL(
                    "'{\"value\": ' || COALESCE(%s::text, 'null') || ', ' || %s",
                    criterion._column("figure"),
                    criterion._pick_sql(rests, SQL("text")),
                )
            )
        return SQL("'[' || %s || ']'", SQL(" || ', ' || ").join(parts))
