from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

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
        """Sentences that name a document, what stands on it, and what to do first: a query per kind of claim."""
        found = []
        for model, domain, sentence in self._get_claims_on_documents():
            # sudo: whoever resets need not see what stands on the document
            lines = self.env[model].sudo().search(Domain("move_line_id.move_id", "in", self.ids) & domain)
            found += dict.fromkeys(sentence(line) for line in lines)
        return found

    def _get_claims_on_documents(self):
        """``(model, domain, sentence)``: lines on an open item, which of them stand, and what to say of a line.

        To be extended.
        """
        return [
            (
                "collection.case.line",
                Domain("is_open", "=", True) & Domain("case_id.state", "not in", ("draft", "closed")),
                lambda line: self.env._(
                    "%(document)s is claimed in the legal case %(name)s: close the case first.",
                    document=line.move_id.name,
                    name=line.case_id.display_name,
                ),
            ),
            (
                "collection.handover.line",
                Domain("is_open", "=", True) & Domain("handover_id.state", "in", ("exported", "acknowledged")),
                lambda line: self.env._(
                    "%(document)s is with an agency by the hand-over %(name)s: recall it first.",
                    document=line.move_id.name,
                    name=line.handover_id.display_name,
                ),
            ),
            (
                "receivable.assignment.line",
                Domain("is_standing", "=", True),
                lambda line: line._invoice_refusal(),
            ),
            (
                "receivable.payment.plan.item",
                Domain("plan_id.state", "=", PlanState.ACTIVE),
                lambda item: self.env._(
                    "%(document)s is in the payment plan %(name)s, which the customer accepted: close the plan first.",
                    document=item.move_id.name,
                    name=item.plan_id.display_name,
                ),
            ),
            (
                "receivable.writeoff.line",
                Domain("writeoff_id.state", "=", "posted"),
                lambda line: self.env._(
                    "%(document)s was given up by the write-off %(name)s: undo the write-off first.",
                    document=line.move_id.name,
                    name=line.writeoff_id.display_name,
                ),
            ),
        ]
