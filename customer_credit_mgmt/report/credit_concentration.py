from odoo import api, fields, models
from odoo.tools import SQL, formatLang

from .credit_exposure import LIVE

# Boundaries of the Herfindahl-Hirschman index as competition authorities draw them, in points of 10,000.
MODERATE, HIGH = 1500, 2500


class CreditConcentration(models.Model):
    """How much of the exposure of a company hangs on few customers, computed when it is read.

    ``share`` = exposure of the customer / sum of all positive exposures; the share of the top n is the cumulative share
    of the customer of rank n; the Herfindahl-Hirschman index is the sum of the squared shares in percent: 10,000 when
    one customer owes everything, 10,000 / n when n customers owe the same.
    """

    _name = "credit.concentration"
    _description = "Credit Concentration"
    _auto = False
    _order = "company_id, position, id"
    _rec_name = "partner_id"

    position = fields.Integer(string="Rank", **LIVE, aggregator=None)
    profile_id = fields.Many2one("credit.profile", **LIVE)
    partner_id = fields.Many2one("res.partner", string="Customer", **LIVE)
    company_id = fields.Many2one("res.company", **LIVE)
    currency_id = fields.Many2one(related="company_id.currency_id")
    group_id = fields.Many2one("credit.group", string="Credit Group", **LIVE)
    user_id = fields.Many2one("res.users", string="Credit Controller", **LIVE)
    rating_id = fields.Many2one("credit.rating", **LIVE)
    exposure_amount = fields.Monetary(string="Exposure", **LIVE)
    total_amount = fields.Monetary(
        string="Exposure of All", **LIVE, aggregator="max", help="Sum of the positive exposures of the company."
    )
    share = fields.Float(**LIVE, help="Exposure of the customer / exposure of all.")
    cumulative_share = fields.Float(
        **LIVE, aggregator="max", help="Share of this customer and all larger ones: at rank 10, that of the top 10."
    )
    hhi_points = fields.Float(
        string="HHI Points",
        **LIVE,
        digits=(16, 1),
        help="Square of the share in percent; the points of all customers add up to the index.",
    )
    hhi = fields.Float(
        string="HHI of the Company",
        **LIVE,
        digits=(16, 0),
        aggregator="max",
        help="Herfindahl-Hirschman index: the sum of the squared shares in percent, from near 0 to 10,000.",
    )
    explanation = fields.Text(compute="_compute_explanation", help="The formulas with the figures of today.")

    @property
    def _table_query(self):
        as_of = fields.Date.to_date(self.env.context.get("as_of")) or fields.Date.context_today(self)
        return SQL(
            """
            SELECT part.*, sum(hhi_points) OVER (PARTITION BY company_id) AS hhi
              FROM (SELECT debtor.*, share * share * 10000 AS hhi_points,
                           sum(share) OVER (PARTITION BY company_id ORDER BY position) AS cumulative_share
                      FROM (SELECT id, profile_id, partner_id, company_id, group_id, user_id, rating_id,
                                   exposure_amount,
                                   sum(exposure_amount) OVER (PARTITION BY company_id) AS total_amount,
                                   exposure_amount / sum(exposure_amount) OVER (PARTITION BY company_id) AS share,
                                   row_number() OVER (PARTITION BY company_id ORDER BY exposure_amount DESC, id)
                                       AS position
                              FROM (%s) figure
                             WHERE exposure_amount > 0) debtor
                   ) part
            """,
            self.env["credit.profile"]._figures_sql(as_of, self._companies()),
        )

    @api.model
    def _companies(self):
        """The roots of the companies whose exposure is read: the active ones."""
        return self.env.companies

    @api.depends("share", "hhi")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for row in self:
            row.explanation = "\n".join(row._formulas())

    def _formulas(self):
        """The figures of this row as they come about, in the language of the reader."""
        amount, total = (self.currency_id.format(value) for value in (self.exposure_amount, self.total_amount))
        index = self._number(self.hhi, 0)
        return [
            self.env._(
                "Share = exposure of the customer / exposure of all customers = %(amount)s / %(total)s = %(share)s %%.",
                amount=amount,
                total=total,
                share=self._number(self.share * 100, 1),
            ),
            self.env._(
                "Top %(rank)d: the largest %(rank)d customers make up %(share)s %% of the exposure.",
                rank=self.position,
                share=self._number(self.cumulative_share * 100, 1),
            ),
            self.env._(
                "HHI = sum of the squared shares in percent = %(index)s of 10,000; this customer adds %(points)s."
                " As if %(count)s customers owed the same.",
                index=index,
                points=self._number(self.hhi_points, 1),
                count=self._number(10000 / self.hhi, 1),
            ),
            self._judgement(),
        ]

    def _number(self, value, digits):
        return formatLang(self.env, value, digits=digits)

    def _judgement(self):
        if self.hhi < MODERATE:
            return self.env._("Below 1,500: the exposure is well spread.")
        if self.hhi <= HIGH:
            return self.env._("1,500 to 2,500: the exposure is moderately concentrated.")
        return self.env._("Above 2,500: the exposure is highly concentrated.")

    def action_open_profile(self):
        self.ensure_one()
        return self.profile_id._get_records_action()
