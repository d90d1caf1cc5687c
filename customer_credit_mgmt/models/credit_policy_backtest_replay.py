"""Runs the replay of a what-if and writes its results."""

from odoo import fields, models
from odoo.tools import SQL

#: Documents that are listed one by one, those first on which the sides differ; the sums are of all of them.
LINE_LIMIT = 10_000


class CreditPolicyBacktest(models.Model):
    _inherit = "credit.policy.backtest"

    # ------------------------------------------------------------------
    # RUN
    # ------------------------------------------------------------------

    def _replay(self, plan):
        """Replay, write lines, months and findings, and freeze."""
        self.ensure_one()
        self.env.flush_all()
        replay = self.env["credit.replay"]
        replay._gather(plan, self.company_id)
        replay._judge(plan, self.company_id)
        ((held,),) = self.env.execute_query(self._replay_sql(plan))
        # sudo: nobody may write results directly; this is the door
        self.sudo().write(
            {
                "state": "done",
                "run_on": fields.Datetime.now(),
                "run_by": self.env.uid,
                "held_count": held,
                "notes": sorted({rule.kind for rule in plan.rules if not rule.is_replayed}),
            }
        )
        for name in ("line", "month", "finding"):
            self.env[f"credit.policy.backtest.{name}"].invalidate_model(flush=False)
        self.invalidate_recordset()

    def _replay_sql(self, plan):
        """What became of the held documents, and three writes: lines, months, findings."""
        replay, company = self.env["credit.replay"], self.company_id
        steps = {
            "held": SQL("SELECT * FROM credit_replay_verdict WHERE 'block' IN (in_force_outcome, what_if_outcome)"),
            "result": replay._result_sql(plan),
            "clearing": replay._clearing_sql(plan, company),
            "reached": replay._reached_sql(),
            "judged": replay._judged_sql(plan),
            "listed": SQL(
                "SELECT * FROM judged ORDER BY in_force_outcome = what_if_outcome, amount DESC, document_id LIMIT %s",
                LINE_LIMIT,
            ),
            "asked": replay._asked_sql("listed"),
            "segment": replay._segment_sql(plan),
            "oldest": replay._oldest_sql(),
            "rule": self._rules_sql(plan),
        }
        writes = {"new_line": self._lines_sql(), "new_month": self._months_sql(), "new_finding": self._findings_sql()}
        return SQL(
            "WITH %s, %s SELECT count(*) FROM held",
            SQL(", ").join(SQL("%s AS MATERIALIZED (%s)", SQL.identifier(name), sql) for name, sql in steps.items()),
            SQL(", ").join(SQL("%s AS (%s)", SQL.identifier(name), sql) for name, sql in writes.items()),
        )

    def _rules_sql(self, plan):
        """The replayed rules as rows; none of them gives no row."""
        rows = [
            SQL(
                "(%s, %s, %s, %s, %s::numeric, %s)",
                rule.number,
                rule.side,
                rule.policy,
                rule.kind,
                rule.threshold,
                rule.action,
            )
            for rule in plan.rules
            if rule.is_replayed
        ] or [SQL("(0, '', 0, '', 0, '')")]
        return SQL(
            "SELECT * FROM (VALUES %s) AS rule(number, side, policy, kind, threshold, action) WHERE number > 0",
            SQL(", ").join(rows),
        )

    # ------------------------------------------------------------------
    # WRITE
    # ------------------------------------------------------------------

    def _lines_sql(self):
        return SQL(
            """
            INSERT INTO credit_policy_backtest_line (
                   backtest_id, company_id, create_uid, create_date, write_uid, write_date,
                   move_id, partner_id, date, amount, change, in_force_outcome, what_if_outcome,
                   in_force_days, what_if_days, in_force_waits, what_if_waits, in_force_reasons, what_if_reasons,
                   receivable_amount, overdue_amount, overdue_days, in_force_limit, what_if_limit,
                   result, paid_on, amount_days, lost_amount)
            SELECT %(own)s, document_id, listed.partner_id, listed.date, amount,
                   CASE WHEN in_force_outcome = what_if_outcome THEN 'same'
                        WHEN what_if_outcome = 'block' THEN 'more' ELSE 'less' END,
                   in_force_outcome, what_if_outcome,
                   in_force_cleared_on - listed.date, what_if_cleared_on - listed.date,
                   in_force_outcome = 'block' AND in_force_cleared_on IS NULL,
                   what_if_outcome = 'block' AND what_if_cleared_on IS NULL,
                   %(in_force_reasons)s, %(what_if_reasons)s,
                   receivable_amount, GREATEST(overdue_0, 0), COALESCE(oldest.days, 0),
                   CASE WHEN in_force_mode = 'limited' THEN in_force_limit END,
                   CASE WHEN what_if_mode = 'limited' THEN what_if_limit END,
                   result, paid_on, amount_days, lost_amount
              FROM listed
              LEFT JOIN oldest ON oldest.partner_id = listed.partner_id AND oldest.date = listed.date
            """,
            own=self._own_values_sql(),
            in_force_reasons=self._reasons_sql("in_force"),
            what_if_reasons=self._reasons_sql("what_if"),
        )

    def _own_values_sql(self):
        stamp = SQL("%s, now() AT TIME ZONE 'UTC'", self.env.uid)
        return SQL("%s, %s, %s, %s", self.id, self.company_id.id, stamp, stamp)

    def _reasons_sql(self, side):
        """The broken rules as ``credit.check._sentences`` reads them."""
        return SQL(
            """
            (SELECT jsonb_agg(jsonb_build_object('kind', kind, 'action', action, 'figure', figure, 'threshold', bound)
                              ORDER BY number)
               FROM rule
              CROSS JOIN LATERAL (
                    SELECT CASE kind WHEN 'over_limit' THEN receivable_amount + amount
                                     WHEN 'no_credit' THEN receivable_amount + amount
                                     WHEN 'overdue_days' THEN oldest.days
                                     WHEN 'overdue_amount' THEN GREATEST(overdue_0, 0)
                                     ELSE amount END,
                           CASE kind WHEN 'over_limit' THEN %(limit)s ELSE threshold END
                    ) reason(figure, bound)
              WHERE number = ANY(%(broken)s))
            """,
            limit=SQL.identifier(f"{side}_limit"),
            broken=SQL.identifier(f"{side}_broken"),
        )

    def _months_sql(self):
        return SQL(
            """
            INSERT INTO credit_policy_backtest_month (
                   backtest_id, company_id, create_uid, create_date, write_uid, write_date, side, month,
                   document_count, amount, warned_count, held_count, held_amount, cleared_count, wait_days, amount_days,
                   lost_amount, judged_count, false_alarm_count)
            SELECT %(own)s, side, date_trunc('month', verdict.date)::date,
                   count(*), sum(verdict.amount), count(*) FILTER (WHERE outcome = 'warn'),
                   count(*) FILTER (WHERE held),
                   COALESCE(sum(verdict.amount) FILTER (WHERE held), 0),
                   count(cleared_on) FILTER (WHERE held),
                   COALESCE(sum(cleared_on - verdict.date) FILTER (WHERE held), 0),
                   COALESCE(sum(judged.amount_days) FILTER (WHERE held), 0),
                   COALESCE(sum(judged.lost_amount) FILTER (WHERE held), 0),
                   count(*) FILTER (WHERE held AND result <> 'open'),
                   count(*) FILTER (WHERE held AND result = 'on_time')
              FROM credit_replay_verdict verdict
              LEFT JOIN judged USING (document_id)
             CROSS JOIN LATERAL (
                   VALUES ('in_force', verdict.in_force_outcome, in_force_cleared_on),
                          ('what_if', verdict.what_if_outcome, what_if_cleared_on)
                   ) side(side, outcome, cleared_on)
             CROSS JOIN LATERAL (SELECT outcome = 'block') AS is_held(held)
             GROUP BY side, date_trunc('month', verdict.date)
            """,
            own=self._own_values_sql(),
        )

    def _findings_sql(self):
        return SQL(
            """
            INSERT INTO credit_policy_backtest_finding (
                   backtest_id, company_id, create_uid, create_date, write_uid, write_date, side, policy_id, kind,
                   threshold, action, broken_count, only_count, held_amount, false_alarm_count, lost_amount)
            SELECT %(own)s, rule.side, NULLIF(rule.policy, 0), rule.kind, rule.threshold, rule.action,
                   count(document_id),
                   count(*) FILTER (WHERE rule.action = 'block' AND 1 = (
                        SELECT count(*) FROM rule other WHERE other.number = ANY(broken) AND other.action = 'block')),
                   COALESCE(sum(amount), 0), count(*) FILTER (WHERE result = 'on_time'),
                   COALESCE(sum(lost_amount), 0)
              FROM rule
              LEFT JOIN (
                    SELECT 'in_force' AS side, in_force_broken AS broken, document_id, amount, result, lost_amount
                      FROM judged WHERE in_force_outcome = 'block'
                     UNION ALL
                    SELECT 'what_if', what_if_broken, document_id, amount, result, lost_amount
                      FROM judged WHERE what_if_outcome = 'block'
                   ) found ON found.side = rule.side AND rule.number = ANY(broken)
             GROUP BY rule.number, rule.side, rule.policy, rule.kind, rule.threshold, rule.action
            HAVING rule.side = 'in_force' OR rule.policy = 0 OR count(document_id) > 0
            """,
            own=self._own_values_sql(),
        )
