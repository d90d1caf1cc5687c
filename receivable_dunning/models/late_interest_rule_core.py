"""Rules as values of the pure core, and what they cost: the worked example on the form."""

from datetime import timedelta
from decimal import Decimal

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools.misc import format_date, formatLang

from ..core.interest import Terms
from ..core.interest_case import Customer, Item, Market, Rule, Window
from ..core.interest_claim import decide
from ..core.interest_days import Per
from ..core.interest_rates import Rate


def exact(number):
    """A float as it is shown, as an exact number."""
    return Decimal(str(round(number, 6)))


class LateInterestRule(models.Model):
    _inherit = "late.interest.rule"

    example_amount = fields.Monetary(
        string="Overdue Amount",
        compute="_compute_example_question",
        readonly=False,
        help="Try amounts and days: nothing of it is kept.",
    )
    example_days = fields.Integer(string="Paid Late by (Days)", compute="_compute_example_question", readonly=False)
    example = fields.Html(compute="_compute_example", string="Cost", sanitize=False)
    rate_summary = fields.Char(string="Interest", compute="_compute_rate_summary")

    # ------------------------------------------------------------------
    # CORE
    # ------------------------------------------------------------------

    def _core_rate(self):
        """The rule's own rate, without what is agreed with a customer."""
        if self.rate_mode == "fixed":
            return Rate(fixed=exact(self.fixed_rate), per=self.per)
        return Rate(margin=exact(self.margin), reference=self.reference_id._core_reference(), basis=self.basis)

    def _core_rule(self):
        """The rule as a value of the pure core."""
        self.ensure_one()
        return Rule(
            key=self.id or 0,
            rate=self._core_rate(),
            terms=Terms(self.day_count, self.per if self.rate_mode == "fixed" else Per.YEAR, self.rounding),
            currency=self.currency_id.name,
            bands=tuple((exact(band.amount_from), exact(band.amount)) for band in self.band_ids),
            minimum=exact(self.minimum_amount),
            grace_days=self.grace_days,
            contract_from=self.contract_from or None,
            contract_to=self.contract_to or None,
            takes_agreed=self.takes_agreed,
            floor=self.floor_reference_id._core_reference() if self.floor_reference_id else None,
            disputed=self.disputed_days,
        )

    # ------------------------------------------------------------------
    # EXAMPLE
    # ------------------------------------------------------------------

    @api.depends("rate_mode", "reference_id", "margin", "fixed_rate", "per", "basis")
    def _compute_rate_summary(self):
        pers = dict(self._fields["per"]._description_selection(self.env))
        for rule in self:
            if rule.rate_mode == "fixed":
                rule.rate_summary = f"{rule.fixed_rate:g} % {pers.get(rule.per, '')}"
            else:
                rule.rate_summary = f"{rule.reference_id.name or ''} + {rule.margin:g} %"

    def _compute_example_question(self):
        self.example_amount = 1000.0
        self.example_days = 50

    @api.depends(
        "example_amount", "example_days", "rate_mode", "reference_id.rate_ids.percent", "reference_id.rate_ids.date",
        "margin", "fixed_rate", "per", "basis", "day_count", "rounding", "grace_days", "minimum_amount", "currency_id",
        "band_ids.amount", "band_ids.amount_from",
    )  # fmt: skip
    def _compute_example(self):
        today = fields.Date.context_today(self)
        for rule in self:
            rule.example = rule._example_html(today)

    def _example_html(self, today):
        """What an invoice in the rule's currency costs that is paid today, so many days late; contract of that time."""
        self.ensure_one()
        unit = {self.currency_id.name: exact(self.currency_id.rounding or 0.01)}
        window = Window(today - timedelta(days=max(self.example_days, 0)), today)
        item = Item(1, 1, window.first, exact(self.example_amount), window.first, self.currency_id.name)
        rule = self._core_rule()
        outcome = decide(Customer((rule,)), [item] if rule.is_for(item.contract) else [], [], window, Market(unit))
        rows = [(self._example_words(charge), charge.amount) for charge in outcome.charges]
        if not rows:
            return Markup("<p class='text-muted mb-0'>%s</p>") % self._example_nothing(outcome)
        rows.append((self.env._("Together"), sum(amount for _words, amount in rows)))
        row = Markup("<tr><td>%s</td><td class='text-end'>%s</td></tr>")
        body = Markup().join(row % (words, self._money(amount)) for words, amount in rows)
        note = Markup("<p class='text-muted'>%s</p>") % self._example_nothing(outcome) if outcome.skips else ""
        return Markup("<table class='table table-sm mb-0'><tbody>%s</tbody></table>%s") % (body, note)

    def _example_words(self, charge):
        """How an amount comes about, in words."""
        if charge.segment is None:
            return self.env._("Compensation for the costs of collection")
        return self._segment_words(charge.segment, charge.rule.terms.per, self.currency_id)

    def _segment_words(self, segment, per, currency):
        pers = dict(self._fields["per"]._description_selection(self.env))
        return self.env._(
            "%(base)s x %(rate)s %% %(per)s x %(days)s days (%(first)s - %(last)s)",
            base=formatLang(self.env, float(segment.base), currency_obj=currency),
            rate=f"{float(segment.rate):g}",
            per=pers[per],
            days=segment.days,
            first=format_date(self.env, segment.first),
            last=format_date(self.env, segment.last),
        )

    def _example_nothing(self, outcome):
        reasons = dict(self.env["late.interest.skip"]._fields["reason"]._description_selection(self.env))
        if not outcome.skips:
            return self.env._("Nothing is charged.")
        skip = outcome.skips[0]
        since = self.env._(" (from %(day)s)", day=format_date(self.env, skip.day)) if skip.day else ""
        return f"{reasons[skip.reason]}{since}"

    def _money(self, amount):
        return formatLang(self.env, float(amount), currency_obj=self.currency_id)
