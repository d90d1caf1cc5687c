"""Runs the replay of a what-if, writes its results and makes the comparison."""

from odoo import api, fields, models
from odoo.tools import SQL, format_date, formatLang

from ..core import what_if as core

#: Documents that are listed one by one, those first on which the sides differ; the sums are of all of them.
LINE_LIMIT = 10_000

#: Units of the figures that are compared; the others are counts.
UNITS = {
    "held_share": "share",
    "held_amount": "money",
    "sales_share": "share",
    "average_wait": "days",
    "amount_days": "money",
    "lost_amount": "money",
    "false_alarm_share": "share",
}


class CreditPolicyBacktest(models.Model):
    _inherit = "credit.policy.backtest"

    comparison = fields.Html(compute="_compute_comparison", sanitize=False)

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
            SQL("(%s, %s, %s, %s, %s::numeric, %s)", rule.number, rule.side, rule.policy, rule.kind, rule.threshold, rule.action)
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
                   count(*), sum(verdict.amount), count(*) FILTER (WHERE outcome = 'warn'), count(*) FILTER (WHERE held),
                   COALESCE(sum(verdict.amount) FILTER (WHERE held), 0),
                   count(cleared_on) FILTER (WHERE held), COALESCE(sum(cleared_on - verdict.date) FILTER (WHERE held), 0),
                   COALESCE(sum(judged.amount_days) FILTER (WHERE held), 0),
                   COALESCE(sum(judged.lost_amount) FILTER (WHERE held), 0),
                   count(*) FILTER (WHERE held AND result <> 'open'), count(*) FILTER (WHERE held AND result = 'on_time')
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

    # ------------------------------------------------------------------
    # COMPARE
    # ------------------------------------------------------------------

    def _totals(self):
        """``{backtest: {side: core.Totals}}``; one query."""
        names = (
            "document_count amount warned_count held_count held_amount cleared_count wait_days amount_days lost_amount"
            " judged_count false_alarm_count"
        ).split()
        rows = self.env["credit.policy.backtest.month"]._read_group(
            [("backtest_id", "in", self.ids)], ["backtest_id", "side"], [f"{name}:sum" for name in names]
        )
        totals = {backtest: dict.fromkeys(core.SIDES, core.Totals()) for backtest in self}
        for backtest, side, *sums in rows:
            totals[backtest][side] = core.Totals(*sums)
        return totals

    @api.depends("state", "month_ids")
    @api.depends_context("lang")
    def _compute_comparison(self):
        totals = self._totals()
        for backtest in self:
            backtest.comparison = backtest.state == "done" and self.env["ir.qweb"]._render(
                "customer_credit_mgmt.credit_policy_backtest_comparison", backtest._prepare_comparison(totals[backtest])
            )

    def _prepare_comparison(self, totals):
        """Values of the template ``credit_policy_backtest_comparison``, with the figures as text."""
        in_force, what_if = (totals[side] for side in core.SIDES)
        rows = [
            {
                "name": name,
                "label": label,
                "cells": [
                    self._format_figure(UNITS.get(name), figure)
                    for figure in (
                        getattr(in_force, name),
                        getattr(what_if, name),
                        core.difference(getattr(what_if, name), getattr(in_force, name)),
                    )
                ],
            }
            for name, label in self._get_labels().items()
        ]
        return {"rows": rows, "summary": self._get_summary(in_force), "left_out": self._get_left_out()}

    def _get_summary(self, totals):
        """What was replayed, in one sentence."""
        return self.env._(
            "%(count)s invoices from %(date_from)s to %(date_to)s, %(sales)s in all, replayed on %(day)s.",
            count=self._format_figure(None, totals.documents),
            date_from=format_date(self.env, self.date_from),
            date_to=format_date(self.env, self.date_to),
            sales=self._format_figure("money", totals.amount),
            day=format_date(self.env, self.run_on),
        )

    def _get_left_out(self):
        """Which rules were not replayed, in one sentence; empty when all were."""
        if not self.notes:
            return ""
        labels = dict(self.env["credit.policy.rule"]._fields["kind"]._description_selection(self.env))
        return self.env._(
            "Not replayed: %(rules)s. What these rules look at has no dated history.",
            rules=", ".join(labels.get(kind, kind) for kind in self.notes),
        )

    def _get_labels(self):
        """What the rows of the comparison are called, in their order."""
        return {
            "held": self.env._("Documents held"),
            "held_share": self.env._("Share of all documents"),
            "held_amount": self.env._("Sales affected"),
            "sales_share": self.env._("Share of all sales"),
            "warned": self.env._("Documents only warned about"),
            "average_wait": self.env._("Average days waiting, where the facts became good"),
            "still_waiting": self.env._("Not good by the day of the run, or for a person to decide"),
            "amount_days": self.env._("Overdue avoided (amount x days)"),
            "lost_amount": self.env._("Losses avoided (over 90 days late, or written off)"),
            "false_alarms": self.env._("False alarms: held, then paid on time"),
            "false_alarm_share": self.env._("Share of held documents with a known outcome"),
        }

    def _format_figure(self, unit, figure):
        """A figure in the reader's language; a dash where it is not known."""
        if figure is None:
            return "\u2013"
        match unit:
            case "money":
                return self.currency_id.format(figure)
            case "share":
                return self.env._("%(share)s %%", share=formatLang(self.env, figure * 100, 1))
            case "days":
                return formatLang(self.env, figure, 1)
        return formatLang(self.env, figure, 0)
