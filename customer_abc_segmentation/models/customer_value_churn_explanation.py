from odoo import api, fields, models
from odoo.tools import format_date, formatLang


class CustomerValue(models.Model):
    """Why this churn risk and this lifetime value, with the figures they were computed from."""

    _inherit = "customer.value"

    churn_explanation = fields.Text(string="Why", compute="_compute_churn_explanation")

    @api.depends("churn_reason", "churn_method", "churn_risk", "clv")
    @api.depends_context("lang")
    def _compute_churn_explanation(self):
        for value in self:
            if value.churn_reason:
                sentences = [
                    value._explain_history(),
                    value._explain_risk(),
                    value._explain_expected(),
                    value._explain_clv(),
                ]
                value.churn_explanation = "\n".join(sentence for sentence in sentences if sentence)
            else:
                value.churn_explanation = self.env._("Nothing to say yet: this customer never bought.")

    # ------------------------------------------------------------------
    # SENTENCES
    # ------------------------------------------------------------------

    def _percent(self, share):
        return f"{formatLang(self.env, 100 * share, digits=1)} %"

    def _number(self, figure, digits=0):
        return formatLang(self.env, figure, digits=digits)

    def _money(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency_id)

    def _explain_history(self):
        reason = self.churn_reason
        facts = {
            "date": format_date(self.env, reason["as_of"]),
            "count": self._number(reason["purchases"]),
            "days": self._number(reason["recency"]),
        }
        if reason["gap"] is None:
            return self.env._("As of %(date)s: bought once, %(days)s days ago.", **facts)
        return self.env._(
            "As of %(date)s: bought on %(count)s days, usually every %(gap)s days; the last time %(days)s days ago.",
            gap=self._number(reason["gap"]),
            **facts,
        )

    def _explain_risk(self):
        reason = self.churn_reason
        if self.churn_method == "none" or reason["risk"] is None:
            if reason["gap"] is None:
                return self.env._("No churn risk: one purchase tells nothing of a rhythm.")
            return self.env._("No churn risk: there are too few repeat purchases in the company to learn from.")
        facts = {"risk": self._percent(reason["risk"]), "days": self._number(reason["days"])}
        sentences = {
            "bg_nbd": self.env._(
                "Churn risk %(risk)s: so likely is no purchase within %(days)s days for somebody with this history "
                "(BG/NBD).",
                **facts,
            ),
            "logistic": self.env._(
                "Churn risk %(risk)s: of customers with such days since the last purchase, number of purchases, "
                "revenue and time as a customer, so many did not buy within %(days)s days (logistic regression).",
                **facts,
            ),
            "rhythm": self.env._(
                "Churn risk %(risk)s: of customers who waited so many of their own usual gaps, so many did not buy "
                "within %(days)s more days (own rhythm).",
                **facts,
            ),
        }
        return sentences[self.churn_method]

    def _explain_expected(self):
        reason = self.churn_reason
        last_year = self.env._(
            "The last 12 months had %(count)s purchases and a net revenue of %(revenue)s.",
            count=self._number(reason["year_purchases"]),
            revenue=self._money(reason["year_revenue"]),
        )
        if self.value_at_risk is None:
            return last_year
        at_risk = self.env._(
            "Churn risk x revenue of the last 12 months: %(amount)s are at risk.",
            amount=self._money(self.value_at_risk),
        )
        return f"{last_year} {at_risk}"

    def _explain_clv(self):
        reason = self.churn_reason
        if self.clv is None:
            return self.env._(
                "No lifetime value: there is no hold-out yet to learn what customers keep buying, or no margin is "
                "known."
            )
        facts = {
            "clv": self._money(self.clv),
            "low": self._money(self.clv_low),
            "high": self._money(self.clv_high),
            "years": reason["years"],
            "margin": self._percent(reason["margin_rate"]),
            "rate": self._percent(reason["rate"]),
        }
        if reason["expectation"] == "bg_nbd":
            sentence = self.env._(
                "Lifetime value %(clv)s (at least 8 of 10 such customers: %(low)s to %(high)s): purchases expected in "
                "%(years)s years (BG/NBD) x their mean value (Gamma-Gamma) x margin of %(margin)s, discounted by "
                "%(rate)s a year.",
                **facts,
            )
        else:
            sentence = self.env._(
                "Lifetime value %(clv)s (8 of 10 such revenues: %(low)s to %(high)s): revenue of the last 12 months, "
                "kept for %(years)s years as customers of this company keep it, x margin of %(margin)s, discounted by "
                "%(rate)s a year.",
                **facts,
            )
        parts = [sentence, self._explain_loss()]
        if not self.clv_high:
            parts.append(
                self.env._("Nine of ten such customers bring nothing more: the mean is that of the few who do.")
            )
        return " ".join(part for part in parts if part)

    def _explain_loss(self):
        loss, unit = self.churn_reason["loss"], self.churn_reason["unit"]
        if not loss:
            return ""
        if unit == "amount":
            return self.env._("An expected credit loss of %(loss)s is deducted.", loss=self._money(loss))
        share = self._percent(loss if unit == "share" else loss / 100)
        return self.env._("An expected credit loss of %(loss)s of the revenue is deducted.", loss=share)
