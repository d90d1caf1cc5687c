"""Key-account sheets as a workbook: numbers as numbers, written row by row, so that many sheets take little memory."""

from datetime import date

import xlsxwriter

from ..core.key_account import AMOUNT, COUNT, DATE, DAYS, NUMBER, SECTIONS, SHARE
from ..models.key_account_catalog import aging_labels, section_label

FORMATS = {
    AMOUNT: "#,##0.00",
    SHARE: "0.0%",
    DAYS: "#,##0",
    COUNT: "#,##0",
    NUMBER: "#,##0.00",
    DATE: "yyyy-mm-dd",
}
LEAD = 2


class KeyAccountWorkbook:
    """A sheet per kind of row; the first columns say customer and period."""

    def __init__(self, reviews, file):
        self.reviews = reviews
        self.env = reviews.env
        self.book = xlsxwriter.Workbook(file, {"constant_memory": True})
        self.head = self.book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.wrap = self.book.add_format({"text_wrap": True, "valign": "top"})
        self.formats = {unit: self.book.add_format({"num_format": code}) for unit, code in FORMATS.items()}

    def save(self):
        """Write all sheets and close the file."""
        env = self.env
        self._write(env._("Figures"), self._figure_heads(), [16, 32, 16, 16, 14, 9, 70], self._figure_rows)
        self._write(
            env._("Months"), [env._("Month"), env._("Revenue"), env._("A Year Earlier")], [12, 16, 16], self._month_rows
        )
        self._write(env._("Products and Categories"), self._top_heads(), [14, 44, 16, 16], self._top_rows)
        self._write(env._("Receivables"), self._item_heads(), [22, 12, 12, 14, 16], self._item_rows)
        self._write(
            env._("Comments"), [env._("Section"), env._("Author"), env._("Comment")], [18, 22, 90], self._comment_rows
        )
        self._write(env._("Actions"), self._action_heads(), [44, 22, 12, 28, 12, 14, 14, 14, 12], self._action_rows)
        self.book.close()

    def _write(self, name, heads, widths, rows):
        """A sheet with frozen heads; ``rows(review)`` gives lists of ``(unit, value)``."""
        sheet, line = self.book.add_worksheet(name), 1
        for column, (width, head) in enumerate(
            zip([34, 14, *widths], [self.env._("Customer"), self.env._("Period"), *heads], strict=True)
        ):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, head, self.head)
        sheet.freeze_panes(1, LEAD)
        for review in self.reviews:
            for row in rows(review):
                sheet.write_string(line, 0, review.partner_id.display_name)
                sheet.write_string(line, 1, review._get_period_name())
                for column, (unit, value) in enumerate(row, start=LEAD):
                    self._write_cell(sheet, line, column, unit, value)
                line += 1

    def _write_cell(self, sheet, line, column, unit, value):
        if value is None or value == "":
            return
        if unit == DATE:
            sheet.write_datetime(line, column, date.fromisoformat(str(value)), self.formats[DATE])
        elif unit in self.formats and not isinstance(value, str):
            sheet.write_number(line, column, value, self.formats[unit])
        else:
            sheet.write_string(line, column, str(value), self.wrap)

    # ------------------------------------------------------------------
    # ROWS
    # ------------------------------------------------------------------

    def _figure_heads(self):
        env = self.env
        names = [env._("Section"), env._("Figure"), env._("Value"), env._("Previous Review"), env._("Change")]
        return [*names, env._("Currency"), env._("How It Is Computed")]

    def _figure_rows(self, review):
        for section in SECTIONS:
            for row in review._get_rows(section):
                unit, now, before = row["unit"], row["now"], row["before"]
                numeric = unit in FORMATS and unit != DATE
                shown = (now, before) if numeric or unit == DATE else (row["value"], row["previous"])
                known = numeric and now is not None and before is not None
                yield [
                    ("text", section_label(self.env, section)),
                    ("text", row["label"]),
                    *((unit, value) for value in shown),
                    (unit, now - before if known else None),
                    ("text", review.currency_id.name if unit == AMOUNT else ""),
                    ("text", row["help"]),
                ]

    def _month_rows(self, review):
        for day, now, before in review.figures["months"]:
            yield [(DATE, day), (AMOUNT, now), (AMOUNT, before)]

    def _top_heads(self):
        return [self.env._("Kind"), self.env._("Name"), self.env._("Revenue"), self.env._("Share")]

    def _top_rows(self, review):
        kinds = {"products": self.env._("Product"), "categories": self.env._("Category")}
        for table, kind in kinds.items():
            for row in review._get_top_rows(table):
                share = row["amount"] / review.revenue if review.revenue > 0 else None
                yield [("text", kind), ("text", row["name"]), (AMOUNT, row["amount"]), (SHARE, share)]

    def _item_heads(self):
        env = self.env
        return [env._("Document"), env._("Date"), env._("Due Date"), env._("Days Overdue"), env._("Open Amount")]

    def _item_rows(self, review):
        for name, amount in zip(aging_labels(self.env), review.figures["aging"] or [], strict=False):
            yield [("text", name), (DATE, None), (DATE, None), (DAYS, None), (AMOUNT, amount)]
        for item in review.figures["items"]:
            dates = ((DATE, item["date"]), (DATE, item["due"]))
            yield [("text", item["document"]), *dates, (DAYS, max(item["age"], 0)), (AMOUNT, item["amount"])]

    def _comment_rows(self, review):
        for comment in review.comment_ids:
            # sudo: the author's name belongs to what he said
            author = comment.user_id.sudo().name
            yield [("text", section_label(self.env, comment.section)), ("text", author), ("text", comment.text)]

    def _action_heads(self):
        env = self.env
        heads = [env._("Action"), env._("Owner"), env._("Due"), env._("Measured by"), env._("Direction")]
        return [*heads, env._("Then"), env._("Target"), env._("Reached Value"), env._("Result")]

    def _action_rows(self, review):
        labels = {
            name: dict(self.env["key.account.action"]._fields[name]._description_selection(self.env))
            for name in ("figure", "direction", "result")
        }
        # sudo: an earlier action stands on the sheet that measured it
        for action in review.sudo().action_ids | review.sudo().measured_action_ids:
            yield [
                ("text", action.name),
                ("text", action.user_id.name),
                (DATE, action.date_deadline),
                ("text", labels["figure"].get(action.figure)),
                ("text", labels["direction"].get(action.direction) if action.figure else ""),
                *(("text", action._write_target(name)) for name in ("baseline", "target", "value_reached")),
                ("text", labels["result"].get(action.result)),
            ]
