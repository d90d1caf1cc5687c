from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.customer_credit_mgmt.models.optional_number import OptionalMonetary


class EclExposure(models.Model):
    """What a customer owed in a bucket on the day of a run, and how much of it can be lost. Kept as it was."""

    _name = "ecl.exposure"
    _description = "Expected Credit Loss by Customer"
    _order = "run_id desc, exposure desc, id"
    _rec_name = "partner_id"

    run_id = fields.Many2one("ecl.run", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", index="btree_not_null", ondelete="restrict", readonly=True
    )
    segment_key = fields.Char(readonly=True)
    segment = fields.Char(readonly=True)
    bucket_id = fields.Many2one("receivable.bucket", ondelete="restrict", readonly=True)
    is_individual = fields.Boolean(string="Individually Assessed", readonly=True)
    balance = fields.Monetary(string="Open Claims", readonly=True)
    credit = fields.Monetary(
        string="Credits Deducted", readonly=True, help="Of the customer's credits, what pays this bucket: oldest first."
    )
    cover = fields.Monetary(
        string="Guarantees Deducted", readonly=True, help="Of the customer's cover, the share of this bucket."
    )
    exposure = fields.Monetary(string="Exposed", readonly=True)
    allowance = OptionalMonetary(readonly=True, help="Exposed x rate of the bucket or of the customer, not rounded.")

    def _open_items_action(self, run, name, domain):
        """Aged receivables as of the day of the run, in its buckets: the claims; credits are deducted elsewhere."""
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_receivable_aging")
        return {
            **action,
            "name": name,
            "display_name": name,
            "views": [(False, "list"), (False, "pivot")],
            "domain": [("company_id", "child_of", run.company_id.id), ("amount_residual", ">", 0), *domain],
            "context": {
                "as_of": str(run.date),
                "date_basis": "due",
                "bucket_scheme_id": run.method_id.scheme_id.id,
                "search_default_group_customer": 1,
            },
        }

    def action_view_items(self):
        self.ensure_one()
        domain = [("commercial_partner_id", "=", self.partner_id.id), ("bucket_id", "=", self.bucket_id.id)]
        return self._open_items_action(self.run_id, self.partner_id.display_name or self.segment, domain)


class ReceivableAging(models.Model):
    _inherit = "receivable.aging"

    ecl_line_id = fields.Many2one(
        "ecl.line",
        string="Cell of an Expected Credit Loss",
        store=False,
        search="_search_ecl_line_id",
        help="Items of the customers and the bucket of the cell.",
    )

    def _search_ecl_line_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        # search instead of browse: the record rule says whose cells they are
        lines = self.env["ecl.line"].search([("id", "in", [key for key in value if type(key) is int])])
        partners = Domain("commercial_partner_id", "in", lines._partners_sql())
        if any(not partner for (partner,) in self.env.execute_query(lines._partners_sql())):
            partners |= Domain("commercial_partner_id", "=", False)
        return partners & Domain("bucket_id", "in", lines.bucket_id.ids)
