from odoo import api, fields, models
from odoo.exceptions import ValidationError


class DunningLevel(models.Model):
    _inherit = "dunning.level"

    send_sms = fields.Boolean(
        string="SMS", help="One text message per notice, to the contact's telephone number, else the customer's."
    )
    sms_template_id = fields.Many2one(
        "sms.template",
        string="SMS Text",
        domain=[("model", "=", "dunning.notice")],
        compute="_compute_sms_template_id",
        store=True,
        readonly=False,
        help="What the message says, in the language of the contact.",
    )

    @api.depends("send_sms")
    def _compute_sms_template_id(self):
        """The text that is shipped, until another one is chosen."""
        shipped = self.env.ref("receivable_dunning_sms.sms_template_reminder", raise_if_not_found=False)
        for level in self:
            if level.send_sms and not level.sms_template_id:
                level.sms_template_id = shipped

    @api.constrains("send_sms", "sms_template_id")
    def _check_sms(self):
        for level in self:
            if level.send_sms and not level.sms_template_id:
                raise ValidationError(self.env._("Level %(level)s needs a text for its SMS.", level=level.name))
        self._check_channels()

    def _is_task(self):
        """A text message needs no address either: whether there is a number is seen when the notice is sent."""
        return super()._is_task() or self.send_sms
