from odoo import api, fields, models

from ..core.score import MIN_HISTORY


class CreditProfile(models.Model):
    """How the customer pays, in a sentence, and what its open invoices may be expected to do."""

    _inherit = "credit.profile"

    payment_habit = fields.Char(
        compute="_compute_payment_habit",
        help="How the customer's invoices are paid, from those of 24 months; recent ones count more.",
    )

    @api.depends("partner_id", "company_id")
    @api.depends_context("lang", "uid")
    def _compute_payment_habit(self):
        today = fields.Date.context_today(self)
        rows = {}
        for company, profiles in self.grouped("company_id").items():
            for row in self._habit_rows(today, company, profiles.partner_id):
                rows[row["partner_id"], company.id] = row
        for profile in self:
            row = rows.get((profile.partner_id.id, profile.company_id.id))
            profile.payment_habit = self._describe_habit(row) if row else False

    def _habit_rows(self, today, company, partners):
        """Sums of the payments of these customers; one statement."""
        ledger = self.env["receivable.ledger"]
        return self.env.execute_query_dict(ledger._habit_quantiles_sql(today, company, partners)) if partners else []

    def _describe_habit(self, row):
        """The habit in words; days count from the next business day after the due date."""
        if row["outcome_count"] < MIN_HISTORY or row["median"] is None:
            return self.env._(
                "not enough history: the outcome of %(known)s of 3 invoices is known.", known=row["outcome_count"]
            )
        return self.env._(
            "half of the invoices are paid by day %(median)s, 8 of 10 between day %(low)s and day %(high)s (day 0 is"
            " the next business day after the due date); %(late)s of %(known)s were late.",
            median=row["median"],
            low=row["low"],
            high=row["high"],
            late=row["late_count"],
            known=row["outcome_count"],
        )

    def action_open_predictions(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_credit_mgmt.action_receivable_prediction")
        return {**action, "domain": [("partner_id", "=", self.partner_id.id)]}
