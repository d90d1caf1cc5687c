from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..core.factoring import Item, payout, select
from .dunning_facts import END_OF_TIME

# What says how far the batch is; written by the methods below.
SIGNED = {"state", "assigned_on", "assigned_by", "entry_id"}


class ReceivableAssignment(models.Model):
    """A batch of open items handed over to a factor under an agreement."""

    _name = "receivable.assignment"
    _description = "Receivables Assignment"
    _inherit = ["mail.thread", "mail.activity.mixin", "receivable.root.company.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _rec_names_search = ["agreement_id"]

    name = fields.Char(string="Number", compute="_compute_name")
    agreement_id = fields.Many2one(
        "factoring.agreement", required=True, ondelete="restrict", check_company=True, index=True
    )
    company_id = fields.Many2one(compute="_compute_company_id", store=True, readonly=True, precompute=True)
    factor_id = fields.Many2one(related="agreement_id.factor_id", string="Factoring Company")
    currency_id = fields.Many2one(related="agreement_id.currency_id")
    is_disclosed = fields.Boolean(related="agreement_id.is_disclosed")
    date = fields.Date(
        required=True,
        default=lambda self: self._default_date(),
        help="Day of the assignment: due dates are counted from it, and entries are booked on it.",
    )
    user_id = fields.Many2one("res.users", string="Responsible", default=lambda self: self.env.user)
    state = fields.Selection(
        [("draft", "Draft"), ("assigned", "Assigned"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )
    line_ids = fields.One2many(
        "receivable.assignment.line", "assignment_id", string="Items", domain=[("refusal", "=", False)]
    )
    refused_ids = fields.One2many(
        "receivable.assignment.line", "assignment_id", string="Left Out", domain=[("refusal", "!=", False)]
    )
    assigned_on = fields.Datetime(readonly=True, copy=False)
    assigned_by = fields.Many2one("res.users", readonly=True, copy=False)
    entry_id = fields.Many2one("account.move", string="Journal Entry", readonly=True, copy=False)
    item_count = fields.Integer(string="Number of Items", compute="_compute_amounts")
    amount = fields.Monetary(string="Assigned", compute="_compute_amounts", help="What is owed on the items taken.")
    amount_advance = fields.Monetary(
        string="Advance", compute="_compute_amounts", help="Amount x advance rate of the agreement: paid at once."
    )
    amount_fee = fields.Monetary(
        string="Fee", compute="_compute_amounts", help="Amount x fee rate of the agreement: the factor keeps it."
    )
    amount_retention = fields.Monetary(
        string="Retention", compute="_compute_amounts", help="Amount - advance - fee: paid when the customers have."
    )
    amount_open = fields.Monetary(
        string="Still Open", compute="_compute_open", help="What is not paid yet, of items not bought back."
    )
    recourse_count = fields.Integer(string="To Buy Back", compute="_compute_open")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    def _default_date(self):
        return fields.Date.context_today(self)

    @api.depends("date")
    def _compute_name(self):
        for batch in self:
            number = batch._origin.id
            batch.name = f"FA/{batch.date:%Y%m%d}/{number}" if number and batch.date else self.env._("New")

    @api.depends("name", "agreement_id")
    def _compute_display_name(self):
        for batch in self:
            batch.display_name = " ".join(filter(None, (batch.name, batch.agreement_id.name)))

    @api.depends("agreement_id")
    def _compute_company_id(self):
        for batch in self:
            batch.company_id = batch.agreement_id.company_id or batch.company_id or self.env.company.root_id

    @api.depends("line_ids.amount", "agreement_id.advance_rate", "agreement_id.fee_rate")
    def _compute_amounts(self):
        groups = self.env["receivable.assignment.line"]._read_group(
            [("assignment_id", "in", self.ids), ("refusal", "=", False)],
            ["assignment_id"],
            ["amount:sum", "amount_advance:sum", "amount_fee:sum", "__count"],
        )
        sums = {batch: row for batch, *row in groups}
        for batch in self:
            amount, advance, fee, count = sums.get(batch, (0.0, 0.0, 0.0, 0))
            batch.update({"item_count": count, "amount": amount, "amount_advance": advance, "amount_fee": fee})
            batch.amount_retention = amount - advance - fee

    def _compute_open(self):
        Line = self.env["receivable.assignment.line"]
        lines = Line.search([("assignment_id", "in", self.ids), ("state", "in", ("open", "recourse"))])
        by_batch = lines.grouped("assignment_id")
        for batch in self:
            standing = by_batch.get(batch, Line)
            batch.amount_open = sum(standing.mapped("amount_open"))
            batch.recourse_count = len(standing.filtered(lambda line: line.state == "recourse"))

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        batches = super().create(vals_list)
        # the result is checked, not the values: the context may hold defaults
        if not self.env.su and any(batch.state != "draft" or batch.assigned_on or batch.entry_id for batch in batches):
            raise AccessError(self.env._("A batch begins as a draft: assign it instead of writing that it is."))
        return batches

    def write(self, vals):
        if not self.env.su and SIGNED & set(vals):
            raise AccessError(self.env._("Assign or cancel the batch instead of writing its state."))
        if not self.env.su and {"agreement_id", "date"} & set(vals):
            self._expect_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_assigned(self):
        if any(batch.state == "assigned" for batch in self):
            raise UserError(self.env._("An assigned batch is a record of what the factor got: it cannot be deleted."))

    def _expect_draft(self):
        for batch in self:
            if batch.state != "draft":
                raise UserError(self.env._("%(batch)s is no draft any more: make a new batch.", batch=batch.name))

    # ------------------------------------------------------------------
    # PROPOSAL
    # ------------------------------------------------------------------

    def action_propose(self):
        """List every open item of the agreement's customers: what it takes, and what not with the reason."""
        self.check_access("write")
        self._expect_draft()
        for batch in self:
            # sudo: lines are made by this method only; the right to write the batch was checked
            lines = self.env["receivable.assignment.line"].sudo()
            lines.search([("assignment_id", "=", batch.id)]).unlink()
            lines.create(batch._prepare_lines(batch._candidates()))
        self.invalidate_recordset()

    def _candidates(self):
        """``{line id: row}`` of the open invoices in the agreement's currency that no factor holds."""
        self.env.flush_all()
        agreement = self.agreement_id
        facts = self.env["dunning.facts"]
        customers = self.env["res.partner"].with_context(active_test=False)._search(agreement._customer_domain())
        rows = self.env.execute_query_dict(
            SQL(
                """
                WITH item AS MATERIALIZED (%(items)s), held AS MATERIALIZED (%(held)s)
                SELECT item.line_id, item.partner_id, item.date_maturity, item.residual_currency AS amount,
                       item.in_payment, move.payment_state = 'blocked' OR held.line_id IS NOT NULL AS held
                  FROM item
                  JOIN account_move move ON move.id = item.move_id AND move.move_type = 'out_invoice'
                  LEFT JOIN held ON held.line_id = item.line_id
                 WHERE item.residual_currency > 0 AND item.currency_id = %(currency)s
                   AND item.partner_id IN %(customers)s
                   AND NOT EXISTS (
                        SELECT FROM receivable_assignment_line line
                         WHERE line.move_line_id = item.line_id AND line.is_standing
                       )
                """,
                items=self.env["receivable.ledger"]._open_items_sql(END_OF_TIME, self.company_id),
                held=facts._held_sql(self.company_id, self.date),
                currency=agreement.currency_id.id,
                customers=customers.subselect("commercial_partner_id"),
            )
        )
        return {row["line_id"]: row for row in rows}

    def _items_held(self):
        """``{customer id: amount}`` that the factor holds under the agreement, by other batches."""
        standing = self.env["receivable.assignment.line"].search(
            [("agreement_id", "=", self.agreement_id.id), ("state", "in", ("open", "recourse"))]
        )
        by_partner = standing.grouped("partner_id")
        return {partner.id: sum(lines.mapped("amount_open")) for partner, lines in by_partner.items()}

    def _prepare_lines(self, rows):
        terms = self.agreement_id._terms()
        items = [
            Item(key, row["partner_id"], row["date_maturity"], float(row["amount"]), row["held"], row["in_payment"])
            for key, row in rows.items()
        ]
        round_ = self.currency_id.round
        return [
            {
                "assignment_id": self.id,
                "move_line_id": item.key,
                "partner_id": item.partner,
                "date_maturity": item.due,
                "amount": item.amount,
                "amount_advance": 0.0 if refusal else round_(payout(item.amount, terms)[0]),
                "amount_fee": 0.0 if refusal else round_(payout(item.amount, terms)[1]),
                "refusal": refusal,
            }
            for item, refusal in select(items, terms, self.date, self._items_held())
        ]
