from odoo import fields, models
from odoo.tools import SQL

from ..models.receivable_kpi_days_mixin import of_period
from ..models.receivable_kpi_facts import Period


class ReceivableKpiItem(models.Model):
    """What each journal item on a receivable account adds to the money and to the other changes of a period.

    Read live for the days that the context names. So the records behind these two amounts add up to them, whoever
    follows the customers: an item that was paid in part, or shares a bank charge with others, is one row with both
    parts.
    """

    _name = "receivable.kpi.item"
    _description = "Journal Item behind the Receivables Figures"
    _inherit = ["receivable.kpi.record.mixin"]
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "move_id"

    move_id = fields.Many2one("account.move", string="Journal Entry", readonly=True)
    date = fields.Date(readonly=True)
    journal_id = fields.Many2one("account.journal", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    balance = fields.Monetary(
        string="Booked", readonly=True, help="On the receivable account, debit less credit: what is owed changes by it."
    )
    collected_amount = of_period(
        fields.Monetary,
        string="Collected",
        readonly=True,
        help="Money that came in by the item. What its entry books for the same customer as a loss, a discount or a"
        " charge is taken off; what it books so for nobody is taken off all its items in proportion, at most all.",
    )
    other_amount = of_period(
        fields.Monetary,
        string="Other Change",
        readonly=True,
        help="Booked + collected: what the item changes without money. Nothing for invoices, which are sales.",
    )

    @property
    def _table_query(self):
        first, last = self._context_days()
        companies = [Period(company, first, last).company_ids for company in self._context_companies()]
        return self._items_sql([company_id for ids in companies for company_id in ids], first, last)

    def _items_sql(self, company_ids, first, last):
        facts, partner = self.env["receivable.kpi.facts"], self.env["res.partner"]._fields
        return SQL(
            """
            SELECT id, move_id, date, journal_id, partner_id, company_id, currency_id, balance,
                   COALESCE(money, 0) AS collected_amount,
                   CASE WHEN display_type IS DISTINCT FROM 'payment_term' THEN balance + COALESCE(money, 0) ELSE 0 END
                   AS other_amount
              FROM (SELECT line.id, line.move_id, line.date, line.journal_id, line.company_id, line.display_type,
                           line.balance, partner.commercial_partner_id AS partner_id, company.currency_id,
                           %(money)s AS money
                      FROM (%(lines)s) line
                      JOIN res_company company ON company.id = line.company_id
                      LEFT JOIN (%(differences)s) difference ON difference.line_id = line.id
                      LEFT JOIN res_partner partner ON partner.id = line.partner_id) item
            """,
            money=facts._money_sql(company_ids),
            lines=facts._receivable_items_sql(company_ids, first, last),
            differences=facts._period_differences_sql(company_ids, first, last),
            to_flush=[partner["commercial_partner_id"], self.env["res.company"]._fields["currency_id"]],
        )
