from odoo import api, models

# Headers by which robots say that nobody has read the e-mail (RFC 3834 and what was in use before).
AUTOMATIC = {"auto-submitted": None, "x-autoreply": None, "x-autorespond": None, "precedence": "auto_reply"}


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """An absence note is kept with the notice it answers, but it is no answer (see dunning.notice)."""
        if self._is_automatic_reply(message):
            self = self.with_context(dunning_automatic_reply=True)  # noqa: PLW0642
        return super()._message_route_process(message, message_dict, routes)

    @api.model
    def _is_automatic_reply(self, message):
        for header, wanted in AUTOMATIC.items():
            value = (message.get(header) or "").strip().lower()
            if value and value != "no" and wanted in (None, value):
                return True
        return False
