"""For whom a plan makes statements is decided with the rights of who set its condition, not with those of the job."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError


class ReceivableStatementPlan(models.Model):
    _inherit = "receivable.statement.plan"

    author_id = fields.Many2one(
        "res.users",
        string="Condition Set by",
        readonly=True,
        copy=False,
        tracking=True,
        help="Statements are made for customers whom this user may read. Who changes the condition or the company"
        " takes it over.",
    )
    problem = fields.Char(compute="_compute_problem", help="Why the plan makes no statements.")

    # ------------------------------------------------------------------
    # DOOR
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([{**vals, "author_id": self.env.uid} for vals in vals_list])

    def write(self, vals):
        if "author_id" in vals and not self.env.su:
            raise AccessError(self.env._("Take the plan over instead of writing who answers for its condition."))
        # the same condition finds other customers in another company
        if {"partner_domain", "company_id"} & set(vals):
            vals = {**vals, "author_id": self.env.uid}
        return super().write(vals)

    def action_take_over(self):
        """Answer for the condition from now on, with the own rights."""
        self.check_access("write")
        # sudo: the only door to the author; the condition is checked with the rights of who takes it over
        self.sudo().author_id = self.env.user
        self._check_partner_domain()
        self.activity_unlink(["receivable_dunning.mail_activity_type_statement_plan"])

    # ------------------------------------------------------------------
    # RIGHTS
    # ------------------------------------------------------------------

    def _chooser(self):
        return self.author_id

    @api.depends("author_id", "partner_domain", "company_id")
    def _compute_problem(self):
        for plan in self:
            plan.problem = plan._problem_in_words() if plan.id else False

    def _problem_in_words(self):
        """Why nobody answers for the condition any more; False: somebody does."""
        author = self.author_id.sudo()  # sudo: whether somebody is here still, and works where, is no secret
        name = author.name or self.env._("nobody")
        if author and not author.active and not author._is_superuser():
            reason = self.env._("%(user)s, who set the condition on customers, is archived.", user=name)
        elif not author or self.company_id not in author.company_ids or not self._may_author_choose():
            reason = self.env._(
                "%(user)s, who set the condition on customers, may not read them or make plans any more.", user=name
            )
        else:
            return False
        return self.env._(
            "%(reason)s Nothing is made until somebody looks at the condition and takes the plan over.", reason=reason
        )

    def _may_author_choose(self):
        try:
            self._choose()
        except AccessError:
            return False
        return self.with_user(self.author_id).has_access("write")

    # ------------------------------------------------------------------
    # TELL
    # ------------------------------------------------------------------

    def _tell_standstill(self):
        """Work for the person responsible, else for a manager: once, however often the job comes by."""
        activity_type = self.env.ref("receivable_dunning.mail_activity_type_statement_plan")
        user = self._whom_to_tell()
        if not user or self.activity_ids.filtered(lambda activity: activity.activity_type_id == activity_type):
            return
        plan = self.with_context(lang=user.lang or self.env.lang)
        plan.invalidate_recordset(["problem"])
        plan.activity_schedule(
            "receivable_dunning.mail_activity_type_statement_plan",
            summary=activity_type.with_context(lang=plan.env.lang).summary,
            note=Markup("<p>%s</p>") % plan._problem_in_words(),
            user_id=user.id,
            date_deadline=fields.Date.context_today(self),
        )

    def _whom_to_tell(self):
        managers = self.env.ref("receivable_dunning.group_collections_manager").all_user_ids
        able = managers._staff_of(self.company_id)
        return self.user_id & able or able[:1]
