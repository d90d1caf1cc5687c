"""The replay knows of every past day what the ledger knows of it, and judges as the check does."""

from contextlib import closing
from datetime import timedelta

from hypothesis import HealthCheck, Phase, given, settings

from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..core import verdict
from ..core import what_if as core
from . import test_receivable_ledger_law as law

RULES = (
    ("over_limit", 0.0),
    ("no_credit", 0.0),
    ("overdue_days", 0.0),
    ("overdue_days", 20.0),
    ("overdue_days", 95.5),
    ("overdue_amount", 1500.0),
    ("document_amount", 2500.0),
)


@tagged("post_install", "-at_install")
class TestCreditReplay(law.TestReceivableLedgerLaw):
    """On the random ledgers of the law: several currencies, branches, instalments, drafts, undone matchings."""

    # the law itself is tested where it stands
    test_open_items_add_up_to_the_general_ledger_as_of_any_date = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.replay = cls.env["credit.replay"]
        for partner, mode, amount in ((cls.partner_a, "limited", 3000), (cls.partner_b, "no_credit", 0)):
            profile = cls.env["credit.profile"]._get_or_create(partner, cls.company)
            profile.limit_mode = mode
            for days, kind, part in ((0, "base", amount), (200, "base", amount / 2), (250, "temporary", 700)):
                start = law.FIRST_DAY + timedelta(days=days)
                cls.env["credit.limit"].sudo().create(
                    {
                        "profile_id": profile.id,
                        "kind": kind,
                        "amount": part,
                        "date_from": start,
                        "date_to": kind != "base" and start + timedelta(days=60),
                        "state": "approved",
                    }
                )

    def _plan(self, first_day):
        tried = verdict.Policy(
            policy_id=0,
            partner_domain="[]",
            exempt_domain="[(0, '=', 1)]",
            exempt_intercompany=True,
            exempt_immediate=False,
            warn_utilization=0.0,
            actions=(),
            rules=tuple(verdict.Rule(kind, "block", threshold) for kind, threshold in RULES),
        )
        start = law.FIRST_DAY + timedelta(days=first_day)
        last = law.FIRST_DAY + timedelta(days=law.DAYS)
        return core.Plan(core.Period(start, last, last + timedelta(days=400)), (), tried)

    def _rows(self, plan):
        self.env.flush_all()
        self.replay._gather(plan, self.company)
        self.replay._judge(plan, self.company)
        return self.env.execute_query_dict(
            SQL(
                "WITH asked AS (%s), segment AS (%s), oldest AS (%s)"
                " SELECT verdict.*, oldest.days FROM credit_replay_verdict verdict"
                " LEFT JOIN oldest USING (partner_id, date) ORDER BY date, document_id",
                self.replay._asked_sql("credit_replay_document"),
                self.replay._segment_sql(plan),
                self.replay._oldest_sql(),
            )
        )

    def _ledger(self, row):
        """Receivable, overdue amount and overdue days that the ledger gives for the day of the document."""
        partner = self.env["res.partner"].browse(row["partner_id"])
        figures = self.env.execute_query_dict(self.ledger._exposure_sql(row["date"], self.company, partner))
        return figures[0] if figures else {"receivable_amount": 0, "overdue_amount": 0, "overdue_days": 0}

    def _booked_later_that_day(self, row):
        """What this document and those after it on the same day booked on the customer."""
        lines = self._lines(("parent_state", "=", "posted"), ("date", "=", row["date"]), ("balance", ">", 0)).filtered(
            lambda line: (
                line.display_type == "payment_term"
                and line.move_id.id >= row["document_id"]
                and line.partner_id.commercial_partner_id.id == row["partner_id"]
            )
        )
        return sum(lines.mapped("balance")), any(line.date_maturity < line.date for line in lines)

    def _check_row(self, row, plan):
        ledger = self._ledger(row)
        later, backdated = self._booked_later_that_day(row)
        self.assertAlmostEqual(float(row["receivable_amount"]), float(ledger["receivable_amount"]) - later, 2)
        if not backdated:
            self.assertAlmostEqual(max(float(row["overdue_0"]), 0), float(ledger["overdue_amount"]), 2)
            for shift in plan.shifts:
                self.assertEqual(row[f"overdue_{shift}"] > 0, ledger["overdue_days"] > shift, (shift, row))
        self.assertEqual(row["days"] or 0, ledger["overdue_days"], row)

    def _check_verdict(self, row, plan):
        """The rules broken are those that ``core.verdict.decide`` finds broken on the same facts."""
        facts = verdict.Facts(
            limit_mode=row["what_if_mode"],
            limit_amount=float(row["what_if_limit"] or 0.0),
            exposure_amount=float(row["receivable_amount"]),
            overdue_amount=max(float(row["overdue_0"]), 0.0),
            overdue_days=row["days"] or 0,
            rounding=self.company.currency_id.rounding,
        )
        found = verdict.decide(facts, verdict.Document(float(row["amount"])), plan.tried.rules)
        by_key = {(rule.kind, rule.threshold): rule.number for rule in plan.rules}
        numbers = [by_key[finding.rule.kind, finding.rule.threshold] for finding in found.findings]
        self.assertEqual(row["what_if_broken"], numbers, row)
        self.assertEqual(row["what_if_outcome"], found.outcome)

    def _check_limit(self, row):
        profile = self.env["credit.profile"].search([("partner_id", "=", row["partner_id"])], limit=1)
        effective = self.env["credit.limit"]._effective_amounts(profile, row["date"]).get(profile.id, 0.0)
        self.assertEqual(float(row["limit_amount"]), float(effective))

    @mute_logger("odoo.addons.account.models.account_move")
    @settings(
        max_examples=12,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(ledger=law.ledgers, first_day=law.days)
    def test_replayed_position_is_the_one_of_the_ledger_on_that_day(self, ledger, first_day):
        with closing(self.cr.savepoint()):
            documents_made, matchings_made = ledger
            self._build(documents_made + matchings_made)
            plan = self._plan(first_day // 2)
            for row in self._rows(plan):
                self._check_row(row, plan)
                self._check_verdict(row, plan)
                self._check_limit(row)
