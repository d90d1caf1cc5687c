from odoo import models
from odoo.tools import split_every

BATCH = 200


class AbcProposal(models.Model):
    """Starting activity plans."""

    _inherit = "abc.proposal"

    def _cron_start_plans(self):
        """Start the plans that need nobody's word, in batches that several workers may take, each its own transaction.

        A plan starts when its proposal turns from open to accepted, in one transaction with its activities: whoever
        comes second finds it accepted.
        """
        waiting = self.search(self._get_automatic_domain(), order="id")
        self.env["ir.cron"]._commit_progress(remaining=len(waiting))
        for ids in split_every(BATCH, waiting.ids):
            batch = self.browse(ids).try_lock_for_update()
            batch.invalidate_recordset(["state"])
            batch.filtered(lambda proposal: proposal.state == "open")._accept()
            if not self.env["ir.cron"]._commit_progress(len(ids)):
                break

    def _start_plans(self):
        """Put the activities of the plans on the customers and note it there."""
        # quick update: a night with many movers is no mail each, the activities show in everybody's list anyway
        activities = self.env["mail.activity"].with_context(mail_activity_quick_update=True)
        model_id = self.env["ir.model"]._get_id("res.partner")
        activities.create(
            [
                {**proposal._prepare_activity_vals(template), "res_model_id": model_id}
                for proposal in self
                for template in proposal.plan_id.template_ids
            ]
        )
        for rows in self.grouped("plan_id").values():
            rows.partner_id._message_log_batch({row.partner_id.id: row._get_plan_note() for row in rows})

    def _prepare_activity_vals(self, template):
        return {
            "activity_type_id": template.activity_type_id.id,
            "automated": True,
            "summary": template.summary,
            "note": template.note,
            "date_deadline": template._get_date_deadline(),
            "user_id": self._get_responsible(template).id,
            "res_id": self.partner_id.id,
        }

    def _get_responsible(self, template):
        """Of an activity: as the template says; asked at launch it is the salesperson, else the action's user."""
        seller = self.partner_id.user_id
        on_demand = seller if seller.active else self.sudo().action_id.plan_user_id
        return template._determine_responsible(on_demand or self.env.user, self.partner_id)["responsible"]

    def _get_plan_note(self):
        facts = {"plan": self.plan_id.name, "policy": self.policy_id.name}
        if self.when == "leave":
            return self.env._(
                "The plan %(plan)s has been started: the customer left class %(code)s of %(policy)s.",
                code=self.from_class_id.code,
                **facts,
            )
        return self.env._(
            "The plan %(plan)s has been started: the customer entered class %(code)s of %(policy)s.",
            code=self.to_class_id.code,
            **facts,
        )
