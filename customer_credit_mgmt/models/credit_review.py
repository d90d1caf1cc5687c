from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

TRIGGERS = [
    ("rating", "Rated by the scoring"),
    ("hold", "Held because of the score"),
    ("contest", "Contested by the person"),
]

# Characters of what a person writes on the portal.
CONTEST_LENGTH = 4000


class CreditReview(models.Model):
    """A human look at what the system decided about a natural person.

    Nothing that a person is denied rests on a machine alone: a document is held until somebody decides, and a rating
    that counts against a person is looked at, can be explained and can be contested (GDPR Art. 22, PIPL Art. 24).
    """

    _name = "credit.review"
    _description = "Review of an Automatic Decision"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _mail_post_access = "read"  # see credit.signal

    profile_id = fields.Many2one("credit.profile", required=True, index=True, readonly=True, ondelete="restrict")
    partner_id = fields.Many2one(
        "res.partner", string="Person", required=True, index=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True)
    trigger = fields.Selection(TRIGGERS, required=True, readonly=True, help="What the system did, or who asked.")
    score_id = fields.Many2one(
        "credit.score",
        index="btree_not_null",
        readonly=True,
        ondelete="set null",
        help="The score that the decision rests on, with its frozen reasons.",
    )
    check_id = fields.Many2one(
        "credit.check", string="Held Document", index="btree_not_null", readonly=True, ondelete="restrict"
    )
    state = fields.Selection(
        [("open", "Open"), ("confirmed", "Confirmed"), ("overturned", "Overturned")],
        default="open",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
        help="Confirmed: a person looked and decides the same. Overturned: a person decides otherwise; the rating no"
        " longer counts against the customer until it changes.",
    )
    score_explanation = fields.Html(related="score_id.score_explanation", string="How the Score Came About")
    reason_text = fields.Text(related="check_id.reason_text", string="Why the Document Waits")
    rating_id = fields.Many2one(related="score_id.rating_id")

    contested = fields.Boolean(readonly=True, tracking=True)
    contest_text = fields.Text(string="The Person's View", readonly=True)
    contested_on = fields.Datetime(readonly=True)
    contest_channel = fields.Selection(
        [("portal", "Customer Portal"), ("told", "Told to us")], string="Contested By Way Of", readonly=True
    )

    decided_by = fields.Many2one("res.users", readonly=True)
    decided_on = fields.Datetime(readonly=True)
    decision_reason = fields.Text(readonly=True, help="What the person who looked found; the customer may ask for it.")
    days_open = fields.Integer(compute="_compute_days_open")

    _one_open_rating = models.UniqueIndex(
        "(profile_id) WHERE state = 'open' AND trigger = 'rating'", "The rating of this person waits for a review."
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("partner_id", "trigger")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["trigger"]._description_selection(self.env))
        for review in self:
            review.display_name = f"{labels.get(review.trigger, '')} · {review.partner_id.display_name}"

    @api.depends("create_date", "decided_on")
    def _compute_days_open(self):
        now = fields.Datetime.now()
        for review in self:
            review.days_open = ((review.decided_on or now) - review.create_date).days if review.create_date else 0

    # ------------------------------------------------------------------
    # DECISIONS: the only way to change a review
    # ------------------------------------------------------------------

    def _check_may_decide(self):
        self.check_access("read")
        if not (self.env.su or self.env.user.has_group("customer_credit_mgmt.group_credit_controller")):
            raise AccessError(self.env._("Only a credit controller can decide on a review."))

    def _decide(self, state, reason):
        """A person confirms what the system decided, or overturns it."""
        self._check_may_decide()
        if self.filtered(lambda review: review.state != "open"):
            raise UserError(self.env._("Some of these reviews were decided on meanwhile: reload the page."))
        if not (reason or "").strip():
            raise UserError(self.env._("Say what you looked at and why: the person may ask for it."))
        # sudo: nobody may write reviews directly; who may decide was checked above
        reviews = self.sudo()
        decided = {"decided_by": self.env.uid, "decided_on": fields.Datetime.now(), "decision_reason": reason}
        reviews.write({"state": state, **decided})
        reviews.activity_feedback(["customer_credit_mgmt.mail_activity_type_review"], feedback=reason)
        reviews.profile_id._refresh_status()

    @api.model
    def _was_contested_today(self, profile):
        """Whether the person has written on the portal today: once a day is read, more would be a flood."""
        # sudo: a customer on the portal has no right on reviews
        said = self.sudo().search([("profile_id", "=", profile.id), ("contest_channel", "=", "portal")])
        today = fields.Date.context_today(self)
        return any(
            review.contested_on and fields.Date.context_today(self, review.contested_on) == today for review in said
        )

    @api.model
    def _contest(self, profile, text, channel):
        """Record that a person does not agree: with the decision that waits for a review, else with the score.

        A person who contests again before the answer adds to what was said; on the portal once a day, and briefly.
        """
        if channel == "portal":
            if self._was_contested_today(profile):
                raise UserError(self.env._("You have written today already: please add to it tomorrow."))
            text = (text or "")[:CONTEST_LENGTH]
        if not (text or "").strip():
            raise UserError(self.env._("Say what is wrong: a person will read it."))
        # sudo: a customer on the portal contests; only the text is theirs, and it is kept as plain text
        reviews = self.sudo()
        review = reviews.search([("profile_id", "=", profile.id), ("state", "=", "open")], limit=1)
        if not review:
            review = reviews.create(reviews._prepare_review(profile, "contest", score_id=profile.sudo().score_id.id))
        said = "\n\n".join(filter(None, (review.contest_text, text.strip())))
        contest = {"contested_on": fields.Datetime.now(), "contest_text": said, "contest_channel": channel}
        review.write({"contested": True, **contest})
        review._schedule_activities()
        return review

    @api.model
    def _prepare_review(self, profile, trigger, **values):
        return {
            "profile_id": profile.id,
            "partner_id": profile.partner_id.id,
            "company_id": profile.company_id.id,
            "trigger": trigger,
            **values,
        }

    @api.model
    def _overturned_sql(self):
        """Ids of the profiles whose current rating a person overturned: to the rules they have none."""
        return SQL(
            """
            SELECT review.profile_id
              FROM credit_review review
              JOIN credit_score score ON score.id = review.score_id AND score.is_current
             WHERE review.state = 'overturned'
            """,
            to_flush=[
                *(self._fields[name] for name in ("profile_id", "score_id", "state")),
                self.env["credit.score"]._fields["is_current"],
            ],
        )

    # ------------------------------------------------------------------
    # ACTIVITIES
    # ------------------------------------------------------------------

    def _schedule_activities(self):
        """One for each review that has none, to the company's reviewer, else the controller; without an e-mail each."""
        kind = self.env.ref("customer_credit_mgmt.mail_activity_type_review", raise_if_not_found=False)
        values = []
        for review in self.filtered(lambda it: not it.activity_ids) if kind else ():
            policy = review.check_id.policy_id or review.profile_id.policy_id
            user = review.company_id.credit_review_user_id or review.profile_id.user_id or policy.user_id
            if user and user.has_group("customer_credit_mgmt.group_credit_controller"):
                values.append(
                    {
                        "activity_type_id": kind.id,
                        "automated": True,
                        "res_model_id": self.env["ir.model"]._get_id(self._name),
                        "res_id": review.id,
                        "user_id": user.id,
                        "summary": review.with_context(lang=user.lang).display_name,
                        "date_deadline": fields.Date.context_today(self),
                    }
                )
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(values)

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_open_check(self):
        self.ensure_one()
        return self.check_id._get_records_action()

    def action_open_profile(self):
        self.ensure_one()
        return self.profile_id._get_records_action()

    def action_print_explanation(self):
        """The letter that tells the person how the decision came about."""
        self.check_access("read")
        return self.env.ref("customer_credit_mgmt.action_report_credit_explanation").report_action(self.profile_id)
