"""What a check says of a shared pot and of an insurer's terms."""

from odoo import api, models


class CreditCheck(models.Model):
    _inherit = "credit.check"

    @api.model
    def _sentence(self, reason, currency):
        money = {
            "group": reason.get("label"),
            "figure": currency.format(reason["figure"]),
            "threshold": currency.format(reason["threshold"]),
            "excess": currency.format(reason["figure"] - reason["threshold"]),
        }
        match reason["kind"]:
            case "over_group":
                return self.env._(
                    "Exposure of the credit group %(group)s with this document %(figure)s, cap %(threshold)s:"
                    " %(excess)s over.",
                    **money,
                )
            case "group_used_up":
                return self.env._(
                    "Exposure of the credit group %(group)s without drafts %(figure)s, cap %(threshold)s: the next"
                    " document would be over it.",
                    **money,
                )
            case "near_group":
                return self.env._(
                    "%(share)d %% of the cap of the credit group %(group)s is used.",
                    share=round(reason["figure"] * 100),
                    group=money["group"],
                )
            case "insurer_stop":
                return self.env._(
                    "The oldest open item is %(days)d days overdue: from %(allowed)d days on the credit insurance"
                    " covers no further delivery.",
                    days=reason["figure"],
                    allowed=reason["threshold"],
                )
        return super()._sentence(reason, currency)
