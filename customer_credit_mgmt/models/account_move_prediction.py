from odoo import api, fields, models


class AccountMove(models.Model):
    """When the customer will pay, on the invoice."""

    _inherit = "account.move"

    credit_expected_date = fields.Date(
        string="Expected Payment",
        compute="_compute_credit_prediction",
        groups="customer_credit_mgmt.group_credit_user",
        help="Paid by this day as likely as not, from how the customer has paid so far and how late the invoice is"
        " already. Empty when nothing is open, or nothing is known.",
    )
    credit_probability_late = fields.Float(
        string="Late Payment Probability",
        compute="_compute_credit_prediction",
        groups="customer_credit_mgmt.group_credit_user",
        help="Probability that the invoice is paid after the days of grace.",
    )
    credit_prediction = fields.Text(
        string="Payment Prediction",
        compute="_compute_credit_prediction",
        groups="customer_credit_mgmt.group_credit_user",
        help="What the expected payment rests on.",
    )

    @api.depends("state", "payment_state", "invoice_date_due", "amount_residual", "commercial_partner_id")
    @api.depends_context("lang", "as_of")
    def _compute_credit_prediction(self):
        last = self._last_predictions()
        for move in self:
            row = last.get(move._origin)
            move.credit_expected_date = row.expected_date if row else False
            move.credit_probability_late = row.probability_late if row else 0.0
            move.credit_prediction = row.explanation if row else False

    def _last_predictions(self):
        """``{invoice: prediction of its last open instalment}``; one statement for each company tree."""
        last = {}
        unpaid = self._origin.filtered(lambda move: move._credit_is_ours() and move.state == "posted")
        unpaid = unpaid.filtered("amount_residual")
        for root, moves in unpaid.grouped(lambda move: move.company_id.root_id).items():
            # sudo: an invoice of a branch is predicted with the root's customers, whoever reads it
            predictions = self.env["receivable.prediction"].sudo().with_company(root)
            predictions = predictions.with_context(
                allowed_company_ids=root.ids, prediction_partner_ids=moves.commercial_partner_id.ids
            )
            rows = predictions.search([("move_id", "in", moves.ids)])
            for row in rows.sorted("date_maturity"):
                last[moves.browse(row.move_id.id)] = row
        return last
