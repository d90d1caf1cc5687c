from odoo import api, fields, models
from odoo.tools import SQL


class DunningExperimentMember(models.Model):
    """A customer in an experiment, with what was overdue when it entered."""

    _name = "dunning.experiment.member"
    _description = "Customer in a Dunning Experiment"
    _order = "experiment_id, date, id"
    _log_access = False  # written by the thousand, by statement

    experiment_id = fields.Many2one("dunning.experiment", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="experiment_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True, ondelete="cascade"
    )
    is_treated = fields.Boolean(string="Chosen", readonly=True, help="Left alone, or follows the other plan.")
    date = fields.Date(string="Entered", required=True, readonly=True)
    amount = fields.Monetary(string="Overdue", readonly=True, help="On the day it entered, in company currency.")

    _member_uniq = models.UniqueIndex("(experiment_id, partner_id)", "A customer enters an experiment once.")

    @api.model
    def _enter(self, members):
        """Note customers that are new to their experiment: ``(experiment id, partner id, treated, date, amount)``."""
        if not members:
            return
        self.env.cr.execute(
            SQL(
                "INSERT INTO dunning_experiment_member (experiment_id, partner_id, is_treated, date, amount)"
                " SELECT * FROM unnest(%s::int[], %s::int[], %s::bool[], %s::date[], %s::numeric[])"
                " ON CONFLICT DO NOTHING",
                *(list(column) for column in zip(*members, strict=True)),
            )
        )
        self.invalidate_model()

    @api.model
    def _outcomes_sql(self, experiment, today):
        """Per arm: how many customers, and mean and variance over them of the share settled (percent) and of the days
        until it was settled, money-weighted; what is not settled in the window counts with its whole length."""
        ledger = self.env["receivable.ledger"]
        return SQL(
            """
            WITH member AS MATERIALIZED (
                SELECT id, partner_id, is_treated, date, amount FROM dunning_experiment_member
                 WHERE experiment_id = %(experiment)s AND date <= %(today)s::date - %(window)s AND amount > 0
            ), settled AS (
                SELECT member.id, sum(partial.amount) AS amount,
                       sum(partial.amount * (partial.max_date - member.date)) AS amount_days
                  FROM member
                  JOIN res_partner contact ON contact.commercial_partner_id = member.partner_id
                  JOIN account_move_line line ON line.partner_id = contact.id AND line.account_id = ANY(%(accounts)s)
                   AND line.company_id = ANY(%(companies)s) AND line.parent_state = 'posted' AND line.balance > 0
                   AND line.date <= member.date AND COALESCE(line.date_maturity, line.date) < member.date
                  JOIN account_partial_reconcile partial ON partial.debit_move_id = line.id
                   AND partial.max_date > member.date AND partial.max_date <= member.date + %(window)s
                 GROUP BY member.id
            ), outcome AS (
                SELECT is_treated, 100 * LEAST(COALESCE(settled.amount, 0) / member.amount, 1) AS share,
                       (COALESCE(amount_days, 0)
                           + GREATEST(member.amount - COALESCE(settled.amount, 0), 0) * %(window)s)
                           / GREATEST(member.amount, COALESCE(settled.amount, 0)) AS days
                  FROM member LEFT JOIN settled USING (id)
            )
            SELECT is_treated, count(*), avg(share) AS share, var_samp(share) AS share_variance,
                   avg(days) AS days, var_samp(days) AS days_variance
              FROM outcome GROUP BY is_treated
            """,
            experiment=experiment.id,
            window=experiment.window_days,
            today=today,
            accounts=ledger._receivable_account_ids(),
            companies=ledger._tree_company_ids(experiment.company_id),
            to_flush=ledger._ledger_fields(),
        )
