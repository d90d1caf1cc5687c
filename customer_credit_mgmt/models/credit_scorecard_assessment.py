from odoo import models
from odoo.tools import SQL

from ..core import score as core
from ..core.shrinkage import PRIOR_STRENGTH
from .score_figures import FIGURES


class CreditScorecard(models.Model):
    """Every figure of one customer as of a day, whatever the scorecard judges: for the assessment and its tree."""

    _inherit = "credit.scorecard"

    def _read_figures(self, profile, as_of):
        """``{key: value or None}`` of all figures, rounded as the nightly scoring judges them; one statement."""
        self._ensure_late_share(profile.company_id, as_of)
        profile.flush_model()
        (row,) = self.env.execute_query_dict(self._read_figures_sql(profile, as_of))
        return {key: None if value is None else float(value) for key, value in row.items()}

    def _read_figures_sql(self, profile, as_of):
        company, partners = profile.company_id, profile.partner_id
        date = SQL("%s::date", as_of)
        columns = [
            SQL("round((%s)::numeric, %s) AS %s", figure.statement(date), figure.digits, SQL.identifier(figure.key))
            for figure in FIGURES.values()
        ]
        return SQL(
            """
            WITH behaviour AS (%(behaviour)s)
            SELECT %(columns)s
              FROM credit_profile profile
              JOIN res_company company ON company.id = profile.company_id
              LEFT JOIN behaviour ON behaviour.partner_id = profile.partner_id
                    AND behaviour.company_id = profile.company_id
              LEFT JOIN (SELECT profile_id, utilization, exposure_amount + secured_amount AS gross_exposure
                           FROM (%(position)s) figure) position ON position.profile_id = profile.id
              LEFT JOIN (%(cover)s) cover ON cover.profile_id = profile.id
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN behaviour.outcome_count >= %(history)s
                               THEN (behaviour.late_weight + %(strength)s * company.credit_late_share)
                                    / (behaviour.outcome_weight + %(strength)s)
                               ELSE company.credit_late_share END
                   ) AS chance(late_share)
             WHERE profile.id = %(profile)s
            """,
            behaviour=self.env["receivable.ledger"]._payment_behaviour_sql(as_of, company=company, partners=partners),
            position=profile._figures_sql(as_of, company, partners),
            cover=self._cover_sql(as_of, partners),
            columns=SQL(", ").join(columns),
            history=core.MIN_HISTORY,
            strength=PRIOR_STRENGTH,
            profile=profile.id,
        )


class CreditScorecardBand(models.Model):
    """A band as the answer to a question."""

    _inherit = "credit.scorecard.band"

    def _get_typical_value(self):
        """A value inside the band, for answers that are chosen by their band: its lower end, or just below the next."""
        self.ensure_one()
        if not self.open_below:
            return self.lower
        return 0.0 if self.open_above else self.upper - 1
