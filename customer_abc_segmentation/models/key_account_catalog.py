"""Names and explanations of the figures of a key-account sheet, and how a value is written in the reader's language."""

from odoo import fields
from odoo.tools import format_date, formatLang
from odoo.tools.translate import LazyTranslate

from ..core.key_account import AMOUNT, COUNT, DATE, DAYS, FIGURES, MEASURABLE, SHARE, TEXT

_lt = LazyTranslate(__name__)

SECTION_LABELS = {
    "basic": _lt("Customer"),
    "sales": _lt("Sales"),
    "profit": _lt("Profit"),
    "receivable": _lt("Receivables"),
    "turnover": _lt("Turnover"),
    "risk": _lt("Risk"),
    "value": _lt("Customer Value"),
}
AGING_LABELS = (
    _lt("Not due"),
    _lt("1 to 30 days"),
    _lt("31 to 60 days"),
    _lt("61 to 90 days"),
    _lt("Over 90 days"),
    _lt("Unallocated credits"),
)
#: code: (label, how it is computed)
TEXTS = {
    "class": (
        _lt("ABC class"),
        _lt("Class in force on the day of the figures, a manual class before the computed one."),
    ),
    "xyz": (_lt("XYZ class"), _lt("How even the sales are: X even, Y varying, Z erratic, N not enough to say.")),
    "stage": (_lt("Lifecycle stage"), _lt("Where the customer stands between prospect and lost, see customer value.")),
    "segment": (_lt("RFM segment"), _lt("Segment by recency, frequency and monetary value, see customer value.")),
    "since": (_lt("Customer since"), _lt("Date of the first posted invoice.")),
    "last_invoice": (_lt("Last invoice"), _lt("Date of the last posted invoice up to the end of the period.")),
    "payment_term": (_lt("Payment terms"), _lt("The customer's payment terms on the day of the figures.")),
    "salesperson": (_lt("Salesperson"), _lt("The customer's salesperson on the day of the figures.")),
    "country": (_lt("Country"), _lt("Country of the customer's address.")),
    "reference": (_lt("Reference"), _lt("The customer's internal reference.")),
    "revenue": (
        _lt("Revenue"),
        _lt("Posted invoices less credit notes of the period by invoice date, untaxed, in company currency."),
    ),
    "revenue_before": (_lt("Revenue of the period before"), _lt("The same of the period before this one.")),
    "growth_before": (
        _lt("Growth against the period before"),
        _lt("Revenue / revenue of the period before - 1. Empty without positive revenue then."),
    ),
    "revenue_last_year": (_lt("Revenue of last year's period"), _lt("The same of the same period one year ago.")),
    "growth_last_year": (
        _lt("Growth against last year"),
        _lt("Revenue / revenue of last year's period - 1. Empty without positive revenue then."),
    ),
    "revenue_ytd": (_lt("Revenue year to date"), _lt("Revenue from 1 January to the end of the period.")),
    "growth_ytd": (
        _lt("Growth year to date"),
        _lt("Revenue year to date / revenue of the same days of last year - 1."),
    ),
    "company_share": (
        _lt("Share of company sales"),
        _lt("Revenue / revenue of all customers of the company with its branches in the period."),
    ),
    "invoice_count": (_lt("Invoices"), _lt("Number of posted invoices of the period, without credit notes.")),
    "average_invoice": (_lt("Average invoice"), _lt("Untaxed invoices / number of invoices, before credit notes.")),
    "returns_share": (_lt("Returns"), _lt("Credit notes / invoices of the period, untaxed.")),
    "budget": (
        _lt("Budgeted revenue"),
        _lt(
            "Revenue planned for the period; a longer budget gives the part of its months. "
            "Empty unless all are planned."
        ),
    ),
    "budget_reached": (_lt("Budget reached"), _lt("Revenue / budgeted revenue.")),
    "margin": (_lt("Margin"), _lt("Revenue of the invoice lines less the cost of their products.")),
    "margin_rate": (_lt("Margin rate"), _lt("Margin / revenue.")),
    "capital_cost": (
        _lt("Cost of capital"),
        _lt("Daily balance of the receivables over the period x the company's capital rate / 365."),
    ),
    "collection_cost": (
        _lt("Collection cost"),
        _lt("Collection activities of the period x the company's cost per activity."),
    ),
    "profit": (_lt("Net profit"), _lt("Margin less cost of capital less collection cost.")),
    "profit_rate": (_lt("Net profit rate"), _lt("Net profit / revenue.")),
    "receivable": (
        _lt("Open receivables"),
        _lt("Balance of the receivable accounts on the last day of the period, with tax, credits deducted."),
    ),
    "overdue": (
        _lt("Overdue"),
        _lt("Open items past their due date on the last day, less unallocated payments and credits, not below zero."),
    ),
    "overdue_share": (_lt("Overdue share"), _lt("Overdue / open receivables.")),
    "overdue_days": (
        _lt("Oldest item overdue"),
        _lt("Days from the due date of the oldest open item to the last day. 0 when nothing is overdue."),
    ),
    "dso": (
        _lt("DSO"),
        _lt("Days sales outstanding: open receivables / sales with tax of the period x days of the period."),
    ),
    "receivable_opening": (
        _lt("Receivables at the start"),
        _lt("Balance of the receivable accounts on the day before the period."),
    ),
    "sales_taxed": (_lt("Sales with tax"), _lt("Posted invoices less credit notes of the period, with tax.")),
    "turnover": (
        _lt("Receivables turnover per year"),
        _lt("Sales with tax / mean of receivables at start and end, x 365 / days of the period."),
    ),
    "turnover_days": (
        _lt("Turnover days"),
        _lt("Mean of receivables at start and end / sales with tax x days of the period."),
    ),
    "churn_risk": (
        _lt("Churn risk"),
        _lt("Probability of no purchase within the horizon of the value policy. Empty: not enough data to say."),
    ),
    "churn_reason": (_lt("Why this risk"), _lt("What the churn risk rests on, with its figures.")),
    "recency_days": (_lt("Days since the last purchase"), _lt("On the day customer value was last refreshed.")),
    "value_at_risk": (
        _lt("Value at risk"),
        _lt("Churn risk x revenue of the last 12 months: what is likely to be lost within a year."),
    ),
    "expected_purchases_12": (
        _lt("Expected purchases, 12 months"),
        _lt("Purchase days expected in the next 12 months by the model of customer value."),
    ),
    "expected_revenue_12": (
        _lt("Expected revenue, 12 months"),
        _lt("Revenue expected in the next 12 months by the model of customer value."),
    ),
    "clv": (
        _lt("Customer lifetime value"),
        _lt("Margin of the revenue expected in the coming years, discounted, see customer value."),
    ),
    "clv_low": (_lt("Lifetime value, low"), _lt("One customer in ten is expected to bring less.")),
    "clv_high": (_lt("Lifetime value, high"), _lt("One customer in ten is expected to bring more.")),
}


def label(env, code):
    return env._(TEXTS[code][0])  # pylint: disable=gettext-variable


def explain(env, code):
    """How the figure is computed."""
    return env._(TEXTS[code][1])  # pylint: disable=gettext-variable


def section_label(env, section):
    return env._(SECTION_LABELS[section])  # pylint: disable=gettext-variable


def aging_labels(env):
    return [env._(text) for text in AGING_LABELS]  # pylint: disable=gettext-variable


def section_selection(env):
    return [(section, section_label(env, section)) for section in SECTION_LABELS]


def measurable_selection(env):
    """Figures that a target can be set for."""
    return [(code, label(env, code)) for code, figure in FIGURES.items() if figure.unit in MEASURABLE]


def spoken(env, value):
    """A text kept in all languages in the reader's, else in English, else in any."""
    if not isinstance(value, dict):
        return value or ""
    return value.get(env.lang) or value.get("en_US") or next(iter(value.values()), "")


def write_value(env, unit, value, currency):
    """A value in the reader's language; a dash where there is none."""
    if value is None or value == "":
        return "–"
    if unit == AMOUNT:
        return formatLang(env, value, currency_obj=currency)
    if unit == SHARE:
        return f"{formatLang(env, 100 * value, digits=1)} %"
    if unit == DAYS:
        days = formatLang(env, value, digits=0)
        return env._("%(days)s days", days=days)
    if unit == DATE:
        return format_date(env, fields.Date.to_date(value))
    if unit == "boolean":
        return env._("Yes") if value else env._("No")
    if unit == TEXT:
        return spoken(env, value)
    return formatLang(env, value, digits=0 if unit == COUNT else 2)


def write_change(env, unit, amount, currency):
    """A change with its sign, ``=`` where nothing is to be seen of it; shares change by percentage points."""
    if amount is None:
        return ""
    if write_value(env, unit, abs(amount), currency) == write_value(env, unit, 0.0, currency):
        return "="
    sign = "+" if amount > 0 else "−"
    if unit == SHARE:
        return env._("%(change)s pts", change=f"{sign}{formatLang(env, 100 * abs(amount), digits=1)}")
    return f"{sign}{write_value(env, unit, abs(amount), currency)}"


def to_display(unit, value):
    """A value in the unit people type targets in: shares in percent."""
    return None if value is None else 100 * value if unit == SHARE else value
