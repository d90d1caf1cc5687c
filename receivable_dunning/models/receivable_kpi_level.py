from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.customer_credit_mgmt.models.optional_number import OptionalFloat

from ..core.kpi import ratio
from .dunning_facts import MONEY_JOURNALS


class ReceivableKpiLevel(models.Model):
    """What came of the dunning notices of a level whose days to answer ended in the month."""

    _name = "receivable.kpi.level"
    _description = "Success of a Dunning Level"
    _order = "month desc, kpi_id, level_number"
    _rec_name = "level_number"

    kpi_id = fields.Many2one(
        "receivable.kpi", string="Month", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="kpi_id.company_id", store=True)
    month = fields.Date(related="kpi_id.month", store=True)
    currency_id = fields.Many2one(related="kpi_id.currency_id", store=True)
    level_number = fields.Integer(string="Level", readonly=True, aggregator=None)
    notice_count = fields.Integer(string="Notices", readonly=True)
    response_days = fields.Integer(
        string="Days to Answer", readonly=True, aggregator=None, help="Days after sending within which payments count."
    )
    claimed_amount = fields.Monetary(
        string="Claimed", readonly=True, help="Items that the notices claimed, without what was held back or covered."
    )
    received_amount = fields.Monetary(
        string="Came in",
        readonly=True,
        help="Part of it that was paid within the days to answer; credit notes and write-offs are no payments.",
    )
    rate = OptionalFloat(
        string="Effectiveness (%)",
        readonly=True,
        aggregator="avg",
        help="Came in within the days to answer / claimed.",
    )

    def _read_group_select(self, aggregate_spec, query):
        """The effectiveness of a group is that of its sums."""
        if not aggregate_spec.startswith("rate:"):
            return super()._read_group_select(aggregate_spec, query)
        received, claimed = (
            self._field_to_sql(self._table, name, query) for name in ("received_amount", "claimed_amount")
        )
        return SQL("sum(%s)::float8 / NULLIF(sum(%s), 0)", received, claimed)

    def action_open_notices(self):
        """The notices that the row is about."""
        self.ensure_one()
        shift = timedelta(days=self.response_days)
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_dunning_notice")
        domain = [
            ("company_id", "=", self.company_id.id),
            ("level_number", "=", self.level_number),
            ("state", "in", ("sent", "replied")),
            ("sent_date", ">=", self.kpi_id.month - shift),
            ("sent_date", "<=", self.kpi_id.date_to - shift),
        ]
        return {**action, "domain": domain, "context": {}}

    # ------------------------------------------------------------------
    # FACTS
    # ------------------------------------------------------------------

    def _facts(self, period):
        """``[{level_number, notice_count, response_days, claimed_amount, received_amount, rate}]`` of a period."""
        days = period.company.root_id.receivable_kpi_response_days
        rows = self.env.execute_query_dict(self._facts_sql(period, timedelta(days=days)))
        return [
            {
                "level_number": row["level_number"],
                "notice_count": row["notice_count"],
                "response_days": days,
                "claimed_amount": float(row["claimed"]),
                "received_amount": float(row["received"]),
                "rate": ratio(float(row["received"]), float(row["claimed"])),
            }
            for row in rows
        ]

    def _facts_sql(self, period, answer_time):
        """Claims of the notices, and what was paid of them from the day after sending on."""
        ledger, facts = self.env["receivable.ledger"], self.env["receivable.kpi.facts"]
        return SQL(
            """
              WITH claim AS MATERIALIZED (%(claims)s), paid AS MATERIALIZED (
                   SELECT claim.move_line_id, claim.sent_date, payment.id AS line_id, payment.move_id, matching.amount
                     FROM (SELECT DISTINCT move_line_id, sent_date FROM claim) claim
                     JOIN account_partial_reconcile matching ON matching.debit_move_id = claim.move_line_id
                     JOIN account_move_line payment ON payment.id = matching.credit_move_id
                     JOIN account_journal journal ON journal.id = payment.journal_id
                    WHERE journal.type IN %(money)s
                      AND matching.max_date > claim.sent_date AND matching.max_date <= claim.sent_date + %(days)s
                   )
            SELECT claim.level_number, count(DISTINCT claim.notice_id) AS notice_count, sum(claim.amount) AS claimed,
                   sum(LEAST(claim.amount, COALESCE(paid.amount, 0))) AS received
              FROM claim
              LEFT JOIN (
                   SELECT move_line_id, sent_date, sum(amount * COALESCE(paid_share, 1)) AS amount
                     FROM paid
                     LEFT JOIN (%(differences)s) difference USING (line_id)
                    GROUP BY move_line_id, sent_date
                   ) paid USING (move_line_id, sent_date)
             WHERE claim.amount > 0
             GROUP BY claim.level_number
             ORDER BY claim.level_number
            """,
            claims=self._claims_sql(period.company, period.date_from - answer_time, period.date_to - answer_time),
            differences=facts._differences_sql(SQL("SELECT move_id FROM paid")),
            days=answer_time.days,
            money=MONEY_JOURNALS,
            to_flush=[*ledger._ledger_fields(), self.env["account.journal"]._fields["type"]],
        )

    def _claims_sql(self, company, date_from, date_to):
        """What the notices of some days claimed, item by item."""
        notice, line = self.env["dunning.notice"]._fields, self.env["dunning.notice.line"]._fields
        return SQL(
            """
            SELECT notice.id AS notice_id, notice.level_number, notice.sent_date, line.move_line_id,
                   line.residual - COALESCE(line.amount_held, 0) AS amount
              FROM dunning_notice notice
              JOIN dunning_notice_line line ON line.notice_id = notice.id
             WHERE notice.company_id = %(company)s AND notice.state IN ('sent', 'replied')
               AND notice.sent_date BETWEEN %(first)s AND %(last)s
               AND line.drop_reason IS NULL AND line.is_credit IS NOT TRUE AND line.is_covered IS NOT TRUE
            """,
            company=company.id,
            first=date_from,
            last=date_to,
            to_flush=[
                *(notice[name] for name in ("company_id", "state", "sent_date", "level_number")),
                *(line[name] for name in ("residual", "amount_held", "drop_reason", "is_credit", "is_covered")),
            ],
        )


class ReceivableKpi(models.Model):
    _inherit = "receivable.kpi"

    level_ids = fields.One2many("receivable.kpi.level", "kpi_id", string="Dunning Levels", readonly=True)

    def _compute_month(self, company, month):
        """Also what came of the notices."""
        super()._compute_month(company, month)
        row = self.search([("company_id", "=", company.id), ("month", "=", month), ("dimension", "=", "company")])
        row.level_ids.unlink()
        levels = self.env["receivable.kpi.level"]
        levels.create([{"kpi_id": row.id, **found} for found in levels._facts(row._period())])
