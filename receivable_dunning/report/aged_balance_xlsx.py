"""The aged balance as a spreadsheet: written row by row, so that memory stays flat whatever the size."""

from odoo.tools import SQL

from .xlsx_rows import DAY_ZERO, RowsWorkbook, fetched, number, text

CURSOR = SQL.identifier("aged_balance_export")


def item_rows(aging, domain):
    """Open items of the domain with their names, streamed in batches from the database.

    Names are joined here, because naming a hundred thousand records one by one is the dear part of a list.
    """
    env = aging.env
    query = aging._search(domain)
    columns = "id commercial_partner_id move_id company_id currency_id user_id date date_maturity age bucket_id"
    columns += " amount_residual amount_residual_currency"
    item = query.select(*(SQL.identifier(query.table, name) for name in columns.split()))
    env.cr.execute(
        SQL(
            """
            DECLARE %s NO SCROLL CURSOR FOR
            SELECT company.name, partner.complete_name, partner.ref, COALESCE(move.name, move.ref),
                   item.date, item.date_maturity, item.age, item.bucket_id, currency.name,
                   item.amount_residual_currency, item.amount_residual, salesperson.complete_name
              FROM (%s) item
              JOIN res_company company ON company.id = item.company_id
              JOIN account_move move ON move.id = item.move_id
              JOIN res_currency currency ON currency.id = item.currency_id
              LEFT JOIN res_partner partner ON partner.id = item.commercial_partner_id
              LEFT JOIN res_users person ON person.id = item.user_id
              LEFT JOIN res_partner salesperson ON salesperson.id = person.partner_id
             ORDER BY company.name, item.company_id, partner.complete_name, item.commercial_partner_id,
                      item.date_maturity, item.id
            """,
            CURSOR,
            item,
        )
    )
    yield from fetched(env, CURSOR)


class AgedBalanceWorkbook(RowsWorkbook):
    """Two sheets: a row per customer with a column per bucket, and all open items."""

    def __init__(self, wizard, file):
        self.wizard = wizard
        self.buckets = wizard.scheme_id._ordered_buckets()
        super().__init__(file)

    def _sheet(self, name, heads, widths):
        """A sheet with a title, the parameters, and frozen column heads; returns it and the next free row."""
        wizard, sheet = self.wizard, self.book.add_worksheet(name)
        env = wizard.env
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        basis = dict(wizard._fields["date_basis"]._description_selection(wizard.env))[wizard.date_basis]
        sheet.write_string(0, 0, wizard._title(), self.bold)
        sheet.write_string(
            1, 0, env._("Age from: %(basis)s. Buckets: %(scheme)s.", basis=basis, scheme=wizard.scheme_id.name)
        )
        for column, head in enumerate(heads):
            sheet.write_string(3, column, head, self.head)
        sheet.freeze_panes(4, 0)
        return sheet, 4

    def _write_summary(self):
        env = self.wizard.env
        heads = [env._("Company"), env._("Customer"), env._("Currency"), *self.buckets.mapped("name"), env._("Total")]
        widths = [22, 38, 9, *[14] * (len(self.buckets) + 1)]
        sheet, row = self._sheet(env._("Customers"), heads, widths)
        for company, table in self.wizard._aged_tables():
            for aged in table.rows:
                self._write_aged(sheet, row, company, aged, aged.key.complete_name or env._("No customer"), self.money)
                row += 1
            self._write_aged(sheet, row, company, table.sums, env._("Total"), self.money_bold)
            row += 1

    def _write_aged(self, sheet, row, company, aged, name, money):
        sheet.write_string(row, 0, company.name)
        sheet.write_string(row, 1, name)
        sheet.write_string(row, 2, company.currency_id.name)
        for column, amount in enumerate((*aged.amounts, aged.total), start=3):
            if amount:
                sheet.write_number(row, column, amount, money)

    def _write_item_frame(self):
        """The sheet of the open items with its heads, and a row with the styles of the rows to come."""
        env = self.wizard.env
        heads = [
            env._("Company"),
            env._("Customer"),
            env._("Reference"),
            env._("Document"),
            env._("Date"),
            env._("Due Date"),
            env._("Age (Days)"),
        ]
        heads += [
            env._("Bucket"),
            env._("Currency"),
            env._("Open in Currency"),
            env._("Open Amount"),
            env._("Salesperson"),
        ]
        sheet, first = self._sheet(env._("Open Items"), heads, [22, 38, 14, 20, 11, 11, 8, 12, 9, 16, 16, 24])
        days, amounts = dict.fromkeys((4, 5), self.day), dict.fromkeys((9, 10), self.money)
        styles = days | amounts
        for column in range(len(heads)):
            if column in styles:
                sheet.write_blank(first, column, None, styles[column])
            else:
                sheet.write_number(first, column, 0)

    def _item_rows(self):
        names = {bucket.id: text(bucket.name) for bucket in self.buckets}
        for item in item_rows(self.wizard._aging(), self.wizard._domain()):
            company, customer, ref, document, dated, due, age, bucket, currency, foreign, amount, salesperson = item
            yield (
                text(company),
                customer and text(customer),
                ref and text(ref),
                document and text(document),
                number(dated.toordinal() - DAY_ZERO),
                number(due.toordinal() - DAY_ZERO),
                number(age),
                names[bucket],
                text(currency),
                number(foreign),
                number(amount),
                salesperson and text(salesperson),
            )
