"""What a customer sees of an assignment: whom to pay where it was told so, and nothing where it was not."""

from odoo import models


class ReceivablePortalAccount(models.AbstractModel):
    _inherit = "receivable.portal.account"

    def _assigned_lines(self, partner, company):
        """Items of the customer that are to be paid to a factor: assigned, disclosed, not bought back, not paid."""
        lines = self.env["receivable.assignment.line"].with_context(active_test=False)
        return lines.search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", company.id),
                ("state", "in", ("open", "recourse")),
                ("agreement_id.is_disclosed", "=", True),
            ],
            order="date_maturity, id",
        )

    def _get_assigned(self, partner, company, today):
        """What is to be paid to others, by creditor and currency.

        :return: ``[{"factor", "bank", "currency", "batches", "rows", "total"}]``, the rows oldest due first
        """
        lines = self._assigned_lines(partner, company)
        lines.move_id._portal_ensure_tokens()
        return [
            {
                "factor": factor,
                "bank": factor.bank_ids[:1],
                "currency": currency,
                "batches": own.assignment_id.sorted("date"),
                "rows": [line._portal_row(today) for line in own],
                "total": currency.round(sum(own.mapped("amount_open"))),
            }
            for (factor, currency), own in lines.grouped(lambda it: (it.agreement_id.factor_id, it.currency_id)).items()
        ]


class ReceivableAssignmentLine(models.Model):
    _inherit = "receivable.assignment.line"

    def _portal_row(self, today):
        """What a page says of the item."""
        days = (today - self.date_maturity).days
        return {
            "name": self.move_id.name,
            "reference": self.move_id.ref or "",
            "url": self.move_id.get_portal_url(),
            "date": self.move_id.invoice_date,
            "date_maturity": self.date_maturity,
            "late": self.env["receivable.portal.account"]._days_late(days),
            "days": max(days, 0),
            "original": self.move_line_id.amount_currency,
            "amount": self.amount_open,
            "batch": self.assignment_id,
        }


class ReceivableAssignment(models.Model):
    _inherit = "receivable.assignment"

    def _letters(self):
        """On the portal a customer reads the own notice only."""
        letters = super()._letters()
        reader = self.env.context.get("portal_reader_id")
        return [items for items in letters if items.partner_id.id == reader] if reader else letters
