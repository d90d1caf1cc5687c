"""What a run shows, prints and takes over."""

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command


class EclRun(models.Model):
    _inherit = "ecl.run"

    def _view(self, action, domain, **values):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(f"receivable_dunning.{action}")
        return {**action, "domain": [("run_id", "=", self.id), *domain], "context": {}, **values}

    def action_view_matrix(self):
        """Segments by buckets."""
        return self._view("action_ecl_line", [])

    def action_view_customers(self):
        """Whose debt the allowance stands for."""
        return self._view("action_ecl_exposure", [])

    def action_view_observations(self):
        """What the rates rest on, month by month."""
        groups = {"search_default_group_segment": 1, "search_default_group_bucket": 1}
        return self._view("action_ecl_migration", [], context=groups)

    def action_view_entries(self):
        """The entry of the allowance, and what took something back."""
        self.ensure_one()
        moves = self.move_id | self.reversed_move_id | self.reversal_move_ids
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Entries of %(run)s", run=self.name),
            "res_model": "account.move",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", moves.ids)],
            "context": {"create": False},
        }

    def action_print(self):
        """One page for the auditor."""
        return self.env.ref("receivable_dunning.action_report_ecl_run").report_action(self, config=False)

    def action_export(self):
        """All figures as a spreadsheet."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"/receivable_dunning/ecl/{self.id}.xlsx", "target": "download"}

    def action_suggest(self):
        """Take the customers with a legal case out of the matrix: a first rate is set, to be looked through."""
        self._begin("accountant", "draft")
        self.ensure_one()
        cases = self.env["collection.case"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "not in", self.individual_ids.partner_id.ids),
                "|",
                ("state", "not in", ("draft", "closed")),
                ("outcome", "=", "insolvency"),
            ]
        )
        if not cases:
            raise UserError(self.env._("No other customer has a legal case."))
        self.individual_ids = [
            Command.create(
                {
                    "partner_id": partner.id,
                    "reason": "insolvent" if "insolvency" in of_partner.mapped("outcome") else "legal",
                    "rate": self.method_id.last_rate,
                    "note": self.env._("Legal case %(cases)s", cases=", ".join(of_partner.mapped("display_name"))),
                }
            )
            for partner, of_partner in cases.grouped("partner_id").items()
        ]

    def action_carry_over(self):
        """Take the individual assessments of the run before, to be looked through."""
        self._begin("accountant", "draft")
        self.ensure_one()
        previous = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("date", "<", self.date),
                ("state", "in", ("approved", "posted")),
            ],
            limit=1,
        )
        missing = previous.individual_ids.filtered(
            lambda assessment: assessment.partner_id not in self.individual_ids.partner_id
        )
        if not missing:
            raise UserError(self.env._("The run before assessed no other customer individually."))
        self.individual_ids = [
            Command.create(
                {
                    "partner_id": assessment.partner_id.id,
                    "reason": assessment.reason,
                    "rate": assessment.rate,
                    "note": assessment.note,
                }
            )
            for assessment in missing
        ]
