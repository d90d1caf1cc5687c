from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..core.aging import aged_table
from ..report.receivable_aging import DATE_BASES


class ReceivableAgingWizard(models.TransientModel):
    """Asks as of when and how receivables are aged, then shows, prints or exports them."""

    _name = "receivable.aging.wizard"
    _description = "Aged Receivables"

    as_of = fields.Date(
        string="As of",
        required=True,
        default=lambda self: fields.Date.context_today(self),
        help="Any day, past ones too: what was open at its end, as the general ledger says.",
    )
    date_basis = fields.Selection(
        DATE_BASES, string="Age from", required=True, default="due", help="The date from which the age counts."
    )
    scheme_id = fields.Many2one(
        "receivable.bucket.scheme",
        string="Buckets",
        required=True,
        domain="['|', ('company_id', '=', False), ('company_id', 'in', company_ids)]",
        default=lambda self: self._default_scheme_id(),
    )
    company_ids = fields.Many2many(
        "res.company",
        string="Companies",
        required=True,
        domain="[('id', 'in', allowed_company_ids)]",
        default=lambda self: self.env.companies,
    )
    partner_ids = fields.Many2many(
        "res.partner", string="Customers", domain="[('parent_id', '=', False)]", help="Empty: all customers."
    )

    @api.model
    def _default_scheme_id(self):
        return self.env["receivable.bucket.scheme"]._get_default(self.env.companies)

    # ------------------------------------------------------------------
    # WHAT IS SHOWN
    # ------------------------------------------------------------------

    def _title(self):
        self.ensure_one()
        return self.env._("Aged Receivables as of %(date)s", date=format_date(self.env, self.as_of))

    def _aging_context(self):
        self.ensure_one()
        return {"as_of": str(self.as_of), "date_basis": self.date_basis, "bucket_scheme_id": self.scheme_id.id}

    def _aging(self):
        """Aged receivables with the chosen parameters; the active companies are those chosen."""
        return self.env["receivable.aging"].with_context(
            **self._aging_context(), allowed_company_ids=self.company_ids.ids
        )

    def _domain(self):
        """Chosen customers (with the contacts below them), in the chosen companies."""
        domain = Domain("company_id", "in", self.company_ids.ids)
        if self.partner_ids:
            domain &= Domain("commercial_partner_id", "in", self.partner_ids.commercial_partner_id.ids)
        return domain

    def _aged_tables(self):
        """``[(company, AgedTable keyed by customer)]``, customers by name; an empty customer has no partner."""
        place = {bucket: index for index, bucket in enumerate(self.scheme_id._ordered_buckets())}
        groups = self._aging()._read_group(
            self._domain(),
            ["company_id", "commercial_partner_id", "bucket_id"],
            ["amount_residual:sum"],
            order="company_id, commercial_partner_id",
        )
        cells = {company: [] for company in self.company_ids}
        for company, partner, bucket, amount in groups:
            cells[company].append((partner, place[bucket], amount))
        return [
            (company, aged_table(company_cells, len(place), company.currency_id.round))
            for company, company_cells in cells.items()
            if company_cells
        ]

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_view(self):
        """The figures to pivot, group, filter, follow to the document and export."""
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_receivable_aging")
        action["display_name"] = self._title()
        action["context"] = self._aging_context()
        action["domain"] = list(self._domain())
        return action

    def action_print(self):
        return self.env.ref("receivable_dunning.action_report_aged_balance").report_action(self, config=False)

    def action_export(self):
        """All open items with their buckets as a spreadsheet."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/receivable_dunning/aged_balance/{self.id}.xlsx",
            "target": "download",
        }
