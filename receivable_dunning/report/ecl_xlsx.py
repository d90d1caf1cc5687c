"""The expected credit loss as a spreadsheet: matrix, customers, observations, movement."""

import xlsxwriter

from odoo.tools import SQL

MATRIX = [
    "segment",
    "bucket_id",
    "customer_count",
    "balance",
    "credit",
    "cover",
    "exposure",
    "observations",
    "base",
    "moved",
    "own_rate",
    "pooled_rate",
    "weight",
    "past_rate",
    "source",
    "hand_rate",
    "hand_note",
    "rate",
    "allowance",
    "previous_rate",
    "previous_allowance",
    "backtest_balance",
    "backtest_rate",
    "backtest_lost",
    "backtest_lost_rate",
    "backtest_error",
]
INDIVIDUAL = ["partner_id", "reason", "rate", "note", "balance", "credit", "cover", "exposure", "allowance"]
OBSERVATIONS = ["segment", "bucket_id", "month", "before", "after", "written_off", "rate"]
MOVEMENT = ["kind", "date_from", "date_to", "amount"]
SUMMARY = [
    "date",
    "method_id",
    "method",
    "history_from",
    "history_to",
    "factor",
    "receivable",
    "balance",
    "credit",
    "cover",
    "exposure",
    "credit_left",
    "matrix_allowance",
    "individual_allowance",
    "allowance",
    "booked",
    "previous_allowance",
    "backtest_date",
    "backtest_balance",
    "backtest_predicted",
    "backtest_lost",
    "backtest_error",
    "overlay_note",
]


class EclWorkbook:
    """One sheet per part of the run; labels are those of the fields, in the reader's language."""

    def __init__(self, run, file):
        self.run = run
        self.env = run.env
        self.book = xlsxwriter.Workbook(file, {"in_memory": True})
        self.head = self.book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.bold = self.book.add_format({"bold": True})
        self.day = self.book.add_format({"num_format": "yyyy-mm-dd"})
        self.money = self.book.add_format({"num_format": "#,##0.00"})
        self.rate = self.book.add_format({"num_format": "0.0000"})

    def save(self):
        run, env = self.run, self.env
        self._write_summary()
        self._write_records(env._("Matrix"), run.line_ids, MATRIX)
        self._write_records(env._("Individually Assessed"), run.individual_ids, INDIVIDUAL)
        self._write_customers()
        self._write_records(env._("Observations"), run.migration_ids, OBSERVATIONS)
        self._write_records(env._("Movement"), run.movement_ids, MOVEMENT)
        self.book.close()

    def _write_summary(self):
        sheet = self.book.add_worksheet(self.env._("Summary"))
        sheet.set_column(0, 0, 32)
        sheet.set_column(1, 1, 24)
        sheet.write_string(0, 0, f"{self.run.company_id.name}: {self.run.name}", self.bold)
        for row, name in enumerate(SUMMARY, start=2):
            sheet.write_string(row, 0, self._label(self.run, name))
            self._write(sheet, row, 1, self.run, name)

    def _write_records(self, title, records, names):
        sheet = self._sheet(title, [self._label(records, name) for name in names])
        for row, record in enumerate(records, start=1):
            for column, name in enumerate(names):
                self._write(sheet, row, column, record, name)

    def _write_customers(self):
        """Customers by bucket: their names are joined, because there may be a hundred thousand rows."""
        env, run = self.env, self.run
        names = [
            "partner_id",
            "segment",
            "bucket_id",
            "is_individual",
            "balance",
            "credit",
            "cover",
            "exposure",
            "allowance",
        ]
        sheet = self._sheet(env._("Customers"), [self._label(env["ecl.exposure"], name) for name in names])
        buckets = {bucket.id: bucket.name for bucket in run.line_ids.bucket_id}
        rows = env.execute_query(
            SQL(
                """
                SELECT partner.complete_name, exposure.segment, exposure.bucket_id, exposure.is_individual,
                       exposure.balance, exposure.credit, exposure.cover, exposure.exposure, exposure.allowance
                  FROM ecl_exposure exposure
                  LEFT JOIN res_partner partner ON partner.id = exposure.partner_id
                 WHERE exposure.run_id = %s
                 ORDER BY partner.complete_name, exposure.partner_id, exposure.bucket_id
                """,
                run.id,
            )
        )
        for number, (name, segment, bucket, individual, *amounts) in enumerate(rows, start=1):
            sheet.write_string(number, 0, name or env._("No customer"))
            sheet.write_string(number, 1, segment or "")
            sheet.write_string(number, 2, buckets.get(bucket, ""))
            sheet.write_boolean(number, 3, bool(individual))
            for column, amount in enumerate(amounts, start=4):
                if amount is not None:
                    sheet.write_number(number, column, amount, self.money)

    def _sheet(self, title, heads):
        sheet = self.book.add_worksheet(title)
        sheet.set_column(0, len(heads) - 1, 16)
        sheet.freeze_panes(1, 0)
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, self.head)
        return sheet

    def _label(self, records, name):
        return records._fields[name]._description_string(self.env)

    def _write(self, sheet, row, column, record, name):
        field, value = record._fields[name], record[name]
        if field.type == "many2one":
            sheet.write_string(row, column, value.display_name or "")
        elif field.type == "selection":
            sheet.write_string(row, column, dict(field._description_selection(self.env)).get(value, ""))
        elif field.type == "date":
            if value:
                sheet.write_datetime(row, column, value, self.day)
        elif field.type in ("float", "monetary", "integer"):
            if value is not None:
                style = self.money if field.type == "monetary" else self.rate if field.type == "float" else None
                sheet.write_number(row, column, value, style)
        else:
            sheet.write_string(row, column, value or "")
