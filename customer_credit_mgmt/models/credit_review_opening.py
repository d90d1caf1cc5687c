"""When a person has to look: a rating that counts against a natural person, a document held because of the score."""

from odoo import api, models
from odoo.tools import SQL


class CreditReview(models.Model):
    _inherit = "credit.review"

    @api.model
    def _open_for_scores(self, score_ids, company):
        """Reviews of the persons whose new rating counts against them; one statement.

        A review that still waits is told of the newer score.
        """
        # sudo: whoever starts the scoring, the review of a person follows
        if not (score_ids and company.sudo().credit_review_persons):
            return self.browse()
        self.env["credit.rating"].flush_model(["needs_review"])
        self.env["res.partner"].flush_model(["is_company"])
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO credit_review (profile_id, partner_id, company_id, trigger, score_id, state, contested,
                                           create_uid, write_uid, create_date, write_date)
                SELECT score.profile_id, score.partner_id, score.company_id, 'rating', score.id, 'open', FALSE,
                       %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                  FROM credit_score score
                  JOIN credit_rating rating ON rating.id = score.rating_id AND rating.needs_review
                  JOIN res_partner partner ON partner.id = score.partner_id AND partner.is_company IS NOT TRUE
                 WHERE score.id = ANY(%(scores)s) AND score.movement IN ('first', 'down')
                    ON CONFLICT (profile_id) WHERE state = 'open' AND trigger = 'rating'
                    DO UPDATE SET score_id = EXCLUDED.score_id
                RETURNING id
                """,
                uid=self.env.uid,
                scores=list(score_ids),
            )
        )
        self.invalidate_model(flush=False)
        # sudo: as above
        reviews = self.sudo().browse(review for (review,) in rows)
        reviews._schedule_activities()
        return reviews

    @api.model
    def _score_based_kinds(self):
        """Kinds of reasons that rest on a score; others rest on what the customer owes."""
        return {"rating_below"}

    @api.model
    def _open_for_checks(self, checks):
        """Reviews of the persons whose documents were held because of their score."""
        kinds = self._score_based_kinds()

        def concerns(check):
            return (
                check.state == "held"
                and not check.partner_id.is_company
                and check.company_id.root_id.credit_review_persons
                and any(reason["kind"] in kinds for reason in check.reasons or [])
            )

        # sudo: checks are made for whoever wanted a document to pass
        held = checks.sudo().filtered(concerns)
        reviews = self.sudo().create(
            [
                self._prepare_review(check.profile_id, "hold", check_id=check.id, score_id=check.profile_id.score_id.id)
                for check in held
            ]
        )
        reviews._schedule_activities()
        return reviews


class CreditCheck(models.Model):
    _inherit = "credit.check"

    @api.model_create_multi
    def create(self, vals_list):
        checks = super().create(vals_list)
        self.env["credit.review"]._open_for_checks(checks)
        return checks


class CreditScorecard(models.Model):
    _inherit = "credit.scorecard"

    def _score_company(self, company, as_of, profiles=None):
        score_ids = super()._score_company(company, as_of, profiles)
        self.env["credit.review"]._open_for_scores(score_ids, company)
        return score_ids
