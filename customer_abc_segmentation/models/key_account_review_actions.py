from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

MANAGER = "customer_abc_segmentation.group_segmentation_manager"


class KeyAccountReview(models.Model):
    """Buttons of the sheet: who may bring it from draft to signed, and back."""

    _inherit = "key.account.review"

    # ------------------------------------------------------------------
    # STATES
    # ------------------------------------------------------------------

    def _expect(self, *states):
        if self.filtered(lambda review: review.state not in states):
            raise UserError(self.env._("Some of these sheets are in another state by now: reload the page."))

    def _check_may_prepare(self):
        """Managers, and who is responsible; the record rules say the rest."""
        self.check_access("write")
        foreign = self.filtered(lambda review: review.user_id != self.env.user)
        if foreign and not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._(
                    "%(review)s is prepared by %(user)s, or by a manager.",
                    review=foreign[0].display_name,
                    user=foreign[0].user_id.name or self.env._("nobody yet"),
                )
            )

    def _check_manager(self):
        self.check_access("write")
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only segmentation managers sign and reopen key-account sheets."))

    def _set_state(self, state, **values):
        # sudo: the only door to the state; who may pass it was checked by the action
        self.sudo().write({"state": state, **values})

    def action_submit(self):
        """The preparer has said everything: somebody else reads and signs."""
        self._check_may_prepare()
        self._expect("draft")
        self._set_state("review", prepared_by_id=self.env.uid, prepared_on=fields.Datetime.now())
        # sudo: also an activity that was given to somebody else is done with it
        self.sudo().activity_feedback(["mail.mail_activity_data_todo"])

    def action_back_to_draft(self):
        """Out of review again, to read the figures anew."""
        self._check_may_prepare()
        self._expect("review")
        self._set_state("draft", prepared_by_id=False, prepared_on=False)

    def action_sign(self):
        """Sign sheets that somebody else prepared: from now on nothing on them changes."""
        self._check_manager()
        self._expect("review")
        if own := self.filtered(lambda review: review.prepared_by_id == self.env.user):
            raise UserError(
                self.env._(
                    "You prepared %(review)s yourself: another manager has to sign it.", review=own[0].display_name
                )
            )
        self._set_state("signed", signed_by_id=self.env.uid, signed_on=fields.Datetime.now())

    def action_reopen(self):
        """Ask for the reason, see the wizard."""
        self._check_manager()
        self._expect("signed")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("customer_abc_segmentation.action_key_account_reopen"),
            "context": {"default_review_ids": self.ids},
        }

    def _reopen(self, reason):
        """Take a signature back, for a reason that stays in the chatter. The figures stay as they were signed."""
        self._check_manager()
        self._expect("signed")
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the sheet is reopened."))
        for review in self:
            review.message_post(
                body=Markup("<p>%s</p>")
                % self.env._(
                    "Reopened; it was signed by %(user)s. Reason: %(reason)s",
                    user=review.signed_by_id.sudo().name,
                    reason=reason,
                )
            )
        self._set_state("review", signed_by_id=False, signed_on=False)

    # ------------------------------------------------------------------
    # FIGURES
    # ------------------------------------------------------------------

    def action_refresh(self):
        """Read the figures of drafts again, as they are posted by now."""
        self._check_may_prepare()
        self._expect("draft")
        for (company, *_period), reviews in self.grouped(
            lambda review: (review.company_id, review.period_kind, review.date_from)
        ).items():
            before = {review: (review.revenue, review.overdue) for review in reviews}
            # sudo: figures are written here only
            reviews.sudo()._freeze(self.env["key.account.policy"]._get_for(company))
            reviews._tell_refreshed(before)

    def _tell_refreshed(self, before):
        for review in self:
            revenue, overdue = before[review]
            review.message_post(
                body=self.env._(
                    "Figures read again: revenue %(old_revenue)s → %(revenue)s, overdue %(old_overdue)s → %(overdue)s.",
                    old_revenue=review.currency_id.format(revenue),
                    revenue=review.currency_id.format(review.revenue),
                    old_overdue=review.currency_id.format(overdue),
                    overdue=review.currency_id.format(review.overdue),
                )
            )

    # ------------------------------------------------------------------
    # OPENING AND PRINTING
    # ------------------------------------------------------------------

    def action_open_previous(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.previous_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_open_reviews_of_customer(self):
        """All sheets of the customer."""
        self.ensure_one()
        return self.partner_id.action_open_key_account_reviews()

    def action_print(self):
        """The sheets as one PDF, in the language of who prints it."""
        return self.env.ref("customer_abc_segmentation.action_report_key_account_review").report_action(self)

    def action_export(self):
        """The sheets as a workbook."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/customer_abc_segmentation/key_account_reviews.xlsx?ids={','.join(map(str, self.ids))}",
            "target": "download",
        }
