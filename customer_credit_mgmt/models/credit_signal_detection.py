"""Detection of early warnings: gather all customers of a company, decide in core/signals.py, insert in one go."""

import json

from odoo import api, fields, models
from odoo.tools import SQL

from ..core import signals as core
from .credit_signal_kind import KINDS


class CreditSignalRule(models.Model):
    _inherit = "credit.signal.rule"

    # ------------------------------------------------------------------
    # ENTRY POINTS
    # ------------------------------------------------------------------

    @api.model
    def action_switch_on(self):
        """Switch the rules on that came with the addon, and look at once."""
        self.check_access("write")
        switched_off = self.with_context(active_test=False).search([("active", "=", False)])
        switched_off.action_unarchive()
        return self.action_detect()

    @api.model
    def action_detect(self):
        """Look at the customers of the companies one is working in, now."""
        self.check_access("write")
        today = fields.Date.context_today(self)
        found = self._detect(self.env.companies.root_id, today)
        if not self.search_count([], limit=1):
            message = self.env._("No rule is switched on: nothing was looked at.")
        elif found:
            message = self.env._("%(count)d new signals.", count=len(found))
        else:
            message = self.env._("Nothing new: no figure passed the threshold of a rule that is not told already.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _detect(self, companies, as_of):
        """Raise the signals of root companies as of a day; return them."""
        # sudo: who may start the detection is checked by the callers; its result is the same for everybody
        rules = self.sudo()
        found = self.env["credit.signal"]
        for company in companies:
            for kind, of_kind in rules._rules_of(company).grouped("kind").items():
                found |= of_kind._detect_kind(kind, company, as_of)
        return found

    @api.model
    def _rules_of(self, company):
        """Rules in force for a root company."""
        return self.search([("company_id", "in", [company.id, False])])

    @api.model
    def _cron_detect_signals(self):
        """Nightly: what was not looked at today, company by company and kind by kind."""
        today = fields.Date.context_today(self)
        done = {(run.company_id, run.kind) for run in self.env["credit.signal.run"].search([("date", ">=", today)])}
        companies = self.env["res.company"].search([("parent_id", "=", False)])
        pending = [
            (kind, company, rules)
            for company in companies
            for kind, rules in self._rules_of(company).grouped("kind").items()
            if (company, kind) not in done
        ]
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(pending))
        for kind, company, rules in pending:
            rules._detect_kind(kind, company, today)
            if not cron._commit_progress(1):
                break

    # ------------------------------------------------------------------
    # STEPS
    # ------------------------------------------------------------------

    def _detect_kind(self, kind, company, as_of):
        """Raise what these rules of one kind find among the customers of a root company."""
        runs = self.env["credit.signal.run"]
        runs._begin(company, kind, as_of)
        rows = self._gather_rows(KINDS[kind], company, as_of)
        last = self._gather_last(company, [row.profile for row in rows])
        found = []
        for rule in self:
            of_rule = rule._filter_customers(rows)
            found += core.decide(rule._get_core_rule(), of_rule, last.get(rule.id, {}), as_of)
        signals = self._insert_signals(found, as_of)
        signals._schedule_activities()
        runs._count(company, kind, len(signals))
        return signals

    def _gather_rows(self, kind, company, as_of):
        """What passes the mildest of these rules; one statement."""
        bounds = self.mapped("threshold")
        passes = SQL("figure <= %s", max(bounds)) if kind.lower_is_worse else SQL("figure >= %s", min(bounds))
        statement = self.env["credit.signal.source"]._kind_sql(kind, company, as_of)
        rows = self.env.execute_query_dict(SQL("SELECT * FROM (%s) found WHERE %s ORDER BY profile", statement, passes))
        return [core.Row(**row) for row in rows]

    def _gather_last(self, company, profile_ids):
        """``{rule id: {profile id: core.Last}}``: the newest signal of each rule and customer; one statement.

        An open one goes before a newer one that was closed: while it is open, there is nothing new to say. One of a
        later day counts, too: around midnight, of two detections the one of the new day may come first.
        """
        last = {}
        if not profile_ids:
            return last
        self.env["credit.signal"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (rule_id, profile_id) rule_id, profile_id, id, date, severity, state = 'open'
                  FROM credit_signal
                 WHERE rule_id = ANY(%s) AND company_id = %s AND profile_id = ANY(%s)
                   AND state <> 'superseded'
                 ORDER BY rule_id, profile_id, state = 'open' DESC, date DESC, severity_rank DESC, id DESC
                """,
                self.ids,
                company.id,
                profile_ids,
            )
        )
        for rule, profile, key, day, severity, is_open in rows:
            last.setdefault(rule, {})[profile] = core.Last(key, day, severity, is_open)
        return last

    def _filter_customers(self, rows):
        """The rows of the customers the rule is for."""
        domain = self._domain()
        if domain.is_true():
            return rows
        profiles = self.env["credit.profile"].browse(row.profile for row in rows)
        chosen = set(profiles.filtered_domain([("partner_id", "any", domain)]).ids)
        return [row for row in rows if row.profile in chosen]

    def _insert_signals(self, found, as_of):
        """One statement. A signal that another detection raised meanwhile is left to that one."""
        if not found:
            return self.env["credit.signal"]
        values = [
            {
                "rule": signal.rule.key,
                "profile": signal.row.profile,
                "severity": signal.severity,
                "rank": core.SEVERITIES.index(signal.severity),
                "figure": signal.row.figure,
                "evidence": signal.evidence,
                "replaces": signal.replaces,
            }
            for signal in found
        ]
        ((signal_ids, replaced_ids),) = self.env.execute_query(self._insert_sql(values, as_of))
        signals = self.env["credit.signal"]
        signals.invalidate_model(flush=False)
        self.env["credit.profile"].invalidate_model(["signal_ids"], flush=False)
        replaced = signals.browse(replaced_ids or ())
        if replaced:
            replaced.activity_unlink(["customer_credit_mgmt.mail_activity_type_signal"])
        return signals.browse(signal_ids or ())

    def _insert_sql(self, values, as_of):
        """``(ids of new signals, ids of those they replace)``."""
        return SQL(
            """
            WITH found AS MATERIALIZED (
                SELECT * FROM jsonb_to_recordset(%(values)s::jsonb) AS found(
                       rule int, profile int, severity text, rank int, figure float8, evidence jsonb, replaces int)
            ), new_signal AS (
                INSERT INTO credit_signal (rule_id, kind, profile_id, partner_id, company_id, user_id, date, severity,
                                           severity_rank, state, figure, evidence, judge_date,
                                           create_uid, write_uid, create_date, write_date)
                SELECT rule.id, rule.kind, profile.id, profile.partner_id, profile.company_id, profile.user_id,
                       %(as_of)s, found.severity, found.rank, 'open', found.figure, found.evidence,
                       %(as_of)s + NULLIF(rule.horizon_days, 0), %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC',
                       now() AT TIME ZONE 'UTC'
                  FROM found
                  JOIN credit_signal_rule rule ON rule.id = found.rule
                  JOIN credit_profile profile ON profile.id = found.profile
                    ON CONFLICT (rule_id, profile_id, date, severity) DO NOTHING
                RETURNING id, rule_id, profile_id
            ), replaced AS (
                UPDATE credit_signal SET state = 'superseded'
                  FROM found
                  JOIN new_signal ON new_signal.rule_id = found.rule AND new_signal.profile_id = found.profile
                 WHERE credit_signal.id = found.replaces AND credit_signal.state = 'open'
                RETURNING credit_signal.id
            )
            SELECT (SELECT array_agg(id ORDER BY id) FROM new_signal), (SELECT array_agg(id) FROM replaced)
            """,
            values=json.dumps(values),
            as_of=SQL("%s::date", as_of),
            uid=self.env.uid,
            to_flush=[
                *(self._fields[name] for name in ("kind", "horizon_days")),
                *(self.env["credit.profile"]._fields[name] for name in ("partner_id", "company_id", "user_id")),
            ],
        )


class CreditSignal(models.Model):
    _inherit = "credit.signal"

    def _schedule_activities(self):
        """Activities for the controllers of the severe ones, made in one batch and without an e-mail each."""
        ranks = {"never": len(core.SEVERITIES), **{name: rank for rank, name in enumerate(core.SEVERITIES)}}
        values = []
        activity_type = self.env.ref("customer_credit_mgmt.mail_activity_type_signal", raise_if_not_found=False)
        model_id = self.env["ir.model"]._get_id(self._name)
        today = fields.Date.context_today(self)
        for signal in self.filtered(lambda it: it.severity_rank >= ranks[it.rule_id.activity_from]):
            controller = signal.user_id or signal.rule_id.user_id
            if activity_type and controller and signal._is_seen_by(controller):
                values.append(
                    {
                        "activity_type_id": activity_type.id,
                        "automated": True,
                        "res_model_id": model_id,
                        "res_id": signal.id,
                        "user_id": controller.id,
                        "summary": signal.with_context(lang=controller.lang).display_name,
                        "date_deadline": today,
                    }
                )
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(values)

    def _is_seen_by(self, user):
        """Nobody gets an activity on what he may not see; the company is compared, so that a batch asks nothing."""
        companies = user.sudo().company_ids.root_id
        return self.company_id in companies and user.has_group("customer_credit_mgmt.group_credit_user")
