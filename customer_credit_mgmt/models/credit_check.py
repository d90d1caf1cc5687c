import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

_logger = logging.getLogger(__name__)

# What a check was decided on, and how: nobody changes it afterwards.
FROZEN = {
    "res_model",
    "res_id",
    "stage",
    "profile_id",
    "partner_id",
    "company_id",
    "amount",
    "verdict",
    "reasons",
    "inputs",
    "policy_id",
    "requested_by",
}


class CreditCheck(models.Model):
    """The documented decision on a document. Append-only: it is decided once, then released or rejected once."""

    _name = "credit.check"
    _description = "Credit Check"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"

    res_model = fields.Char(string="Document Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(string="Document", model_field="res_model", required=True, readonly=True)
    document_name = fields.Char(compute="_compute_document")
    stage = fields.Selection([("invoice", "Invoice")], required=True, readonly=True)
    profile_id = fields.Many2one("credit.profile", required=True, index=True, readonly=True, ondelete="restrict")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    policy_id = fields.Many2one("credit.policy", readonly=True, ondelete="restrict")
    amount = fields.Monetary(readonly=True, help="Of the document, in the company's currency.")
    verdict = fields.Selection([("pass", "Pass"), ("warn", "Warn"), ("block", "Hold")], required=True, readonly=True)
    state = fields.Selection(
        [
            ("done", "Done"),
            ("held", "Held"),
            ("released", "Released"),
            ("rejected", "Rejected"),
            ("superseded", "Superseded"),
        ],
        required=True,
        readonly=True,
        index=True,
        tracking=True,
        help="Held: the document waits for a release. Released: it may pass, up to the amount and until the date"
        " below.\n"
        "Rejected: somebody decided that it shall not pass. Superseded: decided anew later.",
    )
    reasons = fields.Json(
        string="Reasons as Data", readonly=True, help="Broken rules with figure and threshold, as of the decision."
    )
    inputs = fields.Json(string="Decision Inputs", readonly=True, help="All figures that the decision was based on.")
    reason_text = fields.Text(compute="_compute_reason_text", string="Reasons")
    offer_text = fields.Text(compute="_compute_reason_text", string="What Would Make It Pass")
    requested_by = fields.Many2one("res.users", readonly=True, help="Who wanted the document to pass.")
    days_waiting = fields.Integer(compute="_compute_days_waiting")
    decided_by = fields.Many2one("res.users", string="Released or Rejected By", readonly=True)
    decided_on = fields.Datetime(readonly=True)
    decision_reason = fields.Text(readonly=True)
    released_amount = fields.Monetary(readonly=True, help="The release holds for this document up to this amount.")
    valid_until = fields.Date(readonly=True, help="Last day of the release.")

    _document_idx = models.Index("(res_model, res_id)")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    def _document(self):
        """The document, if it still exists."""
        self.ensure_one()
        return self.env[self.res_model].browse(self.res_id).exists()

    @api.depends("res_model", "res_id")
    def _compute_document(self):
        for check in self:
            # sudo: a controller reads the name of a document that he decides on
            document = check.sudo()._document()
            check.document_name = document.display_name if document else self.env._("(deleted)")

    @api.depends("res_model", "res_id", "partner_id")
    def _compute_display_name(self):
        for check in self:
            check.display_name = f"{check.document_name} · {check.partner_id.display_name}"

    @api.depends("reasons", "inputs")
    @api.depends_context("lang")
    def _compute_reason_text(self):
        for check in self:
            check.reason_text = "\n".join(self._sentences(check.reasons or [], check.currency_id))
            check.offer_text = self._offer_text((check.inputs or {}).get("offer"), check.currency_id)

    @api.depends("state", "create_date", "decided_on")
    def _compute_days_waiting(self):
        now = fields.Datetime.now()
        for check in self:
            waiting = check.create_date and ((check.decided_on or now) - check.create_date).days
            check.days_waiting = waiting if check.state != "done" and waiting else 0

    # ------------------------------------------------------------------
    # CRUD: append-only
    # ------------------------------------------------------------------

    def write(self, vals):
        if FROZEN & vals.keys():
            raise UserError(self.env._("A credit check records what was decided on: it is never changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Credit checks are kept: an auditor may ask for them."))

    # ------------------------------------------------------------------
    # DECISIONS
    # ------------------------------------------------------------------

    def _check_may_decide(self, amount):
        """A manager decides on any amount, a controller up to his own, nobody on the own request."""
        user = self.env.user
        if user.has_group("customer_credit_mgmt.group_credit_manager"):
            return
        if not user.has_group("customer_credit_mgmt.group_credit_controller"):
            raise AccessError(self.env._("Only a credit controller can release or reject a held document."))
        # sudo: a user may use his own allowance without reading the settings of users
        allowance = user.sudo().credit_release_amount
        if self.currency_id.compare_amounts(amount, allowance) > 0:
            raise UserError(
                self.env._(
                    "You may release up to %(allowance)s; this needs a credit manager.",
                    allowance=self.currency_id.format(allowance),
                )
            )

    def _release(self, amount, valid_until, reason):
        """Let one held document pass, up to ``amount`` and until ``valid_until``; then pass it."""
        self.ensure_one()
        self._expect_held()
        self._check_may_decide(amount)
        is_manager = self.env.user.has_group("customer_credit_mgmt.group_credit_manager")
        if self.requested_by == self.env.user and not (is_manager and self.policy_id.own_release):
            raise UserError(self.env._("You asked for this document yourself: somebody else has to release it."))
        if self.currency_id.compare_amounts(amount, self.amount) < 0:
            raise UserError(
                self.env._(
                    "The document is %(amount)s: release at least that much, or ask for a smaller document.",
                    amount=self.currency_id.format(self.amount),
                )
            )
        if not valid_until or valid_until < fields.Date.context_today(self):
            raise UserError(self.env._("The release would have ended already: choose today or a later day."))
        self._decide_held("released", reason, released_amount=amount, valid_until=valid_until)
        if obstacle := self._pass_document():
            # sudo: a controller need not have a right on the document
            self._document().sudo().message_post(
                body=self.env._("Released by credit control, but: %(obstacle)s", obstacle=obstacle)
            )

    def _pass_document(self):
        """Pass the document for who asked; return what else stands in its way, if anything.

        Who asked had the right to: the button looked before the document was held.
        """
        # sudo: he may have left, and who releases need not have the right himself
        document = self._document().with_user(self.requested_by).sudo()
        try:
            with self.env.cr.savepoint():
                document._credit_resume()
        except UserError as error:
            _logger.info("%s does not pass: %s", document, error)
            return str(error)
        return False

    def _reject(self, reason):
        self.ensure_one()
        self._expect_held()
        self._check_may_decide(self.amount)
        self._decide_held("rejected", reason)

    def _expect_held(self):
        if self.filtered(lambda check: check.state != "held"):
            raise UserError(self.env._("This document was decided on meanwhile: reload the page."))

    def _decide_held(self, state, reason, **values):
        # sudo: nobody may write checks directly; who may decide was checked above
        self.sudo().write(
            {
                "state": state,
                "decided_by": self.env.uid,
                "decided_on": fields.Datetime.now(),
                "decision_reason": reason,
                **values,
            }
        )
        self.sudo().activity_feedback(["customer_credit_mgmt.mail_activity_type_held"], feedback=reason)

    def _supersede(self):
        """These documents were decided anew."""
        if not (held := self.filtered(lambda check: check.state == "held")):
            return
        held.write({"state": "superseded"})
        held.activity_unlink(["customer_credit_mgmt.mail_activity_type_held"])

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_open_document(self):
        self.ensure_one()
        document = self._document()
        if not document:
            raise UserError(self.env._("This document was deleted."))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    # ------------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------------

    @api.model
    def _cron_reevaluate_held(self):
        """Let documents pass whose facts are good by now, as if their user had tried again."""
        held = self.search([("state", "=", "held")], order="id")
        progress = self.env["ir.cron"]
        progress._commit_progress(remaining=len(held))
        for check_id in held.ids:
            check = self.browse(check_id).try_lock_for_update().filtered(lambda check: check.state == "held")
            document = check and check._document()
            if check and (not document or not document._credit_is_waiting()):
                check._supersede()
            elif document and document._credit_verdicts()[document].outcome != "block":
                check._pass_document()
            if not progress._commit_progress(1):
                break
