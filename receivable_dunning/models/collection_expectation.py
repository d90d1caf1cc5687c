from odoo import api, fields, models
from odoo.tools import SQL


class CollectionExpectation(models.Model):
    """How long each open item is still expected to take, as the last night found it.

    Asking the habits of all customers takes seconds on a large ledger, so they are asked once a night. The worklist
    weighs them with the amounts and ages of the moment.
    """

    _name = "collection.expectation"
    _description = "Expected Further Delay of an Open Item"
    _log_access = False

    move_line_id = fields.Many2one("account.move.line", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    further_days = fields.Float(readonly=True, help="Days still to wait; NULL where nobody ever paid so late.")
    usual_days = fields.Float(
        readonly=True, help="Mean days late of the customer; NULL while too little is known of him."
    )
    date = fields.Date(readonly=True, help="The day whose knowledge was used.")

    # PostgreSQL reads the expectations of all open items from the index alone
    _item_unique = models.UniqueIndex("(move_line_id) INCLUDE (company_id, further_days, usual_days)")

    @api.model
    def _refresh(self, company, as_of):
        """Write the expectations of a root company anew.

        Where the back-test of the company found the open amount to rank better than amount x days, all items get the
        same days: the mean of all, weighted by amount.
        """
        by_amount = company.sudo().credit_worklist_method != "distribution"  # sudo: the rule is read by whoever works
        days = SQL("further_days")
        if by_amount:
            days = SQL("sum(amount * further_days) OVER () / NULLIF(sum(amount) OVER (), 0)")
        self.flush_model()
        self.env.cr.execute(SQL("DELETE FROM collection_expectation WHERE company_id = %s", company.id))
        statement = SQL(
            """
            INSERT INTO collection_expectation (move_line_id, company_id, further_days, usual_days, date)
            SELECT line_id, company_id, %(days)s, CASE WHEN has_history THEN mean_days_late END, %(as_of)s
              FROM (%(predictions)s) prediction
            """,
            days=days,
            as_of=as_of,
            predictions=self.env["receivable.ledger"]._predictions_sql(as_of, company),
        )
        self.env.execute_query(statement)
        self.invalidate_model()

    # ------------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------------

    @api.model
    def _cron_refresh(self):
        """Every night, company by company, each in its own transaction."""
        companies = self.env["res.company"].search([("parent_id", "=", False)])
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(companies))
        for company in companies:
            self._refresh(company, fields.Date.context_today(self))
            if not cron._commit_progress(1):
                break
