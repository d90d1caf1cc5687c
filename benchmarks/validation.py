"""Is the generated ledger one that Odoo could have written? Every rule returns what breaks it."""

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL

from .generator import end_date

# Stored fields that Odoo derives from the records beside them: recomputed, they must come out as they were generated.
DERIVED = {
    "account.move": (
        "amount_untaxed amount_tax amount_total amount_residual amount_untaxed_signed amount_total_signed"
        " amount_total_in_currency_signed amount_residual_signed payment_state commercial_partner_id"
        " invoice_currency_rate sequence_prefix sequence_number"
    ),
    "account.move.line": "amount_residual amount_residual_currency reconciled debit credit",
    "account.payment": "amount_company_currency_signed is_reconciled is_matched state",
    "res.partner": "commercial_partner_id complete_name commercial_company_name email_normalized",
}


def violations(env, sample=500):
    """Descriptions of everything wrong; ``sample`` records of each model are recomputed by the ORM."""
    found = [f"{rule}: {count}" for rule, count in _broken_rules(env) if count]
    found += [f"law as of {day}: {difference}" for day, difference in _law_differences(env) if difference]
    for model, names in DERIVED.items():
        found += _recomputation_differences(env, model, names.split(), sample)
    return found


def _broken_rules(env):
    statements = {
        "unbalanced entries": "SELECT count(*) FROM (SELECT 1 FROM account_move_line GROUP BY move_id"
        " HAVING sum(balance) <> 0) entry",
        "items whose residual is not the balance less its matchings": """
            SELECT count(*)
              FROM account_move_line line
              JOIN account_account account ON account.id = line.account_id AND account.reconcile
              LEFT JOIN (SELECT line_id, sum(amount) AS amount, sum(amount_currency) AS amount_currency
                           FROM (SELECT debit_move_id AS line_id, amount, debit_amount_currency AS amount_currency
                                   FROM account_partial_reconcile
                                  UNION ALL
                                 SELECT credit_move_id, -amount, -credit_amount_currency
                                   FROM account_partial_reconcile) side
                          GROUP BY line_id) matched ON matched.line_id = line.id
             WHERE line.amount_residual <> line.balance - COALESCE(matched.amount, 0)
                OR line.amount_residual_currency <> line.amount_currency - COALESCE(matched.amount_currency, 0)
                OR line.reconciled <> (line.amount_residual = 0 AND line.amount_residual_currency = 0)""",
        "matchings that are not positive": "SELECT count(*) FROM account_partial_reconcile WHERE amount <= 0",
        "full reconciliations with something open": """
            SELECT count(*) FROM account_move_line WHERE full_reconcile_id IS NOT NULL AND NOT reconciled""",
        "matchings before one of their items": """
            SELECT count(*)
              FROM account_partial_reconcile matching
              JOIN account_move_line debit ON debit.id = matching.debit_move_id
              JOIN account_move_line credit ON credit.id = matching.credit_move_id
             WHERE matching.max_date <> greatest(debit.date, credit.date)""",
    }
    for rule, statement in statements.items():
        yield rule, env.execute_query(SQL(statement))[0][0]


def _law_differences(env):
    """General ledger less open items on the last day and at ends of earlier months."""
    end = end_date(env)
    for months in (0, 1, 5, 12, 30):
        day = end - relativedelta(months=months)
        rows = env.execute_query(
            SQL(
                """
                WITH item AS (
                    SELECT line.id, line.balance, line.amount_residual
                      FROM account_move_line line
                      JOIN account_account account ON account.id = line.account_id
                     WHERE account.account_type = 'asset_receivable' AND line.parent_state = 'posted'
                       AND line.date <= %(day)s
                )
                SELECT sum(balance) - sum(amount_residual)
                       - (SELECT COALESCE(sum(matching.amount), 0) FROM account_partial_reconcile matching
                            JOIN item ON item.id = matching.debit_move_id WHERE matching.max_date > %(day)s)
                       + (SELECT COALESCE(sum(matching.amount), 0) FROM account_partial_reconcile matching
                            JOIN item ON item.id = matching.credit_move_id WHERE matching.max_date > %(day)s)
                  FROM item
                """,
                day=day,
            )
        )
        yield day, rows[0][0]


def _recomputation_differences(env, model, names, sample):
    statement = SQL(
        "SELECT id FROM %s ORDER BY hashint8extended(id, 7) LIMIT %s", SQL.identifier(env[model]._table), sample
    )
    records = env[model].browse(record_id for (record_id,) in env.execute_query(statement))
    stored = records.read(names, load=None)
    for name in names:
        env.add_to_compute(records._fields[name], records)
    records.invalidate_recordset(names, flush=False)
    recomputed = records.read(names, load=None)
    env.cr.rollback()
    return [
        f"{model} {before['id']} {name}: {before[name]!r}, Odoo says {after[name]!r}"
        for before, after in zip(stored, recomputed, strict=True)
        for name in names
        if _comparable(before[name]) != _comparable(after[name])
    ]


def _comparable(value):
    """Floats that differ in the last bits only are the same."""
    return round(value, 9) if isinstance(value, float) else value
