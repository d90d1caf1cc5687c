"""Figures as people write them, and their formulas with the numbers filled in."""

from odoo.tools import formatLang

from odoo.addons.customer_credit_mgmt.models.plain_number import plain_number

from ..core.kpi_catalog import BY_NAME, Unit, countback_numbers

NO_NUMBER = "–"


def written(env, name, value, currency):
    """A figure in the reader's language; empty where it cannot be told."""
    if value is None:
        return ""
    match BY_NAME[name].unit:
        case Unit.MONEY:
            return formatLang(env, value, currency_obj=currency)
        case Unit.DAYS:
            return env._("%(number)s days", number=formatLang(env, value, digits=1))
        case Unit.SHARE:
            return f"{formatLang(env, value * 100, digits=1)} %"
        case Unit.PERCENT:
            return f"{formatLang(env, value, digits=1)} %"
        case Unit.TIMES:
            return f"{formatLang(env, value, digits=2)} ×"
    return formatLang(env, value, digits=4)


def written_change(env, name, now, before, currency):
    """How much a figure has changed, with its sign; empty where one of both cannot be told."""
    if now is None or before is None:
        return ""
    change = written(env, name, now - before, currency)
    return f"+{change}" if now > before else change


def filled_formula(env, name, facts, currency, cei_months=()):
    """The formula of a figure with the numbers in the place of the words.

    :param facts: mapping with every amount and figure by name, ``days`` and ``months_back``
    :param cei_months: collection effectiveness of the months of a longer period, of which the figure is the mean
    """

    def amount(value):
        return formatLang(env, value, digits=currency.decimal_places)

    if name == "dso_countback":
        return countback_numbers(facts["closing_amount"], facts["months_back"] or [], amount, str)

    if name == "cei" and (known := [value for value in cei_months if value is not None]):
        return f"({' + '.join(formatLang(env, value, digits=1) for value in known)}) / {len(known)}"

    class Numbers(dict):
        def __missing__(self, key):
            value = facts[key]
            if value is None:
                return NO_NUMBER
            return amount(value) if key.endswith("_amount") else plain_number(env, value, 1)

    return BY_NAME[name].numbers.format_map(Numbers())
