"""What watches all customers at night, and the preview of new limits for many."""

from odoo import fields
from odoo.tools import SQL

from ..floors import ledger as floors
from ..generator import end_date
from .lists import WithProfiles

#: As the scheduled action does.
BATCH = 5_000


class SignalDetection(WithProfiles):
    """The floor reads what the kinds read (payments, the position of today) and finds whom one of them names."""

    name = "signals_detection"
    title = "Early warnings of all customers, every kind"
    models = ("credit.signal.rule", "credit.profile")

    def before(self, env):
        env["credit.signal.rule"].with_context(active_test=False).search([]).action_unarchive()

    def run(self, env):
        signals = env["credit.signal.rule"]._detect(env.company, end_date(env))
        env.flush_all()
        return len(signals.filtered(lambda signal: signal.kind == "utilization"))

    def floor(self, env):
        env.execute_query(floors.behaviour(env, end_date(env)))
        rule = env["credit.signal.rule"].search([("kind", "=", "utilization")], limit=1)
        statement = SQL(
            """
            SELECT count(*)
              FROM (%s) exposure(partner_id, receivable, overdue, draft, days)
              JOIN credit_profile profile ON profile.partner_id = exposure.partner_id AND limit_mode = 'limited'
              JOIN credit_limit ON credit_limit.profile_id = profile.id
             WHERE round((receivable + draft) / credit_limit.amount, 4) >= %s AND profile.company_id = %s
            """,
            floors.exposure(env, end_date(env)),
            rule.threshold,
            env.company.id,
        )
        ((count,),) = env.execute_query(statement)
        return count

    def product_summary(self, env, answer):
        return answer

    def floor_summary(self, env, answer):
        return answer


class StatusRefresh(WithProfiles):
    """The floor writes the status that follows from limit and exposure; it keeps no reasons."""

    name = "status_refresh"
    title = "Status of all profiles, first time"
    models = ("credit.policy", "credit.profile")

    def before(self, env):
        env.cr.execute("UPDATE credit_profile SET status = 'ok', status_reasons = NULL")

    def run(self, env):
        profiles = env["credit.profile"].search([("company_id", "=", env.company.id)], order="id").ids
        for begin in range(0, len(profiles), BATCH):
            env["credit.profile"].browse(profiles[begin : begin + BATCH])._refresh_status()
        env.flush_all()

    def floor(self, env):
        policy = env["credit.policy"].search([("company_id", "=", env.company.id)], limit=1)
        env.cr.execute(
            SQL(
                """
                UPDATE credit_profile profile
                   SET status = CASE WHEN receivable + 0.01 > credit_limit.amount THEN 'hold'
                                     WHEN receivable + draft >= credit_limit.amount * %(warn)s::numeric THEN 'watch'
                                     ELSE 'ok' END
                  FROM (%(exposure)s) exposure(partner_id, receivable, overdue, draft, days), credit_limit
                 WHERE exposure.partner_id = profile.partner_id AND credit_limit.profile_id = profile.id
                   AND profile.limit_mode = 'limited' AND profile.company_id = %(company)s
                """,
                company=env.company.id,
                exposure=floors.exposure(env, fields.Date.context_today(env["credit.profile"])),
                warn=str(policy.warn_utilization),
            )
        )

    def product_summary(self, env, answer):
        return sorted(env.execute_query(SQL("SELECT status, count(*) FROM credit_profile GROUP BY status")))

    def floor_summary(self, env, answer):
        return self.product_summary(env, answer)


class MassChangePreview(WithProfiles):
    """Ten percent more for 5,000 customers; the floor writes old and new limits, and says nobody's status."""

    name = "mass_change_preview"
    title = "Preview of a change of 5,000 limits"
    models = ("credit.limit.mass.change", "credit.profile")
    count = 5_000

    def before(self, env):
        wizard = env["credit.limit.mass.change"].create({"kind": "percent", "percent": 10, "step": "0"})
        domain = [("company_id", "=", env.company.id), ("limit_mode", "=", "limited")]
        self.wizard_id, self.ids = wizard.id, env["credit.profile"].search(domain, limit=self.count, order="id").ids
        env.flush_all()

    def run(self, env):
        wizard = env["credit.limit.mass.change"].browse(self.wizard_id)
        wizard._compute_preview(env["credit.profile"].browse(self.ids))
        env.flush_all()

    def floor(self, env):
        env.cr.execute(
            SQL(
                """
                INSERT INTO credit_limit_mass_change_line (wizard_id, profile_id, currency_id, base_id, old_amount,
                                                           new_amount, exposure_amount)
                SELECT %(wizard)s, profile.id, credit_limit.currency_id, credit_limit.id, credit_limit.amount,
                       round(credit_limit.amount * 1.1, 2), COALESCE(receivable + draft, 0)
                  FROM credit_profile profile
                  JOIN credit_limit ON credit_limit.profile_id = profile.id
                  LEFT JOIN (%(exposure)s) exposure(partner_id, receivable, overdue, draft, days)
                       ON exposure.partner_id = profile.partner_id
                 WHERE profile.id = ANY(%(profiles)s)
                """,
                wizard=self.wizard_id,
                exposure=floors.exposure(env, fields.Date.context_today(env["credit.profile"])),
                profiles=self.ids,
            )
        )

    def product_summary(self, env, answer):
        statement = SQL(
            "SELECT count(*), sum(old_amount), sum(new_amount) FROM credit_limit_mass_change_line WHERE wizard_id = %s",
            self.wizard_id,
        )
        return [round(float(figure), 0) for figure in env.execute_query(statement)[0]]

    def floor_summary(self, env, answer):
        return self.product_summary(env, answer)
