from odoo import api, fields, models
from odoo.tools import format_date, formatLang

from ..core.stage import AT_RISK, FIRST_PURCHASE, LOST, LOYAL, PROSPECT, REPEAT, WON_BACK, limits


class CustomerValue(models.Model):
    """Why this segment, this stage, this trend: sentences with the figures and limits that decided."""

    _inherit = "customer.value"

    segment_explanation = fields.Text(string="Why This Segment", compute="_compute_explanations")
    stage_explanation = fields.Text(string="Why This Stage", compute="_compute_explanations")
    trend_explanation = fields.Text(string="Why This Trend", compute="_compute_explanations")
    potential_explanation = fields.Text(string="Where There Is Potential", compute="_compute_explanations")

    @api.depends_context("lang")
    @api.depends("rfm_segment_id", "stage", "growth_trend", "potential_missing", "wallet_share", "monetary", "date")
    def _compute_explanations(self):
        scores = {policy: policy._get_score_limits() for policy in self.policy_id}
        categories = self._get_missing_categories()
        for value in self:
            value.segment_explanation = value._explain_segment(scores[value.policy_id])
            value.stage_explanation = value._explain_stage()
            value.trend_explanation = value._explain_trend()
            value.potential_explanation = value._explain_potential(categories)

    # ------------------------------------------------------------------
    # SEGMENT
    # ------------------------------------------------------------------

    def _explain_segment(self, scores):
        """``scores``: limits of the scores of the policy, see ``_get_score_limits``."""
        start, end = self.policy_id._get_window(self.date)
        if not self.rfm_segment_id:
            return self.env._(
                "No segment: no purchase from %(start)s to %(end)s. Scores compare those who bought in this time.",
                start=format_date(self.env, start),
                end=format_date(self.env, end),
            )
        return " ".join(
            [
                self.env._(
                    "%(segment)s, by recency %(r)s and frequency %(f)s of 5.",
                    segment=self.rfm_segment_id.name,
                    r=self.rfm_r,
                    f=self.rfm_f,
                ),
                self._explain_recency(scores),
                self._explain_frequency(scores),
                self._explain_monetary(scores),
            ]
        )

    def _explain_recency(self, scores):
        if self.rfm_r == 1:
            return self.env._("The last purchase was %(days)s days ago: score 1, the lowest.", days=self.recency_days)
        return self.env._(
            "The last purchase was %(days)s days ago; score %(score)s is given up to %(limit)s days.",
            days=self.recency_days,
            score=self.rfm_r,
            limit=formatLang(self.env, scores["r", self.rfm_r], digits=0),
        )

    def _explain_frequency(self, scores):
        start, end = self.policy_id._get_window(self.date)
        return self.env._(
            "%(count)s purchases from %(start)s to %(end)s; score %(score)s is given from %(limit)s.",
            count=self.frequency,
            start=format_date(self.env, start),
            end=format_date(self.env, end),
            score=self.rfm_f,
            limit=formatLang(self.env, scores["f", self.rfm_f], digits=0),
        )

    def _explain_monetary(self, scores):
        if self.rfm_m == 1:
            return self.env._("Revenue %(amount)s: score 1, the lowest.", amount=self._format(self.monetary))
        return self.env._(
            "Revenue %(amount)s; score %(score)s is given from %(limit)s.",
            amount=self._format(self.monetary),
            score=self.rfm_m,
            limit=self._format(scores["m", self.rfm_m]),
        )

    def _format(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency_id)

    def _format_share(self, share):
        return f"{formatLang(self.env, 100 * share, digits=1)} %"

    # ------------------------------------------------------------------
    # STAGE
    # ------------------------------------------------------------------

    def _explain_stage(self):
        if not self.stage:
            return self.env._(
                "No stage: there are credit notes only, or nothing at all, so there is nothing to tell it from."
            )
        sentence = self._get_stage_sentences()[self.stage]
        return " ".join(filter(None, [sentence, self._explain_limits()]))

    def _get_stage_sentences(self):
        """``{stage: why}``, filled with the figures of this customer."""
        policy = self.policy_id
        facts = {"days": self.recency_days, "count": self.purchase_count, "frequency": self.frequency}
        first = format_date(self.env, self.first_invoice_date)
        return {
            PROSPECT: self.env._("Prospect: never invoiced."),
            FIRST_PURCHASE: self.env._("First purchase: bought once, %(days)s days ago.", **facts),
            REPEAT: self.env._(
                "Repeat: bought on %(count)s days since %(first)s, %(frequency)s of them in the window.",
                first=first,
                **facts,
            )
            + " "
            + self.env._(
                "Loyal needs %(needed)s in the window and a first purchase at least %(months)s months ago.",
                needed=policy.loyal_purchases,
                months=policy.loyal_months,
            ),
            LOYAL: self.env._(
                "Loyal: %(frequency)s purchases in the window, %(needed)s are needed, and a customer since %(first)s, "
                "longer than %(months)s months.",
                first=first,
                needed=policy.loyal_purchases,
                months=policy.loyal_months,
                **facts,
            ),
            AT_RISK: self.env._("At risk: silent for %(days)s days.", **facts),
            LOST: self.env._("Lost: silent for %(days)s days.", **facts),
            WON_BACK: self.env._(
                "Won back: within the last %(window)s days a silence of %(gap)s days ended, after which the customer "
                "counted as lost.",
                window=policy.won_back_days,
                gap=self.gap_ended,
            ),
        }

    def _explain_limits(self):
        """How much silence is normal for the customer."""
        if self.stage == PROSPECT:
            return ""
        policy = self.policy_id
        limit = limits(self.gap_median, policy._get_thresholds())
        days = {"at_risk": round(limit.at_risk), "lost": round(limit.lost)}
        if self.gap_median is None:
            return self.env._(
                "Too few purchases for a rhythm of its own: at risk after %(at_risk)s days of silence, lost after "
                "%(lost)s.",
                **days,
            )
        return self.env._(
            "It buys every %(median)s days (median; the middle half of the gaps differ by up to %(spread)s days): at "
            "risk after %(at_risk)s days of silence, lost after %(lost)s.",
            median=formatLang(self.env, self.gap_median, digits=0),
            spread=formatLang(self.env, self.gap_spread, digits=0),
            **days,
        )

    # ------------------------------------------------------------------
    # TREND
    # ------------------------------------------------------------------

    def _explain_trend(self):
        policy = self.policy_id
        if not self.growth_trend:
            return self.env._(
                "Not enough data for a trend: it needs %(periods)s complete periods after the one of the first "
                "purchase, %(active)s of them with revenue.",
                periods=policy.growth_minimum_periods,
                active=policy.growth_minimum_active,
            )
        facts = {
            "slope": self._format(self.growth_slope),
            "rate": self._format_share(self.growth_rate or 0),
            "confidence": self._format_share(policy.growth_confidence / 100),
        }
        if self.growth_trend == "steady":
            return self.env._(
                "No clear trend: the line through the revenue of the periods changes by %(slope)s each, %(rate)s of "
                "the mean, which is not significant at %(confidence)s confidence.",
                **facts,
            )
        return self.env._(
            "The line through the revenue of the periods changes by %(slope)s each, %(rate)s of the mean; significant "
            "at %(confidence)s confidence.",
            **facts,
        )

    # ------------------------------------------------------------------
    # POTENTIAL
    # ------------------------------------------------------------------

    def _get_missing_categories(self):
        """``{id: name}`` of all product categories that some of the customers miss."""
        ids = {category for value in self for category, _share in value.potential_missing or ()}
        # sudo: names of product categories, which a salesperson of another app may not read
        categories = self.env["product.category"].sudo().browse(ids).exists()
        return {category.id: category.display_name for category in categories}

    def _explain_potential(self, categories):
        sentences = []
        if self.potential_categories:
            sentences.append(self._explain_breadth())
        names = [
            f"{categories[category]} ({self._format_share(share)})"
            for category, share in self.potential_missing or ()
            if category in categories
        ]
        if names:
            sentences.append(
                self.env._("Not bought, but by so many of them: %(categories)s.", categories=", ".join(names))
            )
        if self.wallet_share:
            sentences.append(
                self.env._(
                    "%(share)s of what it buys of our kind is bought from us: %(amount)s more are possible.",
                    share=self._format_share(self.wallet_share),
                    amount=self._format(self.potential_amount),
                )
            )
        return " ".join(sentences) or self.env._(
            "Nothing to tell a potential from: no products on the invoices, and no share of wallet entered."
        )

    def _explain_breadth(self):
        facts = {
            "count": self.potential_categories,
            "peers": self.potential_peer_count,
            "median": formatLang(self.env, self.potential_peers, digits=1),
        }
        if not self.potential_peer_count:
            return self.env._(
                "Bought %(count)s product categories in the window; too few customers to compare with.", **facts
            )
        if self.potential_is_alike:
            return self.env._(
                "Bought %(count)s product categories in the window; %(peers)s comparable customers (%(field)s) buy "
                "%(median)s in the middle.",
                field=self.policy_id.peer_field_id.sudo().field_description,
                **facts,
            )
        return self.env._(
            "Bought %(count)s product categories in the window; all %(peers)s customers buy %(median)s in the middle.",
            **facts,
        )
