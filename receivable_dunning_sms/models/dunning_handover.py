from odoo import models
from odoo.tools import SQL


class DunningHandover(models.Model):
    """Text messages are announced like e-mails; their numbers are negative."""

    _inherit = "dunning.handover"

    def _waiting_sql(self):
        self.env["sms.sms"].flush_model(["state"])
        return SQL("%s UNION ALL SELECT -id FROM sms_sms WHERE state = 'outgoing'", super()._waiting_sql())
