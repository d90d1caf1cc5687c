from odoo import models
from odoo.tools import SQL


class DunningFacts(models.AbstractModel):
    """What is at court or with an agency is not reminded."""

    _inherit = "dunning.facts"

    def _get_held_parts(self, company, as_of):
        return [
            *super()._get_held_parts(company, as_of),
            self.env["collection.case.line"]._held_sql(company),
            self.env["collection.handover.line"]._held_sql(company),
        ]


class LimitationLedger(models.AbstractModel):
    """What happens in a case bears on limitation."""

    _inherit = "limitation.ledger"

    def _get_event_parts(self, company):
        return [
            *super()._get_event_parts(company),
            self.env["collection.case.event"]._events_sql(),
            self._promises_sql(company),
            self._accepted_plans_sql(company),
        ]

    def _promises_sql(self, company):
        """Promises given in writing, whatever became of them."""
        self.env["receivable.promise"].flush_model()
        self.env["receivable.promise.line"].flush_model()
        return SQL(
            """
            SELECT item.line_id, promise.date, NULL::date, 'promise', promise.name
              FROM item
              JOIN receivable_promise_line line ON line.move_line_id = item.line_id
              JOIN receivable_promise promise ON promise.id = line.promise_id AND promise.state <> 'cancelled'
             WHERE promise.channel IN ('email', 'portal', 'letter') AND promise.company_id = %s
            """,
            company.id,
        )

    def _accepted_plans_sql(self, company):
        """Payment plans that the customer accepted: the debt is promised in writing, instalment by instalment."""
        self.env["receivable.payment.plan"].flush_model()
        self.env["receivable.payment.plan.item"].flush_model()
        return SQL(
            """
            SELECT item.line_id, plan.accept_date::date, NULL::date, 'promise', plan.name
              FROM item
              JOIN receivable_payment_plan_item line ON line.move_line_id = item.line_id
              JOIN receivable_payment_plan plan ON plan.id = line.plan_id AND plan.accept_date IS NOT NULL
             WHERE plan.company_id = %s AND plan.accept_via <> 'staff'
            """,
            company.id,
        )
