from odoo import api, fields, models
from odoo.tools import format_date

from ..core.key_account import AMOUNT, FIGURES, SECTIONS, SHARE, compare, ratio
from .key_account_catalog import aging_labels, explain, label, section_label, spoken, write_change, write_value

#: Size of the chart of months, in pixels.
WIDTH, HEIGHT, FOOT = 330, 104, 14
AGING_COLORS = ("#3a8f6a", "#e0b13c", "#e08a3c", "#cf5a3c", "#a32f2f")
#: How a change looks that is better, worse or neither.
TONES = {1: "better", -1: "worse", 0: "muted"}
#: Left out while there is nothing to say about them.
OPTIONAL = {"budget", "budget_reached", "churn_reason"}
SHOWN_FIRST = ("revenue", "profit", "company_share", "receivable", "overdue", "clv")


class KeyAccountReview(models.Model):
    """The frozen figures in words: rows for the screen, the print and the workbook, in the reader's language."""

    _inherit = "key.account.review"

    sheet = fields.Html(compute="_compute_sheet", compute_sudo=True, sanitize=False)
    explanation = fields.Html(compute="_compute_explanation", sanitize=False, string="How It Is Computed")

    @api.depends("figures", "comment_ids.text", "comment_ids.section")
    @api.depends_context("lang")
    def _compute_sheet(self):
        for review in self:
            review.sheet = review.figures and self.env["ir.qweb"]._render(
                "customer_abc_segmentation.key_account_review_body", {"doc": review}
            )

    @api.depends_context("lang")
    def _compute_explanation(self):
        text = self.env["ir.qweb"]._render(
            "customer_abc_segmentation.key_account_review_explanation", {"doc": self.browse()}
        )
        for review in self:
            review.explanation = text

    # ------------------------------------------------------------------
    # FIGURES
    # ------------------------------------------------------------------

    def _get_value(self, code):
        return self.figures["values"].get(code)

    def _say(self, unit, value):
        return write_value(self.env, unit, value, self.currency_id)

    def _get_before(self):
        """What is kept of the previous review, may be empty."""
        return self.figures.get("previous") or {}

    def _get_previous_name(self):
        """Period of the previous review; empty without one."""
        start = self._get_before().get("start")
        return self._name_period(self.period_kind, fields.Date.to_date(start)) if start else ""

    def _get_rows(self, section):
        """``[{code, label, help, unit, value, previous, now, before, change, tone}]``: figures of a section.

        ``now`` and ``before`` are numbers, ``value``, ``previous`` and ``change`` texts, ``tone`` says whether good.
        """
        before = self._get_before().get("values", {})
        rows = []
        for code, figure in FIGURES.items():
            now, then = self._get_value(code), before.get(code)
            silent = code in OPTIONAL or section == "basic"
            if figure.section == section and not (silent and now is None and then is None):
                row = {"code": code, "label": label(self.env, code), "help": explain(self.env, code)}
                rows.append(row | self._write_row(figure, now, then))
        return rows + (self._get_field_rows() if section == "risk" else [])

    def _write_row(self, figure, now, then):
        change = compare(figure, now, then)
        moved = write_change(self.env, figure.unit, change.amount, self.currency_id)
        return {
            "unit": figure.unit,
            "now": now,
            "before": then,
            "value": self._say(figure.unit, now),
            "previous": self._say(figure.unit, then) if self._get_before() else "",
            "change": moved,
            "tone": TONES[0 if moved == "=" else change.verdict],
        }

    def _get_field_rows(self):
        """The partner fields that the policy named when the figures were read."""
        before = self._get_before().get("fields", {})
        rows = []
        for field in self.figures["fields"]:
            unit, value, then = field["unit"], field["value"], before.get(field["name"])
            numeric = unit in ("amount", "number", "count") and then is not None and value is not None
            change = value - then if numeric else None
            rows.append(
                {
                    "code": field["name"],
                    "label": spoken(self.env, field["label"]),
                    "help": self.env._("Field of the customer on the day of the figures."),
                    "unit": unit,
                    "now": value,
                    "before": then,
                    "value": self._say(unit, value),
                    "previous": self._say(unit, then) if self._get_before() else "",
                    "change": write_change(self.env, unit, change, self.currency_id),
                    "tone": TONES[0],
                }
            )
        return rows

    def _get_tiles(self):
        """The figures that are seen first."""
        rows = {row["code"]: row for section in SECTIONS for row in self._get_rows(section)}
        return [rows[code] for code in SHOWN_FIRST if code in rows]

    def _get_section_label(self, section):
        return section_label(self.env, section)

    def _get_comments(self, section):
        return self.comment_ids.filtered(lambda comment: comment.section == section)

    def _get_definitions(self):
        """``[(section, [(figure, how it is computed)])]`` of all figures."""
        return [
            (
                section_label(self.env, section),
                [
                    (label(self.env, code), explain(self.env, code))
                    for code in FIGURES
                    if FIGURES[code].section == section
                ],
            )
            for section in SECTIONS
        ]

    # ------------------------------------------------------------------
    # TABLES
    # ------------------------------------------------------------------

    def _get_top_rows(self, table):
        """Top products or categories, and the rest of the revenue in one row, so that the table adds up to it."""
        nameless = self.env._("Without product") if table == "products" else self.env._("Without category")
        rows = [
            {
                "name": spoken(self.env, row["name"]) or nameless,
                "amount": row["amount"],
                "value": self._say(AMOUNT, row["amount"]),
                "before": self._say(AMOUNT, row["before"]),
                "share": self._say(SHARE, ratio(row["amount"], self.revenue)),
            }
            for row in self.figures[table]
        ]
        rest = self.currency_id.round(self.revenue - sum(row["amount"] for row in rows))
        if rows and rest:
            value, share = self._say(AMOUNT, rest), self._say(SHARE, ratio(rest, self.revenue))
            rows.append(
                {"name": self.env._("All others"), "amount": rest, "value": value, "before": "", "share": share}
            )
        return rows

    def _get_item_rows(self):
        return [
            {
                **item,
                "date": self._say("date", item["date"]),
                "due": self._say("date", item["due"]),
                "value": self._say(AMOUNT, item["amount"]),
            }
            for item in self.figures["items"]
        ]

    def _get_aging_rows(self):
        """``[{label, amount, value, color, x, width}]``; unallocated credits have no place on the strip."""
        amounts = self.figures["aging"] or [0.0] * len(aging_labels(self.env))
        total, x, rows = sum(amounts[:-1]), 0.0, []
        for name, amount, color in zip(aging_labels(self.env), amounts, (*AGING_COLORS, "#7b8794"), strict=True):
            width = WIDTH * (ratio(amount, total) or 0.0) if amount > 0 else 0.0
            row = {"label": name, "amount": amount, "value": self._say(AMOUNT, amount), "color": color}
            rows.append(row | {"x": round(x, 1), "width": round(width, 1)})
            x += width
        return rows

    def _get_chart(self):
        """Bars of twelve months and, behind them, of the same months a year before."""
        months = self.figures["months"]
        amounts = [amount for _day, *pair in months for amount in pair]
        top, bottom = max([*amounts, 0.0]), min([*amounts, 0.0])
        scale = (HEIGHT - FOOT) / ((top - bottom) or 1.0)
        step = WIDTH / len(months)

        def bar(amount):
            return {"y": round((top - max(amount, 0.0)) * scale, 1), "height": round(abs(amount) * scale, 1)}

        return {
            "width": WIDTH,
            "height": HEIGHT,
            "zero": round(top * scale, 1),
            "step": round(step, 1),
            "bars": [
                {
                    "x": round(number * step, 1),
                    "label": format_date(self.env, day, date_format="MMM"),
                    "title": f"{self._name_period('month', fields.Date.to_date(day))}: {self._say(AMOUNT, now)}",
                    "now": bar(now),
                    "before": bar(before),
                    "is_inside": day >= self.date_from.isoformat(),
                }
                for number, (day, now, before) in enumerate(months)
            ],
        }

    def _get_file_name(self):
        return f"{self.env._('Key account review')} {self.partner_id.display_name} {self._get_period_name()}"
