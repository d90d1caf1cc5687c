import itertools
from datetime import timedelta

import numpy as np

from odoo.tools import SQL

from .value_common import ValueCommon


class ChurnCommon(ValueCommon):
    """Customers with many purchases, written as rows: posting thousands of invoices would take minutes."""

    _batches = itertools.count(1)

    @classmethod
    def _ledger(cls, purchases, move_type="out_invoice"):
        """Posted documents of ``(partner, day, net amount)`` without lines: all that churn reads."""
        cls.env.flush_all()
        journal = cls.company_data["default_journal_sale"]
        currency = cls.company.currency_id
        cls.env.execute_query(
            SQL(
                """
                INSERT INTO account_move (name, journal_id, company_id, currency_id, state, move_type, auto_post, date,
                                          invoice_date, partner_id, commercial_partner_id, amount_untaxed_signed)
                SELECT %s || row_number() OVER (), %s, %s, %s, 'posted', %s, 'no', day, day, partner, partner, amount
                  FROM unnest(%s::int[], %s::date[], %s::float[]) AS purchase(partner, day, amount)
                RETURNING id
                """,
                f"{next(cls._batches)}/",
                journal.id,
                cls.company.id,
                currency.id,
                move_type,
                *(list(column) for column in zip(*purchases, strict=True)),
            )
        )
        cls.env.invalidate_all()

    @classmethod
    def _customers(cls, count, **values):
        return cls.env["res.partner"].create(
            [{"name": f"Customer {number:04}", "is_company": True, **values} for number in range(count)]
        )

    @classmethod
    def _simulated_company(cls, count=600, months=30, seed=11):
        """Customers who join evenly, buy at rates of their own and leave: just what BG/NBD describes."""
        draw = np.random.default_rng(seed)
        partners, start = cls._customers(count), cls.AS_OF - timedelta(days=30 * months)
        purchases = []
        for partner in partners:
            day, mean = start + timedelta(days=int(draw.integers(0, 30 * months - 40))), 500 / draw.gamma(5, 1)
            first = day
            rate, leaving = draw.gamma(1.2, 1 / 10) / 7, draw.beta(1.5, 5)
            while day <= cls.AS_OF:
                purchases.append((partner.id, day, round(float(mean * draw.gamma(6, 1 / 6)), 2)))
                if day > first and draw.random() < leaving:
                    break
                day += timedelta(days=max(1, int(draw.exponential(1 / rate))))
        cls._ledger(purchases)
        return partners

    def _fit(self, as_of=None):
        return self.env["customer.churn.fitter"]._run(self.value_policy, as_of or self.AS_OF)

    def _rows(self):
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                "SELECT partner_id, churn_risk, churn_method, clv, value_at_risk, churn_reason, xmin::text"
                " FROM customer_value WHERE company_id = %s ORDER BY partner_id",
                self.company.id,
            )
        )
