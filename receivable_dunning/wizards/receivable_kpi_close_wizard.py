from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.receivable_company_tree_mixin import parts_of_others
from ..models.receivable_kpi_job import AT_ONCE, FIRST_MONTHS

# More is a typing error.
MOST_MONTHS = 120


class ReceivableKpiCloseWizard(models.TransientModel):
    """Asks which months are computed: new ones, or those that are there again."""

    _name = "receivable.kpi.close.wizard"
    _description = "Compute Receivables Figures"

    company_ids = fields.Many2many(
        "res.company",
        string="Companies",
        required=True,
        domain="[('id', 'in', allowed_company_ids)]",
        default=lambda self: self._default_company_ids(),
        help="The branches below them are computed too, each by itself.",
    )
    month_from = fields.Date(
        string="From Month",
        required=True,
        default=lambda self: self._default_month_from(),
        help="Any day of the month.",
    )
    month_to = fields.Date(
        string="To Month",
        required=True,
        default=lambda self: self._default_month_to(),
        help="Any day of the month. Only months that are over can be computed.",
    )

    @api.model
    def _default_company_ids(self):
        return self.env.companies - parts_of_others(self.env.companies)

    @api.model
    def _default_month_to(self):
        return fields.Date.context_today(self).replace(day=1) - timedelta(days=1)

    @api.model
    def _default_month_from(self):
        return self._default_month_to().replace(day=1) - relativedelta(months=FIRST_MONTHS - 1)

    def action_compute(self):
        """A few months at once, many in the background; then the list."""
        self.ensure_one()
        Kpi = self.env["receivable.kpi"]
        Kpi._check_may_compute()
        # the ledger is read whoever asks: who asks for companies must be one of their people
        self.company_ids.check_access("read")
        first, last = self.month_from.replace(day=1), self.month_to.replace(day=1)
        self._check_months(first, last)
        rows = Kpi.union(*(Kpi._await(company, first, last) for company in self._companies()))
        if len(rows) > AT_ONCE:
            rows._compute_later()
        else:
            rows._compute_months()
        return self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_receivable_kpi")

    def _companies(self):
        """The companies asked for, and the branches below them that booked anything."""
        # sudo: the months of the company are made of those of its branches, whoever may see these
        branches = self.env["res.company"].sudo().search([("id", "child_of", self.company_ids.ids)]) - self.company_ids
        booked = self.env["receivable.kpi"]._first_items(branches)
        return self.company_ids | branches.filtered(lambda branch: branch.id in booked)

    def _check_months(self, first, last):
        if first > last:
            raise UserError(self.env._("The last month is before the first one: choose a later last month."))
        if last >= fields.Date.context_today(self).replace(day=1):
            raise UserError(
                self.env._("A month is computed when it is over. The running month is shown by “Figures of a Period”.")
            )
        if first + relativedelta(months=MOST_MONTHS) < last:
            raise UserError(self.env._("Choose at most %(months)s months.", months=MOST_MONTHS))
