"""From a figure to the records behind it."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.fields import Domain

# Which rows of the aged receivables are behind an amount.
ITEMS = {
    "all": Domain.TRUE,
    "opening": Domain.TRUE,
    "current": Domain("age", "<=", 0),
    "overdue": Domain("age", ">", 0),
    "over_90": Domain("age", ">", 90),
    "remaining": Domain("age", ">", 0) & Domain("amount_residual", ">", 0),
    "credits": Domain("amount_residual", "<", 0),
    "debtors": Domain("commercial_partner_id", "!=", False),
}
# The field of the customer that says who follows it.
FOLLOWED_BY = {"salesperson": "user_id", "collector": "collector_id"}


class ReceivableKpi(models.Model):
    _inherit = "receivable.kpi"

    figure_ids = fields.One2many(
        "receivable.kpi.figure", "kpi_id", string="Figures", domain=[("is_amount", "=", False)]
    )
    amount_ids = fields.One2many("receivable.kpi.figure", "kpi_id", string="Amounts", domain=[("is_amount", "=", True)])

    def _neighbours(self):
        """``{row: (that of the month before, that of the same month of the year before)}``; empty for none."""
        shifts = (relativedelta(months=1), relativedelta(years=1))
        months = {row.month - shift for row in self for shift in shifts}
        found = {
            (row.company_id, row.dimension, row.user_key, row.month): row
            for row in self.search(
                [("company_id", "in", self.company_id.ids), ("month", "in", list(months)), ("state", "=", "closed")]
            )
        }
        return {
            row: tuple(
                found.get((row.company_id, row.dimension, row.user_key, row.month - shift), self.browse())
                for shift in shifts
            )
            for row in self
        }

    # ------------------------------------------------------------------
    # RECORDS
    # ------------------------------------------------------------------

    def _company_domain(self):
        return Domain("company_id", "child_of", self.company_id.id)

    def _promised_domain(self):
        """Promises belong to the root company; those of a branch are about its items."""
        # sudo: who works in a branch may not read the companies above it
        domain = Domain("company_id", "=", self.company_id.sudo().root_id.id)
        is_branch = bool(self.company_id.sudo().parent_id)
        return domain & Domain("move_line_id.company_id", "child_of", self.company_id.id) if is_branch else domain

    def _followed_domain(self, customer):
        """Whose customers; ``customer`` is the path from a record to its commercial partner."""
        if self.dimension == "company":
            return Domain.TRUE
        path = f"{customer}.{FOLLOWED_BY[self.dimension]}"
        domain = Domain(path, "=", self.user_id.id)
        return domain if self.user_id else domain | Domain(customer, "=", False)

    def _items_action(self, items):
        """Aged receivables as of the end of the month, or of the day before it."""
        self.ensure_one()
        day = self.month - timedelta(days=1) if items == "opening" else self.date_to
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_receivable_aging")
        domain = ITEMS[items] & self._company_domain() & self._followed_domain("commercial_partner_id")
        context = {"as_of": fields.Date.to_string(day), "date_basis": "due"}
        if items == "debtors":
            context["search_default_group_customer"] = 1
        view_mode = [[False, kind] for kind in ("list", "pivot", "graph")]
        return {
            **action,
            "display_name": f"{action['name']} · {self.display_name}",
            "domain": list(domain),
            "context": context,
            "views": view_mode,
        }

    def _invoices_action(self):
        """The documents that are the sales of the month."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("account.action_move_out_invoice_type")
        domain = (
            Domain("move_type", "in", ("out_invoice", "out_refund", "out_receipt"))
            & Domain("state", "=", "posted")
            & self._dates_domain()
            & self._company_domain()
            & self._followed_domain("commercial_partner_id")
        )
        return {**action, "domain": list(domain), "context": {"create": False}}

    def _dates_domain(self):
        return Domain("date", ">=", self.month) & Domain("date", "<=", self.date_to)

    def _payments_action(self):
        """The items that are the money collected in the month."""
        return self._money_action(self.env._("Payments"), "collected_amount")

    def _others_action(self):
        """The items that are neither sales nor money."""
        return self._money_action(self.env._("Other Changes"), "other_amount")

    def _money_action(self, name, amount):
        """Items of the row that add up to its ``amount``."""
        self.ensure_one()
        domain = Domain(amount, "!=", 0) & self._followed_domain("partner_id")
        action = self.env["receivable.kpi.item"]._action(self.company_id, (self.month, self.date_to), domain)
        return {**action, "display_name": f"{name} · {self.display_name}"}

    def _write_offs_action(self):
        """What was written off in the month, document by document."""
        self.ensure_one()
        domain = self._followed_domain("partner_id")
        action = self.env["receivable.kpi.loss"]._action(self.company_id, (self.month, self.date_to), domain)
        return {**action, "display_name": f"{action['name']} · {self.display_name}"}

    def _promises_action(self):
        """The promised payments of the month that are decided."""
        self.ensure_one()
        domain = (
            self._promised_domain()
            & Domain("date_promised", ">=", self.month)
            & Domain("date_promised", "<=", self.date_to)
            & Domain("state", "in", ("kept", "partly", "broken"))
            & self._followed_domain("partner_id")
        )
        return {
            "type": "ir.actions.act_window",
            "name": f"{self.env._('Promises')} · {self.display_name}",
            "res_model": "receivable.promise.line",
            "views": [(False, "list"), (False, "form")],
            "domain": list(domain),
            "context": {"create": False, "edit": False},
        }

    # ------------------------------------------------------------------
    # OTHER ROWS
    # ------------------------------------------------------------------

    def action_open_customers(self):
        """The customers of the row with their own figures of the month."""
        self.ensure_one()
        domain = list(self._followed_domain("partner_id")) if self.dimension != "company" else []
        return self.env["receivable.kpi.customer"]._action(self.company_id, self.month, self.date_to, domain)

    def action_open_people(self):
        """The rows of the month by salesperson and collector."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_receivable_kpi")
        return {
            **action,
            "display_name": self.display_name,
            "domain": [
                ("company_id", "=", self.company_id.id),
                ("month", "=", self.month),
                ("dimension", "!=", "company"),
            ],
            "context": {"search_default_group_dimension": 1},
        }

    def action_open_trend(self):
        """The days of the figure over the months, beside the target."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_receivable_kpi_trend")
        same = [("company_id", "=", self.company_id.id), ("dimension", "=", self.dimension)]
        return {**action, "domain": [*same, ("user_id", "=", self.user_id.id)], "context": {}}
