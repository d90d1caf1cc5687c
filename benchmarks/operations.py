"""What is measured: each operation of the suite beside its floor, with the proof that both give the same answer."""

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL

from . import floors
from .generator import end_date

REGISTRY = {}


class Operation:
    """One operation. ``run`` and ``floor`` are timed; everything else is not.

    ``models`` must exist for it to be measured; ``bar`` is the highest ratio to the floor, ``limit`` the most seconds
    that are acceptable whatever the floor.
    """

    name = title = ""
    models = ("receivable.ledger",)
    bar = limit = None

    def __init_subclass__(cls):
        if cls.name:
            REGISTRY[cls.name] = cls

    def prepare(self, env):
        """What must be in the database once, committed: policies, profiles."""

    def before(self, env):
        """What must happen in the transaction before each timed run."""

    def run(self, env):
        """The product's way; returns its answer."""
        raise NotImplementedError

    def floor(self, env):
        """The floor's rows."""
        raise NotImplementedError

    def product_summary(self, answer):
        """The part of the product's answer that the floor must give too."""
        return _summary(answer)

    def floor_summary(self, answer):
        return _summary(answer)


def _summary(rows):
    """Rows ``(key ..., amount)`` as a mapping without zeros, in cents."""
    totals = {}
    for *key, amount in rows:
        totals[tuple(key)] = totals.get(tuple(key), 0) + round(float(amount or 0) * 100)
    return {key: amount for key, amount in totals.items() if amount}


def _total(rows, column):
    return round(sum(float(row[column] or 0) for row in rows) * 100)


# ----------------------------------------------------------------------
# Ledger facts
# ----------------------------------------------------------------------


class OpenItemsToday(Operation):
    name = "open_items_today"
    title = "Open items by customer and bucket, today"
    bar = 1.5
    months_back = 0

    def _as_of(self, env):
        return end_date(env) - relativedelta(months=self.months_back)

    def run(self, env):
        as_of = self._as_of(env)
        statement = SQL(
            "SELECT partner_id, %s, sum(residual) FROM (%s) item WHERE partner_id IS NOT NULL GROUP BY 1, 2",
            floors.bucket(as_of, SQL("date_maturity")),
            env["receivable.ledger"]._open_items_sql(as_of),
        )
        return env.execute_query(statement)

    def floor(self, env):
        statement = floors.aging_past if self.months_back else floors.aging_today
        return env.execute_query(statement(env, self._as_of(env)))


class OpenItemsYearAgo(OpenItemsToday):
    name = "open_items_year_ago"
    title = "Open items by customer and bucket, one year back"
    months_back = 12


class ExposureFacts(Operation):
    name = "exposure_facts"
    title = "Exposure components of all customers"
    bar = 2

    def _partner(self, env):
        return None

    def run(self, env):
        return env.execute_query(env["receivable.ledger"]._exposure_sql(end_date(env), None, self._partner(env)))

    def floor(self, env):
        return env.execute_query(floors.exposure(env, end_date(env), self._partner(env)))

    def product_summary(self, answer):
        return [_total(answer, column) for column in (2, 3, 5)]

    def floor_summary(self, answer):
        return [_total(answer, column) for column in (1, 2, 3)]


class ExposureOfLargest(ExposureFacts):
    name = "exposure_of_largest"
    title = "Exposure components of the largest customer"
    bar, limit = None, 0.010

    def _partner(self, env):
        if not hasattr(self, "partner_id"):
            rows = env.execute_query(
                SQL("SELECT id FROM res_partner WHERE ref LIKE 'C%%' AND parent_id IS NULL ORDER BY %s", self._rank())
            )
            self.partner_id = rows[0][0]
        return env["res.partner"].browse(self.partner_id)

    def _rank(self):
        return SQL("id LIMIT 1")


class ExposureOfSmall(ExposureOfLargest):
    name = "exposure_of_small"
    title = "Exposure components of a small customer"
    limit = 0.005

    def _rank(self):
        return SQL("id DESC LIMIT 1")


class BehaviourFacts(Operation):
    name = "behaviour_facts"
    title = "Payment behaviour of all customers"
    bar = 1.5

    def run(self, env):
        return env.execute_query(env["receivable.ledger"]._payment_behaviour_sql(end_date(env)))

    def floor(self, env):
        return env.execute_query(floors.behaviour(env, end_date(env)))

    def product_summary(self, answer):
        return [_total(answer, column) for column in (2, 3, 4, 5, 6, 15)]

    def floor_summary(self, answer):
        return [_total(answer, column) for column in (1, 2, 3, 4, 5, 10)]


# ----------------------------------------------------------------------
# Screens and jobs
# ----------------------------------------------------------------------


class AgingToday(OpenItemsToday):
    name = "aging_today"
    title = "Aging pivot: customer and bucket, today"
    models = ("receivable.aging",)

    def run(self, env):
        aging = env["receivable.aging"].with_context(as_of=self._as_of(env), date_basis="due")
        return aging._read_group([], ["commercial_partner_id", "bucket_id"], ["amount_residual:sum"])

    def product_summary(self, answer):
        return _summary((partner.id, amount) for partner, _bucket, amount in answer if partner)

    def floor_summary(self, answer):
        return _summary((partner, amount) for partner, _bucket, amount in answer)


class AgingYearAgo(AgingToday):
    name = "aging_year_ago"
    title = "Aging pivot: customer and bucket, one year back"
    months_back = 12


class WithProfiles(Operation):
    """Needs a credit profile for every customer."""

    def prepare(self, env):
        env["credit.profile"]._create_missing(env.company)


class ExposureList(WithProfiles, ExposureFacts):
    name = "exposure_list"
    title = "Exposure list of all customers (`credit.exposure`)"
    models = ("credit.exposure", "credit.profile")
    fields = ("partner_id", "receivable_amount", "overdue_amount", "draft_amount", "exposure_amount", "limit_amount")

    def product_summary(self, answer):
        return [_total(answer, name) for name in ("receivable_amount", "overdue_amount", "draft_amount")]

    def run(self, env):
        return env["credit.exposure"].search_fetch([], self.fields).read(self.fields, load=None)


class PostInvoice(Operation):
    """Posting one invoice through the ORM, credit check included; the floor is the one statement the check needs."""

    name = "post_invoice_largest"
    title = "Posting an invoice of the largest customer"
    models = ("credit.check",)
    of = ExposureOfLargest

    def prepare(self, env):
        self.partner_id = self.of()._partner(env).id

    def before(self, env):
        line = {"name": "Goods", "quantity": 1, "price_unit": 100, "tax_ids": False}
        values = {"move_type": "out_invoice", "partner_id": self.partner_id, "invoice_date": end_date(env)}
        self.invoice = env["account.move"].create({**values, "invoice_line_ids": [(0, 0, line)]})
        env.flush_all()

    def run(self, env):
        self.invoice.with_env(env).action_post()
        env.flush_all()
        return [(0,)]

    def floor(self, env):
        env.execute_query(floors.exposure(env, end_date(env), env["res.partner"].browse(self.partner_id)))
        return [(0,)]


class PostInvoiceSmall(PostInvoice):
    name = "post_invoice_small"
    title = "Posting an invoice of a small customer"
    of = ExposureOfSmall


class ScoringFirst(WithProfiles):
    name = "scoring_first"
    title = "Scoring all profiles, first time"
    models = ("credit.scorecard", "credit.profile")
    bar = 3

    def prepare(self, env):
        super().prepare(env)
        Scorecard = env["credit.scorecard"]
        if not Scorecard.search_count([("state", "=", "active")]):
            Scorecard.search([], limit=1).action_activate()

    def run(self, env):
        scorecard = env["credit.scorecard"].search([("state", "=", "active")], limit=1)
        scorecard._score_profiles(as_of=end_date(env))
        env.flush_all()

    def floor(self, env):
        """Behaviour and the write of one figure on every profile."""
        statement = SQL(
            "UPDATE credit_profile SET score = behaviour.late FROM (SELECT partner_id, days_late_avg AS late FROM (%s)"
            " fact(partner_id, invoices, settled, days_late_avg)) behaviour"
            " WHERE behaviour.partner_id = credit_profile.partner_id",
            floors.behaviour(env, end_date(env)),
        )
        env.cr.execute(statement)

    def product_summary(self, answer):
        return None

    def floor_summary(self, answer):
        return None


class ScoringNightly(ScoringFirst):
    name = "scoring_nightly"
    title = "Scoring all profiles, nightly without changes"
    bar = 1.5

    def before(self, env):
        super().run(env)

    def floor(self, env):
        env.execute_query(floors.behaviour(env, end_date(env)))


class AbcFirst(Operation):
    name = "abc_first"
    title = "ABC of all customers, first time"
    models = ("abc.policy",)
    bar = 3

    def prepare(self, env):
        if not env["abc.policy"].search_count([("company_id", "=", env.company.id)]):
            env["abc.policy"].create({"name": "Revenue", "company_id": env.company.id})

    def run(self, env):
        run = env["abc.policy"].search([("company_id", "=", env.company.id)], limit=1)._classify(end_date(env))
        env.flush_all()
        return env.execute_query(
            SQL("SELECT count(*), sum(measure) FROM abc_classification WHERE policy_id = %s", run.policy_id.id)
        )

    def floor(self, env):
        env.cr.execute(
            SQL(
                "CREATE TEMPORARY TABLE floor_class ON COMMIT DROP AS SELECT * FROM (%s) f",
                floors.pareto(env, end_date(env)),
            )
        )
        return env.execute_query(SQL("SELECT count(*), sum(revenue) FROM floor_class"))


class AbcNightly(AbcFirst):
    name = "abc_nightly"
    title = "ABC of all customers, nightly without changes"
    bar = 1.5

    def before(self, env):
        super().run(env)

    def floor(self, env):
        rows = env.execute_query(floors.pareto(env, end_date(env)))
        return [(len(rows), sum(row[1] for row in rows))]


class DunningProposal(Operation):
    name = "dunning_proposal"
    title = "Dunning proposal for everybody overdue"
    models = ("dunning.run", "dunning.plan")
    bar = 4

    def prepare(self, env):
        if not env["dunning.plan"].search_count([("company_id", "=", env.company.id)]):
            levels = [
                (0, 0, {"name": f"Reminder {n}", "sequence": n, "days": days}) for n, days in enumerate((1, 15, 30), 1)
            ]
            env["dunning.plan"].create({"name": "Benchmark", "company_id": env.company.id, "level_ids": levels})

    def run(self, env):
        run = env["dunning.run"].create({"date": end_date(env)})
        run.action_propose()
        env.flush_all()

    def floor(self, env):
        env.cr.execute(floors.proposal(env, end_date(env)))

    def product_summary(self, answer):
        return None

    def floor_summary(self, answer):
        return None
