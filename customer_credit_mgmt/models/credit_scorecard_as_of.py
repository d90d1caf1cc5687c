"""Scores as of a past day, and what the customers did afterwards: what a scorecard is validated with."""

from datetime import timedelta

from odoo import models
from odoo.tools import SQL


class CreditScorecard(models.Model):
    _inherit = "credit.scorecard"

    def _portfolio_sql(self, company):
        """As of a past day the late share of all customers is the one measured then, not the one that is kept."""
        if not self.env.context.get("credit_measured_share"):
            return super()._portfolio_sql(company)
        return SQL("SELECT sum(late_weight) / NULLIF(sum(outcome_weight), 0) AS late_share FROM behaviour")

    def _scores_as_of_sql(self, company, as_of):
        """``(profile_id, partner_id, score, rating_number)`` of all customers, without writing anything.

        The ledger is read as of the day: what was matched or posted later is not known. What has no history in the
        database is read as it is today, see :meth:`_get_figures_of_today`.
        """
        scorecard = self.with_context(credit_measured_share=True)
        return SQL(
            """
            WITH %(gathered)s, figure AS MATERIALIZED (%(figures)s), banded AS MATERIALIZED (%(banded)s)
            SELECT profile_id, partner_id, score, rating_number FROM (%(scored)s) scored
            """,
            gathered=scorecard._gathered_sql(company, as_of),
            figures=scorecard._figures_sql(company, as_of),
            banded=scorecard._banded_sql(),
            scored=scorecard._scored_sql(),
        )

    def _get_figures_of_today(self):
        """What a past day cannot be asked for: limits and drafts have no history, nor have the fields of contacts."""
        self.ensure_one()
        names = self.criterion_ids.filtered(lambda criterion: criterion.source == "partner_field").mapped(
            "display_name"
        )
        return [*names, self.env._("limits and draft documents")] if self._needs_position() else names

    def _outcomes_after_sql(self, company, as_of, days, late_days):
        """``(partner_id, bad, was_bad)`` of the customers who could go bad in the ``days`` after ``as_of``.

        *Bad*: an instalment became more than ``late_days`` late in that time. ``was_bad``: one was that late on the day
        already, so that nothing is left to be predicted. Matchings after the last day are not known.
        """
        ledger = self.env["receivable.ledger"]
        last = as_of + timedelta(days=days)
        return SQL(
            """
            WITH matching AS MATERIALIZED (%(settlements)s), instalment AS (
                SELECT partner.commercial_partner_id AS partner_id, matching.settled_on,
                       COALESCE(line.date_maturity, line.date) + %(late_days)s AS last_good_day
                  FROM account_move_line line
                  JOIN res_partner partner ON partner.id = line.partner_id
                  LEFT JOIN matching ON matching.line_id = line.id AND matching.amount = line.balance
                 WHERE line.account_id = ANY(%(accounts)s) AND line.company_id = ANY(%(companies)s)
                   AND line.parent_state = 'posted' AND line.display_type = 'payment_term' AND line.balance > 0
                   AND line.date <= %(last)s
            )
            SELECT partner_id,
                   COALESCE(bool_or(settled_on IS NULL OR settled_on > last_good_day)
                       FILTER (WHERE last_good_day >= %(as_of)s), FALSE) AS bad,
                   COALESCE(bool_or(settled_on IS NULL OR settled_on > %(as_of)s)
                       FILTER (WHERE last_good_day < %(as_of)s), FALSE) AS was_bad
              FROM instalment
             WHERE last_good_day < %(last)s
             GROUP BY partner_id
            HAVING bool_or(last_good_day >= %(as_of)s)
            """,
            settlements=ledger._settlements_sql(
                SQL("%s::date", last), SQL("%s::date", as_of - timedelta(days=3650)), company
            ),
            late_days=late_days,
            accounts=ledger._receivable_account_ids(),
            companies=ledger._tree_company_ids(company),
            as_of=SQL("%s::date", as_of),
            last=SQL("%s::date", last),
            to_flush=ledger._ledger_fields(),
        )

    def action_validate(self):
        """The validations of this scorecard; a new one is for it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_credit_mgmt.action_credit_scorecard_validation"
        )
        domain = ["|", ("scorecard_id", "=", self.id), ("challenger_id", "=", self.id)]
        return {**action, "domain": domain, "context": {"default_scorecard_id": self.id}}
