from odoo import api, models


class CreditCheck(models.Model):
    _inherit = "credit.check"

    @api.model
    def _sentence_without_money(self, reason):
        if reason["kind"] == "dunning_watch":
            return self.env._("The customer was reminded at a level that asks to watch it.")
        return super()._sentence_without_money(reason)
