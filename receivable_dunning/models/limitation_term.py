from odoo import api, fields, models
from odoo.tools import SQL

from ..core.limitation import Verdict

COLUMNS = {
    "move_line_id": "int", "partner_id": "int", "rule_id": "int", "date_start": "date", "date_limit": "date",
    "last_date": "date", "last_kind": "varchar",
}  # fmt: skip


class LimitationTerm(models.Model):
    """The limitation date of an open item as worked out last: every night, and when a person enters what happened."""

    _name = "limitation.term"
    _description = "Limitation of an Item"
    _rec_name = "move_line_id"
    _log_access = False  # one per open item

    move_line_id = fields.Many2one("account.move.line", required=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", required=True, index=True, ondelete="cascade")
    rule_id = fields.Many2one("limitation.rule", index="btree_not_null", ondelete="set null")
    date_start = fields.Date()
    date_limit = fields.Date()
    last_date = fields.Date(help="Day of the last event that moved the date.")
    last_kind = fields.Char()

    _line_uniq = models.Constraint("UNIQUE (move_line_id)", "An item has one limitation date.")

    # ------------------------------------------------------------------
    # APPLY
    # ------------------------------------------------------------------

    @api.model
    def _refresh(self, company, partners=None):
        """Work out the open items of a root company (of some customers), and write what differs; settled items go."""
        count = 0
        for batch in self.env["limitation.ledger"]._batches(company, partners):
            self._store(company, batch)
            count += len(batch)
        self._drop_settled(company, partners)
        self.invalidate_model()
        return count

    def _store(self, company, found):
        """One statement; rows that say the same are left alone."""
        rows = [self._row(item) for item in found]
        if not rows:
            return
        columns = SQL(", ").join(map(SQL.identifier, COLUMNS))
        values = [SQL.identifier(name) for name in COLUMNS if name != "move_line_id"]
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO limitation_term AS term (company_id, %(columns)s)
                SELECT %(company)s, item.* FROM unnest(%(arrays)s) AS item(%(columns)s)
                    ON CONFLICT (move_line_id) DO UPDATE SET (company_id, %(values)s) = (%(company)s, %(excluded)s)
                 WHERE (term.company_id, %(own)s) IS DISTINCT FROM (%(company)s, %(excluded)s)
                """,
                columns=columns,
                company=company.id,
                arrays=self.env["dunning.proposal"]._arrays_sql(COLUMNS, rows),
                values=SQL(", ").join(values),
                excluded=SQL(", ").join(SQL("excluded.%s", value) for value in values),
                own=SQL(", ").join(SQL("term.%s", value) for value in values),
            )
        )

    @api.model
    def _row(self, item):
        if item.term is None:
            return (item.line_id, item.partner_id, None, None, None, None, None)
        moved = [step for step in item.term.steps if step.verdict in (Verdict.RESTARTED, Verdict.SUSPENDED)]
        last = moved[-1].event if moved else None
        days = (item.term.start, item.term.last_day)
        return (item.line_id, item.partner_id, item.rule_id, *days, last and last.day, last and last.kind)

    def _drop_settled(self, company, partners=None):
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM limitation_term
                 WHERE company_id = %(company)s AND %(concerned)s
                   AND move_line_id NOT IN (SELECT line_id FROM (%(items)s) item)
                """,
                company=company.id,
                concerned=SQL("TRUE") if partners is None else SQL("partner_id = ANY(%s)", partners.ids),
                items=self.env["limitation.ledger"]._items_sql(company, partners),
            )
        )

    # ------------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------------

    @api.model
    def _cron_watch(self):
        """Work out all open items, company by company, and tell people what will soon be time-barred."""
        roots = self.env["res.company"].search([("parent_id", "=", False)])
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(roots))
        as_of = fields.Date.context_today(self)
        for company in roots:
            self._refresh(company)
            self.env["limitation.alarm"]._raise_alarms(company, as_of)
            if not progress(1):
                break
