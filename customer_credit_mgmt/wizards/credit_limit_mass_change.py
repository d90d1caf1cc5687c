from dataclasses import asdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.misc import formatLang
from odoo.tools.safe_eval import safe_eval

from ..core import limit_change as core
from ..models.plain_number import plain_number

KINDS = [
    ("percent", "By Percent"),
    ("amount", "By an Amount"),
    ("fixed", "To a Fixed Amount"),
    ("proposal", "To the Proposed Limit"),
]
DIRECTIONS = [("nearest", "To the Nearest"), ("up", "Up"), ("down", "Down")]
# What the preview was computed with.
PARAMETERS = {
    "company_id",
    "profile_domain",
    "kind",
    "percent",
    "amount",
    "step",
    "direction",
    "has_minimum",
    "minimum",
    "has_maximum",
    "maximum",
    "date_from",
}
STEPS = [("0", "Not at All"), ("10", "To 10"), ("100", "To 100"), ("1000", "To 1,000"), ("10000", "To 10,000")]


class CreditLimitMassChange(models.TransientModel):
    """Change the base limits of many customers: choose, compute, look at what would happen, then ask for all of them.

    Nothing but the preview is written before the limits are asked for. Somebody else approves them.
    """

    _name = "credit.limit.mass.change"
    _description = "Mass Change of Credit Limits"

    state = fields.Selection([("choose", "Choose"), ("preview", "Preview")], default="choose", readonly=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company.root_id,
        domain="[('parent_id', '=', False)]",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    profile_domain = fields.Char(
        string="Customers",
        default="[('limit_mode', '=', 'limited')]",
        required=True,
        help="Conditions on the credit profiles whose limits change.",
    )
    profile_count = fields.Integer(string="Customers Chosen", compute="_compute_profile_count")
    kind = fields.Selection(
        KINDS,
        string="Change",
        default="percent",
        required=True,
        help="Percent and amount start from the base limit in force. The proposed limit is the smallest proposal that"
        " is known of each customer.",
    )
    percent = fields.Float(default=10.0, help="10 raises the limits by ten percent, -10 lowers them.")
    amount = fields.Monetary(help="In the company's currency; limits in another one change by its worth of today.")
    step = fields.Selection(STEPS, string="Round", default="100", required=True, help="In the currency of each limit.")
    direction = fields.Selection(DIRECTIONS, string="Rounding", default="nearest", required=True)
    has_minimum = fields.Boolean(string="At Least")
    minimum = fields.Monetary(help="In the company's currency; wins over the rounding.")
    has_maximum = fields.Boolean(string="At Most")
    maximum = fields.Monetary(help="In the company's currency; wins over the rounding.")
    date_from = fields.Date(string="Valid From", required=True, default=lambda self: fields.Date.context_today(self))
    date_to = fields.Date(string="Valid Until", help="Last day on which the limits count; empty for no end.")
    reason = fields.Text(help="Why; kept with the batch and with each limit.")
    line_ids = fields.One2many("credit.limit.mass.change.line", "wizard_id", string="Preview", readonly=True)
    change_count = fields.Integer(string="Limits That Change", compute="_compute_totals")
    skipped_count = fields.Integer(string="Left as They Are", compute="_compute_totals")
    held_count = fields.Integer(string="Would Be Held", compute="_compute_totals")
    free_count = fields.Integer(string="Would Be Free", compute="_compute_totals")
    before_amount = fields.Monetary(string="Limits Before", compute="_compute_totals")
    after_amount = fields.Monetary(string="Limits After", compute="_compute_totals")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if self.env.context.get("active_model") == "credit.profile" and "profile_domain" in fields:
            values["profile_domain"] = repr([("id", "in", self.env.context.get("active_ids", []))])
        return values

    @api.depends("state")
    def _compute_display_name(self):
        self.display_name = self.env._("Change Limits")

    @api.depends("profile_domain", "company_id")
    def _compute_profile_count(self):
        for wizard in self:
            wizard.profile_count = self.env["credit.profile"].search_count(wizard._domain())

    @api.depends("line_ids")
    def _compute_totals(self):
        for wizard in self:
            changed = wizard.line_ids.filtered(lambda line: not line.skipped)
            wizard.change_count = len(changed)
            wizard.skipped_count = len(wizard.line_ids) - len(changed)
            wizard.held_count = len(changed.filtered(lambda line: line.effect == "held"))
            wizard.free_count = len(changed.filtered(lambda line: line.effect == "free"))
            wizard.before_amount = sum(changed.mapped("old_company"))
            wizard.after_amount = sum(changed.mapped("new_company"))

    def _domain(self):
        chosen = Domain(safe_eval(self.profile_domain or "[]", {"uid": self.env.uid}))
        return chosen & Domain("company_id", "=", self.company_id.id)

    def write(self, vals):
        """Other parameters make the preview void: what is asked for is always what was looked at."""
        if PARAMETERS & vals.keys():
            self.line_ids.unlink()
            vals = {**vals, "state": "choose"}
        return super().write(vals)

    # ------------------------------------------------------------------
    # CHANGE
    # ------------------------------------------------------------------

    def _change(self):
        """The parameters as ``core.Change``, amounts in company currency."""
        self.ensure_one()
        value = {"percent": self.percent, "proposal": 0.0}.get(self.kind, self.amount)
        return core.Change(
            kind=self.kind,
            value=value,
            step=float(self.step),
            direction=self.direction,
            minimum=self.minimum if self.has_minimum else None,
            maximum=self.maximum if self.has_maximum else None,
        )

    @api.model
    def _change_sentence(self, change, currency):
        """The parameters of a change in words."""
        by_percent = change["kind"] == "percent"
        number = plain_number(self.env, change["value"]) if by_percent else currency.format(change["value"])
        parts = [
            {
                "percent": self.env._("Base limits changed by %(value)s %%", value=number),
                "amount": self.env._("Base limits changed by %(value)s", value=number),
                "fixed": self.env._("Limits set to %(value)s", value=number),
                "proposal": self.env._("Limits set to the smallest proposal"),
            }[change["kind"]]
        ]
        if change["step"]:
            step = formatLang(self.env, change["step"], digits=0)
            parts.append(
                {
                    "nearest": self.env._("rounded to %(step)s", step=step),
                    "up": self.env._("rounded up to %(step)s", step=step),
                    "down": self.env._("rounded down to %(step)s", step=step),
                }[change["direction"]]
            )
        if change["minimum"] is not None:
            parts.append(self.env._("at least %(amount)s", amount=currency.format(change["minimum"])))
        if change["maximum"] is not None:
            parts.append(self.env._("at most %(amount)s", amount=currency.format(change["maximum"])))
        return ", ".join(parts)

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_preview(self):
        """Compute what would change, and for whom documents would be held or free."""
        self.ensure_one()
        profiles = self.env["credit.profile"].search(self._domain())
        if not profiles:
            raise UserError(self.env._("No customer fits these conditions: choose others."))
        self._compute_preview(profiles)
        self.state = "preview"
        return True

    def action_back(self):
        self.ensure_one()
        self.line_ids.unlink()
        self.state = "choose"
        return True

    def action_open_lines(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_credit_mgmt.action_credit_limit_mass_change_line"
        )
        return {**action, "domain": [("wizard_id", "=", self.id)]}

    def action_submit(self):
        """Ask for the limits of the preview, as one batch that somebody else approves."""
        self.ensure_one()
        self.env["credit.limit"].check_access("create")
        if not self.change_count:
            raise UserError(self.env._("No limit would change: go back and choose another change."))
        if not self.reason:
            raise UserError(self.env._("Say why: the reason is kept with the batch and with each limit."))
        self._check_fresh()
        # sudo: the journal is written by this wizard alone
        batch = (
            self.env["credit.limit.batch"]
            .sudo()
            .create(
                {
                    "company_id": self.company_id.id,
                    "requested_by": self.env.uid,
                    "reason": self.reason,
                    "change": asdict(self._change()),
                    "before_amount": self.before_amount,
                    "after_amount": self.after_amount,
                }
            )
            .sudo(False)
        )
        self._insert_limits(batch)
        batch._ask_approvers()
        return {
            "type": "ir.actions.act_window",
            "res_model": batch._name,
            "res_id": batch.id,
            "views": [(False, "form")],
        }
