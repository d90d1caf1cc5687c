from odoo import api, fields, models
from odoo.exceptions import UserError

# What a check was decided on, and how: nobody changes it afterwards.
FROZEN = {
    "res_model",
    "res_id",
    "stage",
    "profile_id",
    "partner_id",
    "company_id",
    "amount",
    "terms_days",
    "is_amendment",
    "verdict",
    "reasons",
    "inputs",
    "policy_id",
    "requested_by",
}

# Written once, with the decision; what follows each state.
DECISION = {"decided_by", "decided_for", "decided_on", "decision_reason", "released_amount", "valid_until"}
NEXT_STATES = {
    "held": {"released", "rejected", "superseded"},
    "released": {"superseded"},
    "rejected": {"superseded"},
    "done": set(),
    "superseded": set(),
}


class CreditCheck(models.Model):
    """The documented decision on a document. Append-only: it is decided once, then released or rejected once."""

    _name = "credit.check"
    _description = "Credit Check"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _mail_post_access = "read"  # nobody writes checks directly, yet people talk about them

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
    terms_days = fields.Integer(
        string="Due After (days)", readonly=True, help="Days from the date of the document to its last instalment."
    )
    is_amendment = fields.Boolean(
        string="Change", readonly=True, help="Asks for a change of a document that has passed already."
    )
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

    asked_on = fields.Datetime(
        string="Information Asked For", readonly=True, help="When credit control asked about this document last."
    )
    customer_told = fields.Boolean(
        readonly=True, help="The customer signed or paid, and was told that the document waits."
    )

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

    def _postponed_days(self):
        """By how many days later than before the document was due when it was decided on; it was overdue before."""
        return (self.inputs or {}).get("document", {}).get("postponed_days", 0)

    # ------------------------------------------------------------------
    # CRUD: append-only
    # ------------------------------------------------------------------

    def write(self, vals):
        changed = FROZEN & vals.keys()
        decided = self.filtered(lambda check: check.state != "held")
        later = "state" in vals and self.filtered(lambda check: vals["state"] not in NEXT_STATES[check.state])
        if changed or later or (decided and DECISION & vals.keys()):
            raise UserError(self.env._("A credit check records what was decided on: it is never changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Credit checks are kept: an auditor may ask for them."))

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
