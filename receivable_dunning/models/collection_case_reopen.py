"""Reopening a case: what opening one asks is asked again, since its items were free while it was closed."""

from odoo import models
from odoo.exceptions import UserError

from .collection_claim_mixin import AGREED


class CollectionCase(models.Model):
    _inherit = "collection.case"

    def action_reopen(self):
        """Go on where the case was closed, with what is still owed. Items settled meanwhile stay out: the event of
        reopening says which, and why."""
        self.check_access("write")
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        self._expect("closed")
        settled = self.line_ids._settled_by()
        for case in self:
            case._reopen({line: why for line, why in settled.items() if line.case_id == case})

    def _reopen(self, settled):
        """:param dict settled: ``{line: why nothing is owed of it}``"""
        claims = self.line_ids.filtered(lambda line: line not in settled)
        out = ", ".join(f"{line.move_id.name} ({why})" for line, why in settled.items())
        if settled and not claims:
            raise UserError(
                self.env._(
                    "%(case)s cannot be reopened, nothing that it claimed is owed any more: %(items)s.",
                    case=self.name,
                    items=out,
                )
            )
        claims._check_in_no_other_case()
        # sudo: whether the case is open is told by its stage
        claims.sudo().is_open = True
        note = self.env._("Reopened without %(items)s", items=out) if out else self.env._("Reopened")
        self._take_back("reopened", note)
        if self.state != "draft":
            claims._check_claimable(AGREED)


class CollectionCaseLine(models.Model):
    _inherit = "collection.case.line"

    def _settled_by(self):
        """``{line: why}`` of those that nothing is owed of any more, to us."""
        settled = self.filtered(
            lambda line: line.move_line_id.parent_state != "posted" or line.move_line_id.amount_residual_currency <= 0
        )
        items = [("move_line_id", "in", settled.move_line_id.ids)]
        # sudo: what settled an item is named to whoever may work the case
        given_up = self.env["receivable.writeoff.line"].sudo().search([*items, ("writeoff_id.state", "=", "posted")])
        assigned = self.env["receivable.assignment.line"].sudo().search([*items, ("is_standing", "=", True)])
        why = {
            line.move_line_id: self.env._("written off by %(name)s", name=line.writeoff_id.name) for line in given_up
        }
        why |= {
            line.move_line_id: self.env._("with a factor by %(name)s", name=line.assignment_id.name)
            for line in assigned
        }
        result = {}
        for line in settled:
            posted = line.move_line_id.parent_state == "posted"
            plain = self.env._("settled") if posted else self.env._("not posted any more")
            result[line] = why.get(line.move_line_id, plain)
        return result

    def _check_in_no_other_case(self):
        """Refuse items that another case took over meanwhile."""
        # sudo: whether an item is claimed is asked across all that the user may not list
        others = self.sudo().search(
            [
                ("move_line_id", "in", self.move_line_id.ids),
                ("is_open", "=", True),
                ("case_id", "not in", self.case_id.ids),
            ]
        )
        if others:
            raise UserError(
                self.env._(
                    "Other legal cases that are open claim items of this one: %(items)s. Close those cases first.",
                    items=", ".join(f"{line.move_id.name} ({line.case_id.name})" for line in others),
                )
            )
