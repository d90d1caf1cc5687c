from datetime import date, timedelta

from .common import DunningCommon

#: Four weeks of seven days.
FOUR = [7, 14, 21, 28]


class CashForecastCommon(DunningCommon):
    """A customer who pays ten days after the next business day, every time."""

    AS_OF = date(2024, 6, 30)  # a Sunday: the weeks are full ones

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.forecasts = cls.env["receivable.cash.forecast"].with_context(allowed_company_ids=cls.company.ids)
        for month in range(1, 7):
            day = date(2023, 12, 1) + timedelta(days=30 * month - 30)
            invoice = cls._invoice(cls.customer, 100, day, due=day + timedelta(days=14))
            cls._pay(invoice, 100, day + timedelta(days=24))

    @classmethod
    def _items(cls, **context):
        items = cls.env["receivable.cash.item"].with_context(allowed_company_ids=cls.company.ids)
        return items.with_context(as_of=cls.AS_OF, **context)

    @classmethod
    def _open(cls, due, amount=100, partner=None, **values):
        return cls._invoice(partner or cls.customer, amount, min(due, cls.AS_OF), due=due, **values)

    def _weeks(self, as_of=None):
        return self.forecasts._weeks(self.company, as_of or self.AS_OF)

    def _line(self, invoice):
        return invoice.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")

    def _promise(self, invoice, amount, day, given=None):
        promise = self.env["receivable.promise"]._make(self._line(invoice), amount, day, {})
        promise.sudo().write({"date": given or self.AS_OF})
        return promise
