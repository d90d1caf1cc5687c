from odoo import api, fields, models
from odoo.tools import format_date, formatLang

from ..core.ratios import FLOWS, ITEMS, RATIOS
from ..core.statement_trend import worsening

#: No more years stand side by side.
MOST_YEARS = 5
#: The rows of the table; working capital and Z-scores are no ratios of core/ratios.py.
SECTIONS = (ITEMS, ("working_capital", *RATIOS, "altman_z1", "altman_z2"))


class PartnerFinancialStatement(models.Model):
    """The years of a customer side by side."""

    _inherit = "partner.financial.statement"

    years_table = fields.Html(string="Years", compute="_compute_years_table", sanitize=False)

    @api.depends("partner_id", "company_id", "state", "date_end", "currency_id", *ITEMS)
    @api.depends_context("lang")
    def _compute_years_table(self):
        for statement in self:
            family = statement._get_family(statement.partner_id, statement.company_id or self.env.company.root_id)
            statement.years_table = self._render_years(family[:MOST_YEARS])

    @api.model
    def _get_family(self, partner, company):
        """All statements of a customer that a root company may use, the newest first."""
        if not partner.ids:
            return self.browse()
        return self.search([("partner_id", "in", partner.ids), ("company_id", "in", [company.id, False])])

    @api.model
    def _render_years(self, statements):
        """Statements as the columns of a table, the oldest first; a draft says so."""
        columns = statements.sorted(lambda statement: (statement.date_end, statement.id))
        heads = [
            {"statement": statement, "date": format_date(self.env, statement.date_end)} for statement in columns
        ]
        sections = [[columns._prepare_year_row(name) for name in names] for names in SECTIONS]
        values = {
            "heads": heads,
            "sections": [[row for row in rows if row["known"]] for rows in sections],
            "percent": formatLang(self.env, self._get_worse_by() * 100, digits=0),
        }
        return self.env["ir.qweb"]._render("customer_credit_mgmt.partner_financial_statement_years", values)

    def _prepare_year_row(self, name):
        cells = [self[position]._prepare_year_cell(name, self[:position][-1:]) for position in range(len(self))]
        return {
            "label": self._get_label(name),
            "cells": cells,
            "known": any(cell["text"] for cell in cells),
            "trend": {"text": self._get_trend(name), "mood": cells[-1]["mood"] if cells else ""},
        }

    def _get_trend(self, name):
        """By which share a figure of the last column moved since the one before; nothing when it cannot be said."""
        now, before = self[-1:], self[-2:-1]
        if not before or now[name] is None or not before[name] or now.currency_id != before.currency_id:
            return ""
        if name in FLOWS and now.months != before.months:
            return ""
        change = (now[name] - before[name]) / abs(before[name]) * 100
        return self.env._("%(number)s %%", number=("+" if change > 0 else "") + formatLang(self.env, change, digits=0))

    def _prepare_year_cell(self, name, before):
        """Text and mood of a figure; a Z-score is followed by its zone."""
        text = self._format_figure(name, self[name])
        if name in ("altman_z1", "altman_z2") and text:
            text = f"{text} {self._get_zone_label(self[f'{name}_zone'])}"
        return {"text": text, "mood": self._get_mood(name, before)}

    def _get_mood(self, name, before):
        """``danger`` when a ratio is worse than the year before by more than the threshold, ``success`` when better."""
        if name not in RATIOS or not before:
            return ""
        change = worsening(name, before[name], self[name])
        if change is None or abs(round(change, 9)) <= self._get_worse_by():
            return ""
        return "danger" if change > 0 else "success"
