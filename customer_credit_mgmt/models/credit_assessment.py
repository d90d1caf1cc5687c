from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .computed_again import compute_again, names_of
from .decision_operands import DECISIONS
from .optional_number import OptionalFloat

#: What the controller fills in while the assessment is a draft.
OPEN_FIELDS = {
    "profile_id",
    "scorecard_id",
    "tree_id",
    "date",
    "decision",
    "decision_reason",
    "proposed_limit",
    "proposed_terms_id",
    "note",
    "line_ids",
    "answer_ids",
    "opinion_ids",
    "expert_ids",
}
#: What follows from the figures or from who acts; written by the methods of this model only.
SIGNED_FIELDS = {
    "name",
    "state",
    "prepared_by",
    "preparer_ids",
    "submitted_on",
    "decided_by",
    "decided_on",
    "refusal_reason",
    "score",
    "is_scored",
    "rating_id",
    "data_share",
    "tree_path",
    "tree_decision",
    "panel_round",
    "panel_median",
    "panel_spread",
    "figures",
    "limit_id",
    "credit_file_id",
}


class CreditAssessment(models.Model):
    """One look at one customer, as of a day: figures, judgement and decision, signed by two people and then frozen."""

    _name = "credit.assessment"
    _description = "Credit Assessment"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date DESC, id DESC"
    _rec_names_search = ["name", "partner_id"]

    name = fields.Char(string="Number", readonly=True, copy=False, default="/")
    profile_id = fields.Many2one(
        "credit.profile",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        help="The credit profile of the customer who is assessed.",
    )
    partner_id = fields.Many2one(related="profile_id.partner_id", string="Contact", store=True, index=True)
    company_id = fields.Many2one(related="profile_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    scorecard_id = fields.Many2one(
        "credit.scorecard",
        compute="_compute_methods",
        store=True,
        readonly=False,
        ondelete="restrict",
        domain="[('state', '=', 'active'), ('company_id', 'in', [company_id, False])]",
        help="The version whose criteria, weights and bands are used. Active versions cannot be changed.",
    )
    date = fields.Date(
        string="As of",
        required=True,
        default=lambda self: fields.Date.context_today(self),
        copy=False,
        help="The day as of which the ledger is read.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("submitted", "To Approve"), ("approved", "Approved"), ("refused", "Refused")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        help="Draft: figures and answers can change. To approve: frozen, waits for a second person."
        " Approved or refused: frozen for good.",
    )

    # Who
    prepared_by = fields.Many2one("res.users", readonly=True, copy=False, help="Who submitted it.")
    preparer_ids = fields.Many2many(
        "res.users",
        "credit_assessment_preparer_rel",
        string="Worked on by",
        readonly=True,
        copy=False,
        help="Everybody who made, edited or submitted it. None of them can approve it.",
    )
    submitted_on = fields.Datetime(readonly=True, copy=False)
    decided_by = fields.Many2one("res.users", readonly=True, copy=False, help="Who approved or refused it.")
    decided_on = fields.Datetime(readonly=True, copy=False)
    refusal_reason = fields.Text(readonly=True, copy=False)

    # What was found
    line_ids = fields.One2many("credit.assessment.line", "assessment_id", string="Criteria")
    is_scored = fields.Boolean(
        string="Has a Score",
        readonly=True,
        copy=False,
        help="With fewer invoices whose outcome is known than the scorecard needs, there is none.",
    )
    score = OptionalFloat(
        digits=(8, 2),
        readonly=True,
        copy=False,
        aggregator="avg",
        help="Weighted mean of the points; empty if unknown.",
    )
    rating_id = fields.Many2one("credit.rating", readonly=True, copy=False, ondelete="restrict")
    data_share = fields.Float(
        string="Rests on Data",
        digits=(5, 4),
        readonly=True,
        copy=False,
        aggregator="avg",
        help="Part of the weights whose values are known; the rest follows the policy for missing data.",
    )
    figures = fields.Json(
        string="Ledger Figures", readonly=True, copy=False, help="Every figure of the ledger as of the day, frozen."
    )

    # What is decided
    decision = fields.Selection(
        DECISIONS,
        copy=False,
        tracking=True,
        help="What is to be decided. The tree proposes it; who decides otherwise says why.",
    )
    decision_reason = fields.Text(
        string="Reason for the Decision",
        copy=False,
        help="Needed when the decision is not the one of the decision tree.",
    )
    proposed_limit = fields.Monetary(
        copy=False, tracking=True, help="Becomes the customer's base limit when the assessment is approved."
    )
    proposed_terms_id = fields.Many2one(
        "account.payment.term",
        copy=False,
        check_company=True,
        help="Payment terms to agree with the customer.",
    )
    limit_id = fields.Many2one("credit.limit", string="Resulting Limit", readonly=True, copy=False)
    note = fields.Html(copy=False, help="The judgement in words. Printed in the credit file.")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("company_id")
    def _compute_methods(self):
        """The scorecard and the tree in use; a choice of the same company stays."""
        for assessment in self:
            if assessment.state != "draft":
                continue
            company = assessment.company_id
            for name in ("scorecard_id", "tree_id"):
                chosen = assessment[name]
                if company and (not chosen or chosen.company_id not in (company, company.browse())):
                    assessment[name] = chosen._get_active(company)

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for assessment in self:
            # sudo: the name of a customer is shown to whoever may see the assessment
            customer = assessment.partner_id.sudo().display_name
            assessment.display_name = f"{assessment.name} {customer}" if customer else self.env._("New")

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        # the result is checked, not the values: the context may hold defaults
        assessments = super().create([{"state": "draft", **vals} for vals in vals_list])
        compute_again(assessments, names_of(vals_list))
        if not self.env.su and assessments.filtered(lambda it: it.line_ids or it._is_touched()):
            raise AccessError(self.env._("A new assessment is an empty draft: its figures come from the ledger."))
        assessments._start()
        return assessments

    def _is_touched(self):
        """Something was signed or found already, which a new assessment cannot have."""
        untouched = {"name": "/", "state": "draft"}
        return any((self[name] or False) != untouched.get(name, False) for name in SIGNED_FIELDS)

    def write(self, vals):
        self._check_door(vals.keys())
        reordered = {"profile_id", "scorecard_id"} & vals.keys()
        if reordered:
            self._check_scorecard_active(vals)
        result = super().write(vals)
        compute_again(self, vals)
        if OPEN_FIELDS & vals.keys():
            self._sign_as_preparer()
        if reordered:
            self._rebuild_lines()
        if {"tree_id", "proposed_limit", "date"} & vals.keys() or reordered:
            self._evaluate()
        return result

    def _check_door(self, names):
        """Signatures and findings are set by methods that check who acts; what was decided is never changed."""
        if SIGNED_FIELDS & names and not self.env.su:
            raise AccessError(
                self.env._(
                    "Submit, approve or refuse the assessment instead of writing its state, score or signatures."
                )
            )
        if "credit_file_id" in names and (not self.env.su or self.credit_file_id):
            raise AccessError(self.env._("The signed credit file is made by the approval, once."))
        if OPEN_FIELDS & names:
            self._check_draft()
        # the file is the one thing that is made after the decision, since it tells it
        if (SIGNED_FIELDS - {"credit_file_id"}) & names:
            self._check_undecided()

    def _check_draft(self):
        """Raise unless all are drafts: also for the superuser, since signatures stand below what is written."""
        if late := self.filtered(lambda assessment: assessment.state != "draft"):
            late._check_undecided()
            raise UserError(
                self.env._(
                    "%(assessment)s was submitted: reset it to draft to change it.", assessment=late[0].display_name
                )
            )

    def _check_undecided(self):
        if decided := self.filtered(lambda assessment: assessment.state in ("approved", "refused")):
            raise UserError(
                self.env._(
                    "%(assessment)s was decided and is kept as it is. Make a new assessment instead.",
                    assessment=decided[0].display_name,
                )
            )

    def _check_scorecard_active(self, vals):
        scorecard = self.env["credit.scorecard"].browse(vals.get("scorecard_id"))
        if scorecard and scorecard.state != "active":
            raise UserError(
                self.env._("%(scorecard)s is not in use: choose an active version.", scorecard=scorecard.display_name)
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_submitted(self):
        if self.filtered(lambda assessment: assessment.state != "draft"):
            raise UserError(self.env._("Assessments that were submitted or decided are kept."))

    def _sign_as_preparer(self):
        """Whoever works on a draft is one of those who cannot approve it."""
        for assessment in self:
            if self.env.user not in assessment.sudo().preparer_ids:
                # sudo: signatures are not written by hand
                assessment.sudo().preparer_ids = [fields.Command.link(self.env.uid)]

    def _expect(self, *states):
        if self.filtered(lambda assessment: assessment.state not in states):
            raise UserError(self.env._("Some of these assessments are in another state by now: reload the page."))
