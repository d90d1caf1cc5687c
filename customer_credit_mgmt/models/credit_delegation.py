from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

# What was given away; it stays once it has begun.
GIVEN = {"user_id", "delegate_id", "company_id", "date_from"}


class CreditDelegation(models.Model):
    """An approver is away: somebody else signs limits and releases documents for them, from a day to a day.

    The delegate signs with the rights that the approver has at that moment, and only with those of their own: what was
    delegated to the approver is not passed on. Both are written under the limit.
    """

    _name = "credit.delegation"
    _description = "Credit Delegation"
    _inherit = ["mail.thread"]
    _order = "date_from desc, id desc"

    user_id = fields.Many2one(
        "res.users",
        string="Approver",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        tracking=True,
        help="Whose signature is delegated, and whose release allowance.",
    )
    delegate_id = fields.Many2one(
        "res.users",
        required=True,
        index=True,
        domain="[('share', '=', False), ('id', '!=', user_id)]",
        tracking=True,
        help="Signs for the approver, and as a credit controller releases held documents up to the approver's"
        " allowance. Never what the approver or the delegate asked for.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company.root_id,
        domain="[('parent_id', '=', False)]",
        help="For the limits of this company and its branches.",
    )
    date_from = fields.Date(
        string="From", required=True, default=lambda self: fields.Date.context_today(self), tracking=True
    )
    date_to = fields.Date(string="Until", required=True, tracking=True, help="Last day of the delegation.")
    reason = fields.Char(help="Such as a holiday.")
    ended_on = fields.Datetime(readonly=True, copy=False, tracking=True, help="Ended early at this time.")
    state = fields.Selection(
        [("planned", "Planned"), ("active", "In Force"), ("ended", "Ended")],
        compute="_compute_state",
        search="_search_state",
    )

    _dates_in_order = models.Constraint("CHECK(date_to >= date_from)", "The delegation ends before it begins.")
    _not_to_oneself = models.Constraint("CHECK(user_id <> delegate_id)", "Delegate to somebody else than yourself.")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("user_id", "delegate_id")
    def _compute_display_name(self):
        for delegation in self:
            delegation.display_name = delegation.delegate_id and self.env._(
                "%(delegate)s for %(approver)s",
                delegate=delegation.delegate_id.name,
                approver=delegation.user_id.name,
            )

    @api.depends("date_from", "date_to", "ended_on")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for delegation in self:
            if delegation.ended_on or (delegation.date_to and delegation.date_to < today):
                delegation.state = "ended"
            else:
                delegation.state = "planned" if (delegation.date_from or today) > today else "active"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        not_ended = Domain("ended_on", "=", False)
        domains = {
            "planned": not_ended & Domain("date_from", ">", today),
            "active": not_ended & self._in_force_domain(today),
            "ended": Domain("ended_on", "!=", False) | Domain("date_to", "<", today),
        }
        return Domain.OR(domains[state] for state in value if state in domains)

    # ------------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------------

    @api.constrains("user_id", "delegate_id", "company_id")
    def _check_rights(self):
        """Nobody gives away what they do not have, and the delegate must be able to open a limit."""
        rules = self.env["credit.approval.rule"]
        for delegation in self:
            approvers = rules._approvers()
            for rule in rules._order_of(delegation.company_id):
                approvers |= rule._approvers()
            if delegation.user_id not in approvers and not delegation._gives_allowance():
                raise ValidationError(
                    self.env._(
                        "%(user)s signs no limits and releases nothing, so there is nothing to delegate.",
                        user=delegation.user_id.name,
                    )
                )
            if not delegation.delegate_id.has_group("customer_credit_mgmt.group_credit_user"):
                raise ValidationError(
                    self.env._(
                        "%(user)s cannot see credit limits: give the right Credit / User first.",
                        user=delegation.delegate_id.name,
                    )
                )

    def _gives_allowance(self):
        """Whether the approver releases held documents: managers sign limits anyway."""
        # sudo: whether there is anything to delegate, not how much
        return self.user_id.has_group("customer_credit_mgmt.group_credit_controller") and bool(
            self.user_id.sudo().credit_release_amount
        )

    @api.constrains("company_id")
    def _check_company_is_root(self):
        if branch := self.company_id.filtered("parent_id")[:1]:
            raise ValidationError(
                self.env._(
                    "%(branch)s is a branch: delegate in %(root)s.", branch=branch.name, root=branch.root_id.name
                )
            )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    def _check_giver(self):
        """The approver, or a credit manager for them: but nobody takes the signature of somebody else."""
        if self.env.su:
            return
        user = self.env.user
        manages = user.has_group("customer_credit_mgmt.group_credit_manager")
        for delegation in self:
            if user != delegation.user_id and (not manages or user == delegation.delegate_id):
                raise AccessError(
                    self.env._(
                        "Only %(approver)s, or a third person who is a credit manager, can change this delegation.",
                        approver=delegation.user_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        delegations = super().create(vals_list)
        delegations._check_giver()
        for delegation in delegations:
            delegation._tell_both()
        return delegations

    def write(self, vals):
        self._check_giver()
        if "ended_on" in vals and not self.env.su:
            raise AccessError(self.env._("End the delegation instead of writing when it ended."))
        if GIVEN & vals.keys() and self.filtered(lambda it: it.state != "planned"):
            raise UserError(self.env._("This delegation has begun: end it and make a new one."))
        result = super().write(vals)
        self._check_giver()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        self._check_giver()
        if self.filtered(lambda delegation: delegation.state != "planned"):
            raise UserError(self.env._("A delegation that has begun is kept: end it instead."))

    def _tell_both(self):
        """Nobody finds out late that they sign for somebody, or that somebody signs for them."""
        self.ensure_one()
        told = (self.user_id | self.delegate_id) - self.env.user
        if told:
            self.message_post(
                body=self.env._(
                    "%(delegate)s signs credit limits and releases held documents for %(approver)s from %(start)s to"
                    " %(end)s.",
                    delegate=self.delegate_id.name,
                    approver=self.user_id.name,
                    start=fields.Date.to_string(self.date_from),
                    end=fields.Date.to_string(self.date_to),
                ),
                partner_ids=told.partner_id.ids,
            )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_end(self):
        """From now on the approver signs alone again; what the delegate signed stays signed."""
        if self.filtered(lambda delegation: delegation.state != "active"):
            raise UserError(self.env._("Only a delegation in force can be ended; delete one that is only planned."))
        self._check_giver()
        # sudo: the only door to the end, see write
        self.sudo().write({"ended_on": fields.Datetime.now()})

    # ------------------------------------------------------------------
    # FACTS
    # ------------------------------------------------------------------

    @api.model
    def _in_force_domain(self, as_of):
        return Domain("date_from", "<=", as_of) & Domain("date_to", ">=", as_of)

    @api.model
    def _in_force(self, company, as_of):
        """Delegations that count on the day in a root company."""
        # sudo: whether a signature is good does not depend on who looks
        here = Domain("company_id", "=", company.id) & Domain("ended_on", "=", False)
        return self.sudo().search(here & self._in_force_domain(as_of), order="id")

    @api.model
    def _principals(self, delegate, company, as_of):
        """Users for whom ``delegate`` may sign on the day. Their own rights count, not what was delegated to them."""
        return self._in_force(company, as_of).filtered(lambda it: it.delegate_id == delegate).user_id
