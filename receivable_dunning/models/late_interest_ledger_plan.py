"""No day of an item is charged twice: neither by a plan and a run, nor by a run where the plan gives up interest."""

from odoo import models
from odoo.tools import SQL


class LateInterestLedger(models.AbstractModel):
    _inherit = "late.interest.ledger"

    def _taken(self, rows):
        taken, compensated = super()._taken(rows)
        for line_id, first, last in self._plan_days([row["id"] for row in rows]):
            taken[line_id].append((first, last))
        return taken, compensated

    def _plan_days(self, line_ids):
        """``(line_id, first, last)``: days of items that a plan stands for, as to interest.

        Interest of the plan: from its start to its last instalment, as invoiced, as long as the invoice is not taken
        back; also when the plan is broken, for these days are paid for. No interest: until it is broken or closed.
        """
        plan = self.env["receivable.payment.plan"]
        return self.env.execute_query(
            SQL(
                """
                SELECT item.move_line_id, plan.date + 1,
                       CASE WHEN plan.interest_mode = 'plan' OR plan.state IN ('active', 'kept')
                            THEN schedule.last ELSE plan.date_decided END
                  FROM receivable_payment_plan_item item
                  JOIN receivable_payment_plan plan ON plan.id = item.plan_id AND plan.accept_date IS NOT NULL
                  JOIN LATERAL (
                        SELECT max(date_due) AS last FROM receivable_payment_plan_line WHERE plan_id = plan.id
                       ) schedule ON TRUE
                  LEFT JOIN account_move invoice ON invoice.id = plan.interest_move_id
                 WHERE item.move_line_id = ANY(%s)
                   AND (plan.interest_mode = 'none'
                        OR plan.interest_mode = 'plan' AND invoice.state = 'posted'
                           AND invoice.payment_state <> 'reversed')
                """,
                list(line_ids),
                to_flush=[
                    *(plan._fields[name] for name in ("state", "date", "date_decided", "accept_date", "interest_mode")),
                    plan._fields["interest_move_id"],
                    plan.line_ids._fields["date_due"],
                    plan.item_ids._fields["move_line_id"],
                    *(self.env["account.move"]._fields[name] for name in ("state", "payment_state")),
                ],
            )
        )


class LateInterestRun(models.Model):
    _inherit = "late.interest.run"

    def _drop_changed(self):
        self._touch_offered()
        return super()._drop_changed()

    def _touch_offered(self):
        """Items that a customer may agree to pay by a plan at this moment are written, as the acceptance does: of the
        two sessions one fails, and starts anew from what the other left."""
        offered = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT item.move_line_id
                  FROM receivable_payment_plan_item item
                  JOIN receivable_payment_plan plan ON plan.id = item.plan_id AND plan.state = 'offered'
                  JOIN late_interest_charge charge ON charge.move_line_id = item.move_line_id
                 WHERE charge.run_id = ANY(%s)
                """,
                self.ids,
                to_flush=self.env["receivable.payment.plan"]._fields["state"],
            )
        )
        self.env["account.move.line"].browse([line_id for (line_id,) in offered])._touch()
