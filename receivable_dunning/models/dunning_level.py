from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.ladder import Level
from .credit_profile_dunning import CREDIT_ACTIONS
from .dunning_task import ESCALATIONS


class DunningLevel(models.Model):
    """A step of a plan: when it is reached, by which channels it speaks, and in which words."""

    _name = "dunning.level"
    _description = "Dunning Level"
    _order = "plan_id, sequence, id"

    plan_id = fields.Many2one("dunning.plan", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    number = fields.Integer(
        string="Level", compute="_compute_number", store=True, help="Position in the plan: 1 is the first reminder."
    )
    name = fields.Char(required=True, translate=True, help="Heading of the letter.")
    days = fields.Integer(
        string="Days after Due",
        required=True,
        help="The level is reached this many days after the due date; negative: before it.",
    )
    wait_days = fields.Integer(
        string="Days since Last Contact",
        default=7,
        help="The customer gets a notice of this level only if its last one was sent at least this many days ago.",
    )
    send_email = fields.Boolean(string="E-mail", default=True)
    send_letter = fields.Boolean(string="Letter", help="A PDF letter is stored on the notice, ready to be printed.")
    mail_template_id = fields.Many2one(
        "mail.template", string="E-mail Template", domain=[("model", "=", "dunning.notice")]
    )
    attach_letter = fields.Boolean(help="The letter goes along with the e-mail as a PDF.")
    attach_invoices = fields.Boolean(default=True, help="Invoice PDFs that exist already go along with the e-mail.")
    letter_text = fields.Html(translate=True, sanitize_style=True, help="What the letter says above the list of items.")
    closing_text = fields.Html(
        translate=True, sanitize_style=True, help="What the letter says below the list of items."
    )
    interest = fields.Boolean(
        string="Claim Interest",
        help="The notice names the late interest of each item until its date, and the compensation, by the interest"
        " rules; less what is invoiced already.",
    )
    fee_mode = fields.Selection(
        [("none", "None"), ("amount", "Amount"), ("percent", "Percent of the claim")],
        string="Fee",
        required=True,
        default="none",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    fee_amount = fields.Monetary(help="In company currency.")
    fee_percent = fields.Float(string="Fee (%)", help="Of the overdue items less credits.")
    fee_posting = fields.Selection(
        [("claim", "Only claimed, until somebody invoices it"), ("invoice", "Invoiced once the notice is sent")],
        string="Fee Is",
        required=True,
        default="claim",
    )
    legal_text = fields.Html(
        string="Legal Sentence",
        translate=True,
        sanitize_style=True,
        help="A sentence that the law asks for, in letter and e-mail, set apart below the items.",
    )
    make_call = fields.Boolean(string="Call", help="The responsible gets an activity to call the customer.")
    make_visit = fields.Boolean(string="Visit", help="The responsible gets an activity to visit the customer.")
    call_text = fields.Html(
        translate=True, help="What to say: it stands in the activities of the call, the visit and the escalation."
    )
    credit_action = fields.Selection(
        CREDIT_ACTIONS,
        help="What the reminder does to the customer's credit, until the items reminded are settled.\n"
        "Watch: the credit status is at least 'Watch'. Hold: on hold. Stop: on hold and without credit.\n"
        "Documents are held as far as the credit policy says so.",
    )
    escalate_to = fields.Selection(ESCALATIONS, help="Who gets an activity to take the customer over.")

    _fee_check = models.Constraint(
        "CHECK (fee_amount >= 0 AND fee_percent >= 0 AND fee_percent <= 100)",
        "A fee is an amount, or a percentage between 0 and 100.",
    )
    _wait_check = models.Constraint("CHECK (wait_days >= 0)", "Days since the last contact cannot be negative.")

    @api.depends("sequence", "plan_id.level_ids.sequence")
    def _compute_number(self):
        for plan in self.plan_id:
            levels = plan.level_ids.sorted(lambda level: (level.sequence, level._origin.id or level.id.origin or 0))
            for number, level in enumerate(levels, start=1):
                level.number = number
        self.filtered(lambda level: not level.plan_id).number = 1

    @api.constrains("sequence", "days", "plan_id")
    def _check_days_rise(self):
        for plan in self.plan_id:
            days = plan.level_ids.sorted("sequence").mapped("days")
            if any(later <= earlier for earlier, later in zip(days, days[1:], strict=False)):
                raise ValidationError(
                    self.env._("Plan %(plan)s: each level needs more days than the one before it.", plan=plan.name)
                )

    @api.constrains("send_email", "send_letter", "make_call", "make_visit", "mail_template_id")
    def _check_channels(self):
        for level in self:
            if not (level.send_email or level.send_letter or level._is_task()):
                raise ValidationError(
                    self.env._("Level %(level)s needs a channel: e-mail, letter, call or visit.", level=level.name)
                )
            if level.send_email and not level.mail_template_id:
                raise ValidationError(self.env._("Level %(level)s needs an e-mail template.", level=level.name))

    def _core_level(self):
        """The level as a value of the pure core."""
        return Level(self.number, self.days, self.wait_days, self.send_email, self.send_letter, self._is_task())

    def _is_task(self):
        """Whether somebody calls or visits: that needs no address."""
        return self.make_call or self.make_visit
