"""Who puts a guarantee in force, and who gives it back."""

from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class CreditGuarantee(models.Model):
    _inherit = "credit.guarantee"

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def _expect(self, state):
        if self.filtered(lambda guarantee: guarantee.state != state):
            raise UserError(self.env._("Some of these guarantees are in another state by now: reload the page."))

    def _check_may_decide(self):
        """A manager decides on any cover, a controller up to the own allowance."""
        self.check_access("write")
        user = self.env.user
        if user.has_group("customer_credit_mgmt.group_credit_manager"):
            return
        if not user.has_group("customer_credit_mgmt.group_credit_controller"):
            raise AccessError(self.env._("Only credit controllers and managers decide on guarantees."))
        # sudo: a user may use his own allowance without reading the settings of users
        allowance = user.sudo().credit_release_amount
        for guarantee in self:
            currency = guarantee.company_id.currency_id
            if currency.compare_amounts(guarantee._nominal_in_company_currency(), allowance) > 0:
                raise UserError(
                    self.env._(
                        "You may decide on guarantees up to %(allowance)s; this needs a credit manager.",
                        allowance=currency.format(allowance),
                    )
                )

    def _nominal_in_company_currency(self):
        company = self.company_id
        return self.currency_id._convert(
            self.amount, company.currency_id, company, fields.Date.context_today(self), round=False
        )

    def action_activate(self):
        """Four eyes: who entered the guarantee does not put it in force."""
        self._expect("draft")
        self._check_may_decide()
        if self.filtered(lambda guarantee: guarantee.entered_by == self.env.user):
            raise UserError(
                self.env._("You entered this guarantee yourself: another controller or manager has to activate it.")
            )
        self._sign(state="active", activated_by=self.env.uid, activated_on=fields.Datetime.now())
        self._apply()

    def action_release(self):
        """Give the guarantee back: from today on it covers nothing."""
        self._expect("active")
        self._check_may_decide()
        today = fields.Date.context_today(self)
        self._sign(state="released", released_by=self.env.uid, released_on=today)
        self._close_alarms()
        self._apply()

    def action_renew(self):
        """A draft that continues where this one ends."""
        self.ensure_one()
        if not self.date_to:
            raise UserError(self.env._("This guarantee has no end: there is nothing to renew."))
        renewal = self.copy({"date_from": fields.Date.add(self.date_to, days=1), "date_to": False})
        renewal._sign(renews_id=self.id)
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": renewal.id,
            "views": [(False, "form")],
        }

    def action_open_claims(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_credit_mgmt.action_credit_guarantee_claim")
        return {**action, "domain": [("guarantee_id", "=", self.id)], "context": {}}

    def _apply(self):
        """What follows from a change of the cover."""
        profiles = self.profile_id
        # sudo: the native limit and the status follow from the guarantee, whoever decided on it
        self.env["credit.limit"].sudo()._sync_native_limit(profiles.sudo())
        profiles.sudo()._refresh_status()
