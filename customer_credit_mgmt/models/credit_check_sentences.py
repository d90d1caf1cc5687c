"""The reasons and counter-offers of credit checks in the reader's language."""

from odoo import api, models


class CreditCheck(models.Model):
    _inherit = "credit.check"

    # ------------------------------------------------------------------
    # REASONS
    # ------------------------------------------------------------------

    @api.model
    def _sentences(self, reasons, currency):
        """The reasons in the reader's language."""
        return [self._sentence(reason, currency) for reason in reasons]

    @api.model
    def _sentence(self, reason, currency):
        money = {
            "figure": currency.format(reason["figure"]),
            "threshold": currency.format(reason["threshold"]),
            "excess": currency.format(reason["figure"] - reason["threshold"]),
        }
        match reason["kind"]:
            case "over_limit":
                return self.env._(
                    "Exposure with this document %(figure)s, limit %(threshold)s: %(excess)s over.", **money
                )
            case "limit_used_up":
                return self.env._(
                    "Exposure without drafts %(figure)s, limit %(threshold)s: the next document would be over it.",
                    **money,
                )
            case "near_limit":
                return self.env._("%(share)d %% of the limit is used.", share=round(reason["figure"] * 100))
            case "no_credit":
                return self.env._("This customer gets no credit: with this document %(figure)s would be owed.", **money)
            case "overdue_amount":
                return self.env._("%(figure)s are overdue, %(threshold)s are allowed.", **money)
            case "document_amount":
                return self.env._("The document is %(figure)s, up to %(threshold)s pass without a release.", **money)
            case _:
                return self._sentence_without_money(reason)

    @api.model
    def _sentence_without_money(self, reason):
        days = {"days": round(reason["figure"]), "allowed": round(reason["threshold"])}
        match reason["kind"]:
            case "overdue_days":
                return self.env._("The oldest open item is %(days)d days overdue, %(allowed)d are allowed.", **days)
            case "terms_longer":
                return self.env._("It falls due after %(days)d days, %(allowed)d are allowed.", **days)
            case "limit_expired" if days["days"]:
                return self.env._("The credit limit ended %(days)d days ago.", **days)
            case "limit_expired":
                return self.env._("The customer is limited, but no limit was ever approved.")
            case "review_overdue":
                return self.env._("The review of the customer is %(days)d days late, %(allowed)d are allowed.", **days)
            case "rating_below":
                return self.env._(
                    "The customer's rating is worse than %(rating)s: it starts at a score of %(score)d,"
                    " %(least)d is asked for.",
                    rating=reason.get("label"),
                    score=days["days"],
                    least=days["allowed"],
                )
            case "partner_domain":
                return self.env._("The customer meets a condition of the policy: %(name)s.", name=reason.get("label"))
            case "postponed":
                return self.env._(
                    "It was overdue when it was reset to draft, and is now due %(days)d days later.", **days
                )
            case "manual_hold":
                return self.env._("The customer was put on hold by hand.")

    # ------------------------------------------------------------------
    # COUNTER-OFFER
    # ------------------------------------------------------------------

    @api.model
    def _offer_text(self, offer, currency):
        """The options of a counter-offer, one per line; False without one."""
        options = (offer or {}).get("options", ())
        return "\n".join(self._option_sentence(option, currency) for option in options) or False

    @api.model
    def _option_sentence(self, option, currency):
        money = {name: currency.format(option[name] or 0.0) for name in ("pay", "amount", "rest", "guarantee")}
        parts = []
        match option["kind"]:
            case "pay":
                parts.append(self.env._("It passes after a payment of %(pay)s.", **money))
            case "reduce":
                parts.append(self.env._("It passes with a document of at most %(amount)s.", **money))
            case "split":
                text = self.env._("It passes in two parts: %(amount)s now, %(rest)s when %(pay)s is paid.", **money)
                parts.append(text)
            case "guarantee":
                parts.append(self.env._("It passes with a guarantee of %(guarantee)s more.", **money))
            case "terms":
                parts.append(self.env._("It passes when it is due within %(days)d days.", days=option["terms_days"]))
        if option["kind"] in ("pay", "guarantee") and option["amount"]:
            parts.append(self.env._("The document may then be at most %(amount)s.", **money))
        if option["kind"] != "terms" and option["terms_days"] is not None:
            parts.append(self.env._("It must then be due within %(days)d days.", days=option["terms_days"]))
        return " ".join(parts)
