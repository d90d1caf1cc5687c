"""One customer: exposure, credit check, score."""

from unittest.mock import patch

from odoo.tools import SQL

from ..floors import ledger as floors
from ..generator import end_date
from . import customers
from .facts import ExposureFacts
from .lists import WithProfiles


class ExposureOfLargest(ExposureFacts):
    name = "exposure_of_largest"
    title = "Exposure components of the largest customer"
    bar, limit = None, 0.010
    samples = 10
    customer = staticmethod(customers.largest)

    def prepare(self, env):
        self.partner_id = self.customer(env).id

    def run(self, env):
        partner = env["res.partner"].browse(self.partner_id)
        return env.execute_query(env["receivable.ledger"]._exposure_sql(end_date(env), None, partner))

    def floor(self, env):
        return env.execute_query(floors.exposure(env, end_date(env), env["res.partner"].browse(self.partner_id)))


class ExposureOfSmall(ExposureOfLargest):
    name = "exposure_of_small"
    title = "Exposure components of a small customer"
    limit = 0.005
    customer = staticmethod(customers.smallest)


class CheckLargest(WithProfiles):
    """Posting one invoice with a policy that checks it; the floor is the same without any policy."""

    name = "check_largest"
    title = "Credit check: posting an invoice of the largest customer, with and without policy"
    models = ("credit.check",)
    excess_limit = 0.010
    samples = 10
    customer = staticmethod(customers.largest)

    def prepare(self, env):
        super().prepare(env)
        self.partner_id = self.customer(env).id

    def before(self, env):
        line = {"name": "Goods", "quantity": 1, "price_unit": 100, "tax_ids": False}
        values = {"move_type": "out_invoice", "partner_id": self.partner_id, "invoice_date": end_date(env)}
        self.invoice_id = env["account.move"].create({**values, "invoice_line_ids": [(0, 0, line)]}).id
        env.flush_all()

    def run(self, env):
        invoice = env["account.move"].browse(self.invoice_id)
        invoice.action_post()
        env.flush_all()
        return [(invoice.state, 1)]

    def floor(self, env):
        with patch.object(type(env["credit.policy"]), "_specs", lambda policy, company_id: ()):
            return self.run(env)


class CheckSmall(CheckLargest):
    name = "check_small"
    title = "Credit check: posting an invoice of a small customer, with and without policy"
    excess_limit = 0.005
    customer = staticmethod(customers.smallest)


class ScoreLargest(WithProfiles):
    """The score of one customer; the floor is the behaviour of all that the statement must read of him."""

    name = "scoring_largest"
    title = "Scoring the largest customer alone"
    models = ("credit.scorecard",)
    prepared = ("credit_profile", "credit_limit", "credit_score")
    samples = 3
    bar = 1.5

    def prepare(self, env):
        super().prepare(env)
        scorecard = env["credit.scorecard"].search([("state", "=", "active")], limit=1)
        if not scorecard:
            scorecard = env["credit.scorecard"].search([], limit=1)
            scorecard.action_activate()
        # the late share of all customers is known from here on
        scorecard._score_profiles(as_of=end_date(env))
        self.partner_id = customers.largest(env).id

    def before(self, env):
        env.cr.execute(SQL("UPDATE credit_score SET is_current = FALSE WHERE partner_id = %s", self.partner_id))
        env.cr.execute(SQL("DELETE FROM credit_score WHERE partner_id = %s", self.partner_id))

    def run(self, env):
        profile = env["credit.profile"].search([("partner_id", "=", self.partner_id)])
        scorecard = env["credit.scorecard"].search([("state", "=", "active")], limit=1)
        scores = scorecard._score_profiles(profile, as_of=end_date(env))
        env.flush_all()
        criteria = env["credit.scorecard.criterion"]
        findings = {criteria.browse(row["criterion"]).figure: row["value"] for row in scores.reasons}
        return [("late", findings["days_late_weighted"]), ("parts", findings["partial_share"])]

    def floor(self, env):
        row = env.execute_query(floors.behaviour(env, end_date(env), env["res.partner"].browse(self.partner_id)))[0]
        return [("late", round(float(row[4]), 1)), ("parts", round(float(row[9]), 4))]
