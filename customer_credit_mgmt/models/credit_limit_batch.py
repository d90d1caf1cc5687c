from odoo import api, fields, models
from odoo.exceptions import UserError

ACTIVITY = "customer_credit_mgmt.mail_activity_type_limit_batch"


class CreditLimitBatch(models.Model):
    """The journal of a mass change: what was asked for, by whom, when and why; approved and undone as one."""

    _name = "credit.limit.batch"
    _description = "Batch of Credit Limits"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _mail_post_access = "read"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    requested_by = fields.Many2one("res.users", required=True, readonly=True)
    reason = fields.Text(required=True, readonly=True, help="Why so many limits change; kept with each of them.")
    change = fields.Json(string="Change as Data", readonly=True, help="What the limits were computed with.")
    change_text = fields.Char(string="Change", compute="_compute_change_text", help="How the new limits were computed.")
    limit_ids = fields.One2many("credit.limit", "batch_id", string="Limits")
    limit_count = fields.Integer(string="Limits Asked For", compute="_compute_counts")
    submitted_count = fields.Integer(string="To Approve", compute="_compute_counts")
    approved_count = fields.Integer(string="Approved", compute="_compute_counts")
    refused_count = fields.Integer(string="Refused", compute="_compute_counts")
    revoked_count = fields.Integer(string="Revoked", compute="_compute_counts")
    before_amount = fields.Monetary(
        string="Limits Before", readonly=True, help="Base limits before, together, in the company's currency."
    )
    after_amount = fields.Monetary(
        string="Limits After", readonly=True, help="Base limits asked for, together, in the company's currency."
    )
    can_approve = fields.Boolean(compute="_compute_can_approve", help="Whether you may sign any of the limits.")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("reason", "create_date")
    def _compute_display_name(self):
        for batch in self:
            batch.display_name = self.env._("Batch %(number)s", number=batch.id or "")

    @api.depends("change")
    @api.depends_context("lang")
    def _compute_change_text(self):
        wizard = self.env["credit.limit.mass.change"]
        for batch in self:
            batch.change_text = batch.change and wizard._change_sentence(batch.change, batch.currency_id)

    @api.depends("limit_ids.state")
    def _compute_counts(self):
        counts = {
            (batch.id, state): count
            for batch, state, count in self.env["credit.limit"]._read_group(
                [("batch_id", "in", self.ids)], ["batch_id", "state"], ["__count"]
            )
        }
        for batch in self:
            of_batch = {state: count for (batch_id, state), count in counts.items() if batch_id == batch.id}
            batch.limit_count = sum(of_batch.values())
            batch.submitted_count = of_batch.get("submitted", 0)
            # what ended was approved
            batch.approved_count = of_batch.get("approved", 0) + of_batch.get("expired", 0)
            batch.refused_count = of_batch.get("refused", 0)
            batch.revoked_count = of_batch.get("revoked", 0)

    @api.depends("limit_ids.state")
    @api.depends_context("uid")
    def _compute_can_approve(self):
        for batch in self:
            batch.can_approve = any(batch._waiting().mapped("can_approve"))

    def _waiting(self):
        return self.env["credit.limit"].search([("batch_id", "in", self.ids), ("state", "=", "submitted")])

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The journal of mass changes is kept: revoke the batch instead."))

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def _open_limits(self):
        """``(limits, signatures)`` of the limits that wait; the chatter of the batch stands for theirs."""
        self.ensure_one()
        self.check_access("read")
        waiting = self._waiting().with_context(tracking_disable=True)
        if not waiting:
            raise UserError(self.env._("No limit of this batch waits for a decision any more: reload the page."))
        return waiting, waiting._open_for_decision()

    def action_approve(self):
        """Sign all limits of the batch that the current user may sign; the others wait for theirs."""
        waiting, signatures = self._open_limits()
        left = waiting.filtered(lambda limit: signatures[limit].obstacle)
        if left == waiting:
            raise signatures[left[0]].obstacle
        signed = waiting - left
        signed._approve(signatures)
        self._close(
            self.env._("%(count)d limits approved by %(signature)s.", count=len(signed), signature=signed[0].signature)
        )
        return left and waiting._notify_left(left, signatures)

    def action_refuse(self):
        """Ask why; whoever may sign a limit may refuse it, and so may credit managers."""
        waiting, signatures = self._open_limits()
        waiting._check_refuses(signatures)
        return self.env["credit.limit.refuse.wizard"]._open(default_batch_id=self.id)

    def _refuse(self, reason):
        """Refuse all limits of the batch that wait."""
        waiting, _signatures = self._open_limits()
        waiting._refuse(reason)
        self._close(
            self.env._(
                "%(count)d limits refused by %(signature)s: %(reason)s",
                count=len(waiting),
                signature=waiting[0].signature,
                reason=reason,
            )
        )

    def action_revoke(self):
        """Undo: the base limits before count again, and profiles get back the limit mode that they had.

        Not when another limit was approved meanwhile for one of the customers: what counts then is somebody else's
        decision.
        """
        self.ensure_one()
        limits = self.env["credit.limit"].search([("batch_id", "=", self.id), ("state", "=", "approved")])
        limits._check_revokes()
        if not limits:
            raise UserError(self.env._("No limit of this batch is in force."))
        if later := self._later_limits(limits):
            raise UserError(
                self.env._(
                    "%(count)d customers got another limit since, such as %(customer)s: revoke the limits one by one.",
                    count=len(later.profile_id),
                    customer=later[0].profile_id.display_name,
                )
            )
        self._take_back(limits.with_context(tracking_disable=True))
        self._close(self.env._("%(count)d limits revoked.", count=len(limits)))

    def _later_limits(self, limits):
        """Limits of the same customers that were approved after those of the batch."""
        decided = max(limits.mapped("approved_on"))
        domain = [("profile_id", "in", limits.profile_id.ids), ("state", "=", "approved"), ("id", "not in", limits.ids)]
        return self.env["credit.limit"].search(
            [*domain, "|", ("approved_on", ">", decided), ("id", ">", max(limits.ids))]
        )

    def _take_back(self, limits):
        limits._set_state("revoked")
        for mode, of_mode in limits.grouped("previous_mode").items():
            if mode:
                of_mode.profile_id.sudo().write({"limit_mode": mode})
        limits._apply()

    def action_open_limits(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_credit_mgmt.action_credit_limit")
        return {
            **action,
            "name": self.display_name,
            "domain": [("batch_id", "=", self.id)],
            "context": {"create": False},
        }

    # ------------------------------------------------------------------
    # MESSAGES
    # ------------------------------------------------------------------

    def _ask_approvers(self):
        """One activity for each of those who may sign any limit of the batch."""
        self.ensure_one()
        users = self.env["res.users"].union(*self._waiting()._who_may_sign().values())
        for user in users - self.requested_by:
            # sudo: who asks plans nothing for others, but those are to know
            batch = self.sudo().with_context(lang=user.lang)
            batch.activity_schedule(ACTIVITY, user_id=user.id, note=self.reason)

    def _close(self, sentence):
        """Keep what was decided in the chatter and tell who asked; activities go when nothing waits any more."""
        told = self.requested_by - self.env.user
        # sudo: part of the decision, which was checked
        self.sudo().message_post(body=sentence, partner_ids=told.partner_id.ids)
        if not self._waiting():
            self.sudo().activity_unlink([ACTIVITY])
