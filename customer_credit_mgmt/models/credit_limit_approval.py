"""Who signs a limit: approval rules, delegations and four eyes. The only way to an approved limit."""

from dataclasses import dataclass

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, float_compare

from ..core.approval import first_match
from .credit_profile import LIMIT_MODES


@dataclass(frozen=True, slots=True)
class Signature:
    """Who would sign a limit, for whom, by which rule; or the error that says why not."""

    rule: models.BaseModel
    principal: models.BaseModel
    obstacle: Exception | None = None


class CreditLimit(models.Model):
    _inherit = "credit.limit"

    approved_by = fields.Many2one("res.users", string="Decided By", readonly=True, copy=False)
    approved_for_id = fields.Many2one(
        "res.users",
        string="Signed For",
        readonly=True,
        copy=False,
        help="The approver whose signature was delegated to who decided.",
    )
    approved_on = fields.Datetime(string="Decided On", readonly=True, copy=False)
    approval_rule_id = fields.Many2one(
        "credit.approval.rule", readonly=True, copy=False, ondelete="restrict", help="The rule by which it was signed."
    )
    refusal_reason = fields.Text(readonly=True, copy=False, help="Told to who asked.")
    previous_mode = fields.Selection(
        LIMIT_MODES, string="Limit Mode Before", readonly=True, copy=False, help="Set where the approval changed it."
    )
    signature = fields.Char(compute="_compute_signature", help="Who decided, and for whom.")
    approvers_text = fields.Char(
        string="To Be Signed By", compute="_compute_approvers_text", help="By the approval rules, as they are now."
    )
    can_approve = fields.Boolean(string="I Can Approve", compute="_compute_can_approve", search="_search_can_approve")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("approved_by", "approved_for_id")
    def _compute_signature(self):
        for limit in self:
            if limit.approved_for_id:
                limit.signature = self.env._(
                    "%(delegate)s for %(approver)s",
                    delegate=limit.approved_by.name,
                    approver=limit.approved_for_id.name,
                )
            else:
                limit.signature = limit.approved_by.name

    @api.depends("state", "amount", "kind", "date_from", "date_to", "profile_id")
    def _compute_approvers_text(self):
        waiting = self.filtered(lambda limit: limit.state == "submitted")
        rules = waiting._rules()
        for limit in self:
            limit.approvers_text = limit in waiting and self._rule_text(rules[limit])

    def _rule_text(self, rule):
        return rule.name or self.env._("Credit managers")

    @api.depends("state", "requested_by", "amount")
    @api.depends_context("uid")
    def _compute_can_approve(self):
        waiting = self.filtered(lambda limit: limit.state == "submitted")
        signatures = waiting._signatures()
        for limit in self:
            limit.can_approve = limit in waiting and not signatures[limit].obstacle

    def _search_can_approve(self, operator, value):
        if operator != "in":
            return NotImplemented
        mine = self.search([("state", "=", "submitted")]).filtered("can_approve")
        return [("id", "in" if True in value else "not in", mine.ids)]

    # ------------------------------------------------------------------
    # GATHER
    # ------------------------------------------------------------------

    def _total_amounts(self):
        """``{limit id: amount}``: the whole limit that the customer could have while this one is valid.

        In company currency, at today's rate: a base limit with the additions that overlap it; an addition with the
        largest base limit and the other additions that overlap it. Those that are signed together count together:
        cutting a large limit in small ones does not find an easier approver.
        """
        if not self.ids:
            return {}
        rows = self.env.execute_query(
            SQL(
                """
                WITH counted AS (
                    SELECT credit_limit.id, profile_id, kind, date_from, COALESCE(date_to, 'infinity') AS date_to,
                           %(amount)s AS amount
                      FROM credit_limit
                      JOIN res_company company ON company.id = credit_limit.company_id
                     WHERE (credit_limit.state = 'approved' OR credit_limit.id = ANY(%(ids)s))
                       AND profile_id = ANY(%(profiles)s)
                )
                SELECT asked.id, asked.amount
                       + COALESCE(max(other.amount) FILTER (WHERE other.kind = 'base' AND asked.kind <> 'base'), 0)
                       + COALESCE(sum(other.amount) FILTER (WHERE other.kind <> 'base'), 0)
                  FROM counted asked
                  LEFT JOIN counted other ON other.profile_id = asked.profile_id AND other.id <> asked.id
                   AND other.date_from <= asked.date_to AND other.date_to >= asked.date_from
                 WHERE asked.id = ANY(%(ids)s)
                 GROUP BY asked.id, asked.amount
                """,
                amount=self._company_amount_sql(fields.Date.context_today(self)),
                ids=self.ids,
                profiles=self.profile_id.ids,
                to_flush=self._limit_fields(),
            )
        )
        return dict(rows)

    def _rules(self):
        """``{limit: approval rule}``: empty where a credit manager signs."""
        totals = self._total_amounts()
        found, model = {}, self.env["credit.approval.rule"].sudo()
        for company, limits in self.grouped("company_id").items():
            specs = [rule._prepare_spec() for rule in model._order_of(company)]
            for limit in limits:
                total = company.currency_id.round(totals.get(limit.id, 0.0))
                spec = first_match(specs, total, limit.profile_id.rating_id.id or None)
                found[limit] = spec.key if spec else model
        return found

    def _signatures(self):
        """``{limit: Signature}`` of the current user."""
        user, today = self.env.user, fields.Date.context_today(self)
        rules = self._rules()
        approvers = {rule: rule._approvers() for rule in set(rules.values())}
        delegations = self.env["credit.delegation"]
        signers = {
            company: user | delegations._principals(user, company, today).with_env(self.env)
            for company in self.company_id
        }
        return {
            limit: limit._signature(rule, signers[limit.company_id] & approvers[rule].with_env(self.env))
            for limit, rule in rules.items()
        }

    def _signature(self, rule, principals):
        """The current user's signature for one of ``principals`` (who have the right); they themselves come first.

        Four eyes: neither who signs nor who it is signed for may have asked.
        """
        self.ensure_one()
        user = self.env.user
        if not principals:
            error = self.env._("This limit is to be signed by: %(approvers)s.", approvers=self._rule_text(rule))
            return Signature(rule, user, AccessError(error))
        others = principals - self.requested_by
        if self.requested_by == user or not others:
            error = self.env._("You asked for this limit, or who you sign for did: another approver has to sign.")
            return Signature(rule, user, UserError(error))
        return Signature(rule, user if user in others else others[0])

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_approve(self):
        """Sign what the current user may sign. The others of a selection stay, and are named."""
        signatures = self._open_for_decision()
        left = self.filtered(lambda limit: signatures[limit].obstacle)
        if left and left == self:
            raise signatures[left[0]].obstacle
        signed = self - left
        signed._approve(signatures)
        signed._tell_outcome()
        return left and self._notify_left(left, signatures)

    def action_refuse(self):
        """Ask why; whoever may sign may refuse, and so may credit managers, who asked included."""
        self._check_refuses(self._open_for_decision())
        return self.env["credit.limit.refuse.wizard"]._open(default_limit_ids=self.ids)

    def action_revoke(self):
        self._check_revokes()
        self._expect("approved")
        self._set_state("revoked")
        self._apply()

    def _check_revokes(self):
        if not self.env.user.has_group("customer_credit_mgmt.group_credit_manager"):
            raise AccessError(self.env._("Only a credit manager can revoke limits."))

    def _open_for_decision(self):
        """``{limit: Signature}`` of limits that wait for a decision and are what the user has on the screen.

        The customers' rows are written first: of two decisions at once on one customer the second one fails to
        serialize, and starts again with what the first one decided.
        """
        self.check_access("read")
        self._expect("submitted")
        self._check_seen()
        for company, limits in self.grouped("company_id").items():
            self.env["credit.profile"]._touch(limits.profile_id.partner_id, company)
        return self._signatures()

    def _check_seen(self):
        """Nobody signs another amount than the one on their screen (the buttons send it)."""
        seen = self.env.context.get("seen_amount")
        if seen is None:
            return
        for limit in self:
            if float_compare(limit.amount, seen, precision_rounding=limit.currency_id.rounding):
                raise UserError(self.env._("This request was changed after you opened it: reload the page."))

    def _approve(self, signatures):
        self._sign("approved", signatures)
        base = self.filtered(lambda limit: limit.kind == "base")
        for mode, limits in base.grouped(lambda limit: limit.profile_id.limit_mode).items():
            if mode != "limited":
                # sudo: whoever may sign a limit decides that there is one
                limits.sudo().previous_mode = mode
                limits.profile_id.sudo().write({"limit_mode": "limited"})
        self._apply()

    def _check_refuses(self, signatures):
        manages = self.env.user.has_group("customer_credit_mgmt.group_credit_manager")
        for limit in self:
            if isinstance(signatures[limit].obstacle, AccessError) and not manages:
                raise signatures[limit].obstacle

    def _refuse(self, reason):
        """Refuse what waits, with a reason that is kept."""
        signatures = self._open_for_decision()
        self._check_refuses(signatures)
        self._sign("refused", signatures)
        # sudo: part of the decision, which was checked
        self.sudo().refusal_reason = reason

    def _sign(self, state, signatures):
        """Write the decision, one write for each rule and principal."""
        now, user = fields.Datetime.now(), self.env.user
        for (rule, principal), limits in self.grouped(
            lambda limit: (signatures[limit].rule, signatures[limit].principal)
        ).items():
            limits._set_state(
                state,
                approved_by=user.id,
                approved_for_id=(principal - user).id,
                approved_on=now,
                approval_rule_id=rule.id,
            )
        self._drop_questions()

    def _notify_left(self, left, signatures):
        """Tell which ones of a selection were not signed, and why the first one was not."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "message": self.env._(
                    "%(count)d of %(total)d limits were not approved, such as %(limit)s: %(reason)s",
                    count=len(left),
                    total=len(self),
                    limit=left[0].display_name,
                    reason=str(signatures[left[0]].obstacle),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
