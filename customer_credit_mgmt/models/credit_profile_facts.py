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

        :param without: also ``rating_score`` and ``limit_ended_days``: NULL, and nothing is read for them
        """
        asked = {
            name: part for name, part in self._get_rule_facts(SQL("%s::date", as_of)).items() if name not in without
        }
        return SQL(
            """
            SELECT figure.*, %(as_of)s - figure.next_review_date AS review_late_days, %(asked)s
              FROM (%(figures)s) figure %(joins)s
            """,
            as_of=SQL("%s::date", as_of),
            asked=SQL(", ").join(
                SQL("%s AS %s", asked[name][0] if name in asked else SQL("NULL"), SQL.identifier(name))
                for name in ("rating_score", "limit_ended_days")
            ),
            joins=SQL(" ").join(join for _column, join in asked.values()),
            figures=self._figures_sql(as_of, company, partners, without),
        )

    def _get_rule_facts(self, as_of):
        """``{name: (column, join)}`` of what single kinds of rules look at, beside a row of figures ``figure``."""
        rating = SQL(
            "LEFT JOIN credit_rating rating ON rating.id = figure.rating_id AND NOT figure.id = ANY(ARRAY(%s))",
            self.env["credit.review"]._overturned_sql(),
            to_flush=[self._fields["rating_id"], self.env["credit.rating"]._fields["min_score"]],
        )
        ended = SQL(
            """
            CASE WHEN base.is_valid OR base.ended IS NULL AND figure.limit_amount > 0 THEN NULL
                 ELSE COALESCE(%s - base.ended, 0) END
            """,
            as_of,
        )
        base = SQL(
            """
             CROSS JOIN LATERAL (
                   SELECT max(date_to) AS ended, bool_or(date_to IS NULL OR date_to >= %(as_of)s) AS is_valid
                     FROM credit_limit
                    WHERE profile_id = figure.id AND kind = 'base' AND state IN ('approved', 'expired')
                      AND date_from <= %(as_of)s
                   ) base
            """,
            as_of=as_of,
            to_flush=self.env["credit.limit"]._limit_fields(),
        )
        return {"rating_score": (SQL("rating.min_score"), rating), "limit_ended_days": (ended, base)}

    def _gather_facts(self, as_of):
        """Facts of these profiles, as dictionaries; one query."""
        if not self.ids:
            return []
        return self.env.execute_query_dict(self._facts_sql(as_of, self.company_id, self.partner_id))
