"""What a verdict needs to know of a customer beyond the figures: limit's end, review, rating, agreed terms."""

from odoo import fields, models
from odoo.tools import SQL


class CreditProfile(models.Model):
    _inherit = "credit.profile"

    agreed_terms_days = fields.Integer(
        string="Agreed Terms (days)",
        tracking=True,
        help="Days from the date of a document to its last instalment that were agreed with the customer. 0: as the"
        " payment terms on the contact say; where there are none, no terms are longer than agreed.",
    )

    def _facts_sql(self, as_of, company=None, partners=None, without=()):
        """The figures of :meth:`_figures_sql` and what else rules look at; NULL: not known.

        ``limit_ended_days``: since the last base limit ended; 0 when there never was a limit; NULL when one is valid.
        """
        return SQL(
            """
            SELECT figure.*, own.agreed_terms_days, rating.min_score AS rating_score,
                   %(as_of)s - own.next_review_date AS review_late_days,
                   CASE WHEN base.is_valid THEN NULL
                        WHEN base.ended IS NOT NULL THEN %(as_of)s - base.ended
                        WHEN figure.limit_amount > 0 THEN NULL
                        ELSE 0
                   END AS limit_ended_days
              FROM (%(figures)s) figure
              JOIN credit_profile own ON own.id = figure.id
              LEFT JOIN credit_rating rating ON rating.id = own.rating_id AND NOT own.id = ANY(ARRAY(%(overturned)s))
             CROSS JOIN LATERAL (
                   SELECT max(date_to) AS ended, bool_or(date_to IS NULL OR date_to >= %(as_of)s) AS is_valid
                     FROM credit_limit
                    WHERE profile_id = figure.id AND kind = 'base' AND state IN ('approved', 'expired')
                      AND date_from <= %(as_of)s
                   ) base
            """,
            as_of=as_of,
            figures=self._figures_sql(as_of, company, partners, without),
            overturned=self.env["credit.review"]._overturned_sql(),
            to_flush=[
                *(self._fields[name] for name in ("agreed_terms_days", "next_review_date", "rating_id")),
                self.env["credit.rating"]._fields["min_score"],
            ],
        )

    def _gather_facts(self, as_of):
        """Facts of these profiles, as dictionaries; one query."""
        if not self.ids:
            return []
        return self.env.execute_query_dict(self._facts_sql(as_of, self.company_id, self.partner_id))
