from odoo import models
from odoo.exceptions import UserError

from ..core.plan import PlanState

# How many documents an error names.
NAMED = 5


class AccountMove(models.Model):
    """Documents that courts, agencies, factors or the customer rely on stay in the books as they are."""

    _inherit = "account.move"

    def _check_reset(self):
        obstacles = self._reset_obstacles() if self else []
        if obstacles:
            more = self.env._("and %(count)s more", count=len(obstacles) - NAMED) if len(obstacles) > NAMED else ""
            hint = self.env._("Or leave what was claimed as it is, and correct the amount by a credit note.")
            raise UserError("\n".join(filter(None, (*obstacles[:NAMED], more, hint))))
        super()._check_reset()

    def _reset_obstacles(self):
        """Sentences that name a document, what stands on it, and what to do first. To be extended.

        One query per kind of claim, however many documents.
        """
        return [
            *self._cases_claiming(),
            *self._agencies_claiming(),
            *self._factors_holding(),
            *self._plans_accepted(),
            *self._writeoffs_standing(),
        ]

    def _standing(self, model, *domain):
        """Lines of a model on items of these documents."""
        # sudo: whoever resets need not see what stands on the document
        return self.env[model].sudo().search([("move_line_id.move_id", "in", self.ids), *domain])

    def _cases_claiming(self):
        lines = self._standing(
            "collection.case.line", ("is_open", "=", True), ("case_id.state", "not in", ("draft", "closed"))
        )
        return [
            self.env._(
                "%(document)s is claimed in the legal case %(case)s: close the case first.",
                document=move.name,
                case=case.display_name,
            )
            for move, case in dict.fromkeys((line.move_id, line.case_id) for line in lines)
        ]

    def _agencies_claiming(self):
        lines = self._standing(
            "collection.handover.line",
            ("is_open", "=", True),
            ("handover_id.state", "in", ("exported", "acknowledged")),
        )
        return [
            self.env._(
                "%(document)s is with an agency by the hand-over %(handover)s: recall it first.",
                document=move.name,
                handover=handover.display_name,
            )
            for move, handover in dict.fromkeys((line.move_id, line.handover_id) for line in lines)
        ]

    def _factors_holding(self):
        lines = self._standing("receivable.assignment.line", ("is_standing", "=", True))
        return list(dict.fromkeys(line._invoice_refusal() for line in lines))

    def _plans_accepted(self):
        items = self._standing("receivable.payment.plan.item", ("plan_id.state", "=", PlanState.ACTIVE))
        return [
            self.env._(
                "%(document)s is in the payment plan %(plan)s, which the customer accepted: close the plan first.",
                document=move.name,
                plan=plan.display_name,
            )
            for move, plan in dict.fromkeys((item.move_id, item.plan_id) for item in items)
        ]

    def _writeoffs_standing(self):
        lines = self._standing("receivable.writeoff.line", ("writeoff_id.state", "=", "posted"))
        return [
            self.env._(
                "%(document)s was given up by the write-off %(writeoff)s: undo the write-off first.",
                document=move.name,
                writeoff=writeoff.display_name,
            )
            for move, writeoff in dict.fromkeys((line.move_id, line.writeoff_id) for line in lines)
        ]
