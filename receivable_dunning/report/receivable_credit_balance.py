from odoo import fields, models
from odoo.tools import SQL


class ReceivableCreditBalance(models.Model):
    """Customers who have something to their credit today: payments and credit notes that no invoice was matched with.

    One row per customer and company. What to do follows from the rest: credits beside open invoices can be allocated,
    credits alone can be refunded, kept for the next order, or are a payment of somebody else.
    """

    _name = "receivable.credit.balance"
    _description = "Customers in Credit"
    _auto = False
    _rec_name = "partner_id"
    _order = "amount_credit, id"

    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    amount_credit = fields.Monetary(
        string="Credits", readonly=True, help="Unmatched payments and credit notes, in company currency (negative)."
    )
    amount_open = fields.Monetary(
        string="Open Invoices", readonly=True, help="What the customer owes beside, in company currency."
    )
    amount_net = fields.Monetary(string="Balance", readonly=True, help="Open invoices less credits.")
    credit_count = fields.Integer(string="Number of Credits", readonly=True)
    date_oldest = fields.Date(string="Oldest Credit", readonly=True)
    step = fields.Selection(
        [("allocate", "Allocate to open invoices"), ("refund", "Refund or keep")],
        string="What to Do",
        readonly=True,
        help="Allocate: invoices are open beside the credit. Refund or keep: nothing else is open.",
    )

    @property
    def _table_query(self):
        today = fields.Date.context_today(self)
        partner = self.env["res.partner"]._fields
        return SQL(
            """
            SELECT min(item.line_id) AS id, item.partner_id, item.root_company_id AS company_id, partner.user_id,
                   sum(item.residual) FILTER (WHERE item.residual < 0) AS amount_credit,
                   COALESCE(sum(item.residual) FILTER (WHERE item.residual > 0), 0) AS amount_open,
                   sum(item.residual) AS amount_net,
                   count(*) FILTER (WHERE item.residual < 0) AS credit_count,
                   min(item.date) FILTER (WHERE item.residual < 0) AS date_oldest,
                   CASE WHEN bool_or(item.residual > 0) THEN 'allocate' ELSE 'refund' END AS step
              FROM (%s) item
              JOIN res_partner partner ON partner.id = item.partner_id
             GROUP BY item.partner_id, item.root_company_id, partner.user_id
            HAVING bool_or(item.residual < 0)
            """,
            self.env["receivable.ledger"]._open_items_sql(today),
            to_flush=[partner["user_id"], partner["commercial_partner_id"]],
        )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_open_items(self):
        """The open items of the customer, to be matched or refunded."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_receivable_aging")
        return {**action, "domain": [("commercial_partner_id", "=", self.partner_id.id)], "context": {}}

    def action_schedule(self):
        """A task on each customer for the salesperson, else for oneself: allocate or refund the credit."""
        summaries = dict(self._fields["step"]._description_selection(self.env))
        for balance in self:
            balance.partner_id.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Credit of the customer: %(step)s", step=summaries[balance.step].lower()),
                user_id=balance.user_id.id or self.env.uid,
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%(count)s tasks were scheduled on the customers.", count=len(self)),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
