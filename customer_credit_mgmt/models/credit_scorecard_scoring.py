from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CreditScorecard(models.Model):
    """Scoring: who is scored with what, when, and what the caches have to forget afterwards."""

    _inherit = "credit.scorecard"

    # ------------------------------------------------------------------
    # ENTRY POINTS
    # ------------------------------------------------------------------

    def _score_profiles(self, profiles=None, as_of=None):
        """Score customers and store what changed.

        :param profiles: profiles to score (those whose company uses another scorecard are left out); default: all
            profiles of the companies that are scored with this scorecard
        :param as_of: the day as of which the ledger is read; default: today
        :return: the new rows of ``credit.score``
        """
        self.ensure_one()
        companies = self._get_scored_companies()
        if profiles is not None:
            companies &= profiles.company_id
        return self._score_companies(companies, as_of or fields.Date.context_today(self), profiles)

    def _cron_score_profiles(self):
        """Nightly job, company by company. A pass that was interrupted goes on with those it did not reach."""
        today = fields.Date.context_today(self)
        batches = {
            company: scorecard
            for scorecard in self.search([("state", "=", "active")])
            for company in scorecard._get_scored_companies()
        }
        pending = [company for company in batches if company.credit_score_pending] or list(batches)
        cron = self.env["ir.cron"]
        for company in pending:
            company.credit_score_pending = True
        cron._commit_progress(remaining=len(pending))
        for company in pending:
            batches[company]._score_companies(company, today)
            company.credit_score_pending = False
            if not cron._commit_progress(1):
                break

    def _score_companies(self, companies, as_of, profiles=None):
        self.ensure_one()
        if self.state != "active":
            raise UserError(self.env._("Activate %(scorecard)s before scoring with it.", scorecard=self.display_name))
        score_ids = []
        for company in companies:
            if profiles is not None:
                self._ensure_late_share(company, as_of)
            score_ids += self._score_company(company, as_of, profiles)
        return self.env["credit.score"].browse(score_ids)

    # ------------------------------------------------------------------
    # STEPS
    # ------------------------------------------------------------------

    def _score_company(self, company, as_of, profiles=None):
        """Run the scoring statement; return the ids of the new rows of ``credit.score``."""
        self.env["credit.profile"].flush_model()
        self.env["res.company"].flush_model(["credit_late_share"])
        ((score_ids, profile_ids),) = self.env.execute_query(self._scoring_sql(company, as_of, profiles))
        changed = self.env["credit.profile"].browse(profile_ids or ())
        changed.invalidate_recordset(flush=False)
        changed.modified(["score", "rating_id", "probability_late", "next_review_date"])
        self.env["credit.score"].invalidate_model(flush=False)
        company.invalidate_recordset(["credit_late_share"], flush=False)
        return score_ids or []

    def _ensure_late_share(self, company, as_of):
        """A part of the customers is scored with the late share of all that the last full run left."""
        stored = SQL("SELECT credit_late_share FROM res_company WHERE id = %s", company.id)
        self.env["res.company"].flush_model(["credit_late_share"])
        if self.env.execute_query(stored) == [(None,)]:
            self.env.execute_query(
                SQL(
                    """
                    WITH behaviour AS (%(behaviour)s), portfolio AS (%(portfolio)s)
                    UPDATE res_company SET credit_late_share = portfolio.late_share FROM portfolio
                     WHERE res_company.id = %(company)s
                    RETURNING id
                    """,
                    behaviour=self.env["receivable.ledger"]._payment_behaviour_sql(as_of, company=company),
                    portfolio=self._portfolio_sql(company),
                    company=company.id,
                )
            )
