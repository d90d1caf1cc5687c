from odoo import fields, models
from odoo.tools import SQL

from ..models.receivable_kpi_facts import Period


class ReceivableKpiLoss(models.Model):
    """What was written off in a period, matching by matching: the rows add up to the figure. Read live for the days
    that the context names."""

    _name = "receivable.kpi.loss"
    _description = "Item Written Off in a Period"
    _inherit = ["receivable.kpi.record.mixin"]
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "move_id"

    date = fields.Date(readonly=True, help="Day of the matching of the item with the loss.")
    move_id = fields.Many2one("account.move", string="Document", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    balance = fields.Monetary(string="Document Amount", readonly=True, aggregator=None)
    amount = fields.Monetary(
        string="Written Off",
        readonly=True,
        help="Part of the document that was matched with a loss; of a payment with a loss only the loss.",
    )

    @property
    def _table_query(self):
        first, last = self._context_days()
        return SQL(" UNION ALL ").join(
            self._company_sql(Period(company, first, last)) for company in self._context_companies()
        )

    def _company_sql(self, period):
        return SQL(
            """
            SELECT write_off.matching_id AS id, write_off.date, item.move_id, write_off.partner_id, item.company_id,
                   company.currency_id, item.balance, write_off.amount
              FROM (%(write_offs)s) write_off
              JOIN account_move_line item ON item.id = write_off.line_id
              JOIN res_company company ON company.id = item.company_id
             WHERE write_off.date BETWEEN %(first)s AND %(last)s AND %(booked)s
            """,
            write_offs=self.env["receivable.ledger"]._written_off_sql(period.company),
            first=period.date_from,
            last=period.date_to,
            booked=self.env["receivable.kpi.facts"]._booked_condition(period, SQL("item.company_id")),
            to_flush=self.env["res.company"]._fields["currency_id"],
        )
