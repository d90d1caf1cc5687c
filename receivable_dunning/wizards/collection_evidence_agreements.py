"""What was agreed with the customer, disputed or talked about, as tables; and the agreements themselves."""

from odoo import models

from ..core.evidence import EvidenceFile, csv_bytes, safe_name

PROMISES = "promise given_on contact by_way_of document promised_for currency promised kept state"
PLANS = "plan state accepted_on accepted_by by_way_of from_address fingerprint pay_by currency instalment paid"
DISPUTES = (
    "dispute opened_on contact by_way_of document currency disputed reason customer_says state closed_on our_answer"
)
CONTACTS = "date by_way_of contact outcome by"


class CollectionEvidenceWizard(models.TransientModel):
    _inherit = "collection.evidence.wizard"

    def _agreement_files(self):
        """Tables without rows are left out; what a colleague wrote for colleagues stays at home."""
        plans = self._plans()
        for plan in plans.filtered("agreement_id"):
            # sudo: the agreement belongs to the plan
            path = f"7_agreements/{safe_name(plan.name)}.pdf"
            yield EvidenceFile(path, plan.agreement_id.sudo().raw, plan.display_name, plan.accept_date.date())
        for name, head, rows, title in self._agreement_tables(plans):
            if rows:
                yield EvidenceFile(f"7_agreements/{name}.csv", csv_bytes(head.split(), rows), title, self.date)

    def _agreement_tables(self, plans):
        """``(name, head, rows, title)`` of each table."""
        promises, agreed = self.env._("Promises to pay"), self.env._("Payment plans")
        disputed, talks = self.env._("Disputes"), self.env._("Calls and visits")
        return (
            ("promises", PROMISES, self._promise_rows(), promises),
            ("payment_plans", PLANS, self._plan_rows(plans), agreed),
            ("disputes", DISPUTES, self._dispute_rows(), disputed),
            ("contacts", CONTACTS, self._contact_rows(), talks),
        )

    def _promise_rows(self):
        lines = self.env["receivable.promise.line"].search(
            [("move_id", "in", self.move_ids.ids), ("state", "!=", "cancelled")], order="date_promised, id"
        )
        return [
            (
                line.promise_id.name, line.promise_id.date, line.promise_id.contact_id.name, line.promise_id.channel,
                line.move_id.name, line.date_promised, line.currency_id.name, line.amount, line.amount_kept, line.state,
            )
            for line in lines
        ]  # fmt: skip

    def _plans(self):
        """Plans that the customer accepted."""
        return self.env["receivable.payment.plan"].search(
            [("item_ids.move_line_id.move_id", "in", self.move_ids.ids), ("accept_date", "!=", False)], order="id"
        )

    def _plan_rows(self, plans):
        return [
            (
                plan.name, plan.state, plan.accept_date, plan.accept_name, plan.accept_via, plan.accept_ip,
                plan.content_hash, line.date_due, plan.currency_id.name, line.amount, line.amount_paid,
            )
            for plan in plans
            for line in plan.line_ids
        ]  # fmt: skip

    def _dispute_rows(self):
        disputes = self.env["receivable.dispute"].search([("move_id", "in", self.move_ids.ids)], order="date, id")
        return [
            (
                dispute.name, dispute.date, dispute.contact_id.name, dispute.channel, dispute.move_id.name,
                dispute.currency_id.name, dispute.amount_opened, dispute.reason_id.name, dispute.note, dispute.state,
                dispute.closed_on, dispute.answer,
            )
            for dispute in disputes
        ]  # fmt: skip

    def _contact_rows(self):
        contacts = self.env["collection.contact"].search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("state", "=", "done"),
                ("date", ">=", min(move.invoice_date or move.date for move in self.move_ids)),
            ],
            order="date, id",
        )
        return [
            (contact.date, contact.channel, contact.contact_id.name, contact.outcome_id.name, contact.user_id.name)
            for contact in contacts
        ]
