from dataclasses import asdict

from odoo import api, fields, models
from odoo.tools import SQL, float_round

from ..core import score as core
from ..core.dimensions import subscores
from .decision_operands import POSITION


class CreditAssessment(models.Model):
    """Gather the figures, judge them with the scorecard, keep what was found on the lines."""

    _inherit = "credit.assessment"

    dimension_chart = fields.Html(
        compute="_compute_dimension_chart", compute_sudo=True, sanitize=False, string="The Five Cs"
    )
    improvement = fields.Char(
        compute="_compute_improvement",
        compute_sudo=True,
        string="What Would Change It Most",
        help="The criterion whose next better band would raise the score most.",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("line_ids.points", "line_ids.share")
    @api.depends_context("lang")
    def _compute_dimension_chart(self):
        for assessment in self:
            assessment.dimension_chart = self.env["ir.qweb"]._render(
                "customer_credit_mgmt.credit_dimension_chart", {"rows": assessment._get_subscores()}
            )

    @api.depends("line_ids.finding", "is_scored")
    @api.depends_context("lang")
    def _compute_improvement(self):
        for assessment in self:
            score = assessment._as_score()
            best = score._get_result().improvement if assessment.is_scored else None
            assessment.improvement = best and score._get_improvement_sentence(best)

    def _get_subscores(self):
        """``[(label, Subscore)]``: the five Cs and their part of the score."""
        labels = dict(self.env["credit.scorecard.criterion"]._fields["dimension"]._description_selection(self.env))
        rows = [(line.dimension, line._get_level(), line.share) for line in self.line_ids]
        return [(labels[sub.dimension], sub) for sub in subscores(rows)]

    def _as_score(self):
        """An unsaved row of ``credit.score`` with these findings: it knows how to put them in words."""
        findings = [line.finding for line in self.line_ids if line.finding]
        values = {"company_id": self.company_id.id, "scorecard_id": self.scorecard_id.id, "reasons": findings}
        return self.env["credit.score"].new(values)

    # ------------------------------------------------------------------
    # STEPS
    # ------------------------------------------------------------------

    def _start(self):
        """A fresh draft: its number, its criteria, its questions, and the figures as of its day."""
        for assessment in self:
            sequence = self.env["ir.sequence"].with_company(assessment.company_id)
            # sudo: numbers, criteria and questions are given, not entered
            assessment.sudo().name = sequence.next_by_code("credit.assessment") or "/"
        self._sign_as_preparer()
        self._check_scorecard_active({"scorecard_id": self.scorecard_id[:1].id})
        self._ask_questions()
        self._rebuild_lines()
        self._evaluate()

    def _rebuild_lines(self):
        """One line per criterion of the scorecard."""
        # sudo: lines are made from the scorecard, not by hand
        self.sudo().line_ids.unlink()
        self.env["credit.assessment.line"].sudo().create(
            [
                {
                    "assessment_id": assessment.id,
                    "criterion_id": criterion.id,
                    "sequence": position,
                    "weight": criterion.weight,
                }
                for assessment in self
                for position, criterion in enumerate(assessment.sudo().scorecard_id.criterion_ids)
            ]
        )

    def _evaluate(self):
        """Read the ledger as of the day, judge, walk the tree; all in the draft."""
        for assessment in self:
            assessment._check_draft()
            # sudo: findings follow from the ledger, whoever had it read
            quiet = assessment.sudo()
            quiet.figures = quiet._gather_figures()
            quiet._judge(quiet._gather_values())
            quiet._walk_tree()

    def _gather_figures(self):
        """What the ledger says of the customer as of the day, as it is frozen: plain numbers, ``None`` if unknown.

        ``ledger``: every figure a scorecard may judge; ``position``: limit and exposure; ``aging``: open amounts;
        ``proposals``: limits that suggest themselves.
        """
        (position,) = self.profile_id._gather_figures(self.date)
        return {
            "ledger": self.scorecard_id._read_figures(self.profile_id, self.date),
            "position": {key: None if position[key] is None else float(position[key]) for key in POSITION},
            "aging": self._gather_aging(),
            "proposals": [
                asdict(it) for it in self.profile_id._gather_proposals(self.date).get(self.profile_id.id, ())
            ],
        }

    def _gather_aging(self):
        """Open amounts by age in the order of ``AGING``: what is not due, what is overdue, what was not allocated."""
        items = self.env["receivable.ledger"]._open_items_sql(self.date, self.company_id, self.partner_id)
        (row,) = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(sum(residual) FILTER (WHERE residual > 0 AND age <= 0), 0),
                       COALESCE(sum(residual) FILTER (WHERE residual > 0 AND age BETWEEN 1 AND 30), 0),
                       COALESCE(sum(residual) FILTER (WHERE residual > 0 AND age BETWEEN 31 AND 60), 0),
                       COALESCE(sum(residual) FILTER (WHERE residual > 0 AND age BETWEEN 61 AND 90), 0),
                       COALESCE(sum(residual) FILTER (WHERE residual > 0 AND age > 90), 0),
                       COALESCE(sum(residual) FILTER (WHERE residual < 0), 0)
                  FROM (SELECT item.residual, %(as_of)s::date - item.date_maturity AS age
                          FROM (%(items)s) item WHERE item.partner_id = %(partner)s) aged
                """,
                items=items,
                as_of=self.date,
                partner=self.partner_id.id,
            )
        )
        return [float(amount) for amount in row]

    def _gather_values(self):
        """``{criterion: value or None}``: the answers are those of this assessment, the experts its panel."""
        values = self.scorecard_id._get_values(self.profile_id, self.date) if self.line_ids else {}
        for line in self.line_ids:
            if line.source == "answer":
                values[line.criterion_id] = line.value
            elif line.source == "expert":
                values[line.criterion_id] = self.panel_median
        return values

    def _judge(self, values):
        """Keep what each criterion says of its value, and the score of all of them."""
        findings = {
            line: core.judge(line.criterion_id._get_core_criterion(), values.get(line.criterion_id))
            for line in self.line_ids
        }
        result = core.summarize(findings.values(), self.scorecard_id and self.scorecard_id._get_start())
        for (line, finding), reason in zip(findings.items(), result.reasons, strict=True):
            line.write(
                {
                    "value": finding.value,
                    "band_id": finding.band,
                    "points": finding.points,
                    "share": reason.share,
                    "contribution": reason.contribution,
                    "gain": reason.gain,
                    "finding": finding.as_dict(),
                }
            )
        self.write(self._prepare_score_vals(result))

    def _prepare_score_vals(self, result):
        score = result.value if self._is_enough_known() else None
        grades = self.scorecard_id._get_grades_ascending() if score is not None else ()
        return {
            "score": score,
            "is_scored": score is not None,
            "data_share": float_round(result.data_share, precision_digits=4),
            "rating_id": core.rate(score, [(minimum, rating_id) for minimum, rating_id, _months in grades]),
        }

    def _is_enough_known(self):
        """As every night: enough invoices whose outcome is known."""
        return self._get_outcome_count() >= self.scorecard_id.min_history

    def _get_outcome_count(self):
        """How many invoices of the customer have an outcome that is known, as of the day."""
        behaviour = self.env["receivable.ledger"]._payment_behaviour_sql(
            self.date, company=self.company_id, partners=self.profile_id.partner_id
        )
        rows = self.env.execute_query(SQL("SELECT outcome_count FROM (%s) behaviour", behaviour))
        return rows[0][0] if rows else 0

    def action_refresh(self):
        """Read the ledger again."""
        self.check_access("write")
        self._expect("draft")
        self._sign_as_preparer()
        self._evaluate()
