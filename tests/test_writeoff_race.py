"""Two write-offs of one item at once: one is booked. Two allowances at once: the account shows one of them.

Real connections, committed data.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from odoo import fields
from odoo.api import SUPERUSER_ID, Environment
from odoo.exceptions import LockError, UserError
from odoo.fields import Command
from odoo.service.model import retrying
from odoo.tools import mute_logger

ROUNDS = 4


def account(env, code, kind):
    return env["account.account"].create(
        {"code": code, "name": code, "account_type": kind, "company_ids": [Command.set(env.company.ids)]}
    )


def owe(env, amount):
    partner = env["res.partner"].create({"name": f"Race {amount}", "is_company": True})
    due = fields.Date.context_today(partner) - timedelta(days=400)
    move = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_date": due,
            "date": due,
            "invoice_date_due": due,
            "invoice_payment_term_id": False,
            "invoice_line_ids": [Command.create({"name": "goods", "price_unit": amount, "tax_ids": False})],
        }
    )
    move.action_post()
    return move


def press(registry, barrier, model, record_id):
    """Post in a session of its own, retried as Odoo retries a request; return the refusal, if any."""
    with registry.cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
        env[model].browse(record_id).mapped("state")  # take the snapshot before the other session writes
        barrier.wait(timeout=30)
        try:
            retrying(lambda: env[model].browse(record_id).action_post(), env)
        except (UserError, LockError) as error:
            cr.rollback()
            return str(error)
    return None


def race(registry, model, record_ids):
    barrier = threading.Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(press, registry, barrier, model, record_id) for record_id in record_ids]
        return [future.result(timeout=120) for future in futures]


def test_of_two_write_offs_of_an_item_one_is_booked(own_registry):
    with own_registry.cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
        env.company.writeoff_account_id = account(env, "RACE1", "expense")
        rounds = []
        for number in range(ROUNDS):
            move = owe(env, 100 + number)
            item = move.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
            values = {"company_id": env.company.id, "line_ids": [Command.create({"move_line_id": item.id})]}
            writeoffs = env["receivable.writeoff"].create([values, values])
            writeoffs.action_submit()
            writeoffs.action_approve()
            rounds.append((move.id, writeoffs.ids))
    for move_id, writeoff_ids in rounds:
        with mute_logger("odoo.sql_db", "odoo.service.model"):
            refusals = list(filter(None, race(own_registry, "receivable.writeoff", writeoff_ids)))
        with own_registry.cursor() as cr:
            env = Environment(cr, SUPERUSER_ID, {})
            assert sorted(env["receivable.writeoff"].browse(writeoff_ids).mapped("state")) == ["approved", "posted"]
            assert env["account.move"].browse(move_id).amount_residual == 0
        assert len(refusals) == 1


def test_of_two_allowances_at_once_the_account_shows_the_last(own_registry):
    with own_registry.cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
        company = env.company
        allowance = account(env, "RACE2", "asset_current")
        company.write(
            {"ecl_allowance_account_id": allowance.id, "ecl_expense_account_id": account(env, "RACE3", "expense").id}
        )
        owe(env, 1000)
        scheme = env.ref("receivable_dunning.bucket_scheme_default")
        rates = [Command.create({"bucket_id": bucket.id, "rate": 0.1}) for bucket in scheme.bucket_ids]
        method = env["ecl.method"].create(
            {"name": "Race", "company_id": company.id, "method": "hand", "scheme_id": scheme.id, "rate_ids": rates}
        )
        today = fields.Date.context_today(company)
        rounds = []
        for number in range(ROUNDS, 0, -1):
            days = [today - timedelta(days=2 * number), today - timedelta(days=2 * number - 1)]
            runs = env["ecl.run"].create(
                [{"company_id": company.id, "date": day, "method_id": method.id} for day in days]
            )
            runs.action_compute()
            runs.action_approve()
            rounds.append(runs.ids)
        account_id = allowance.id
    for run_ids in rounds:
        with mute_logger("odoo.sql_db", "odoo.service.model"):
            race(own_registry, "ecl.run", run_ids)
        with own_registry.cursor() as cr:
            env = Environment(cr, SUPERUSER_ID, {})
            posted = env["ecl.run"].browse(run_ids).filtered(lambda run: run.state == "posted")
            assert posted
            domain = [("account_id", "=", account_id), ("parent_state", "=", "posted")]
            [(balance,)] = env["account.move.line"]._read_group(domain, [], ["balance:sum"])
            assert round(-balance, 2) == round(posted.sorted("date")[-1].allowance, 2)
