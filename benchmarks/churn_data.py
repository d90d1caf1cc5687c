"""Purchases of public data sets as the facts that churn and value are computed from: plain numpy, no database."""

import csv
import os
from pathlib import Path

import numpy as np

import databases
from odoo.addons.customer_abc_segmentation.core import rhythm_test
from odoo.addons.customer_abc_segmentation.core.churn import Facts

SHARED = Path(os.environ.get("CREDIT_SUITE_SHARED") or databases.ROOT.parent / "shared") / "data"
CDNOW = SHARED / "cdnow" / "CDNOW_sample.txt"
CDNOW_SUMMARY = SHARED / "cdnow" / "cdnow_customers_summary_with_transactions.csv"
RETAIL = SHARED / "online_retail" / "year_2009_2010.parquet"


class Purchases:
    """Days with a purchase, by customer and day: three arrays of one length; ``net`` has the returns of any day off."""

    def __init__(self, customer, day, net, is_purchase):
        keys, place = np.unique(np.column_stack([customer, day]), axis=0, return_inverse=True)
        place = place.ravel()
        self.customer, self.day = keys.T
        self.net = np.bincount(place, net)
        self.bought = np.bincount(place, is_purchase) > 0

    def facts(self, cut, horizon):
        """``Facts`` at the end of day ``cut``, with what came in the ``horizon`` days after it."""
        known = np.unique(self.customer[self.bought & (self.day <= cut)])
        return Facts.of_rows([self._row(customer, cut, horizon) for customer in known])

    def _row(self, customer, cut, horizon):
        begin, end = np.searchsorted(self.customer, [customer, customer + 1])
        day, net, bought = self.day[begin:end], self.net[begin:end], self.bought[begin:end]
        days = day[bought & (day <= cut)]
        past, year, later = day <= cut, (day <= cut) & (day > cut - 365), (day > cut) & (day <= cut + horizon)
        gap = float(np.median(np.diff(days))) if len(days) > 1 else None
        return (
            customer,
            len(days),
            days[-1] - days[0],
            cut - days[0],
            gap,
            net[past].sum(),
            (bought & year).sum(),
            net[year].sum(),
            (bought & later).sum(),
            net[later].sum(),
        )

    def gap_counter(self, cut):
        """The histogram of closed gaps up to the cut, as ``core.churn.fit`` asks for it."""

        def count(median):
            kept = self.bought & (self.day <= cut)
            customer, day = self.customer[kept], self.day[kept]
            same = customer[1:] == customer[:-1]
            gap, owner = np.diff(day)[same], customer[1:][same]
            _owners, place, counts = np.unique(owner, return_inverse=True, return_counts=True)
            medians = np.array([np.median(part) for part in np.split(gap, np.cumsum(counts)[:-1])])
            own = rhythm_test.Rhythm(median, ()).own(medians, counts)
            return rhythm_test.histogram(gap / own[place])

        return count

    def recent_share(self, cut):
        """Purchases of the last three months by the quarterly average of the last 12."""
        recent, year = ((self.bought & (self.day <= cut) & (self.day > cut - days)).sum() for days in (91, 365))
        length = min(cut - self.day.min(), 365)
        return float(recent / (year * 91 / length)) if year and length > 91 else None


def cdnow():
    """The 1/10 sample: 2,357 customers who first bought in January-March 1997, up to June 1998."""
    with open(CDNOW) as handle:
        rows = [line.split() for line in handle]
    day = np.array([f"{row[2][:4]}-{row[2][4:6]}-{row[2][6:]}" for row in rows], "datetime64[D]").astype(int)
    return Purchases(
        np.array([int(row[1]) for row in rows]), day, np.array([float(row[4]) for row in rows]), day * 0 + 1
    )


def cdnow_summary():
    """x, t_x, T in weeks and mean value of the repeat purchases, as published."""
    with open(CDNOW_SUMMARY, newline="") as handle:
        return np.array([[float(cell) for cell in row] for row in list(csv.reader(handle))[1:]])[:, 1:].T


def online_retail():
    """Invoices of a UK wholesaler from December 2009 to December 2010, by named customer; returns netted."""
    import pyarrow.parquet as parquet  # only this data set needs it

    names = ("InvoiceNo", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID")
    table = parquet.read_table(RETAIL, columns=list(names)).filter(
        parquet.filters_to_expression([("CustomerID", ">", 0)])
    )
    number, quantity, moment, price, customer = (table[name].to_numpy() for name in names)
    credit = np.array([str(name).startswith("C") for name in number])
    day = moment.astype("datetime64[D]").astype(int)
    return Purchases(customer.astype(np.int64), day, quantity * price, ~credit)
