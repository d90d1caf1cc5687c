"""What is read live for the days that the context names."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .receivable_company_tree_mixin import parts_of_others

PERIOD_CONTEXT = ("kpi_from", "kpi_to", "kpi_company_ids")


def of_period(field_class, **values):
    """A field whose value depends on the days that the context names."""
    return field_class(depends_context=PERIOD_CONTEXT, **values)


class ReceivableKpiDaysMixin(models.AbstractModel):
    """Rows of the days and companies of the context.

    It has ``kpi_from`` and ``kpi_to`` (dates or ISO text; default: the last month that is over), and
    ``kpi_company_ids`` (of active companies; default: all, branches with the companies above them).
    """

    _name = "receivable.kpi.days.mixin"
    _description = "Read for the Days of the Context"

    @api.model
    def _days_context(self, companies, date_from, date_to):
        return {
            "kpi_from": fields.Date.to_string(date_from),
            "kpi_to": fields.Date.to_string(date_to),
            "kpi_company_ids": companies.ids,
        }

    def _context_days(self):
        """First and last day that the context asks for; raises on what it cannot mean."""
        last = self._context_day("kpi_to")
        if last is None:
            last = fields.Date.context_today(self).replace(day=1) - timedelta(days=1)
        first = self._context_day("kpi_from") or last.replace(day=1)
        if first > last:
            raise UserError(self.env._("The period ends before it begins: choose a later last day."))
        return first, last

    def _context_day(self, name):
        value = self.env.context.get(name)
        if value in (None, False, ""):
            return None
        try:
            return fields.Date.to_date(value)
        except (TypeError, ValueError):
            raise UserError(
                self.env._("“%(value)s” is not a date for figures: write it like 2026-12-31.", value=value)
            ) from None

    def _context_companies(self):
        companies = self.env.companies
        asked = companies.filtered(lambda company: company.id in self.env.context.get("kpi_company_ids", ()))
        # sudo: what branches add to the figures is read whoever asks for the company; the record rule says whose
        return (asked or companies - parts_of_others(companies)).sudo()
