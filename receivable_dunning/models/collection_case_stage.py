from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from .collection_case import STAGES
from .collection_claim_mixin import AGREED


class CollectionCase(models.Model):
    """From stage to stage, and what belongs into a draft."""

    _inherit = "collection.case"

    # ------------------------------------------------------------------
    # DRAFTS
    # ------------------------------------------------------------------

    @api.model
    def _make_drafts(self, lines, **values):
        """Draft cases with these open items, one per company and customer; items of an open case are left out."""
        # sudo: whether an item is claimed already is asked across all that the user may not list
        taken = self.env["collection.case.line"].sudo()
        taken = taken.search([("move_line_id", "in", lines.ids), ("is_open", "=", True)]).move_line_id
        free = (lines - taken).filtered(
            lambda line: (
                line.account_type == "asset_receivable"
                and line.parent_state == "posted"
                and line.amount_residual > 0
                and line.amount_residual_currency > 0
                and line.partner_id
            )
        )
        # sudo: a branch's customers are dealt with by its root
        owners = free.grouped(lambda line: (line.sudo().company_id.root_id, line.partner_id.commercial_partner_id))
        return self.create(
            [
                {
                    "company_id": company.id,
                    "partner_id": partner.id,
                    "line_ids": [Command.create({"move_line_id": line.id}) for line in own.sorted("date_maturity")],
                    **values,
                }
                for (company, partner), own in owners.items()
            ]
        )

    @api.model
    def _open_drafts(self, lines):
        """Make draft cases and show them."""
        self.check_access("create")
        cases = self._make_drafts(lines)
        if not cases:
            raise UserError(self.env._("Nothing to claim: these items are settled, or in a legal case already."))
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_collection_case")
        if len(cases) == 1:
            return {**action, "views": [(False, "form")], "res_id": cases.id}
        return {**action, "domain": [("id", "in", cases.ids)], "context": {}}

    def action_add_overdue(self):
        """Claim everything of the customer that is overdue and in no other case."""
        self.ensure_one()
        self.check_access("write")
        self._expect("draft")
        today = fields.Date.context_today(self)
        items = self.env["account.move.line"].search(
            Domain("partner_id.commercial_partner_id", "=", self.partner_id.id)
            & Domain("company_id", "child_of", self.company_id.id)
            & Domain("account_type", "=", "asset_receivable")
            & Domain("parent_state", "=", "posted")
            & Domain("reconciled", "=", False)
            & Domain("amount_residual", ">", 0)
            & Domain("date_maturity", "<", today),
            order="date_maturity, id",
        )
        # sudo: as in _make_drafts
        taken = self.env["collection.case.line"].sudo()
        free = items - taken.search([("move_line_id", "in", items.ids), ("is_open", "=", True)]).move_line_id
        if not free:
            raise UserError(self.env._("Nothing else of this customer is overdue."))
        self.line_ids = [Command.create({"move_line_id": line.id}) for line in free]

    def action_refresh(self):
        """Claim what is open now, with the interest until today."""
        self.check_access("write")
        self._expect("draft")
        self._take_figures(fields.Date.context_today(self))

    def _take_figures(self, as_of):
        settled = self.line_ids.filtered(lambda line: line.move_line_id.amount_residual_currency <= 0)
        settled.unlink()
        self.line_ids._take_figures(as_of)

    # ------------------------------------------------------------------
    # STAGES
    # ------------------------------------------------------------------

    def _ask(self, step, title):
        """The form of a step."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "collection.case.step",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_case_id": self.id, "default_step": step},
        }

    def action_demand(self):
        return self._ask("demand", self.env._("Demand Letter"))

    def action_order(self):
        return self._ask("order", self.env._("Order for Payment"))

    def action_judgment(self):
        return self._ask("judgment", self.env._("Judgment"))

    def action_enforcement(self):
        return self._ask("enforcement", self.env._("Enforcement"))

    def action_close(self):
        return self._ask("closed", self.env._("Close the Case"))

    def _enter(self, stage, day, values, event):
        """Take a case to a later stage.

        :param values: written on the case beside, such as the file number
        :param event: values of the event that tells it, such as note and cost
        """
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        self._expect(*self._states_before(stage))
        if not self.line_ids:
            raise UserError(self.env._("The case claims nothing: add its items first."))
        if day > fields.Date.context_today(self):
            raise UserError(self.env._("Enter what has happened: its day cannot be in the future."))
        if self.state == "draft" and stage != "closed":
            self.line_ids._check_claimable(AGREED)
        if self.state == "draft":
            self._take_figures(day)
            if not self.line_ids:
                raise UserError(self.env._("Everything that was to be claimed is settled meanwhile."))
        self._set(state=stage, **{f"date_{stage}": day}, **values)
        # sudo: the event of a stage is made by its step
        return self.env["collection.case.event"].sudo().create(
            {"case_id": self.id, "kind": stage, "date": day, "is_stage": True, "user_id": self.env.uid, **event}
        )  # fmt: skip

    @api.model
    def _states_before(self, stage):
        order = ["draft", *STAGES]
        return order if stage == "closed" else order[: order.index(stage)]

    def _close(self, outcome, day, event):
        """Close the case: its items are free, and reminded again if they are open."""
        self._enter("closed", day, {"outcome": outcome}, event)
        # sudo: whether the case is open is told by its stage
        self.line_ids.sudo().is_open = False
        self.activity_unlink(["receivable_dunning.mail_activity_type_legal"])

    def action_back(self):
        """Take back the last stage, entered by mistake."""
        self.check_access("write")
        self._expect(*STAGES)
        stages = dict(self._fields["state"]._description_selection(self.env))
        for case in self:
            case._take_back("note", f"{self.env._('Stage taken back')}: {stages[case.state]}")

    def _take_back(self, kind, note):
        """Void the event of the stage, and return to the one before."""
        self.ensure_one()
        stage_events = self.sudo().event_ids.filtered(lambda event: event.is_stage and not event.is_void)
        last = stage_events.filtered(lambda event: event.kind == self.state)[:1]
        before = (stage_events - last).sorted(lambda event: ("draft", *STAGES).index(event.kind))[-1:]
        self._set(state=before.kind or "draft", outcome=False, **{f"date_{self.state}": False})
        # sudo: the event of a stage is voided by taking it back
        last.is_void = True
        self.env["collection.case.event"].sudo().create(
            {"case_id": self.id, "kind": kind, "note": note, "user_id": self.env.uid}
        )
