from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, formatLang

from ..core.kpi_catalog import AMOUNTS, FIGURES
from ..models.receivable_kpi_words import filled_formula, written


class ReceivableKpiWizard(models.TransientModel):
    """Figures of any days, live: the running month, a quarter, a year."""

    _name = "receivable.kpi.wizard"
    _description = "Receivables Figures of a Period"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        domain="[('id', 'in', allowed_company_ids)]",
        default=lambda self: self.env.company,
        help="The branches below it are read with it.",
    )
    date_from = fields.Date(string="From", required=True, default=lambda self: self._default_date_from())
    date_to = fields.Date(
        string="To",
        required=True,
        default=lambda self: fields.Date.context_today(self),
        help="Receivables are as of it.",
    )
    figures = fields.Html(compute="_compute_figures", sanitize=False)

    @api.model
    def _default_date_from(self):
        return fields.Date.context_today(self).replace(day=1)

    @api.depends("company_id", "date_from", "date_to")
    @api.depends_context("lang")
    def _compute_figures(self):
        for wizard in self:
            is_asked = wizard.company_id and wizard.date_from and wizard.date_to
            wizard.figures = wizard._rendered() if is_asked and wizard.date_from <= wizard.date_to else False

    def _rendered(self):
        # the ledger is read whoever asks: who asks for a company must be one of its people
        self.company_id.check_access("read")
        company = self.company_id
        found = self.env["receivable.kpi"]._figures(company, self.date_from, self.date_to)
        described = self.env["receivable.kpi"].fields_get(attributes=["string", "help"])
        lines = [
            {
                "name": described[figure.name]["string"],
                "formula": described[figure.name]["help"],
                "value": written(self.env, figure.name, found[figure.name], company.currency_id),
                "numbers": filled_formula(
                    self.env, figure.name, found, company.currency_id, cei_months=found["cei_months"]
                ),
            }
            for figure in (*FIGURES, *AMOUNTS)
        ]
        if len(found["cei_months"]) > 1:
            place = [figure.name for figure in FIGURES].index("cei") + 1
            lines.insert(place, self._crf_line(found, company.currency_id))
        return self.env["ir.qweb"]._render("receivable_dunning.receivable_kpi_figures", {"lines": lines})

    def _crf_line(self, found, currency):
        """The other way to reckon the effectiveness of several months."""
        opening, sales, closing, current = (
            formatLang(self.env, found[f"{name}_amount"], digits=currency.decimal_places)
            for name in ("opening", "sales", "closing", "current")
        )
        begun = f"{opening} + {sales} / {len(found['cei_months'])}"
        return {
            "name": self.env._("CEI (%), CRF with N"),
            "formula": self.env._(
                "(Opening + sales / N - closing) / (opening + sales / N - not due) x 100. N: the months of the period."
            ),
            "value": written(self.env, "cei", found["cei_crf"], currency),
            "numbers": f"({begun} − {closing}) / ({begun} − {current}) × 100",
        }

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def _check_dates(self):
        if self.date_from > self.date_to:
            raise UserError(self.env._("The period ends before it begins: choose a later last day."))

    def action_open_customers(self):
        """The same period by customer."""
        self.ensure_one()
        self._check_dates()
        return self.env["receivable.kpi.customer"]._action(self.company_id, self.date_from, self.date_to)

    def action_open_items(self):
        """The open items as of the last day."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_receivable_aging")
        return {
            **action,
            "display_name": f"{action['name']} · {format_date(self.env, self.date_to)}",
            "domain": [("company_id", "child_of", self.company_id.id)],
            "context": {"as_of": fields.Date.to_string(self.date_to), "date_basis": "due"},
        }
