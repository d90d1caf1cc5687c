"""How good scores and predictions are, out of time, on the data sets that developers have.

The receivables of ``ibm_ar`` are booked through Odoo and read by the product's own statements, as of each day: a month of
2013 is predicted with what was known on its eve. The constants of the prediction (core/delay.py) were chosen on July to
December 2012, the tuning window, which is printed apart. Nothing was chosen on 2013.
"""

import importlib
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import mean

from dateutil.relativedelta import relativedelta

import databases
from odoo.addons.customer_credit_mgmt.core import backtest
from odoo.addons.customer_credit_mgmt.core.validation import Case, validate

from . import database

SHARED = Path(os.environ.get("CREDIT_SUITE_SHARED") or databases.ROOT.parent / "shared")
GERMAN_CREDIT = SHARED / "data" / "german_credit" / "germancredit.csv"
TUNING, TEST = (date(2012, 7, 1), 6), (date(2013, 1, 1), 12)
#: Everything is paid by then.
JUDGED_ON = date(2014, 6, 30)
#: The scorecard: scored at the end of each quarter, bad = an invoice more than 14 days late in the 90 days after it.
QUARTERS = (date(2012, 12, 31), date(2013, 3, 31), date(2013, 6, 30), date(2013, 9, 30))
OUTCOME_DAYS, LATE_DAYS = 90, 14


@dataclass(frozen=True, slots=True)
class Window:
    """Figures of some months: ``pooled`` over all invoices, ``months`` one by one."""

    pooled: dict
    months: list

    def mean(self, name):
        return mean(getattr(month, name) for month in self.months)


def ledger_file():
    """The receivables, or ``None`` where developers do not have them."""
    return next(iter(sorted((SHARED / "data" / "ibm_ar").glob("*.csv"))), None)


def report():
    """Print all tables."""
    path = ledger_file()
    if path is None:
        raise SystemExit(f"the data set is not there: {SHARED / 'data' / 'ibm_ar'}")
    with databases.scratch(databases.ledger_suite_template(path)) as name, database.environment(name) as env:
        company = env["res.company"].search([("name", "=", "Ledger")])
        env = env(context={**env.context, "allowed_company_ids": company.ids})
        company = company.with_env(env)
        for title, window in (("tuning window, July-December 2012", TUNING), ("test, 2013", TEST)):
            print(f"\n### Payment prediction, {title}\n")
            print(prediction_table(prediction(env, company, *window)))
        print("\n### Default scorecard, 2013\n")
        print(scorecard_table(scorecard(env, company)))
    german_credit = importlib.import_module("benchmarks.german_credit")
    area = german_credit.measure(GERMAN_CREDIT)
    print(f"\n### German credit\n\nWoE scorecard, 5 x 5-fold AUC {area:.4f}")


# ---------------------------------------------------------------------- payment prediction


def prediction(env, company, first, count):
    """The back-test of the product over ``count`` months."""
    months, pooled = [], {"invoice": [], "overdue": [], "open": []}
    for number in range(count):
        month = first + relativedelta(months=number)
        eve, until = month - relativedelta(days=1), month + relativedelta(months=1, days=-1)
        statement = env["receivable.ledger"]._backtest_sql(eve, until, JUDGED_ON, company)
        rows = [
            {**row, "amount": float(row["amount"]), "left": float(row["left"])}
            for row in env.execute_query_dict(statement)
        ]
        months.append(backtest.measure(rows, JUDGED_ON))
        for row in rows:
            pooled[row["kind"]].append(row)
    figures = backtest.measure_invoices(pooled["invoice"], JUDGED_ON)
    return Window(figures | backtest.measure_serious(pooled["overdue"], JUDGED_ON), months)


def prediction_table(window):
    figures = window.pooled
    lines = ["| figure | model | naive | goal |", "|---|---:|---:|---|"]
    rows = (
        ("late payment: AUC (raw share)", figures["auc"], figures["auc_raw"], "+0.02"),
        ("late payment: Brier (raw share)", figures["brier"], figures["brier_raw"], ""),
        ("late payment: Brier (by weekday)", figures["brier"], figures["brier_weekday"], ""),
        ("late payment: Brier skill", figures["brier_skill"], None, "0.3"),
        ("late payment: calibration slope", figures["slope"], None, "0.9-1.1"),
        ("payment date: MAE in days (due date)", figures["mae"], figures["mae_due"], "-25 %"),
        ("payment date: MAE in days (customer's mean)", figures["mae"], figures["mae_mean"], ""),
        ("cash of four weeks: error (due date)", window.mean("cash_error"), window.mean("cash_error_due"), "half"),
        ("worklist of 20: capture (largest amount)", window.mean("capture"), window.mean("capture_amount"), "x 1.2"),
        (
            "one day overdue, > 14 days late: AUC (mean days)",
            figures["serious_auc"],
            figures["serious_auc_mean"],
            "+0.05",
        ),
    )
    lines += [f"| {title} | {model:.3f} | {_text(naive)} | {goal} |" for title, model, naive, goal in rows]
    return "\n".join([*lines, "", f"{figures['invoice_count']} invoices, {figures['late_count']} late."])


def _text(value):
    return "" if value is None else f"{value:.3f}"


# ---------------------------------------------------------------------- scorecard


def scorecard(env, company):
    """``{what ranks: Result}``, the cases of all quarters together; each quarter is calibrated by the one before."""
    env["credit.profile"]._create_missing(company)
    card = env["credit.scorecard"]._get_active(company)
    validations = env["credit.scorecard.validation"]
    validation = validations.new(
        {"company_id": company.id, "scorecard_id": card.id, "days": OUTCOME_DAYS, "late_days": LATE_DAYS}
    )
    cases, earlier = {}, {}
    for quarter in QUARTERS:
        for split, day in ((cases, quarter), (earlier, quarter - relativedelta(days=OUTCOME_DAYS))):
            for name, found in _rankings(env, validation, card, company, day).items():
                split.setdefault(name, []).extend(found)
    return {name: validate(found, earlier[name]) for name, found in cases.items()}


def _rankings(env, validation, card, company, day):
    """The same customers by score, by their own average days late and by their share of late invoices."""
    known = validation._gather(day)[card]
    outcomes = {
        row["partner_id"]: row["bad"]
        for row in env.execute_query_dict(card._outcomes_after_sql(company, day, OUTCOME_DAYS, LATE_DAYS))
        if not row["was_bad"]
    }
    scores = validation._scores(card, day)
    behaviour = {
        row["partner_id"]: row
        for row in env.execute_query_dict(env["receivable.ledger"]._payment_behaviour_sql(day, company=company))
    }
    common = [partner for partner in sorted(outcomes) if partner in scores]
    assert len(common) == len(known)
    return {
        "default scorecard": known,
        "own average days late": [_naive(behaviour[p]["days_late_avg"], outcomes[p]) for p in common],
        "own share late": [_naive(behaviour[p]["late_share_count"], outcomes[p]) for p in common],
    }


def _naive(risk, bad):
    return Case(-float(risk or 0), None, bad)


def scorecard_table(results):
    lines = ["| ranked by | customers | bad | AUC | KS | Brier | skill |", "|---|---:|---:|---:|---:|---:|---:|"]
    for name, result in results.items():
        cells = (result.auc, result.ks, result.brier, result.brier_skill)
        lines.append(f"| {name} | {result.count} | {result.bad} | {' | '.join(map(_text, cells))} |")
    return "\n".join(lines)
