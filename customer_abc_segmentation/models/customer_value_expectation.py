"""Churn risk, expectations and lifetime value of all customers of a company, batch by batch."""

from datetime import timedelta

import numpy as np

from odoo import models
from odoo.tools import SQL

from ..core import clv, expectation
from ..core.churn import Facts, Fits

#: Customers per batch: one reading, one calculation, one statement that writes.
BATCH = 20_000
#: A fit older than this is made anew before it is used.
STALE = timedelta(days=36)
#: A figure is written when it moved by more than this part of itself, a risk when it moved by half a point.
MOVED, RISK_MOVED = 0.01, 0.005

COUNTS = ("churn_risk", "expected_purchases_3", "expected_purchases_12")
MONEY = ("expected_revenue_3", "expected_revenue_12", "clv", "clv_low", "clv_high", "value_at_risk")


class CustomerValueExpectation(models.AbstractModel):
    """Gathers the facts into a table of the moment, computes by the methods in force and writes what moved.

    A night with few sales writes few rows: risks fall and rise a little every day by themselves, so a row is written
    when its method changed, its risk moved by half a point or another figure by one percent. Figures and reason are
    always those of one day, which the reason names. Running twice writes nothing.
    """

    _name = "customer.value.expectation"
    _description = "Customer Value Expectation"

    def _refresh(self, policy, as_of):
        """Fill in churn, expectations and lifetime value of the customers of a policy as of a date."""
        model = self._get_model(policy, as_of)
        self.env["customer.value"].flush_model()
        self.env.execute_query(
            SQL("CREATE TEMPORARY TABLE churn_facts ON COMMIT DROP AS %s", self._gather_sql(policy, as_of))
        )
        self.env.execute_query(SQL("CREATE INDEX ON churn_facts (partner_id)"))
        self.env.execute_query(SQL("ANALYZE churn_facts"))
        last, portfolio = 0, self._portfolio_margin(policy)
        while rows := self._read_batch(last):
            columns = self._compute(policy, model, rows, portfolio)
            self.env.execute_query(self._update_sql(policy, model, as_of, columns))
            last = rows[-1][0]
        self.env.execute_query(self._clear_sql(policy))
        self.env.execute_query(SQL("DROP TABLE churn_facts"))
        self.env["customer.value"].invalidate_model()

    def _get_model(self, policy, as_of):
        """The fit in force; a new one where there is none yet, or the monthly job left out a month."""
        model = self.env["customer.churn.model"]._get_current(policy.company_id)
        if model and as_of - model.date <= STALE:
            return model
        return self.env["customer.churn.fitter"]._run(policy, as_of).sudo()

    # ------------------------------------------------------------------
    # GATHER
    # ------------------------------------------------------------------

    def _gather_sql(self, policy, as_of):
        """The facts, the margin and the revenue of the window, and the credit loss of each customer."""
        facts = self.env["customer.churn.facts"]
        return SQL(
            """
            SELECT facts.*, %(margin)s AS margin, %(loss)s AS loss
              FROM (%(facts)s) facts
              %(margin_join)s
              %(loss_join)s
            """,
            facts=facts._facts_sql(policy, as_of),
            margin=SQL("margin.amount::float") if policy.clv_margin_source == "own" else SQL("NULL::float"),
            margin_join=SQL(
                "LEFT JOIN (%s) margin ON margin.partner_id = facts.partner_id", facts._margin_sql(policy, as_of)
            )
            if policy.clv_margin_source == "own"
            else SQL(""),
            loss=self._loss_sql(policy),
            loss_join=self._loss_join(policy),
        )

    def _loss_sql(self, policy):
        field = policy.clv_loss_field_id.sudo()
        if not field:
            return SQL("NULL::float")
        # sudo: the lifetime value must not depend on who refreshes; a company-dependent field is the policy's company's
        partners = self.env["res.partner"].sudo().with_company(policy.company_id)
        return SQL("(%s)::float", partners._field_to_sql("partner", field.name, partners._as_query()))

    def _loss_join(self, policy):
        field = policy.clv_loss_field_id.sudo()
        if not field:
            return SQL("")
        return SQL(
            "LEFT JOIN res_partner partner ON partner.id = facts.partner_id",
            to_flush=self.env["res.partner"]._fields[field.name],
        )

    def _portfolio_margin(self, policy):
        """Margin of all customers as a share of the revenue of 12 months: what single margins are drawn to."""
        if policy.clv_margin_source == "percentage":
            return policy.clv_margin_rate
        [(margin, revenue)] = self.env.execute_query(SQL("SELECT sum(margin), sum(year_net) FROM churn_facts"))
        return margin / revenue if revenue and revenue > 0 and margin is not None else None

    def _read_batch(self, last):
        return self.env.execute_query(
            SQL("SELECT * FROM churn_facts WHERE partner_id > %s ORDER BY partner_id LIMIT %s", last, BATCH)
        )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    def _compute(self, policy, model, rows, portfolio):
        """``{column: array}`` of a batch of rows; nan: not known."""
        table = np.array(rows, float)
        facts, (margin, loss) = Facts.of_table(table), table[:, len(Facts._fields) :].T
        kept = model.ratios or {}
        methods = expectation.Methods(
            model.method,
            model.purchases_method,
            model.revenue_method,
            kept.get("kept"),
            kept and (kept["low"], kept["high"]),
        )
        terms = expectation.Terms(model.horizon_days, policy.clv_years, policy.clv_discount_rate)
        found = expectation.expect(Fits.of_dict(model.fits), methods, facts, terms)
        rate = self._margin_rates(policy, facts, margin, portfolio)
        return {
            "partner_id": facts.partner,
            "churn_risk": found.risk,
            "expected_purchases_3": found.purchases_3,
            "expected_purchases_12": found.purchases_12,
            "expected_revenue_3": found.revenue_3,
            "expected_revenue_12": found.revenue_12,
            **self._lifetime_values(policy, found.value, rate, np.nan_to_num(loss)),
            "value_at_risk": found.risk * np.maximum(facts.year_net, 0),
            "margin_rate": rate,
        }

    def _margin_rates(self, policy, facts, margin, portfolio):
        if portfolio is None:
            return np.full(len(facts.count), np.nan)
        if policy.clv_margin_source == "percentage":
            return np.full(len(facts.count), portfolio)
        return clv.margin_rate(np.nan_to_num(margin), facts.year_net, facts.year_count, portfolio)

    def _lifetime_values(self, policy, value, rate, loss):
        """Margin of the revenue to come, less the credit loss: a share of the revenue, or an amount once."""
        share = {"share": loss, "percent": loss / 100, "amount": 0 * loss}[policy.clv_loss_unit]
        amount = loss if policy.clv_loss_unit == "amount" else 0 * loss
        mean, low, high = ((rate - share) * part - amount for part in value)
        # with a negative margin more revenue is less value
        return {"clv": mean, "clv_low": np.minimum(low, high), "clv_high": np.maximum(low, high)}

    # ------------------------------------------------------------------
    # WRITE
    # ------------------------------------------------------------------

    def _update_sql(self, policy, model, as_of, columns):
        digits = policy.company_id.currency_id.decimal_places
        written = {
            **{name: SQL("new.%s", SQL.identifier(name)) for name in COUNTS},
            **{name: SQL("round(new.%s::numeric, %s)", SQL.identifier(name), digits) for name in MONEY},
        }
        return SQL(
            """
            UPDATE customer_value value
               SET churn_method = new.method, %(values)s,
                   churn_reason = jsonb_build_object(
                       'as_of', %(as_of)s::text, 'model', %(model)s, 'days', %(days)s, 'risk', new.churn_risk,
                       'years', %(years)s, 'rate', %(rate)s::float, 'unit', %(unit)s, 'expectation', %(expectation)s,
                       'purchases', new.count, 'recency', new.age - new.span, 'gap', new.gap,
                       'year_purchases', new.year_count, 'year_revenue', new.year_net,
                       'margin_rate', new.margin_rate, 'loss', new.loss)
              FROM (SELECT *, CASE WHEN churn_risk IS NULL THEN 'none' ELSE %(method)s END AS method
                      FROM unnest(%(arrays)s) AS batch(%(names)s)
                      JOIN churn_facts USING (partner_id)) new
             WHERE value.company_id = %(company)s AND value.partner_id = new.partner_id
               AND (value.churn_method IS DISTINCT FROM new.method
                    OR (value.churn_reason ->> 'purchases')::int IS DISTINCT FROM new.count OR %(moved)s)
            """,
            values=SQL(", ").join(SQL("%s = %s", SQL.identifier(name), value) for name, value in written.items()),
            as_of=as_of,
            model=model.id,
            days=model.horizon_days,
            years=policy.clv_years,
            rate=policy.clv_discount_rate,
            unit=policy.clv_loss_unit,
            expectation=model.revenue_method,
            method=model.method,
            arrays=SQL(", ").join(self._array_sql(name, column) for name, column in columns.items()),
            names=SQL(", ").join(map(SQL.identifier, columns)),
            company=policy.company_id.id,
            moved=SQL(" OR ").join(self._moved_sql(name, value) for name, value in written.items()),
        )

    def _array_sql(self, name, column):
        """An array as one text: PostgreSQL reads it many times faster than a list of constants."""
        values = column if name == "partner_id" else np.where(np.isfinite(column), column, np.nan)
        text = "{%s}" % str(values.tolist())[1:-1].replace("nan", "NULL")
        return SQL("%s::int[]" if name == "partner_id" else "%s::float8[]", text)

    def _moved_sql(self, name, value):
        old = SQL.identifier("value", name)
        part = SQL("%s * greatest(abs(%s), 0.1)", MOVED, value)
        limit = SQL("%s", RISK_MOVED) if name == "churn_risk" else part
        return SQL("(%s IS NULL) <> (%s IS NULL) OR abs(%s - %s) > %s", old, value, old, value, limit)

    def _clear_sql(self, policy):
        """Who never bought, or no longer ever did, has no figures."""
        names = ("churn_method", "churn_reason", *COUNTS, *MONEY)
        return SQL(
            """
            UPDATE customer_value value
               SET %s
             WHERE value.company_id = %s AND value.churn_method IS NOT NULL
               AND NOT EXISTS (SELECT FROM churn_facts WHERE churn_facts.partner_id = value.partner_id)
            """,
            SQL(", ").join(SQL("%s = NULL", SQL.identifier(name)) for name in names),
            policy.company_id.id,
        )
