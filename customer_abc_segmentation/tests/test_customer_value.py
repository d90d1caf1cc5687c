from datetime import date, timedelta

from odoo.tests import tagged

from .value_common import ValueCommon


@tagged("post_install", "-at_install")
class TestCustomerValue(ValueCommon):
    def test_a_purchase_is_a_day_with_an_invoice(self):
        ann = self._customer("Ann")
        for day, amount in (("2024-05-15", 100), ("2024-05-15", 50), ("2024-06-10", 30), ("2023-06-30", 500)):
            self._invoice(ann, amount, day)
        self._invoice(ann, 20, "2024-06-12", move_type="out_refund")
        self._refresh()
        self.assertRecordValues(
            self._value(ann),
            [
                {
                    "first_invoice_date": date(2023, 6, 30),
                    "last_invoice_date": date(2024, 6, 10),
                    "purchase_count": 3,
                    "frequency": 2,
                    "monetary": 160,
                    "recency_days": 20,
                    "date": self.AS_OF,
                    "stage": "repeat",
                    "stage_date": self.AS_OF,
                }
            ],
        )
