from odoo import fields, models
from odoo.tools import SQL


class CreditSignalRun(models.Model):
    """How far the detection came: one row per company and kind.

    It is what an interrupted night goes on from, and the row that two detections at once both write, so that the
    second one starts again with what the first one left.
    """

    _name = "credit.signal.run"
    _description = "Detection of Credit Signals"
    _order = "company_id, kind"
    _rec_name = "kind"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    kind = fields.Char(required=True, readonly=True, help="Of the rules that looked.")
    date = fields.Date(required=True, readonly=True, help="The last day that was looked at.")
    signal_count = fields.Integer(readonly=True, help="Signals that were raised on that day.")

    _company_kind_unique = models.Constraint("UNIQUE(company_id, kind)", "A company has one such row per kind.")

    def _begin(self, company, kind, as_of):
        """Write the row before the facts are read: a lock alone would leave a second session its old snapshot."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO credit_signal_run (company_id, kind, date, signal_count, create_uid, write_uid,
                                               create_date, write_date)
                VALUES (%(company)s, %(kind)s, %(as_of)s, 0, %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC',
                        now() AT TIME ZONE 'UTC')
                    ON CONFLICT (company_id, kind)
                    DO UPDATE SET date = GREATEST(credit_signal_run.date, EXCLUDED.date), signal_count = 0,
                       write_uid = EXCLUDED.write_uid, write_date = EXCLUDED.write_date
                """,
                company=company.id,
                kind=kind,
                as_of=as_of,
                uid=self.env.uid,
            )
        )
        self.invalidate_model(flush=False)

    def _count(self, company, kind, count):
        """How many were found."""
        self.env.cr.execute(
            SQL(
                "UPDATE credit_signal_run SET signal_count = %s WHERE company_id = %s AND kind = %s",
                count,
                company.id,
                kind,
            )
        )
        self.invalidate_model(flush=False)
