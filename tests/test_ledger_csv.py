"""What the reader of ledgers takes, and how it tells what it does not take."""

import unittest
from datetime import date
from decimal import Decimal

from demo.ledger_columns import LedgerError
from demo.ledger_csv import decode, parse

HEADER = "customer,number,invoice date,due date,amount,payment date,disputed,country,currency\n"


def problems(text):
    try:
        parse(text)
    except LedgerError as error:
        return error.problems
    return []


class TestLedgerCsv(unittest.TestCase):
    def test_headers_are_known_by_many_names_and_delimiters(self):
        cases = {
            "generic": "Customer,Invoice Number,Invoice Date,Due Date,Amount\nC1,7,2024-01-31,2024-03-01,10.50\n",
            "export": "countryCode,customerID,PaperlessDate,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,Disputed,"
            "SettledDate\n391,C1,4/6/2013,7,1/31/2024,3/1/2024,10.50,No,3/5/2024\n",
            "semicolons": "debtor;document no;document date;due_date;total\nC1;7;31.01.2024;01.03.2024;10,50\n",
            "tabs": "partner\tref\tdate\tmaturity\tgross amount\nC1\t7\t2024/1/31\t2024/3/1\t10.50\n",
            "chinese": "客户名称,发票号码,开票日期,到期日,价税合计\nC1,7,2024年1月31日,2024年3月1日,¥10.50\n",
        }
        for name, text in cases.items():
            with self.subTest(name):
                (row,) = parse(text)
                self.assertEqual(
                    (row.customer, row.number, row.date, row.due, row.amount),
                    ("C1", "7", date(2024, 1, 31), date(2024, 3, 1), Decimal("10.50")),
                )

    def test_a_file_saved_by_a_chinese_or_western_spreadsheet_is_read(self):
        text = "客户,发票号,发票日期,到期日,金额\n上海公司,1,2024-01-01,2024-01-31,5\n"
        self.assertEqual(parse(decode(text.encode("gb18030")))[0].customer, "上海公司")
        western = HEADER + "Müller,1,2024-01-01,2024-01-31,5,,,,\n"
        self.assertEqual(parse(decode(western.encode("cp1252")))[0].customer, "Müller")
        self.assertEqual(parse(decode(b"\xef\xbb\xbf" + western.encode()))[0].customer, "Müller")

    def test_every_mistake_is_told_with_its_line(self):
        lines = [
            "C1,1,2024-01-01,2024-01-31,5,2024-02-30,no,DE,EUR",
            ",2,2024-01-01,2024-01-31,5,,,,",
            "C1,1,2024-01-01,2024-01-31,5,,maybe,DE,EUR",
            "C2,3,2024-01-01,2023-12-31,five,,,,",
            "C2,4,2024-01-01",
            "C3,5,2024-01-31,2024-01-01,0,,,FR,",
            "C3,6,2024-01-01,2024-01-31,5,,,BE,",
            "C3,6,2024-01-01,2024-01-31,5,,,FR,",
        ]
        self.assertEqual(
            problems(HEADER + "\n".join(lines)),
            [
                "line 6: 3 cells where the header has 9",
                'line 2: "2024-02-30" is no date',
                "line 3: customer is empty",
                'line 4: disputed is "maybe": write yes or no',
                'line 5: "five" is no amount',
                "line 7: amount is zero",
                "line 7: due date 2024-01-01 is before the invoice date 2024-01-31",
                'line 8: customer C3 is in "BE", before in "FR"',
                "line 9: number 6 is already on line 8",
            ],
        )

    def test_a_long_list_of_mistakes_is_cut_in_the_message_only(self):
        text = HEADER + "".join(f"C1,{n},2024-01-01,2024-01-31,x{n},,,,\n" for n in range(30))
        with self.assertRaises(LedgerError) as caught:
            parse(text)
        self.assertEqual(len(caught.exception.problems), 30)
        self.assertIn("... and 10 more", str(caught.exception))

    def test_an_undecidable_file_is_refused(self):
        row = "C1,1,1/2/2024,1/3/2024,5,,,,\n"
        self.assertIn("month first or day first", problems(HEADER + row)[0])
        self.assertEqual(problems(HEADER + row + "C1,2,1/2/2024,3/31/2024,5,,,,\n"), [])
        self.assertIn("in thousands or", problems(HEADER + 'C1,1,2024-01-01,2024-01-31,"3,000",,,,\n')[0])

    def test_an_empty_file_is_refused(self):
        self.assertEqual(problems(HEADER), ["there is no invoice in the file"])
        self.assertIn("no column", problems("")[0])

    def test_a_missing_due_date_is_the_day_of_the_invoice(self):
        (row,) = parse(HEADER + "C1,1,2024-01-01,,-5.00,,,,eur\n")
        self.assertEqual((row.due, row.amount, row.currency), (date(2024, 1, 1), Decimal("-5.00"), "EUR"))
