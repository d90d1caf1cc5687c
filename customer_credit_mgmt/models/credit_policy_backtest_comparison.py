"""Two policies side by side: the sums of a what-if in words and figures."""

from odoo import api, fields, models
from odoo.tools import format_date, formatLang

from ..core import what_if as core
from .plain_number import plain_number

#: What is summed up over the months, in the order of ``core.Totals``.
SUMMED = (
    "document_count",
    "amount",
    "warned_count",
    "held_count",
    "held_amount",
    "cleared_count",
    "wait_days",
    "amount_days",
    "lost_amount",
    "judged_count",
    "false_alarm_count",
)
#: Units of the figures that are compared; the others are counts.
UNITS = {
    "held_share": "share",
    "held_amount": "money",
    "sales_share": "share",
    "average_wait": "days",
    "lost_amount": "money",
    "false_alarm_share": "share",
}


class CreditPolicyBacktest(models.Model):
    _inherit = "credit.policy.backtest"

    comparison = fields.Html(compute="_compute_comparison", sanitize=False)

    def _totals(self):
        """``{backtest: {side: core.Totals}}``; one query."""
        rows = self.env["credit.policy.backtest.month"]._read_group(
            [("backtest_id", "in", self.ids)], ["backtest_id", "side"], [f"{name}:sum" for name in SUMMED]
        )
        totals = {backtest: dict.fromkeys(core.SIDES, core.Totals()) for backtest in self}
        for backtest, side, *sums in rows:
            totals[backtest][side] = core.Totals(*sums)
        return totals

    @api.depends("state", "month_ids")
    @api.depends_context("lang")
    def _compute_comparison(self):
        totals = self._totals()
        for backtest in self:
            backtest.comparison = backtest.state == "done" and self.env["ir.qweb"]._render(
                "customer_credit_mgmt.credit_policy_backtest_comparison", backtest._prepare_comparison(totals[backtest])
            )

    def _prepare_comparison(self, totals):
        """Values of the template ``credit_policy_backtest_comparison``, with the figures as text."""
        in_force, what_if = (totals[side] for side in core.SIDES)
        rows = [
            {
                "name": name,
                "label": label,
                "cells": [
                    self._format_figure(UNITS.get(name), figure)
                    for figure in (
                        getattr(in_force, name),
                        getattr(what_if, name),
                        core.difference(getattr(what_if, name), getattr(in_force, name)),
                    )
                ],
            }
            for name, label in self._get_labels().items()
        ]
        return {"rows": rows, "summary": self._get_summary(in_force), "left_out": self._get_left_out()}

    def _get_summary(self, totals):
        """What was replayed, in one sentence."""
        return self.env._(
            "%(count)s invoices from %(date_from)s to %(date_to)s, %(sales)s in all, replayed on %(day)s.",
            count=self._format_figure(None, totals.documents),
            date_from=format_date(self.env, self.date_from),
            date_to=format_date(self.env, self.date_to),
            sales=self._format_figure("money", totals.amount),
            day=format_date(self.env, self.run_on),
        )

    def _get_left_out(self):
        """Which rules were not replayed, in one sentence; empty when all were."""
        if not self.notes:
            return ""
        labels = dict(self.env["credit.policy.rule"]._fields["kind"]._description_selection(self.env))
        return self.env._(
            "Not replayed: %(rules)s. What these rules look at has no dated history.",
            rules=", ".join(labels.get(kind, kind) for kind in self.notes),
        )

    def _get_labels(self):
        """What the rows of the comparison are called, in their order."""
        return {
            "held": self.env._("Documents held"),
            "held_share": self.env._("Share of all documents"),
            "held_amount": self.env._("Sales affected"),
            "sales_share": self.env._("Share of all sales"),
            "warned": self.env._("Documents only warned about"),
            "average_wait": self.env._("Average days waiting, where the facts became good"),
            "still_waiting": self.env._("Not good by the day of the run, or for a person to decide"),
            "amount_days": self.env._("Overdue avoided (amount x days)"),
            "lost_amount": self.env._("Losses avoided (over 90 days late, or written off)"),
            "false_alarms": self.env._("False alarms: held, then paid on time"),
            "false_alarm_share": self.env._("Share of held documents with a known outcome"),
        }

    def _format_figure(self, unit, figure):
        """A figure in the reader's language; a dash where it is not known."""
        if figure is None:
            return "\u2013"
        match unit:
            case "money":
                return self.currency_id.format(figure)
            case "share":
                return self.env._("%(share)s %%", share=plain_number(self.env, figure * 100, 1))
            case "days":
                return formatLang(self.env, figure, 1)
        return formatLang(self.env, figure, 0)
