from odoo import Command, api, fields, models
from odoo.exceptions import AccessError

#: rules of a policy that somebody sets up by a few questions, by the field that asks for each
RULES_ASKED = {"check_limit": ("over_limit", "no_credit"), "check_overdue": ("overdue_days",)}


class CreditSetupWizard(models.TransientModel):
    """A working credit policy from a few questions, with a count of whom it would stop before it is put in force."""

    _name = "credit.setup.wizard"
    _description = "Set Up Credit Control"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company.root_id,
        domain="[('parent_id', '=', False)]",
    )
    severity = fields.Selection(
        [("warn", "Warn"), ("block", "Hold")],
        required=True,
        default="warn",
        help="Warn: whoever makes the document sees why it is risky, and goes on.\n"
        "Hold: the document waits until a credit controller releases it or the facts are good.",
    )
    on_invoices = fields.Boolean(default=True, help="Customer invoices are checked when they are posted.")
    check_limit = fields.Boolean(
        string="Over the Limit",
        default=True,
        help="What the customer owes, confirmed orders included, may not be more than the limit. Customers without a"
        " limit are not concerned.",
    )
    check_overdue = fields.Boolean(
        string="Long Overdue", default=True, help="Customers who do not pay get nothing more on credit."
    )
    overdue_days = fields.Integer(
        string="Days Overdue", default=30, help="Items that are overdue for more days than this count."
    )
    exempt_immediate = fields.Boolean(
        string="Leave Out Cash Sales", default=True, help="Documents that are due on their own date use no credit."
    )
    user_id = fields.Many2one(
        "res.users",
        string="Credit Controller",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        help="Is told of the documents that wait.",
    )
    policy_id = fields.Many2one(
        "credit.policy",
        compute="_compute_policy_id",
        help="The policy for all customers that the company has already, or a new one.",
    )
    in_force = fields.Boolean(compute="_compute_policy_id")
    hold_count = fields.Integer(compute="_compute_counts")
    watch_count = fields.Integer(compute="_compute_counts")
    customer_count = fields.Integer(compute="_compute_counts")
    effect_text = fields.Text(compute="_compute_counts")

    _overdue_days_positive = models.Constraint(
        "CHECK (overdue_days >= 0)", "The number of days overdue cannot be negative."
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("company_id")
    def _compute_policy_id(self):
        for wizard in self:
            wizard.policy_id = self.env["credit.policy"].search(
                [("company_id", "=", wizard.company_id.id), ("partner_domain", "=", "[]")], limit=1
            )
            stages = wizard._stage_actions() if wizard.policy_id else ()
            wizard.in_force = any(wizard.policy_id[name] != "none" for name in stages)

    @api.depends("company_id", "severity", "on_invoices", *RULES_ASKED, "overdue_days", "exempt_immediate")
    def _compute_counts(self):
        for wizard in self:
            statuses = wizard._try_on_customers()
            wizard.hold_count = statuses.count("hold")
            wizard.watch_count = statuses.count("watch")
            wizard.customer_count = len(statuses)
            wizard.effect_text = wizard._describe_effect()

    def _describe_effect(self):
        """What the answers would do today, and whether they replace a policy in force."""
        texts = []
        if self.in_force:
            texts.append(
                self.env._(
                    "The policy %(policy)s is in force already: its rules are replaced by what you choose here.",
                    policy=self.policy_id.name,
                )
            )
        if self.customer_count:
            texts.append(
                self.env._(
                    "Of your %(customers)d customers today %(held)d would be held and %(watched)d warned about.",
                    customers=self.customer_count,
                    held=self.hold_count,
                    watched=self.watch_count,
                )
            )
        else:
            texts.append(self.env._("Nobody owes you anything yet: the policy waits for your first invoices."))
        return "\n".join(texts)

    def _try_on_customers(self):
        """The status that each customer would have today; nothing is written."""
        policy = self.env["credit.policy"].new(self._prepare_policy())
        spec, company = policy._prepare_spec(), self.company_id
        profiles = self.env["credit.profile"]
        today = fields.Date.context_today(self)
        rows = profiles._with_pots(self.env.execute_query_dict(profiles._facts_sql(today, company)))
        return [profiles._decide_status(row, spec, company)[0] for row in rows]

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def _stage_actions(self):
        """What the policy does at each stage; bridges add theirs."""
        return {"invoice_action": self.severity if self.on_invoices else "none"}

    def _prepare_rules(self):
        wanted = [kind for name, kinds in RULES_ASKED.items() if self[name] for kind in kinds]
        thresholds = {"overdue_days": self.overdue_days}
        return [{"kind": kind, "threshold": thresholds.get(kind, 0), "action": "block"} for kind in wanted] + [
            {"kind": "manual_hold", "action": "block"}
        ]

    def _prepare_policy(self):
        self.ensure_one()
        return {
            "name": self.policy_id.name or self.env._("Standard"),
            "company_id": self.company_id.id,
            "partner_domain": "[]",
            "exempt_domain": "[]",
            "exempt_intercompany": True,
            "exempt_immediate": self.exempt_immediate,
            "warn_utilization": 0.9,
            "user_id": self.user_id.id,
            "rule_ids": [Command.create(values) for values in self._prepare_rules()],
            **self._stage_actions(),
        }

    def action_apply(self):
        """Put the policy in force and show the customers by their new status."""
        self.ensure_one()
        if not self.env.user.has_group("customer_credit_mgmt.group_credit_manager"):
            raise AccessError(self.env._("Only a credit manager can set up credit control."))
        values = self._prepare_policy()
        if self.policy_id:
            self.policy_id.write({**values, "rule_ids": [Command.clear(), *values["rule_ids"]]})
        else:
            self.env["credit.policy"].create(values)
        profiles = self.env["credit.profile"].search([("company_id", "=", self.company_id.id)])
        profiles.with_context(tracking_disable=True)._refresh_status()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_credit_mgmt.action_credit_profile")
        return {**action, "context": {"group_by": "status"}}
