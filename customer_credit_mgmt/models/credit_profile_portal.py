from odoo import api, models
from odoo.tools import format_date


class CreditProfile(models.Model):
    """What a customer sees of the own credit position on the portal."""

    _inherit = "credit.profile"

    @api.model
    def _portal_companies(self):
        """Root companies of the logged-in portal user that show the position. Employees have the real screens."""
        user = self.env.user
        if not user.share:
            return self.env["res.company"]
        # sudo: a customer may not read companies; the switch says what they see
        return user.sudo().company_ids.root_id.filtered("credit_portal")

    @api.model
    def _of_portal_user(self):
        """The profiles of the logged-in user's own commercial entity, where the company shows them."""
        companies = self._portal_companies()
        # sudo: the customer has no right on profiles; the own ones are shown, and no parameter has a say in which
        profiles = self.sudo()
        if not companies:
            return profiles.browse()
        customer = self.env.user.partner_id.commercial_partner_id
        return profiles.search([("partner_id", "=", customer.id), ("company_id", "in", companies.ids)], order="id")

    def _portal_positions(self, as_of):
        """What the page shows of each profile, as the company allows; one query for the figures."""
        figures = {row["profile_id"]: row for row in self._gather_figures(as_of)}
        return [profile._portal_position(figures[profile.id]) for profile in self]

    def _portal_position(self, figures):
        """Drafts are not the customer's business, and do not count in the check either."""
        self.ensure_one()
        limited = self.limit_mode == "limited" and self.company_id.credit_portal_limit
        used = figures["exposure_amount"] - figures["draft_amount"]
        limit = figures["limit_amount"] or 0.0
        explained = self._is_explained_on_portal()
        return {
            "profile": self,
            "company": self.company_id,
            "currency": self.currency_id,
            "owed": figures["receivable_amount"],
            "used": max(used, 0.0),
            "overdue": figures["overdue_amount"],
            "overdue_days": figures["overdue_days"],
            "limit": limit if limited else None,
            "available": max(limit - used, 0.0) if limited else None,
            "over": self._over_sentence(used - limit) if limited and used > limit else None,
            "used_percent": self._portal_percent(used, limit),
            "explanation": self._explanation() if explained else None,
            **self._portal_contest(explained),
        }

    def _over_sentence(self, excess):
        return self.env._(
            "The limit is passed by %(amount)s: new orders may wait until you have paid.",
            amount=self.currency_id.format(excess),
        )

    def _portal_contest(self, explained):
        """What the person said last, and what became of it."""
        review = explained and self.review_ids.filtered("contested")[:1]
        if not review:
            return {"review": None, "said": None, "answer": None}
        answers = {
            "open": self.env._("A person is looking at it."),
            "confirmed": self.env._("A person looked at it and decided the same."),
            "overturned": self.env._("A person looked at it and decided in your favour."),
        }
        said = self.env._("You said on %(date)s:", date=format_date(self.env, review.contested_on))
        return {"review": review, "said": said, "answer": answers[review.state]}

    @api.model
    def _portal_percent(self, used, limit):
        """Width of the bar, 0 to 100."""
        if limit <= 0:
            return 100 if used > 0 else 0
        return round(min(max(used / limit, 0.0), 1.0) * 100)

    def _is_explained_on_portal(self):
        """A person sees their own score explained; the contacts of a person do not."""
        self.ensure_one()
        return (
            self.company_id.credit_portal_score
            and self.is_person
            and self.partner_id == self.env.user.partner_id.sudo()
        )
