from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..core.key_account import FIGURES
from .key_account_review import KEY_FIGURES


class KeyAccountReview(models.Model):
    """Making sheets, and freezing their figures: for many customers in a constant number of statements."""

    _inherit = "key.account.review"

    def _create_for(self, partners, period, policy):
        """Drafts for customers (commercial partners) that have none of the period yet, with frozen figures.

        :param period: ``core.key_account_period.Period``, over already
        :param policy: ``key.account.policy``; says the company, who prepares and what is shown
        :return: the new drafts
        """
        company = policy.company_id
        self._check_over(period)
        partners = partners.commercial_partner_id - self._get_reviewed(partners, period, company)
        responsible = policy._get_responsible(partners)
        # sudo: sheets are made here only, with figures that nobody types
        reviews = (
            self.sudo()
            .with_context(mail_create_nosubscribe=True)
            .create(
                [
                    {
                        "partner_id": partner.id,
                        "company_id": company.id,
                        "currency_id": company.currency_id.id,
                        "period_kind": period.kind,
                        "date_from": period.start,
                        "date_to": period.end,
                        "user_id": responsible[partner.id].id,
                    }
                    for partner in partners
                ]
            )
        )
        reviews._freeze(policy)
        reviews._tell_responsible()
        return reviews.sudo(self.env.su)

    def _check_over(self, period):
        if period.end >= fields.Date.context_today(self):
            raise UserError(
                self.env._(
                    "%(period)s is not over yet: its figures would be those of a part. Choose an earlier period.",
                    period=self._name_period(period.kind, period.start),
                )
            )

    def _get_reviewed(self, partners, period, company):
        """Those of the customers that have a sheet of the period."""
        # sudo: also sheets that the user does not see
        reviews = self.sudo().search(
            Domain("company_id", "=", company.id)
            & Domain("partner_id", "in", partners.commercial_partner_id.ids)
            & Domain("period_kind", "=", period.kind)
            & Domain("date_from", "=", period.start)
        )
        return reviews.partner_id.sudo(False)

    def _tell_responsible(self):
        """An activity on each draft for who prepares it, unless that is who makes it."""
        for user, reviews in self.grouped("user_id").items():
            if user and user != self.env.user:
                # without a mail per sheet: the activities stand in the to-do list
                reviews.with_context(mail_activity_quick_update=True).activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=user.id,
                    summary=self.env._("Prepare the key-account sheet"),
                )

    # ------------------------------------------------------------------
    # FREEZING
    # ------------------------------------------------------------------

    def _freeze(self, policy):
        """Read the figures of sheets of one company and period and keep them, beside those of the previous sheets."""
        if not self:
            return
        gathered = self.env["key.account.facts"]._gather(self.partner_id, self[0]._get_period(), policy)
        previous = self._get_previous()
        today = fields.Date.context_today(self)
        for review in self:
            frozen = gathered[review.partner_id.id]
            before = previous.get(review.partner_id, self.browse())
            values = frozen["values"]
            review.write(
                {
                    "figures": {**frozen, "previous": before._get_kept()},
                    "frozen_on": today,
                    "previous_id": before.id,
                    "class_code": values["class"],
                    **{name: values[name] or 0.0 for name in KEY_FIGURES},
                }
            )
        self._measure_actions()

    def _get_previous(self):
        """``{customer: the last sheet before, of the same kind of period and currency}`` of sheets of one period."""
        first = self[0]
        rows = self.search(
            Domain("company_id", "=", first.company_id.id)
            & Domain("period_kind", "=", first.period_kind)
            & Domain("currency_id", "=", first.currency_id.id)
            & Domain("partner_id", "in", self.partner_id.ids)
            & Domain("date_to", "<", first.date_from),
            order="date_to",
        )
        return {review.partner_id: review for review in rows}

    def _get_kept(self):
        """What a later sheet keeps of this one, to stand beside its own figures; None of no sheet."""
        if not self:
            return None
        return {
            "start": self.date_from.isoformat(),
            "values": {code: self.figures["values"].get(code) for code in FIGURES},
            "fields": {field["name"]: field["value"] for field in self.figures["fields"]},
        }

    def _measure_actions(self):
        """Fill in what became of the targets agreed on earlier sheets of the same customers."""
        first = self[0]
        actions = self.env["key.account.action"].search(
            Domain("company_id", "=", first.company_id.id)
            & Domain("partner_id", "in", self.partner_id.ids)
            & Domain("review_id.period_kind", "=", first.period_kind)
            & Domain("review_id.date_to", "<", first.date_from)
            & Domain("figure", "!=", False)
            & Domain("state", "!=", "cancelled")
        )
        by_partner = {review.partner_id: review for review in self}
        for action in actions:
            action._measure_by(by_partner[action.partner_id])
