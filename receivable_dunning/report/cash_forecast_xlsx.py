"""The cash forecast as a spreadsheet: the weeks, and every invoice with what it adds to each of them."""

from datetime import timedelta

from odoo.tools import SQL, format_date

from ..core import cash_forecast as core
from .xlsx_rows import DAY_ZERO, RowsWorkbook, fetched, number, text

CURSOR = SQL.identifier("cash_forecast_export")


def item_rows(items):
    """Every open invoice with its expected amounts by week, streamed in batches from the database."""
    env = items.env
    ends = core.week_ends(items._context_as_of())
    sums = SQL(", ").join(
        SQL("sum(item.expected) FILTER (WHERE item.number = %s)", week) for week in range(1, len(ends) + 2)
    )
    columns = "line_id partner_id move_id company_id currency_id user_id date_maturity number part kind expected"
    query = items._search([])
    item = query.select(*(SQL.identifier(query.table, name) for name in columns.split()))
    env.cr.execute(
        SQL(
            """
            DECLARE %(cursor)s NO SCROLL CURSOR FOR
            SELECT company.name, partner.complete_name, partner.ref, COALESCE(move.name, move.ref), item.date_maturity,
                   currency.name, salesperson.complete_name, item.expected, item.weeks
              FROM (
                    SELECT line_id, partner_id, move_id, company_id, currency_id, user_id, date_maturity,
                           sum(expected) AS expected, ARRAY[%(sums)s] AS weeks
                      FROM (%(item)s) item
                     GROUP BY 1, 2, 3, 4, 5, 6, 7
                   ) item
              JOIN res_company company ON company.id = item.company_id
              JOIN res_partner partner ON partner.id = item.partner_id
              JOIN account_move move ON move.id = item.move_id
              JOIN res_currency currency ON currency.id = item.currency_id
              LEFT JOIN res_users person ON person.id = item.user_id
              LEFT JOIN res_partner salesperson ON salesperson.id = person.partner_id
             ORDER BY company.name, item.company_id, partner.complete_name, item.date_maturity, item.line_id
            """,
            cursor=CURSOR,
            sums=sums,
            item=item,
        )
    )
    yield from fetched(env, CURSOR)


class CashForecastWorkbook(RowsWorkbook):
    """Two sheets, of the forecasts kept for the active companies."""

    def __init__(self, forecasts, file):
        self.forecasts = forecasts
        self.env = forecasts.env
        self.as_of = max(forecasts.mapped("as_of"))
        super().__init__(file)

    def _sheet(self, name, heads, widths):
        """A sheet with a title, what is in it, and frozen column heads; returns it and the next free row."""
        env, sheet = self.env, self.book.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.write_string(
            0, 0, env._("Cash forecast, as known on %(date)s", date=format_date(env, self.as_of)), self.bold
        )
        sheet.write_string(
            1, 0, env._("What is open, when it is expected to be paid. New invoices to come are not in it.")
        )
        for column, head in enumerate(heads):
            sheet.write_string(3, column, head, self.head)
        sheet.freeze_panes(4, 0)
        return sheet, 4

    def _write_summary(self):
        env = self.env
        heads = [
            env._("Company"),
            env._("From"),
            env._("To"),
            env._("Currency"),
            env._("Expected"),
            env._("Low (10 %)"),
        ]
        heads += [env._("High (90 %)"), env._("Of It Promised"), env._("Of It Disputed"), env._("By Due Date")]
        sheet, row = self._sheet(env._("Weeks"), heads, [24, 11, 11, 9, *[15] * 6])
        for company, weeks in self.forecasts.grouped("company_id").items():
            for week in weeks:
                self._write_week(sheet, row, week)
                row += 1
            sheet.write_string(row, 0, env._("Total"), self.bold)
            for column, name in ((4, "expected"), (7, "promised"), (8, "disputed"), (9, "due")):
                sheet.write_number(row, column, sum(weeks.mapped(name)), self.money_bold)
            sheet.write_string(row, 3, company.currency_id.name)
            row += 2

    def _write_week(self, sheet, row, week):
        sheet.write_string(row, 0, week.company_id.name)
        sheet.write_datetime(row, 1, week.week_start, self.day)
        if week.week_end:
            sheet.write_datetime(row, 2, week.week_end, self.day)
            sheet.write_number(row, 5, week.low, self.money)
            sheet.write_number(row, 6, week.high, self.money)
        else:
            sheet.write_string(row, 2, self.env._("Later"))
        sheet.write_string(row, 3, week.currency_id.name)
        for column, name in ((4, "expected"), (7, "promised"), (8, "disputed"), (9, "due")):
            sheet.write_number(row, column, week[name], self.money)

    def _write_item_frame(self):
        """The sheet of the invoices with its heads, and a row with the styles of the rows to come."""
        env = self.env
        heads = [
            env._("Company"), env._("Customer"), env._("Reference"), env._("Invoice"), env._("Due Date"),
            env._("Currency"), env._("Salesperson"), env._("Expected"),
        ]  # fmt: skip
        starts = [0, *core.week_ends(self.as_of)]
        weeks = [format_date(env, self.as_of + timedelta(days=start + 1)) for start in starts]
        heads += [*weeks[:-1], env._("Later")]
        sheet, first = self._sheet(env._("Invoices"), heads, [22, 38, 14, 20, 11, 9, 24, 15, *[13] * len(weeks)])
        for column in range(len(heads)):
            if column == 4:
                sheet.write_blank(first, column, None, self.day)
            elif column >= 7:
                sheet.write_blank(first, column, None, self.money)
            else:
                sheet.write_number(first, column, 0)

    def _item_rows(self):
        items = self.env["receivable.cash.item"].with_context(as_of=self.as_of)
        for company, customer, ref, document, due, currency, salesperson, expected, weeks in item_rows(items):
            yield (
                text(company),
                customer and text(customer),
                ref and text(ref),
                document and text(document),
                number(due.toordinal() - DAY_ZERO),
                text(currency),
                salesperson and text(salesperson),
                number(float(expected)),
                *(amount and number(float(amount)) for amount in weeks),
            )
