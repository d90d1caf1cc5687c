from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..core.key_account_period import Period
from .key_account_policy import KINDS

STATES = [("draft", "Draft"), ("review", "In Review"), ("signed", "Signed")]
#: What a person may write, and only until the sheet is signed.
OPEN_FIELDS = {"user_id", "summary", "comment_ids", "action_ids"}
#: What the preparer hands in: in review it stays as it is.
DRAFT_FIELDS = {"summary"}
#: What comments and actions have from their sheet; by another customer they would be measured by its figures.
OF_SHEET = {"partner_id", "company_id"}
MESSAGING = {"message_follower_ids", "message_ids", "activity_ids", "message_main_attachment_id", "rating_ids"}
#: Figures that are columns too, for lists, groups and pivots.
KEY_FIGURES = ("revenue", "revenue_before", "revenue_last_year", "margin", "profit", "receivable", "overdue")


class KeyAccountReview(models.Model):
    """The key-account sheet: what a customer bought, brought and owes in a period.

    The figures are frozen when the sheet is made: later postings do not change them. A draft can read them again, a
    sheet in review or signed cannot. They are kept as plain values by code (see ``core.key_account``) with names in all
    languages, and shown in the reader's language.
    """

    _name = "key.account.review"
    _description = "Key Account Review"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_to DESC, revenue DESC, id DESC"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True, help="Of all amounts of the sheet.")
    period_kind = fields.Selection(KINDS, string="Period", required=True, readonly=True)
    date_from = fields.Date(string="From", required=True, readonly=True)
    date_to = fields.Date(string="To", required=True, readonly=True)
    salesperson_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        tracking=True,
        index="btree_not_null",
        help="Prepares the sheet: comments on the figures and agrees on actions.",
    )
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        default="draft",
        tracking=True,
        copy=False,
        index=True,
        help="Draft: figures can be read again. In Review: figures are fixed, comments and actions are still open. "
        "Signed: nothing changes any more.",
    )

    # what is frozen
    figures = fields.Json(readonly=True, copy=False, export_string_translation=False)
    frozen_on = fields.Date(
        string="Figures as of",
        readonly=True,
        copy=False,
        help="The day the figures were read. Class, stage, risk and value are those of this day; sales and receivables "
        "are those of the period as they were posted by then.",
    )
    previous_id = fields.Many2one(
        "key.account.review",
        string="Previous Review",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The customer's last sheet before of the same kind of period. Its figures are kept on this sheet.",
    )
    class_code = fields.Char(string="Class", readonly=True, copy=False)
    revenue = fields.Monetary(readonly=True, copy=False, help="Posted invoices less credit notes, untaxed.")
    revenue_before = fields.Monetary(string="Revenue of the Period before", readonly=True, copy=False)
    revenue_last_year = fields.Monetary(string="Revenue of Last Year's Period", readonly=True, copy=False)
    margin = fields.Monetary(readonly=True, copy=False, help="Revenue less cost of the products.")
    profit = fields.Monetary(
        string="Net Profit", readonly=True, copy=False, help="Margin less cost of capital and collection cost."
    )
    receivable = fields.Monetary(
        string="Open Receivables", readonly=True, copy=False, help="Receivables on the last day."
    )
    overdue = fields.Monetary(
        readonly=True, copy=False, help="Overdue receivables on the last day, less unallocated payments and credits."
    )

    # what people say
    summary = fields.Text(
        help="The customer in a few sentences: what happened, why, and what follows. Stands on top of the print."
    )
    comment_ids = fields.One2many("key.account.comment", "review_id", string="Comments")
    action_ids = fields.One2many("key.account.action", "review_id", string="Actions")
    measured_action_ids = fields.One2many(
        "key.account.action",
        "measured_review_id",
        string="Earlier Actions",
        help="Actions of earlier sheets, measured by the figures of this one.",
    )
    action_count = fields.Integer(compute="_compute_action_count")

    # who signed
    prepared_by_id = fields.Many2one("res.users", string="Prepared by", readonly=True, copy=False)
    prepared_on = fields.Datetime(readonly=True, copy=False)
    signed_by_id = fields.Many2one("res.users", string="Signed by", readonly=True, copy=False)
    signed_on = fields.Datetime(readonly=True, copy=False)

    _once_per_period = models.Constraint(
        "UNIQUE (company_id, partner_id, period_kind, date_from)", "The customer has a sheet of this period already."
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("partner_id", "date_from", "period_kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for review in self:
            review.display_name = f"{review.partner_id.display_name or ''} · {review._get_period_name()}"

    def _get_period(self):
        return Period(self.period_kind, self.date_from, self.date_to)

    def _get_period_name(self):
        """The period in words, such as Q2 2024."""
        return self._name_period(self.period_kind, self.date_from)

    def _name_period(self, kind, start):
        if not start:
            return ""
        facts = {"year": start.year, "number": (start.month - 1) // {"quarter": 3, "half_year": 6}.get(kind, 1) + 1}
        if kind == "month":
            return self.env._("%(year)s-%(month)s", year=start.year, month=f"{start.month:02}")
        if kind == "quarter":
            return self.env._("Q%(number)s %(year)s", **facts)
        if kind == "half_year":
            return self.env._("Half-year %(number)s %(year)s", **facts)
        return self.env._("Year %(year)s", year=start.year)

    @api.depends("action_ids")
    def _compute_action_count(self):
        for review in self:
            review.action_count = len(review.action_ids)

    # ------------------------------------------------------------------
    # WHO MAY CHANGE WHAT
    # ------------------------------------------------------------------

    def write(self, vals):
        self._check_door(vals.keys())
        return super().write(vals)

    def _check_door(self, names):
        """Figures, states and signatures are set by methods that check who acts; what is signed is never changed."""
        if self.env.su:
            return
        if set(names) - OPEN_FIELDS - MESSAGING:
            raise AccessError(
                self.env._("Refresh, submit, sign or reopen the sheet instead of writing its figures or state.")
            )
        if OPEN_FIELDS & set(names):
            self._check_open()
        if DRAFT_FIELDS & set(names) and self.filtered(lambda review: review.state != "draft"):
            raise UserError(
                self.env._("The summary was submitted: take the sheet back to draft to change it, or add a comment.")
            )

    def _check_open(self):
        """Raise unless what people say can still be changed."""
        if signed := self.filtered(lambda review: review.state == "signed"):
            raise UserError(
                self.env._(
                    "%(review)s is signed and kept as it is: a manager can reopen it, saying why.",
                    review=signed[0].display_name,
                )
            )

    @api.model
    def _check_of_sheet(self, vals):
        """Comments and actions belong to the customer of their sheet, whatever is sent."""
        if not self.env.su and OF_SHEET & vals.keys():
            raise AccessError(self.env._("Customer and company are those of the sheet: they cannot be entered."))

    @api.constrains("user_id")
    def _check_user(self):
        for review in self.filtered("user_id"):
            if not review.user_id._may_prepare_sheets(review.company_id):
                raise UserError(
                    self.env._(
                        "%(user)s has no access to segmentation in %(company)s: choose somebody else.",
                        user=review.user_id.name,
                        company=review.company_id.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed(self):
        if not self.env.su:
            self._check_open()

    def unlink(self):
        self._unlink_except_signed()
        # sudo: what is found and agreed goes with the sheet, activities included
        self.sudo().measured_action_ids._forget_measure()
        self.sudo().action_ids.unlink()
        return super().unlink()
