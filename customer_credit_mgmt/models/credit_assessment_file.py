from odoo import api, fields, models
from odoo.tools import format_date

from .credit_question import DIMENSIONS
from .decision_operands import POSITION, describe
from .score_figures import FIGURES

REPORT = "customer_credit_mgmt.report_credit_file"
#: What the credit file shows of the last three statements.
STATEMENT_ROWS = (
    "sales",
    "net_profit",
    "total_assets",
    "equity",
    "current_ratio",
    "quick_ratio",
    "equity_ratio",
    "debt_equity",
    "asset_turnover",
    "net_margin",
    "interest_cover",
    "altman_z1",
    "altman_z2",
)


class CreditAssessment(models.Model):
    """The credit file: the assessment on paper, attached when it is approved."""

    _inherit = "credit.assessment"

    credit_file_id = fields.Many2one(
        "ir.attachment",
        string="Signed Credit File",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="The PDF as it was when the assessment was approved.",
    )
    figures_overview = fields.Html(
        compute="_compute_figures_overview", compute_sudo=True, sanitize=False, string="Figures"
    )

    @api.depends("figures")
    @api.depends_context("lang")
    def _compute_figures_overview(self):
        for assessment in self:
            assessment.figures_overview = assessment.figures and self.env["ir.qweb"]._render(
                "customer_credit_mgmt.credit_assessment_figures", {"doc": assessment}
            )

    # ------------------------------------------------------------------
    # VALUES OF THE REPORT
    # ------------------------------------------------------------------

    def _get_position_rows(self):
        """``[(label, value in words)]`` of limit and exposure as of the day; what is not known is not there."""
        labels = self.env["credit.exposure"].fields_get(POSITION, ["string"])
        units = {"utilization": "share", "overdue_days": "number"}
        position = (self.figures or {}).get("position", {})
        return [
            (labels[key]["string"], describe(self.env, units.get(key, "amount"), position[key], self.currency_id))
            for key in POSITION
            if position.get(key) is not None
        ]

    def _get_figure_sentences(self):
        """Every figure of the ledger that is known, in words."""
        ledger = (self.figures or {}).get("ledger", {})
        return [
            figure.describe(self.env, ledger[key], self.currency_id)
            for key, figure in FIGURES.items()
            if ledger.get(key) is not None
        ]

    def _get_aging_rows(self):
        """``[(label, amount)]`` of the open items, with their sum."""
        labels = [
            self.env._("Not due"),
            self.env._("1 to 30 days overdue"),
            self.env._("31 to 60 days overdue"),
            self.env._("61 to 90 days overdue"),
            self.env._("More than 90 days overdue"),
            self.env._("Payments and credits not allocated"),
        ]
        amounts = (self.figures or {}).get("aging") or [0.0] * len(labels)
        return [*zip(labels, amounts, strict=True), (self.env._("Open in total"), sum(amounts))]

    def _get_questionnaire(self):
        """``[(part, answers)]`` in the order who, why, when, what, how."""
        labels = dict(self.env["credit.question"]._fields["dimension"]._description_selection(self.env))
        by_part = self.answer_ids.grouped("dimension")
        return [(labels[key], by_part[key]) for key, _label in DIMENSIONS if key in by_part]

    def _get_limit_history(self):
        """What was granted so far, the newest first."""
        # sudo: the history belongs to the file, whoever prints it may read the assessment
        limits = self.profile_id.sudo().limit_ids
        return limits.filtered(lambda limit: limit.state in ("approved", "expired", "revoked")).sorted(
            lambda limit: (limit.date_from, limit.id), reverse=True
        )[:12]

    def _get_statement_rows(self):
        """Rows of the table of financial statements, the first one its head; empty where there are none."""
        # sudo: the statements belong to the file, whoever prints it may read the assessment
        statements = (
            self.env["partner.financial.statement"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", self.partner_id.id),
                    ("company_id", "in", [self.company_id.id, False]),
                    ("state", "=", "confirmed"),
                    ("date_end", "<=", self.date),
                ],
                limit=3,
            )
        )
        if not statements:
            return []
        labels = statements.fields_get(STATEMENT_ROWS, ["string"])
        head = [self.env._("Financial year until"), *(format_date(self.env, it.date_end) for it in statements)]
        currencies = [self.env._("Currency"), *(it.currency_id.name for it in statements)]
        rows = [
            [labels[name]["string"], *(it._format_figure(name, it[name]) for it in statements)]
            for name in STATEMENT_ROWS
        ]
        return [head, currencies, *(row for row in rows if any(row[1:]))]

    # ------------------------------------------------------------------
    # PDF
    # ------------------------------------------------------------------

    def action_print_credit_file(self):
        return self.env.ref("customer_credit_mgmt.action_report_credit_file").report_action(self)

    def _in_language(self):
        """To be printed in the language that was asked for, else in that of the user, else of the company."""
        language = self.env.context.get("lang") or self.env.user.lang or self.company_id[:1].partner_id.lang
        return self.with_context(lang=language)

    def _get_file_name(self):
        return self._in_language().env._("Credit file %(number)s", number=self.name.replace("/", "-"))

    def _attach_credit_file(self):
        """The file as it was signed, kept for good. Without a renderer the decision stands; it can be printed later."""
        self.ensure_one()
        report = self.env["ir.actions.report"]
        if not report._can_print():
            return
        content, kind = report._render_qweb_pdf(REPORT, self.ids)
        # sudo: the file is made by the decision; nobody writes it
        attachments = self.env["ir.attachment"].sudo()
        name = f"{self._get_file_name()}.{kind}"
        values = {"name": name, "raw": content, "res_model": self._name, "res_id": self.id}
        self.sudo().credit_file_id = attachments.create(values)
