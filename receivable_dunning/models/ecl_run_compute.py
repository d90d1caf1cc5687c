"""From open items and rates to the matrix."""

from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core.ecl import allowance
from .ecl_line import percent

CELL_AMOUNTS = ("balance", "credit", "cover", "exposure")


class EclRun(models.Model):
    _inherit = "ecl.run"

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_compute(self):
        """Work out the matrix, what it rests on, and how good it was a year ago. Nothing is booked."""
        self._begin("accountant", "draft")
        for run in self:
            run._check_overlay()
            # sudo: nobody writes figures but this; who may compute was checked
            run.sudo()._compute_run()
        self._sign(state="computed", computed_by=self.env.uid, computed_on=fields.Datetime.now())

    def action_draft(self):
        """Drop the figures, to change what they follow from."""
        self._begin("accountant", "computed", "approved")
        # sudo: see action_compute
        self.sudo()._drop_figures()
        self._sign(state="draft", computed_by=False, computed_on=False, approved_by=False, approved_on=False)

    def _check_overlay(self):
        self.scenario_ids._check_complete()
        if self.scenario_ids._overlay().factor != 1 and not (self.overlay_note or "").strip():
            raise UserError(self.env._("Say why these scenarios are expected: the factor ahead changes every rate."))

    def _drop_figures(self):
        self.line_ids.unlink()
        self.migration_ids.unlink()
        self.movement_ids.unlink()
        # an exposure per customer and bucket: too many to be loaded only to be deleted; nothing hangs on them
        self.env["ecl.exposure"].flush_model()
        self.env.cr.execute(SQL("DELETE FROM ecl_exposure WHERE run_id = ANY(%s)", self.ids))
        self.env["ecl.exposure"].invalidate_model()

    def _compute_run(self):
        self._drop_figures()
        totals = self._write_exposures()
        rating = self._rating(self.date)
        labels = self._labels(rating)
        self._write_lines(rating, labels)
        self._write_observations(rating, labels)
        history = self._history(self.date).month_ends
        self.write(
            {
                **totals,
                "factor": self.scenario_ids._overlay().factor,
                "history_from": history[0] + timedelta(days=1),
                "history_to": history[-1],
            }
        )
        self._write_backtest()
        self._compare()
        self._take_rates()
        self._write_movement()

    # ------------------------------------------------------------------
    # EXPOSURE
    # ------------------------------------------------------------------

    def _write_exposures(self):
        """What each customer owes by bucket, after his credits (oldest first) and his cover; returns the totals."""
        statement = self._exposure_sql()
        ((balance, credit, used),) = self.env.execute_query(statement)
        self.env["ecl.exposure"].invalidate_model()
        return {"balance": balance, "credit": used, "credit_left": credit - used, "receivable": balance - credit}

    def _exposure_sql(self):
        method, ledger = self.method_id, self.env["receivable.ledger"]
        buckets = method.scheme_id._ordered_buckets().ids
        covers = SQL("SELECT 0 AS partner_id, 0.0 AS amount WHERE FALSE")
        if method.use_cover:
            covers = self.env["credit.guarantee"]._secured_sql(self.date, self.company_id)
        return SQL(
            """
              WITH item AS MATERIALIZED (
                   SELECT COALESCE(partner_id, 0) AS customer, residual, %(bucket)s AS bucket
                     FROM (%(open_items)s) open_item
                   ), aged AS (
                   SELECT customer, bucket, sum(residual) AS balance FROM item WHERE residual > 0 GROUP BY 1, 2
                   ), credit AS (
                   SELECT customer, -sum(residual) AS amount FROM item WHERE residual < 0 GROUP BY 1
                   ), paid AS (
                   SELECT customer, bucket, balance,
                          GREATEST(LEAST(balance, COALESCE(credit.amount, 0) - sum(balance) OVER older + balance), 0)
                              AS credit
                     FROM aged
                     LEFT JOIN credit USING (customer)
                   WINDOW older AS (PARTITION BY customer ORDER BY bucket DESC)
                   ), net AS (
                   SELECT paid.*, balance - credit AS amount,
                          sum(balance - credit) OVER (PARTITION BY customer) AS total
                     FROM paid
                   ), written AS (
                   INSERT INTO ecl_exposure (run_id, company_id, partner_id, segment_key, bucket_id, is_individual,
                                             balance, credit, cover, exposure)
                   SELECT %(run)s, %(company)s, NULLIF(net.customer, 0), %(segment)s,
                          (%(buckets)s::integer[])[bucket + 1], net.customer = ANY(%(individual)s),
                          net.balance, net.credit, covered.amount, net.amount - covered.amount
                     FROM net
                     LEFT JOIN res_partner partner ON partner.id = net.customer
                     LEFT JOIN (%(covers)s) cover ON cover.partner_id = net.customer
                     JOIN LATERAL (
                          SELECT COALESCE(LEAST(COALESCE(cover.amount, 0), net.total) * net.amount
                                          / NULLIF(net.total, 0), 0) AS amount
                          ) covered ON TRUE
                   RETURNING credit
                   )
            SELECT COALESCE(sum(residual) FILTER (WHERE residual > 0), 0),
                   COALESCE(-sum(residual) FILTER (WHERE residual < 0), 0),
                   COALESCE((SELECT sum(credit) FROM written), 0)
              FROM item
            """,
            bucket=ledger._bucket_index_sql(SQL("%s::date - date_maturity", self.date), method._bounds()),
            open_items=ledger._open_items_sql(self.date, self.company_id),
            run=self.id,
            company=self.company_id.id,
            segment=method._segment_sql(),
            buckets=buckets,
            individual=self.individual_ids.partner_id.ids,
            covers=covers,
        )

    def _cells(self, domain):
        """``{(segment key, bucket): (customers, balance, credit, cover, exposure)}``."""
        groups = self.env["ecl.exposure"]._read_group(
            [("run_id", "=", self.id), *domain],
            ["segment_key", "bucket_id"],
            ["__count", *(f"{name}:sum" for name in CELL_AMOUNTS)],
        )
        return {(segment or "", bucket): figures for segment, bucket, *figures in groups}

    # ------------------------------------------------------------------
    # MATRIX
    # ------------------------------------------------------------------

    def _labels(self, rating):
        """Segments that owe something or have a history, in their order, with their names."""
        groups = self.env["ecl.exposure"]._read_group([("run_id", "=", self.id)], ["segment_key"])
        keys = {segment or "" for (segment,) in groups} | rating.observations.keys()
        labels = self.method_id._segment_labels(keys)
        # a segment that is gone by now is one of the others
        places = {key: labels.get(key, labels[""]) for key in keys or {""}}
        return dict(sorted(places.items(), key=lambda pair: pair[1]))

    def _write_lines(self, rating, labels):
        cells = self._cells([("is_individual", "=", False)])
        buckets = self.method_id.scheme_id._ordered_buckets()
        values = [
            {
                **self._prepare_line(rated, cells.get((key, bucket))),
                "segment_key": key,
                "segment": label,
                "segment_place": place,
                "bucket_id": bucket.id,
                "bucket_place": number,
            }
            for key, (place, label) in labels.items()
            for number, (bucket, rated) in enumerate(zip(buckets, rating.of(key), strict=True))
        ]
        self.env["ecl.line"].create([{**line, "run_id": self.id} for line in values])

    def _prepare_line(self, rated, cell):
        own, pooled = rated.own, rated.pooled
        count, *amounts = cell or (0, 0.0, 0.0, 0.0, 0.0)
        return {
            "customer_count": count,
            **dict(zip(CELL_AMOUNTS, self._rounded(amounts), strict=True)),
            "observations": own.observations if own else 0,
            "base": own.base if own else 0.0,
            "moved": own.lost if own else 0.0,
            "own_rate": percent(own.rate) if own else None,
            "pooled_rate": percent(pooled.rate) if pooled else None,
            "weight": rated.weight,
            "past_rate": percent(rated.rate),
            "source": rated.source,
        }

    def _write_observations(self, rating, labels):
        buckets = self.method_id.scheme_id._ordered_buckets()
        self.env["ecl.migration"].create(
            [
                {
                    "run_id": self.id,
                    "segment_key": key,
                    "segment": labels[key][1],
                    "segment_place": labels[key][0],
                    "bucket_id": bucket.id,
                    "bucket_place": number,
                    "month": step.period,
                    "before": step.before,
                    "after": step.after,
                    "written_off": step.written_off,
                    "rate": percent(step.rate),
                }
                for key, migrations in rating.observations.items()
                for number, (bucket, steps) in enumerate(zip(buckets, migrations, strict=False))
                for step in steps
                if step.before or step.moved
            ]
        )

    # ------------------------------------------------------------------
    # RATES AND ALLOWANCE
    # ------------------------------------------------------------------

    def _take_hand_rates(self):
        # sudo: figures; the accountant who enters a rate was checked by the line
        self.sudo()._take_rates()
        self.sudo()._write_movement()

    def _take_rates(self):
        """Rates ahead, and the allowance by cell, by customer and in all."""
        overlay = self.scenario_ids._overlay(self.method_id.floor_rate)
        for line in self.line_ids:
            past = line.past_rate if line.hand_rate is None else line.hand_rate
            rate = overlay.applied(None if past is None else past / 100)
            expected = allowance(line.exposure, rate)
            line.write(
                {
                    "rate": percent(rate),
                    "allowance": None if expected is None else self.currency_id.round(expected),
                }
            )
        self._assess_individually()
        self._spread_allowance()
        matrix = sum(line.allowance or 0.0 for line in self.line_ids)
        individual = sum(self.individual_ids.mapped("allowance"))
        lines, customers = self.line_ids, self.individual_ids
        self.write(
            {
                "cover": sum(lines.mapped("cover")) + sum(customers.mapped("cover")),
                "exposure": sum(lines.mapped("exposure")) + sum(customers.mapped("exposure")),
                "individual_exposure": sum(customers.mapped("exposure")),
                "matrix_allowance": matrix,
                "individual_allowance": individual,
                "allowance": matrix + individual,
            }
        )

    def _assess_individually(self):
        groups = self.env["ecl.exposure"]._read_group(
            [("run_id", "=", self.id), ("is_individual", "=", True)],
            ["partner_id"],
            [f"{name}:sum" for name in CELL_AMOUNTS],
        )
        owed = {partner: self._rounded(amounts) for partner, *amounts in groups}
        for customer in self.individual_ids:
            amounts = owed.get(customer.partner_id, (0.0,) * len(CELL_AMOUNTS))
            values = dict(zip(CELL_AMOUNTS, amounts, strict=True))
            expected = allowance(values["exposure"], customer.rate)
            customer.write({**values, "allowance": self.currency_id.round(expected)})

    def _spread_allowance(self):
        """To the customers, for whoever asks whose debt the allowance stands for, with their segment; not rounded.

        Joined with the few lines only: what the planner knows of the exposures is how many there were before the run.
        """
        self.env["ecl.line"].flush_model(["rate", "segment"])
        self.env["ecl.individual"].flush_model(["rate"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE ecl_exposure exposure
                   SET segment = line.segment,
                       allowance = exposure.exposure
                       * CASE WHEN exposure.is_individual
                              THEN (SELECT individual.rate
                                      FROM ecl_individual individual
                                     WHERE individual.run_id = exposure.run_id
                                       AND individual.partner_id = exposure.partner_id)
                              ELSE line.rate / 100 END
                  FROM ecl_line line
                 WHERE line.run_id = %(run)s AND exposure.run_id = %(run)s
                   AND line.segment_key = exposure.segment_key AND line.bucket_id = exposure.bucket_id
                """,
                run=self.id,
            )
        )
        self.env["ecl.exposure"].invalidate_model(["allowance", "segment"])
