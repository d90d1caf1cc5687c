"""How good the method was a year ago, and what changed since the run before."""

from dateutil.relativedelta import relativedelta

from odoo import models

from .ecl_line import percent


class EclRun(models.Model):
    _inherit = "ecl.run"

    # ------------------------------------------------------------------
    # BACK-TEST AND COMPARISON
    # ------------------------------------------------------------------

    def _write_backtest(self):
        """The rates of a year ago against what was lost since, cell by cell."""
        then = self.date - relativedelta(years=1)
        rating = self._rating(then)
        statement = self.env["receivable.ledger"]._lost_since_sql(
            self._history(then), then, self.date, self.method_id.last_rate
        )
        found = {(segment, bucket): amounts for segment, bucket, *amounts in self.env.execute_query(statement)}
        totals = {"backtest_date": then, "backtest_balance": 0.0, "backtest_predicted": 0.0, "backtest_lost": 0.0}
        for line in self.line_ids:
            balance, lost = found.get((line.segment_key, line.bucket_place), (0.0, 0.0))
            predicted = rating.of(line.segment_key)[line.bucket_place].rate
            if balance <= 0:
                continue
            actual = lost / balance
            line.write(
                {
                    "backtest_balance": balance,
                    "backtest_lost": lost,
                    "backtest_rate": percent(predicted),
                    "backtest_lost_rate": percent(actual),
                    "backtest_error": None if predicted is None else percent(predicted - actual),
                }
            )
            # a cell without a prediction is not held against the method
            if predicted is not None:
                totals["backtest_balance"] += balance
                totals["backtest_predicted"] += balance * predicted
                totals["backtest_lost"] += lost
        self.write(totals)

    def _compare(self):
        """The last run that was booked before, and its figures beside those of this one."""
        previous = self.search(
            [("company_id", "=", self.company_id.id), ("date", "<", self.date), ("state", "=", "posted")], limit=1
        )
        self.write({"previous_run_id": previous.id, "previous_allowance": previous.allowance})
        before = {(line.segment_key, line.bucket_id): line for line in previous.line_ids}
        for line in self.line_ids:
            old = before.get((line.segment_key, line.bucket_id))
            if old:
                line.write({"previous_rate": old.rate, "previous_allowance": old.allowance})
