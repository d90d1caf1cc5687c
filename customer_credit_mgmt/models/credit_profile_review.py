from odoo import api, fields, models
from odoo.tools import format_date, formatLang


class CreditProfile(models.Model):
    """Safeguards for natural persons on the profile: reviews, contests, the letter that explains."""

    _inherit = "credit.profile"

    is_person = fields.Boolean(
        compute="_compute_is_person",
        search="_search_is_person",
        help="A natural person: what the system decides about them is looked at by a person.",
    )
    review_ids = fields.One2many(
        "credit.review",
        "profile_id",
        string="Reviews",
        readonly=True,
        groups="customer_credit_mgmt.group_credit_controller",
    )
    open_review_count = fields.Integer(
        string="Open Reviews",
        compute="_compute_open_review_count",
        groups="customer_credit_mgmt.group_credit_controller",
    )

    @api.depends("partner_id.is_company")
    def _compute_is_person(self):
        for profile in self:
            # sudo: whether the customer is a person is no more than their name tells
            profile.is_person = not profile.partner_id.sudo().is_company

    def _search_is_person(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("partner_id.is_company", "in", [not flag for flag in value])]

    @api.depends("review_ids.state")
    def _compute_open_review_count(self):
        counts = dict(
            self.env["credit.review"]._read_group(
                [("profile_id", "in", self.ids), ("state", "=", "open")], ["profile_id"], ["__count"]
            )
        )
        for profile in self:
            profile.open_review_count = counts.get(profile, 0)

    def _explained_check(self):
        """The document of the person that waits because of the score, if any."""
        self.ensure_one()
        # sudo: the letter is asked for by a customer on the portal, too
        reviews = self.sudo().review_ids.filtered(lambda it: it.check_id.state == "held")
        return reviews[:1].check_id

    def _explanation(self):
        """Values of the template ``credit_explanation``, in the language of the environment.

        Its rows say what counted, in words and points, without the internals of the scorecard.
        """
        self.ensure_one()
        # sudo: see _explained_check; a person may know how their own score came about
        score = self.sudo().score_id
        values = score._prepare_explanation() if score else {"lines": [], "improvement": None}
        check = self._explained_check()
        return {
            **values,
            "score": score,
            "check": check,
            "summary": self._score_sentence(score),
            "hold": check and self._hold_sentence(check),
            "contact": self._contact_sentence(),
        }

    def _score_sentence(self, score):
        if not score.is_scored:
            return self.env._(
                "You have no score: a score needs three invoices that are settled, or open and certainly late."
            )
        return self.env._(
            "On %(date)s our system found a score of %(score)s of 100 for you, which is the rating %(rating)s"
            " (%(meaning)s). A higher score means that invoices are paid more reliably.",
            date=format_date(self.env, score.date),
            score=formatLang(self.env, score.score, digits=1),
            rating=score.rating_id.code,
            meaning=score.rating_id.name,
        )

    def _hold_sentence(self, check):
        return self.env._(
            "%(document)s was not refused: it waits until a person has decided. The reasons:",
            document=check.document_name,
        )

    def _contact_sentence(self):
        company = self.company_id.sudo()
        return self.env._(
            "Write to %(address)s; if you have access to our customer portal, you find a form for it there under"
            " \u201cYour Credit\u201d.",
            address=company.email or company.name,
        )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_open_reviews(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_credit_mgmt.action_credit_review")
        return {**action, "domain": [("profile_id", "=", self.id)], "context": {}}

    def _get_report_base_filename(self):
        return self.env._("Credit score %(customer)s", customer=self.partner_id.name)
