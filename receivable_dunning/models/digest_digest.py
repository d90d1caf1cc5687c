from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from .receivable_kpi_facts import Period


class DigestDigest(models.Model):
    _inherit = "digest.digest"

    kpi_receivable_overdue = fields.Boolean("Overdue Receivables")
    kpi_receivable_overdue_value = fields.Monetary(compute="_compute_kpi_receivable_overdue_value")
    kpi_receivable_collected = fields.Boolean("Collected from Customers")
    kpi_receivable_collected_value = fields.Monetary(compute="_compute_kpi_receivable_collected_value")
    kpi_receivable_dso = fields.Boolean("DSO (Days)")
    kpi_receivable_dso_value = fields.Float(compute="_compute_kpi_receivable_dso_value")

    def _compute_kpi_receivable_overdue_value(self):
        """Open at the end of the period and due before."""
        facts = self.env["receivable.kpi.facts"]
        for digest in self:
            period = digest._receivable_period()
            digest.kpi_receivable_overdue_value = self._sum_of(facts._balance_sql(period), "overdue_amount")

    def _compute_kpi_receivable_collected_value(self):
        """Money received in the period, less what was paid back."""
        facts = self.env["receivable.kpi.facts"]
        for digest in self:
            period = digest._receivable_period()
            digest.kpi_receivable_collected_value = self._sum_of(facts._activity_sql(period), "collected_amount")

    def _compute_kpi_receivable_dso_value(self):
        """By counting back, which needs no period: the sales of a day or a week would say nothing."""
        for digest in self:
            period = digest._receivable_period()
            days = self.env["receivable.kpi"]._computed(period, ("company",))["company", None]["dso_countback"]
            if days is None:
                # what cannot be told is left out of the message, a 0 would be read as a figure
                raise AccessError(self.env._("There are not enough data for the DSO."))
            digest.kpi_receivable_dso_value = days

    def _sum_of(self, statement, name):
        [(amount,)] = self.env.execute_query(SQL("SELECT sum(%s) FROM (%s) fact", SQL.identifier(name), statement))
        return float(amount or 0)

    def _receivable_period(self):
        """The days of the message, of a company that the reader may see; the first moment is not part of them."""
        self.ensure_one()
        company = self.company_id or self.env.company
        may_read = self.env.user.has_group("receivable_dunning.group_collections_user")
        if not may_read or not (self.env.su or company in self.env.user.company_ids):
            raise AccessError(self.env._("Do not have access, skip this data for user's digest email"))
        start, end, _companies = self._get_kpi_compute_parameters()
        first, last = fields.Date.to_date(start) + timedelta(days=1), fields.Date.to_date(end)
        # sudo: what branches add to the figures is read whoever asks for the company
        return Period(company.sudo(), min(first, last), last)

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("account.menu_finance").id
        for name, action in (
            ("overdue", "action_receivable_aging"),
            ("collected", "action_receivable_kpi"),
            ("dso", "action_receivable_kpi_trend"),
        ):
            actions[f"kpi_receivable_{name}"] = f"receivable_dunning.{action}?menu_id={menu}"
        return actions
