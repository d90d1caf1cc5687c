"""What was said about open invoices: promises, payment plans and disputes, as parts of the cash forecast."""

from odoo import models
from odoo.tools import SQL

from ..core import cash_forecast as core


class ReceivableLedger(models.AbstractModel):
    _inherit = "receivable.ledger"

    def _get_cash_agreements(self, as_of, company):
        # sudo: what is expected of a customer does not depend on who looks
        agreements = self.sudo()
        return [
            *super()._get_cash_agreements(as_of, company),
            agreements._cash_promises_sql(as_of),
            agreements._cash_instalments_sql(as_of),
            agreements._cash_disputes_sql(as_of),
        ]

    # ------------------------------------------------------------------
    # PROMISES
    # ------------------------------------------------------------------

    def _cash_promises_sql(self, as_of):
        """Parts of promises that stood at the end of the day, at the rate of the item."""
        promise = self.env["receivable.promise"]._fields
        line = self.env["receivable.promise.line"]._fields
        names = "promise_id move_line_id amount amount_kept state date_promised date_decided partner_id company_id"
        return SQL(
            """
            SELECT invoice.line_id, 'promise' AS kind,
                   (part.amount - CASE WHEN part.state = 'open' THEN COALESCE(part.amount_kept, 0) ELSE 0 END)
                       * invoice.residual / NULLIF(invoice.residual_currency, 0) AS amount,
                   part.date_promised AS day, %(chance)s AS chance
              FROM receivable_promise_line part
              JOIN receivable_promise promise ON promise.id = part.promise_id
              JOIN invoice ON invoice.line_id = part.move_line_id
              %(record)s
             WHERE promise.date <= %(as_of)s AND COALESCE(promise.cancelled_on, 'infinity') > %(as_of)s
               AND COALESCE(promise.date_decided, 'infinity') > %(as_of)s
               AND COALESCE(part.date_decided, 'infinity') > %(as_of)s
               AND part.date_promised + COALESCE(promise.tolerance_days, 0) >= %(as_of)s
            """,
            chance=self._kept_chance_sql(),
            record=self._promise_record_sql(as_of),
            as_of=SQL("%s::date", as_of),
            to_flush=[
                *(promise[name] for name in ("date", "cancelled_on", "date_decided", "tolerance_days")),
                *(line[name] for name in names.split()),
            ],
        )

    def _promise_record_sql(self, as_of):
        """Joins ``record`` (parts decided by the day, and kept, of the customer) and ``common`` (of all customers)."""
        decided = SQL(
            """
            SELECT partner_id, company_id, count(*) AS decided, count(*) FILTER (WHERE state = 'kept') AS kept
              FROM receivable_promise_line
             WHERE state IN ('kept', 'partly', 'broken') AND date_decided <= %s
             GROUP BY partner_id, company_id
            """,
            as_of,
        )
        return SQL(
            """
              LEFT JOIN (%(decided)s) record
                     ON record.partner_id = invoice.partner_id AND record.company_id = invoice.company_id
              LEFT JOIN (SELECT company_id, sum(decided) AS decided, sum(kept) AS kept FROM (%(decided)s) one
                          GROUP BY company_id) common ON common.company_id = invoice.company_id
            """,
            decided=decided,
        )

    def _kept_chance_sql(self):
        """``kept_chance`` of core/cash_forecast.py on ``record`` and ``common``."""
        common = SQL(
            "(COALESCE(common.kept, 0) + %(strength)s * %(usual)s) / (COALESCE(common.decided, 0) + %(strength)s)",
            strength=SQL("%s::float8", core.CHANCE_STRENGTH),
            usual=SQL("%s::float8", core.USUALLY_KEPT),
        )
        return SQL(
            "(COALESCE(record.kept, 0) + %(strength)s * %(common)s) / (COALESCE(record.decided, 0) + %(strength)s)",
            strength=SQL("%s::float8", core.CHANCE_STRENGTH),
            common=common,
        )

    # ------------------------------------------------------------------
    # PAYMENT PLANS
    # ------------------------------------------------------------------

    def _cash_instalments_sql(self, as_of):
        """Instalments still to come of plans in force at the end of the day, laid over their items, oldest first."""
        item = self.env["receivable.payment.plan.item"]._fields
        return SQL(
            """
            SELECT invoice.line_id, 'promise' AS kind,
                   (LEAST(owed.upto, instalment.upto) - GREATEST(owed.upto - owed.residual_currency,
                                                                 instalment.upto - instalment.amount))
                       * invoice.residual / NULLIF(invoice.residual_currency, 0) AS amount,
                   instalment.date_due AS day, %(chance)s AS chance
              FROM (
                    SELECT part.plan_id, invoice.line_id, invoice.residual_currency,
                           sum(invoice.residual_currency)
                               OVER (PARTITION BY part.plan_id ORDER BY invoice.due, invoice.line_id) AS upto
                      FROM receivable_payment_plan_item part
                      JOIN invoice ON invoice.line_id = part.move_line_id
                   ) owed
              JOIN (
                    SELECT one.*, sum(amount) OVER (PARTITION BY plan_id ORDER BY date_due, id) AS upto
                      FROM (%(instalments)s) one
                     WHERE amount > 0
                   ) instalment USING (plan_id)
              JOIN invoice ON invoice.line_id = owed.line_id
              %(record)s
             WHERE LEAST(owed.upto, instalment.upto)
                   > GREATEST(owed.upto - owed.residual_currency, instalment.upto - instalment.amount)
            """,
            chance=self._kept_chance_sql(),
            record=self._promise_record_sql(as_of),
            instalments=self._instalments_to_come_sql(as_of),
            to_flush=[item["plan_id"], item["move_line_id"]],
        )

    def _instalments_to_come_sql(self, as_of):
        """``(id, plan_id, date_due, amount)``: what is not paid of the instalments. Of a plan that ended since, only
        the later ones are known to have been open."""
        plan = self.env["receivable.payment.plan"]._fields
        line = self.env["receivable.payment.plan.line"]._fields
        return SQL(
            """
            SELECT part.id, part.plan_id, part.date_due,
                   part.amount - CASE plan.state WHEN 'active' THEN COALESCE(part.amount_paid, 0) ELSE 0 END AS amount
              FROM receivable_payment_plan_line part
              JOIN receivable_payment_plan plan ON plan.id = part.plan_id
             WHERE plan.accept_date < %(as_of)s + 1 AND COALESCE(plan.date_decided, 'infinity') > %(as_of)s
               AND (plan.state = 'active' OR part.date_due > %(as_of)s)
            """,
            as_of=SQL("%s::date", as_of),
            to_flush=[
                *(plan[name] for name in ("state", "accept_date", "date_decided")),
                *(line[name] for name in ("plan_id", "date_due", "amount", "amount_paid")),
            ],
        )

    # ------------------------------------------------------------------
    # DISPUTES
    # ------------------------------------------------------------------

    def _cash_disputes_sql(self, as_of):
        """What was in dispute at the end of the day: nothing before the deadline, then what is likely to be owed."""
        dispute = self.env["receivable.dispute"]._fields
        names = "move_line_id amount_opened date closed_on deadline state amount_company accepted_company company_id"
        return SQL(
            """
            SELECT invoice.line_id, 'dispute' AS kind,
                   dispute.amount_opened * invoice.residual / NULLIF(invoice.residual_currency, 0) AS amount,
                   COALESCE(dispute.deadline, %(as_of)s) AS day,
                   1 - (COALESCE(past.accepted, 0) + %(strength)s * %(usual)s)
                       / (COALESCE(past.count, 0) + %(strength)s) AS chance
              FROM receivable_dispute dispute
              JOIN invoice ON invoice.line_id = dispute.move_line_id
              LEFT JOIN (
                    SELECT company_id, count(*) AS count,
                           sum(LEAST(COALESCE(accepted_company, 0) / NULLIF(amount_company, 0), 1))::float8 AS accepted
                      FROM receivable_dispute
                     WHERE closed_on <= %(as_of)s
                     GROUP BY company_id
                   ) past ON past.company_id = dispute.company_id
             WHERE dispute.date <= %(as_of)s AND COALESCE(dispute.closed_on, 'infinity') > %(as_of)s
            """,
            as_of=SQL("%s::date", as_of),
            strength=SQL("%s::float8", core.CHANCE_STRENGTH),
            usual=SQL("%s::float8", core.USUALLY_ACCEPTED),
            to_flush=[dispute[name] for name in names.split()],
        )
