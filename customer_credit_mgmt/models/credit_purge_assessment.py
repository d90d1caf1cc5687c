"""Retention of assessments: what was decided on a person stays, what it was read from goes."""

from odoo import api, fields, models
from odoo.tools import SQL

#: What an assessment rests on, record by record.
PARTS = ("credit_assessment_line", "credit_answer", "credit_expert_opinion")


class CreditPurge(models.Model):
    _inherit = "credit.purge"

    assessment_count = fields.Integer(string="Assessments Made Anonymous", readonly=True)

    @api.model
    def _batches(self, company, cutoff):
        """Also the decided assessments of natural persons, but for the last one of each."""
        return super()._batches(company, cutoff) | {
            "assessment_count": SQL(
                """
                UPDATE credit_assessment
                   SET figures = NULL, note = NULL, score = NULL, is_scored = FALSE, data_share = NULL,
                       rating_id = NULL, tree_path = NULL, panel_median = NULL, panel_spread = NULL,
                       credit_file_id = NULL
                 WHERE id IN (
                       SELECT assessment.id
                         FROM credit_assessment assessment
                         JOIN res_partner partner ON partner.id = assessment.partner_id
                          AND partner.is_company IS NOT TRUE
                        WHERE assessment.company_id = %(company)s AND assessment.state IN ('approved', 'refused')
                          AND assessment.decided_on < %(cutoff)s
                          AND (figures IS NOT NULL OR note IS NOT NULL OR score IS NOT NULL
                               OR credit_file_id IS NOT NULL)
                          AND NOT EXISTS (SELECT FROM credit_profile WHERE last_assessment_id = assessment.id)
                        ORDER BY assessment.id LIMIT %(batch)s FOR UPDATE OF assessment SKIP LOCKED)
                RETURNING id
                """,
                company=company.id,
                cutoff=cutoff,
                batch=self._batch_size(),
            )
        }

    @api.model
    def _purge_with(self, found):
        """Criteria, answers and opinions go, the signed file and other attachments, and what was said about it."""
        super()._purge_with(found)
        assessment_ids = found["assessment_count"]
        if not assessment_ids:
            return
        for table in PARTS:
            self.env.cr.execute(
                SQL("DELETE FROM %s WHERE assessment_id = ANY(%s)", SQL.identifier(table), assessment_ids)
            )
        # sudo: a job of the system; the file was let go of above
        attachments = self.env["ir.attachment"].sudo()
        attachments.search([("res_model", "=", "credit.assessment"), ("res_id", "in", assessment_ids)]).unlink()
        self._purge_talk("credit.assessment", assessment_ids)
