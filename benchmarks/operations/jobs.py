"""What runs at night, and the proposal of reminders."""

from odoo.tools import SQL

from ..floors import dunning, ledger, segmentation
from ..generator import end_date
from .base import Operation
from .lists import WithProfiles

#: Outcomes needed for a score, and how many outcomes the share of everybody counts for.
MIN_HISTORY, PRIOR = 3, 5.0


class ScoringFirst(WithProfiles):
    """The floor writes two figures on every profile; the product also keeps a score with its reasons."""

    name = "scoring_first"
    title = "Scoring all profiles, first time"
    models = ("credit.scorecard", "credit.profile")
    bar = 3

    def prepare(self, env):
        super().prepare(env)
        if not env["credit.scorecard"].search_count([("state", "=", "active")]):
            env["credit.scorecard"].search([], limit=1).action_activate()

    def before(self, env):
        env.cr.execute("DELETE FROM credit_score")
        env.cr.execute(
            "UPDATE credit_profile SET score = NULL, rating_id = NULL, probability_late = NULL WHERE score IS NOT NULL"
            " OR rating_id IS NOT NULL OR probability_late IS NOT NULL"
        )
        env.cr.execute("UPDATE res_company SET credit_late_share = NULL")

    def run(self, env):
        env["credit.scorecard"].search([("state", "=", "active")], limit=1)._score_profiles(as_of=end_date(env))
        env.flush_all()

    def floor(self, env):
        return env.execute_query(
            SQL(
                """
                WITH behaviour AS (%s), written AS (
                    UPDATE credit_profile profile
                       SET score = behaviour.weighted, probability_late = behaviour.late_weight,
                           write_date = now() AT TIME ZONE 'UTC'
                      FROM behaviour
                     WHERE behaviour.partner_id = profile.partner_id
                )
                SELECT * FROM behaviour
                """,
                ledger.behaviour(env, end_date(env)),
            )
        )

    def product_summary(self, env, answer):
        """Who was scored, the probabilities, and two figures among the reasons."""
        return self._figures(
            env.execute_query(
                SQL(
                    """
                    SELECT (SELECT count(score) FROM credit_score WHERE is_current),
                           (SELECT sum(probability_late) FROM credit_profile WHERE company_id = %s),
                           sum((finding ->> 'value')::numeric) FILTER (WHERE figure = 'days_late_weighted'),
                           sum((finding ->> 'value')::numeric) FILTER (WHERE figure = 'partial_share')
                      FROM credit_score CROSS JOIN jsonb_array_elements(reasons) finding
                      JOIN credit_scorecard_criterion criterion ON criterion.id = (finding ->> 'criterion')::int
                     WHERE is_current
                    """,
                    env.company.id,
                )
            )[0]
        )

    def floor_summary(self, env, answer):
        scored = [row for row in answer if row[16] >= MIN_HISTORY]
        share = sum(row[18] for row in answer) / sum(row[17] for row in answer)
        late = sum(round((row[18] + PRIOR * share) / (row[17] + PRIOR), 4) for row in scored)
        # whoever has too little history is as likely to pay late as everybody
        others = env["credit.profile"].search_count([("company_id", "=", env.company.id)]) - len(scored)
        weighted, parts = (
            sum(round(float(row[column] or 0), digits) for row in scored) for column, digits in ((4, 1), (9, 4))
        )
        return self._figures((len(scored), late + others * round(share, 4), weighted, parts))

    @staticmethod
    def _figures(row):
        """Rounded so that the last digits of single customers do not matter."""
        count, *sums = row
        return [count, *(float(f"{float(amount or 0):.5g}") for amount in sums)]


class ScoringNightly(ScoringFirst):
    name = "scoring_nightly"
    title = "Scoring all profiles, nightly without changes"
    bar = 1.5
    prepared = ("credit_profile", "credit_limit", "credit_score")

    def prepare(self, env):
        super().prepare(env)
        ScoringFirst.run(self, env)

    def before(self, env):
        """Everything was scored and committed by ``prepare``."""

    def floor(self, env):
        return env.execute_query(ledger.behaviour(env, end_date(env)))


class AbcFirst(Operation):
    name = "abc_first"
    title = "ABC and XYZ of all customers, first time"
    models = ("abc.policy",)
    bar = 3

    def before(self, env):
        self.policy_id = env["abc.policy"].create({"name": "Benchmark", "company_id": env.company.id}).id

    def run(self, env):
        self.run_id = env["abc.policy"].browse(self.policy_id)._classify(end_date(env)).id
        env.flush_all()

    def floor(self, env):
        values = {"policy_id": self.policy_id, "date": end_date(env), "currency_id": env.company.currency_id.id}
        values |= {"window_start": end_date(env), "window_end": end_date(env)}
        run = env["abc.run"].create(values)
        env.flush_all()
        env.cr.execute(segmentation.insert_classes(env, end_date(env), run))

    def product_summary(self, env, answer):
        rows = env.execute_query(
            SQL(
                "SELECT level.code, xyz, count(*), sum(measure) FROM abc_classification latest"
                " JOIN abc_class level ON level.id = latest.class_id"
                " WHERE latest.policy_id = %s AND date_to IS NULL GROUP BY 1, 2",
                self.policy_id,
            )
        )
        return self._by_class(rows)

    def floor_summary(self, env, answer):
        return self.product_summary(env, answer)

    @staticmethod
    def _by_class(rows):
        return {(code, xyz): (count, round(float(amount), 2)) for code, xyz, count, amount in rows}


class AbcNightly(AbcFirst):
    name = "abc_nightly"
    title = "ABC and XYZ of all customers, nightly without changes"
    bar = 1.5
    prepared = ("abc_classification",)

    def prepare(self, env):
        policies = env["abc.policy"].search([("company_id", "=", env.company.id), ("name", "=", "Benchmark nightly")])
        policy = policies or env["abc.policy"].create({"name": "Benchmark nightly", "company_id": env.company.id})
        policy._classify(end_date(env))
        self.policy_id = policy.id

    def before(self, env):
        """Everything was classified and committed by ``prepare``."""

    def floor(self, env):
        return env.execute_query(segmentation.compared_totals(env, end_date(env), self.policy_id))

    def floor_summary(self, env, answer):
        """None of the rows of the floor may differ from the open ones."""
        totals = self._by_class(row[:4] for row in answer)
        return totals | {"changed": sum(row[4] for row in answer)} if any(row[4] for row in answer) else totals


class DunningProposal(Operation):
    name = "dunning_proposal"
    title = "Dunning proposal for everybody overdue"
    models = ("dunning.run", "dunning.plan")
    bar = 4

    def before(self, env):
        env["dunning.plan"].search([("company_id", "=", env.company.id)]).active = False
        template = env["mail.template"].search([("model", "=", "dunning.notice")], limit=1)
        levels = [
            (0, 0, {"name": f"Reminder {number}", "sequence": number, "days": days, "mail_template_id": template.id})
            for number, days in enumerate((1, 15, 30), 1)
        ]
        plan = env["dunning.plan"].create({"name": "Benchmark", "company_id": env.company.id, "level_ids": levels})
        run = env["dunning.run"].create({"date": end_date(env), "plan_ids": plan.ids})
        env.flush_all()
        self.plan_id, self.run_id = plan.id, run.id

    def run(self, env):
        env["dunning.run"].browse(self.run_id).action_propose()
        env.flush_all()

    def floor(self, env):
        run, plan = env["dunning.run"].browse(self.run_id), env["dunning.plan"].browse(self.plan_id)
        env.cr.execute(dunning.proposal(env, run, plan))

    def product_summary(self, env, answer):
        return [[round(float(figure or 0) * 100) for figure in row] for row in dunning.written(env, self.run_id)]

    def floor_summary(self, env, answer):
        return self.product_summary(env, answer)
