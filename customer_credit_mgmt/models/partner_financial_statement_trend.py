from odoo import api, fields, models
from odoo.tools import SQL, formatLang

from ..core import statement_check as check
from ..core import statement_trend as trend
from ..core.ratios import ITEMS, MEASURES, RATIOS
from .plain_number import plain_number

#: What signs are read from, beside the items.
JUDGED = (*RATIOS, "altman_z1", "altman_z2", "altman_z2_zone")
#: System parameter: a ratio that is worse by more than so many percent is a sign of trouble.
WORSE_PARAMETER = "customer_credit_mgmt.ratio_worse_percent"


class PartnerFinancialStatement(models.Model):
    """What a statement says beside the one before: signs of trouble, and figures that do not add up."""

    _inherit = "partner.financial.statement"

    previous_id = fields.Many2one(
        "partner.financial.statement",
        string="Statement Before",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The confirmed statement before this one, which it is compared with.",
    )
    is_latest = fields.Boolean(
        string="Latest", readonly=True, copy=False, help="The newest confirmed statement of the customer."
    )
    problem_text = fields.Text(
        string="Does Not Add Up",
        compute="_compute_problem_text",
        help="Figures that contradict each other. The statement can be confirmed all the same; the chatter keeps it.",
    )
    signs = fields.Json(compute="_compute_signs", store=True)
    sign_count = fields.Integer(string="Signs", compute="_compute_signs", store=True, aggregator="sum")
    is_deteriorated = fields.Boolean(
        string="Deteriorated",
        compute="_compute_signs",
        store=True,
        help="A ratio got worse by more than 20 % (unless set otherwise), the zone fell or is distress, or equity,"
        " profit or cash flow is negative.",
    )
    sign_text = fields.Text(
        string="Signs of Trouble", compute="_compute_sign_text", help="Why, in the language of the reader."
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends(*ITEMS)
    @api.depends_context("lang")
    def _compute_problem_text(self):
        for statement in self:
            problems = check.find_problems(statement._get_figures())
            sentences = [statement._get_problem_sentence(each) for each in problems if each.kind != check.EMPTY]
            statement.problem_text = "\n".join(sentences) or False

    @api.depends(*ITEMS, *JUDGED, "previous_id", *(f"previous_id.{name}" for name in JUDGED))
    def _compute_signs(self):
        worse_by = self._get_worse_by()
        for statement in self:
            before = statement.previous_id._get_judged() if statement.previous_id else None
            signs = trend.find_signs(statement._get_judged(), before, worse_by)
            statement.signs = [
                {"kind": sign.kind, "key": sign.key, "before": sign.before, "now": sign.now, "change": sign.change}
                for sign in signs
            ]
            statement.sign_count = len(signs)
            statement.is_deteriorated = bool(signs)

    @api.depends("signs")
    @api.depends_context("lang")
    def _compute_sign_text(self):
        for statement in self:
            sentences = [statement._get_sign_sentence(trend.Sign(**sign)) for sign in statement.signs or ()]
            statement.sign_text = "\n".join(sentences) or False

    @api.model
    def _get_worse_by(self):
        """The share by which a ratio must be worse to be a sign."""
        # sudo: the threshold is no secret
        parameter = self.env["ir.config_parameter"].sudo().get_param(WORSE_PARAMETER)
        try:
            return float(parameter) / 100 if parameter else trend.WORSE_BY
        except ValueError:
            # somebody typed words into the system parameter: that must not stop the entry of statements
            return trend.WORSE_BY

    def _get_judged(self):
        self.ensure_one()
        return {**self._get_figures(), **{name: self[name] for name in JUDGED}}

    # ------------------------------------------------------------------
    # SENTENCES
    # ------------------------------------------------------------------

    def _get_label(self, name):
        return self._fields[name]._description_string(self.env)

    def _format_figure(self, name, value):
        """A figure as people read it: money, percent, days or a number; nothing when it is not known."""
        if value is None or value is False:
            return ""
        if name in ITEMS or name == "working_capital":
            return formatLang(self.env, value, currency_obj=self.currency_id)
        if self._is_share(name):
            return self.env._("%(number)s %%", number=plain_number(self.env, value * 100, 1))
        return formatLang(self.env, value, digits=MEASURES[name])

    @api.model
    def _is_share(self, name):
        """Ratios that are read in percent are kept with four decimals."""
        return MEASURES.get(name) == 4

    def _get_zone_label(self, zone):
        return dict(self._fields["altman_z2_zone"]._description_selection(self.env)).get(zone, "")

    def _get_problem_sentence(self, problem):
        values = {
            "item": self._get_label(problem.item),
            "amount": self._format_figure(problem.item, problem.amount),
            "limit": self._format_figure(problem.item, problem.limit),
        }
        if problem.kind == check.UNBALANCED:
            return self.env._("%(item)s are %(amount)s, but liabilities and equity are %(limit)s.", **values)
        if problem.kind == check.NEGATIVE:
            return self.env._("%(item)s cannot be negative: %(amount)s.", **values)
        return self.env._("The parts of %(item)s add up to %(amount)s, which is more than %(limit)s.", **values)

    def _get_sign_sentence(self, sign):
        label = self._get_label(sign.key)
        if sign.kind in (trend.ZONE, trend.IN_DISTRESS):
            zone = self._get_zone_label(sign.now)
            if sign.kind == trend.IN_DISTRESS:
                return self.env._("%(figure)s is in the zone \u201c%(zone)s\u201d.", figure=label, zone=zone)
            return self.env._(
                "%(figure)s fell from the zone \u201c%(before)s\u201d to \u201c%(zone)s\u201d.",
                figure=label,
                before=self._get_zone_label(sign.before),
                zone=zone,
            )
        now = self._format_figure(sign.key, sign.now)
        if sign.kind != trend.WORSE:
            return self.env._("%(figure)s is negative: %(amount)s.", figure=label, amount=now)
        return self.env._(
            "%(figure)s went from %(before)s to %(now)s: worse by %(percent)s %%.",
            figure=label,
            before=self._format_figure(sign.key, sign.before),
            now=now,
            percent=formatLang(self.env, sign.change * 100, digits=0),
        )

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _link_years(self, partners=None):
        """Say of all statements of these customers which one came before, and which is the latest."""
        partners = (partners or self.env["res.partner"]) | self.partner_id
        if not partners:
            return
        # sudo: a statement that only another company may see has its own sequence of years
        family = self.sudo().search([("partner_id", "in", partners.ids)], order="date_end, id")
        for _key, statements in family.grouped(lambda statement: (statement.partner_id, statement.company_id)).items():
            confirmed = statements.filtered(lambda statement: statement.state == "confirmed")
            for statement in statements:
                before = confirmed.filtered(lambda other, day=statement.date_end: other.date_end < day)[-1:]
                if statement.previous_id != before:
                    statement.previous_id = before
                if statement.is_latest != (statement == confirmed[-1:]):
                    statement.is_latest = statement == confirmed[-1:]

    @api.model
    def _latest_sql(self, company, as_of, partners=None):
        """All columns of the latest confirmed statement of each customer that a root company may use.

        Of two with the same closing date the company's own goes before the shared one.
        """
        return SQL(
            """
            SELECT DISTINCT ON (partner_id) *
              FROM partner_financial_statement
             WHERE state = 'confirmed' AND date_end <= %(as_of)s
               AND (company_id IS NULL OR company_id = %(company)s) AND %(partners)s
             ORDER BY partner_id, date_end DESC, company_id NULLS LAST
            """,
            as_of=SQL("%s::date", as_of),
            company=company.id,
            partners=SQL("TRUE") if partners is None else SQL("partner_id = ANY(%s)", list(partners.ids)),
            to_flush=[field for field in self._fields.values() if field.store and field.column_type],
        )

    @api.model
    def _get_latest(self, partners, company, as_of):
        """``{commercial partner id: latest confirmed statement}`` that a root company may use on the day."""
        query = SQL("SELECT partner_id, id FROM (%s) latest", self._latest_sql(company, as_of, partners))
        # sudo: proposals and scores use the figures whoever asks for them
        return {partner_id: self.sudo().browse(id_) for partner_id, id_ in self.env.execute_query(query)}

    def _get_equity(self, currency, as_of):
        """Book equity in another currency at the rate of the day; ``None`` when it is not known."""
        self.ensure_one()
        if self.equity is None:
            return None
        return self.currency_id._convert(self.equity, currency, self.company_id or self.env.company, as_of)
