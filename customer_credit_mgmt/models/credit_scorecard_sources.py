from odoo import models
from odoo.tools import SQL

from ..core.ratios import MEASURES
from .score_figures import FIGURES

#: A field of a contact is judged with this many decimals, an answer too.
FIELD_DIGITS = 4


class CreditScorecardCriterion(models.Model):
    """The figure of a criterion as SQL, by its source."""

    _inherit = "credit.scorecard.criterion"

    def _value_sql(self, as_of):
        """The figure of a customer, rounded as it is shown; ``as_of`` is the day as ``SQL``."""
        self.ensure_one()
        value, digits = getattr(self, f"_value_{self.source}_sql")(as_of)
        return SQL("round((%s)::numeric, %s)", value, digits)

    def _value_behaviour_sql(self, as_of):
        figure = FIGURES[self.figure]
        return figure.statement(as_of), figure.digits

    def _value_guarantee_sql(self, as_of):
        return self._value_behaviour_sql(as_of)

    def _value_financial_ratio_sql(self, as_of):
        value = SQL(
            "CASE WHEN statement.date_end > %s - make_interval(months => %s) THEN statement.%s END",
            as_of,
            self.max_age_months,
            SQL.identifier(self.ratio),
        )
        return value, MEASURES[self.ratio]

    def _value_partner_field_sql(self, as_of):
        """The column of :meth:`_partner_sql` as a number. A field whose application was removed is not known."""
        field = self._get_partner_field()
        if field is None:
            return SQL("NULL"), 0
        column = SQL("contact.%s", self._column("field"))
        if field.type == "boolean":
            return SQL("(COALESCE(%s, FALSE))::int", column), 0
        if field.type in ("date", "datetime"):
            age = SQL("age(%s, (%s)::date)", as_of, column)
            return SQL("extract(year FROM %(age)s) * 12 + extract(month FROM %(age)s)", age=age), 0
        if field.type == "selection":
            return SQL("array_position(%s::text[], (%s)::text)", field.get_values(self.env), column), 0
        return (SQL("NULLIF(%s, 0)", column) if self.zero_unknown else column), FIELD_DIGITS

    def _value_answer_sql(self, _as_of):
        return SQL("answer.%s", self._column("answer")), FIELD_DIGITS

    def _value_expert_sql(self, as_of):
        return self._value_answer_sql(as_of)

    def _get_partner_field(self):
        # sudo: whoever scores need not read technical models
        return self.env["res.partner"]._fields.get(self.field_id.sudo().name or "")

    def _get_families(self):
        """``{criterion: itself and the same question in other versions of its scorecard}``."""
        roots = {criterion: criterion.origin_id or criterion for criterion in self}
        ids = [root.id for root in roots.values()]
        # sudo: the answers stand whoever may read the version that asked for them
        family = self.sudo().search(["|", ("id", "in", ids), ("origin_id", "in", ids)])
        by_root = family.grouped(lambda criterion: (criterion.origin_id or criterion).id)
        return {criterion: by_root.get(root.id, self.browse()) | criterion for criterion, root in roots.items()}


class CreditScorecard(models.Model):
    """What the scoring statement joins for the sources of its criteria; a source that no criterion asks for is not."""

    _inherit = "credit.scorecard"

    def _criteria_from(self, *sources):
        return self.criterion_ids.filtered(lambda criterion: criterion.source in sources)

    def _source_joins_sql(self, company, as_of, profiles=None):
        """Joins to ``credit_profile profile``, each with at most one row for a profile."""
        partners = None if profiles is None else profiles.partner_id
        joins = []
        if self._needs_position():
            joins.append(SQL("LEFT JOIN position ON position.profile_id = profile.id"))
            joins.append(SQL("LEFT JOIN (%s) cover ON cover.profile_id = profile.id", self._cover_sql(as_of, partners)))
        if self._criteria_from("financial_ratio"):
            latest = self.env["partner.financial.statement"]._latest_sql(company, as_of, partners)
            joins.append(SQL("LEFT JOIN (%s) statement ON statement.partner_id = profile.partner_id", latest))
        if self._criteria_from("partner_field"):
            contacts = self._partner_sql(company, partners)
            joins.append(SQL("LEFT JOIN (%s) contact ON contact.id = profile.partner_id", contacts))
        if self._criteria_from("answer", "expert"):
            joins.append(SQL("LEFT JOIN (%s) answer ON answer.profile_id = profile.id", self._answers_sql(as_of)))
        return SQL("\n").join(joins)

    def _cover_sql(self, as_of, partners=None):
        """``profile_id, amount``: what guarantees cover on the day, 0 without any."""
        return SQL(
            """
            SELECT profile.id AS profile_id, COALESCE(cover.amount, 0) AS amount
              FROM credit_profile profile
              LEFT JOIN (%s) cover ON cover.profile_id = profile.id
            """,
            self.env["credit.guarantee"]._cover_sql(as_of, partners),
        )

    def _partner_sql(self, company, partners=None):
        """``id`` and ``field_<criterion>``: the fields of the contacts as this company sees them."""
        # sudo: a score may rest on a field that whoever starts the scoring must not read
        contacts = self.env["res.partner"].sudo().with_company(company).with_context(active_test=False)
        query = contacts._search([("id", "in", partners.ids)] if partners is not None else [], order="id")
        columns = [SQL("%s AS id", SQL.identifier(query.table, "id"))]
        for criterion in self._criteria_from("partner_field"):
            field = criterion._get_partner_field()
            if field is not None:
                value = contacts._field_to_sql(query.table, field.name, query)
                columns.append(SQL("%s AS %s", value, criterion._column("field")))
        query.order = None
        return query.select(*columns)

    def _answers_sql(self, as_of):
        """``profile_id`` and ``answer_<criterion>``: what the last approved assessment says."""
        criteria = self._criteria_from("answer", "expert")
        families = criteria._get_families()
        columns = SQL("").join(
            SQL(
                ", max(line.value) FILTER (WHERE line.criterion_id = ANY(%s)) AS %s",
                families[criterion].ids,
                criterion._column("answer"),
            )
            for criterion in criteria
        )
        return SQL(
            """
            SELECT assessment.profile_id %(columns)s
              FROM (SELECT DISTINCT ON (profile_id) id, profile_id
                      FROM credit_assessment
                     WHERE state = 'approved' AND date <= %(as_of)s
                     ORDER BY profile_id, date DESC, id DESC) assessment
              LEFT JOIN credit_assessment_line line ON line.assessment_id = assessment.id
             GROUP BY assessment.profile_id
            """,
            columns=columns,
            as_of=SQL("%s::date", as_of),
            to_flush=[
                self.env[model]._fields[name]
                for model, names in (
                    ("credit.assessment", ("profile_id", "state", "date")),
                    ("credit.assessment.line", ("assessment_id", "criterion_id", "value")),
                )
                for name in names
            ],
        )

    # ------------------------------------------------------------------
    # VALUES OF ONE CUSTOMER
    # ------------------------------------------------------------------

    def _get_values(self, profile, as_of):
        """What is known of a customer: ``{criterion: value, or None}``, as the nightly statement would judge it."""
        self.ensure_one()
        profile.ensure_one()
        company = profile.company_id
        self._ensure_late_share(company, as_of)
        profile.flush_model()
        statement = SQL(
            "WITH %s SELECT * FROM (%s) figure",
            self._gathered_sql(company, as_of, profile),
            self._figures_sql(company, as_of, profile),
        )
        rows = self.env.execute_query_dict(statement)
        return {
            criterion: None if (value := rows[0][f"figure_{criterion.id}"]) is None else float(value)
            for criterion in self.criterion_ids
        }
