from odoo import models
from odoo.tools.translate import LazyTranslate

from .plain_number import plain_number
from .score_figures import FIGURES

_lt = LazyTranslate(__name__)

#: An answer says whose it is.
ANSWERS = {
    "answer": _lt("\u201c%(question)s\u201d: answered with %(value)s"),
    "expert": _lt("\u201c%(question)s\u201d: the experts say %(value)s"),
}


class CreditScorecardCriterion(models.Model):
    """What a criterion found, in words and in the reader's language."""

    _inherit = "credit.scorecard.criterion"

    def _get_fact(self, value, currency):
        """A figure in words, such as "Pays 12 days late on average"; ``None``: that it is not known."""
        self.ensure_one()
        if value is None and self.question:
            return self.env._("\u201c%(question)s\u201d: not answered", question=self.question)
        if value is None:
            return self.env._("%(figure)s: not known", figure=self.display_name)
        return getattr(self, f"_describe_{self.source}")(value, currency)

    def _get_field_label(self):
        # sudo: which field a criterion judges is part of its explanation, whoever may read technical models
        field = self.field_id.sudo()
        return field.field_description if field else self.env._("A field that was removed")

    def _describe_behaviour(self, value, currency):
        return FIGURES[self.figure].describe(self.env, value, currency)

    def _describe_guarantee(self, value, currency):
        return self._describe_behaviour(value, currency)

    def _describe_financial_ratio(self, value, _currency):
        return self.env._(
            "%(ratio)s of the latest statement: %(value)s",
            ratio=self.display_name,
            value=self.env["partner.financial.statement"]._format_figure(self.ratio, value),
        )

    def _describe_partner_field(self, value, _currency):
        field = self._get_partner_field()
        described = self._describe_field_value(field, value) if field is not None else self._format_number(value)
        return self.env._("%(field)s: %(value)s", field=self.display_name, value=described)

    def _describe_field_value(self, field, value):
        if field.type == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if field.type in ("date", "datetime"):
            return self.env._("%(number)s months ago", number=self._format_number(value))
        if field.type == "selection":
            options = [label for _key, label in field._description_selection(self.env)]
            # options that were removed since then leave their number
            return options[int(value) - 1] if 0 < value <= len(options) else self._format_number(value)
        return self._format_number(value)

    def _describe_answer(self, value, _currency):
        text = self.env._(ANSWERS[self.source])  # pylint: disable=gettext-variable
        return text % {"question": self.display_name, "value": self._format_number(value)}

    def _describe_expert(self, value, currency):
        return self._describe_answer(value, currency)

    def _format_number(self, value):
        return plain_number(self.env, value)
