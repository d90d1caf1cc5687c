"""Customers of the generated ledger, and the credit files that operations need beside it."""

from odoo.tools import SQL

#: A policy that looks at everything and finds nothing: the full cost of a check without a held document.
POLICY = "Benchmark"
UNREACHED = 1e12


def by_rank(env, rank, count=1):
    """``count`` customers from a rank on; 1 is the largest."""
    condition = SQL("ref = ANY(%s) AND parent_id IS NULL", [f"C{number}" for number in range(rank, rank + count)])
    rows = env.execute_query(SQL("SELECT id FROM res_partner WHERE %s ORDER BY id", condition))
    return env["res.partner"].browse(partner_id for (partner_id,) in rows)


def largest(env):
    return by_rank(env, 1)


def smallest(env):
    """The last customer with a profile and an open item: one that would be checked."""
    rows = env.execute_query(
        SQL(
            "SELECT max(partner_id) FROM account_move_line WHERE account_id = ANY(%s) AND parent_state = 'posted'"
            " AND reconciled IS NOT TRUE AND amount_residual <> 0",
            env["receivable.ledger"]._receivable_account_ids(),
        )
    )
    return env["res.partner"].browse(rows[0][0])


def open_files(env):
    """A credit profile for every customer, a limit for every second one, and the policy."""
    env["credit.profile"]._create_missing(env.company)
    if not env["credit.limit"].search_count([], limit=1):
        _grant_limits(env)
    if not env["credit.policy"].search_count([("name", "=", POLICY)]):
        kinds = ("over_limit", "overdue_days", "overdue_amount", "document_amount")
        rules = [(0, 0, {"kind": kind, "threshold": UNREACHED if kind != "over_limit" else 0}) for kind in kinds]
        env["credit.policy"].create({"name": POLICY, "invoice_action": "block", "rule_ids": rules})


def _grant_limits(env):
    env.cr.execute(
        SQL(
            """
            UPDATE credit_profile SET limit_mode = 'limited' WHERE id %% 2 = 0 OR partner_id = ANY(%(checked)s);
            INSERT INTO credit_limit (profile_id, company_id, currency_id, kind, amount, date_from, state)
            SELECT id, company_id, %(currency)s, 'base', CASE WHEN partner_id = ANY(%(checked)s) THEN %(unreached)s
                                                ELSE 500 + 37 * (id %% 400) END, DATE '2000-01-01', 'approved'
              FROM credit_profile
             WHERE limit_mode = 'limited';
            """,
            checked=[largest(env).id, smallest(env).id],
            unreached=UNREACHED,
            currency=env.company.currency_id.id,
        )
    )
    env.invalidate_all(flush=False)
