from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

#: Rows of one kind that are deleted in one transaction.
BATCH = 5000


class CreditPurge(models.Model):
    """The record of what was deleted when the retention period was over, and the only door through which it goes.

    Deleted: scores that are not the current one and are not under review, signals that are closed. Made anonymous: the
    figures that decided checks and assessments of natural persons were based on (the decision and its reasons stay),
    what persons said in reviews that are closed.
    """

    _name = "credit.purge"
    _description = "Purge of Score Data"
    _order = "date desc, id desc"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    date = fields.Date(required=True, readonly=True)
    cutoff = fields.Date(required=True, readonly=True, help="What is older than this day was deleted.")
    user_id = fields.Many2one("res.users", required=True, readonly=True, default=lambda self: self.env.user)
    score_count = fields.Integer(string="Scores Deleted", readonly=True)
    signal_count = fields.Integer(string="Signals Deleted", readonly=True)
    check_count = fields.Integer(string="Checks Made Anonymous", readonly=True)
    review_count = fields.Integer(string="Reviews Made Anonymous", readonly=True)

    _one_per_day = models.Constraint("UNIQUE(company_id, date, cutoff)", "A purge has one record per day.")

    @api.depends("company_id", "date")
    def _compute_display_name(self):
        for purge in self:
            purge.display_name = f"{purge.company_id.name} · {fields.Date.to_string(purge.date)}"

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The record of what was deleted is kept."))

    # ------------------------------------------------------------------
    # PURGE
    # ------------------------------------------------------------------

    @api.model
    def _cron_purge(self):
        """Nightly, for companies with a retention period: batch by batch, until nothing is left."""
        today = fields.Date.context_today(self)
        companies = self.env["res.company"].search([("parent_id", "=", False), ("credit_retention_months", ">", 0)])
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(companies))
        for company in companies:
            while self._purge(company, today):
                if not cron._commit_progress(0):
                    return
            if not cron._commit_progress(1):
                return

    @api.model
    def _purge(self, company, today):
        """Purge one batch of each kind and write it down; return how many rows there were."""
        cutoff = today - relativedelta(months=company.credit_retention_months)
        self.env.flush_all()
        rows = {name: self.env.execute_query(statement) for name, statement in self._batches(company, cutoff).items()}
        self._purge_with({name: [record_id for (record_id,) in found] for name, found in rows.items()})
        counts = {name: len(found) for name, found in rows.items()}
        if any(counts.values()):
            self.env.invalidate_all(flush=False)
            key = [("company_id", "=", company.id), ("date", "=", today), ("cutoff", "=", cutoff)]
            log = self.search(key) or self.create({"company_id": company.id, "date": today, "cutoff": cutoff})
            log.write({name: log[name] + count for name, count in counts.items()})
        return sum(counts.values())

    @api.model
    def _batch_size(self):
        return BATCH

    @api.model
    def _purge_with(self, found):
        """What goes together with the rows that a batch found.

        :param found: ``{field that counts: ids}``
        """
        self._purge_talk("credit.signal", found["signal_count"])

    @api.model
    def _purge_talk(self, model, record_ids):
        """Messages, activities and followers go with their records: they name the customer, too."""
        tables = {"mail_message": "model", "mail_activity": "res_model", "mail_followers": "res_model"}
        for table, column in tables.items():
            self.env.cr.execute(
                SQL(
                    "DELETE FROM %s WHERE %s = %s AND res_id = ANY(%s)",
                    SQL.identifier(table),
                    SQL.identifier(column),
                    model,
                    record_ids,
                )
            )

    @api.model
    def _batches(self, company, cutoff):
        """``{field that counts: statement}``: each purges a batch and returns the ids of its rows.

        Two purges at once take different rows.
        """
        values = {
            "company": company.id,
            "companies": self.env["receivable.ledger"]._tree_company_ids(company),
            "cutoff": cutoff,
            "batch": BATCH,
        }
        return {
            "score_count": SQL(
                """
                DELETE FROM credit_score WHERE id IN (
                       SELECT id FROM credit_score
                        WHERE company_id = %(company)s AND date < %(cutoff)s AND is_current IS NOT TRUE
                          AND NOT EXISTS (SELECT 1 FROM credit_review
                                           WHERE credit_review.score_id = credit_score.id AND state = 'open')
                        ORDER BY id LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
                RETURNING id
                """,
                **values,
            ),
            "signal_count": SQL(
                """
                DELETE FROM credit_signal WHERE id IN (
                       SELECT id FROM credit_signal
                        WHERE company_id = %(company)s AND date < %(cutoff)s AND state <> 'open'
                        ORDER BY id LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
                RETURNING id
                """,
                **values,
            ),
            "check_count": SQL(
                """
                UPDATE credit_check SET inputs = '{"anonymous": true}' WHERE id IN (
                       SELECT credit_check.id
                         FROM credit_check
                         JOIN res_partner partner ON partner.id = credit_check.partner_id
                          AND partner.is_company IS NOT TRUE
                        WHERE credit_check.company_id = ANY(%(companies)s) AND credit_check.state <> 'held'
                          AND credit_check.create_date < %(cutoff)s AND inputs IS NOT NULL
                          AND inputs <> '{"anonymous": true}'
                        ORDER BY credit_check.id LIMIT %(batch)s FOR UPDATE OF credit_check SKIP LOCKED)
                RETURNING id
                """,
                **values,
            ),
            "review_count": SQL(
                """
                UPDATE credit_review SET contest_text = NULL, score_id = NULL WHERE id IN (
                       SELECT id FROM credit_review
                        WHERE company_id = %(company)s AND state <> 'open' AND decided_on < %(cutoff)s
                          AND contest_text IS NOT NULL
                        ORDER BY id LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
                RETURNING id
                """,
                **values,
            ),
        }
