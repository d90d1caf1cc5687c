"""Promises and plans of a customer, and how far its promises are to be relied on."""

from odoo import fields, models
from odoo.tools import SQL

from ..core.promise import PromiseState
from ..core.reliability import Reliability
from .receivable_promise import DECIDED


class ResPartner(models.Model):
    _inherit = "res.partner"

    promise_count = fields.Integer(
        string="Promises", compute="_compute_promises", groups="receivable_dunning.group_collections_user"
    )
    promise_open_count = fields.Integer(
        string="Open Promises", compute="_compute_promises", groups="receivable_dunning.group_collections_user"
    )
    promise_reliability = fields.Char(
        string="Promises Kept",
        compute="_compute_promises",
        groups="receivable_dunning.group_collections_user",
        help="Promises kept of those decided (kept, partly kept or broken). Of a contact: those that the person gave."
        " Fewer than three decided promises are not enough data.",
    )
    payment_plan_count = fields.Integer(
        string="Payment Plans", compute="_compute_promises", groups="receivable_dunning.group_collections_user"
    )

    def _compute_promises(self):
        customers = self.commercial_partner_id
        domain = [("partner_id", "in", customers.ids)]
        counts = dict(self.env["receivable.promise"]._read_group(domain, ["partner_id"], ["__count"]))
        standing = [*domain, ("state", "=", PromiseState.OPEN)]
        waiting = dict(self.env["receivable.promise"]._read_group(standing, ["partner_id"], ["__count"]))
        plans = dict(self.env["receivable.payment.plan"]._read_group(domain, ["partner_id"], ["__count"]))
        texts = self._promise_reliability_texts()
        for partner in self:
            customer = partner.commercial_partner_id
            partner.promise_count = counts.get(customer, 0)
            partner.promise_open_count = waiting.get(customer, 0)
            partner.payment_plan_count = plans.get(customer, 0)
            partner.promise_reliability = texts.get(partner._origin.id, "")

    # ------------------------------------------------------------------
    # RELIABILITY
    # ------------------------------------------------------------------

    def _promise_reliability(self):
        """``{partner id: Reliability}`` of all of these, in one statement, in the active companies.

        Of a customer: all its promises. Of another contact: those that the person gave.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner.id, count(*) FILTER (WHERE promise.state = 'kept'), count(*)
                  FROM res_partner partner
                  JOIN receivable_promise promise
                    ON CASE WHEN partner.id = partner.commercial_partner_id THEN promise.partner_id = partner.id
                            ELSE promise.contact_id = partner.id END
                 WHERE partner.id = ANY(%(partners)s) AND promise.partner_id = ANY(%(customers)s)
                   AND promise.state = ANY(%(decided)s) AND promise.company_id = ANY(%(companies)s)
                 GROUP BY partner.id
                """,
                partners=self.ids,
                customers=self.commercial_partner_id.ids,
                decided=[str(state) for state in DECIDED],
                # sudo: a branch shares the customers of its root
                companies=self.env.companies.sudo().root_id.ids,
                to_flush=[
                    *(self.env["receivable.promise"]._fields[name] for name in ("state", "partner_id", "contact_id")),
                    self._fields["commercial_partner_id"],
                ],
            )
        )
        found = {partner_id: Reliability(kept, decided) for partner_id, kept, decided in rows}
        return {partner_id: found.get(partner_id, Reliability()) for partner_id in self.ids}

    def _promise_reliability_texts(self):
        """``{partner id: text}`` of those who have had a promise decided."""
        return {
            partner_id: self._reliability_in_words(found)
            for partner_id, found in self._promise_reliability().items()
            if found.decided
        }

    def _reliability_in_words(self, found):
        if found.share is None:
            return self.env._("%(kept)s of %(decided)s: not enough data", kept=found.kept, decided=found.decided)
        return self.env._(
            "%(kept)s of %(decided)s (%(share)s %%)",
            kept=found.kept,
            decided=found.decided,
            share=round(100 * found.share),
        )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_view_promises(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_receivable_promise")
        return {**action, "domain": [("partner_id", "=", self.commercial_partner_id.id)], "context": {}}

    def action_view_payment_plans(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_receivable_payment_plan")
        return {**action, "domain": [("partner_id", "=", self.commercial_partner_id.id)], "context": {}}

    def _open_item_lines(self):
        """What is open of the customer today in the active companies: receivable items with a debit left."""
        self.ensure_one()
        customer = self.commercial_partner_id
        ledger = self.env["receivable.ledger"]
        rows = self.env.execute_query(
            SQL(
                "SELECT line_id FROM (%s) item WHERE residual > 0 ORDER BY date_maturity, line_id",
                ledger._open_items_sql(fields.Date.context_today(self), self.env.company, customer),
            )
        )
        return self.env["account.move.line"].browse(line_id for (line_id,) in rows)

    def action_promise(self):
        """A promise to pay what is open of the customer, or of a part of it."""
        return self.env["receivable.promise.wizard"]._open(self._open_item_lines())

    def action_payment_plan(self):
        """Instalments for what is open of the customer."""
        return self.env["receivable.payment.plan.wizard"]._open(self._open_item_lines())
