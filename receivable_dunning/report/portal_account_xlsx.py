import xlsxwriter


class PortalAccountWorkbook:
    """The open items that a customer sees, as a spreadsheet: one row per item, with what was agreed about it."""

    def __init__(self, door, balances, assigned, file):
        self.door = door
        self.balances = balances
        self.assigned = assigned
        self.book = xlsxwriter.Workbook(file, {"in_memory": True})
        self.bold = self.book.add_format({"bold": True})
        self.head = self.book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.day = self.book.add_format({"num_format": "yyyy-mm-dd"})
        self.money = self.book.add_format({"num_format": "#,##0.00"})
        self.money_bold = self.book.add_format({"num_format": "#,##0.00", "bold": True, "top": 1})

    def save(self):
        env = self.door.env
        sheet = self.book.add_worksheet(env._("Open Items"))
        title = env._("Open items of %(customer)s with %(company)s", **self._names())
        sheet.write_string(0, 0, title, self.bold)
        sheet.write_datetime(1, 0, self.door.today, self.day)
        heads = (
            env._("Document"), env._("Your Reference"), env._("Date"), env._("Due Date"), env._("Days Overdue"),
            env._("Currency"), env._("Original Amount"), env._("Open Amount"), env._("Disputed"), env._("Promised"),
            env._("In a Plan"),
        )  # fmt: skip
        for column, (head, width) in enumerate(zip(heads, (30, 20, 11, 11, 9, 9, 14, 14, 12, 12, 12), strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(3, column, head, self.head)
        sheet.freeze_panes(4, 0)
        row = 4
        for balance, _strip, entries in self.balances:
            for entry in entries:
                self._write_item(sheet, row, entry)
                row += 1
            sheet.write_string(row, 0, env._("Total"), self.bold)
            sheet.write_string(row, 5, balance.currency.name, self.bold)
            sheet.write_number(row, 7, balance.total, self.money_bold)
            row += 2
        for group in self.assigned:
            row = self._write_assigned(sheet, row, group)
        self.book.close()

    def _names(self):
        return {"customer": self.door.partner.name, "company": self.door.company.name}

    def _write_item(self, sheet, row, entry):
        item = entry["item"]
        # what others typed is written as text, never as a formula
        sheet.write_string(row, 0, entry["name"])
        sheet.write_string(row, 1, entry["reference"] or "")
        sheet.write_datetime(row, 2, entry["date"], self.day)
        if not item.is_credit:
            sheet.write_datetime(row, 3, entry["date_maturity"], self.day)
        if item.is_overdue:
            sheet.write_number(row, 4, item.days)
        sheet.write_string(row, 5, item.currency.name)
        if entry["original"]:
            sheet.write_number(row, 6, entry["original"], self.money)
        sheet.write_number(row, 7, item.amount, self.money)
        for column, reason in enumerate(("disputed", "promised", "in_plan"), start=8):
            if item.part(reason):
                sheet.write_number(row, column, item.part(reason), self.money)

    def _write_assigned(self, sheet, row, group):
        """What is to be paid to a factor; return the row after it."""
        title = self.door.env._("Assigned to %(factor)s, to be paid there", factor=group["factor"].name)
        account = group["bank"].acc_number
        sheet.write_string(row, 0, f"{title} ({account})" if account else title, self.bold)
        row += 1
        for entry in group["rows"]:
            sheet.write_string(row, 0, entry["name"])
            sheet.write_string(row, 1, entry["reference"])
            sheet.write_datetime(row, 2, entry["date"], self.day)
            sheet.write_datetime(row, 3, entry["date_maturity"], self.day)
            if entry["days"]:
                sheet.write_number(row, 4, entry["days"])
            sheet.write_string(row, 5, group["currency"].name)
            sheet.write_number(row, 6, entry["original"], self.money)
            sheet.write_number(row, 7, entry["amount"], self.money)
            row += 1
        sheet.write_string(row, 0, self.door.env._("Total"), self.bold)
        sheet.write_string(row, 5, group["currency"].name, self.bold)
        sheet.write_number(row, 7, group["total"], self.money_bold)
        return row + 2
