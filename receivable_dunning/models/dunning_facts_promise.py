"""What is promised or in a plan is not claimed: the hold ends by date, whether or not a job has run."""

from odoo import fields, models
from odoo.tools import SQL

from ..core.ladder import SkipReason


class DunningFacts(models.AbstractModel):
    _inherit = "dunning.facts"

    def _get_held_parts(self, company, as_of):
        return [
            *super()._get_held_parts(company, as_of),
            self._promised_sql(company, as_of),
            self.env["receivable.payment.plan"]._held_sql(company, as_of),
        ]

    def _promised_sql(self, company, as_of):
        """The part of ``item`` that is promised and still to come, in company currency by the rate of the item."""
        return SQL(
            """
            SELECT item.line_id, (promised.amount * item.residual / NULLIF(item.residual_currency, 0))::numeric
                       AS amount, %(reason)s AS reason
              FROM (%(promised)s) promised
              JOIN item ON item.line_id = promised.move_line_id
            """,
            reason=str(SkipReason.PROMISED),
            promised=self.env["receivable.promise"]._standing_sql(company, as_of),
        )


class ReceivablePromise(models.Model):
    _inherit = "receivable.promise"

    def _standing_sql(self, company, as_of):
        """``(move_line_id, amount)`` in the currency of the item: what is promised and still to come on a day.

        A promise with a part whose day has passed unpaid holds nothing any more, also before the job has said so.
        ``company`` may be several.
        """
        late = SQL("part.date_promised + COALESCE(promise.tolerance_days, 0) < %s", as_of)
        return SQL(
            """
            SELECT part.move_line_id, sum(part.amount - COALESCE(part.amount_kept, 0)) AS amount
              FROM receivable_promise_line part
              JOIN receivable_promise promise ON promise.id = part.promise_id
             WHERE promise.company_id = ANY(%(companies)s) AND promise.state = 'open' AND part.state = 'open'
               AND promise.date <= %(as_of)s
               AND NOT EXISTS (
                    SELECT FROM receivable_promise_line part
                     WHERE part.promise_id = promise.id AND part.state = 'open' AND %(late)s
                   )
             GROUP BY part.move_line_id
            """,
            companies=company.ids,
            as_of=as_of,
            late=late,
            to_flush=[
                *(self._fields[name] for name in ("state", "date", "tolerance_days", "company_id")),
                *(self.line_ids._fields[name] for name in ("state", "date_promised", "amount", "amount_kept")),
                self.line_ids._fields["move_line_id"],
            ],
        )

    def _stood_sql(self, as_of):
        """What was promised of the row ``aging`` at the end of a day, in company currency.

        What is paid by now of a promise that still stands is taken off it today; of an earlier day, what was open then
        is the limit. A promise with a part that was missed by then no longer stood.
        """
        paid = SQL("COALESCE(part.amount_kept, 0)") if as_of >= fields.Date.context_today(self) else SQL("0")
        return SQL(
            """
            (SELECT LEAST(sum(part.amount - %(paid)s) * aging.amount_residual
                              / NULLIF(aging.amount_residual_currency, 0), aging.amount_residual)
               FROM receivable_promise_line part
               JOIN receivable_promise promise ON promise.id = part.promise_id
              WHERE part.move_line_id = aging.move_line_id AND promise.date <= %(as_of)s
                AND (promise.cancelled_on IS NULL OR promise.cancelled_on > %(as_of)s)
                AND (promise.date_decided IS NULL OR promise.date_decided > %(as_of)s)
                AND (part.date_decided IS NULL OR part.date_decided > %(as_of)s)
                AND part.date_promised + COALESCE(promise.tolerance_days, 0) >= %(as_of)s
             HAVING count(*) > 0)
            """,
            as_of=as_of,
            paid=paid,
            to_flush=[
                *(self._fields[name] for name in ("date", "cancelled_on", "date_decided", "tolerance_days")),
                *(self.line_ids._fields[name] for name in ("date_promised", "amount", "amount_kept", "date_decided")),
                self.line_ids._fields["move_line_id"],
            ],
        )
