"""Why sales differ from those of another period: volume, mix, price, and what is new or lost.

A *pool* holds the products of one customer that are counted in the same unit and were bought in both periods: only
there quantities can be added up. With quantities q, sales s and prices p = s / q of a product in the periods 0 and 1,
and Q the sum of the quantities of its pool::

    volume = (Q1 / Q0 - 1) * s0                more or less of everything, at the old mix and price
    mix    = (q1 - q0 * Q1 / Q0) * p0          another share of the pool, at the old price
    price  = (p1 - p0) * q1                    another price for what was bought now

which adds up to s1 - s0 for every product: q0 * p0 = s0 and q1 * p1 = s1 (the textbook split, for instance Horngren,
Cost Accounting, chapter 14). Volume and mix are rounded; the price effect takes the rest, so that sums are exact.
"""

from dataclasses import dataclass
from decimal import Decimal

EFFECTS = ("volume", "mix", "price", "new_product", "lost_product", "new_customer", "lost_customer", "other")


@dataclass(frozen=True, slots=True)
class Purchase:
    """What one customer bought of one product; ``unit`` tells which quantities may be added. No product: ``None``."""

    product: int | None
    unit: int | None
    quantity_before: Decimal
    quantity_after: Decimal
    sales_before: Decimal
    sales_after: Decimal

    @property
    def difference(self):
        return self.sales_after - self.sales_before

    @property
    def has_prices(self):
        """Whether a price can be told for both periods: something was bought in each, returns deducted."""
        return self.product is not None and min(self.quantity_before, self.quantity_after) > 0


def split(purchases, digits=2):
    """``[(purchase, {effect: amount})]`` of the purchases of one customer, without the effects that are zero.

    >>> def bought(product, *figures):
    ...     return Purchase(product, 1, *map(Decimal, figures))
    >>> def show(*purchases):
    ...     return [{name: str(amount) for name, amount in effects.items()} for _each, effects in split(purchases)]

    Twice as much at the same price, then the same at another price:

    >>> show(bought(1, "10", "20", "100", "200")), show(bought(1, "10", "10", "100", "130"))
    ([{'volume': '100.00'}], [{'price': '30.00'}])

    The same number of pieces, more of the dear ones:

    >>> show(bought(1, "10", "5", "100", "50"), bought(2, "10", "15", "500", "750"))
    [{'mix': '-50.00'}, {'mix': '250.00'}]

    All at once; each line adds up to its difference:

    >>> show(bought(1, "10", "12", "100", "144"), bought(2, "30", "24", "90", "60"))
    [{'volume': '-10.00', 'mix': '30.00', 'price': '24.00'}, {'volume': '-9.00', 'mix': '-9.00', 'price': '-12.00'}]

    New and lost products and customers have no old, or no new, price:

    >>> show(bought(1, "1", "1", "10", "10"), bought(2, "0", "3", "0", "30"), bought(3, "4", "0", "8", "0"))
    [{}, {'new_product': '30.00'}, {'lost_product': '-8.00'}]
    >>> show(bought(1, "0", "3", "0", "30")), show(bought(1, "3", "0", "30", "0"))
    ([{'new_customer': '30.00'}], [{'lost_customer': '-30.00'}])

    Lines without product, and products that came back rather than were bought, cannot be split:

    >>> show(bought(None, "1", "1", "5", "7"), bought(2, "1", "-2", "10", "-20"), bought(3, "0", "-1", "0", "-9"))
    [{'other': '2.00'}, {'other': '-30.00'}, {'other': '-9.00'}]
    >>> show(bought(1, "0", "-1", "0", "-9"))
    [{'other': '-9.00'}]
    """
    unit = Decimal(1).scaleb(-digits)
    purchases = list(purchases)
    whole = _whole_customer(purchases)
    growth = _growth(purchases)
    return [
        (each, {name: amount for name, amount in _effects(each, whole, growth, unit).items() if amount})
        for each in purchases
    ]


def _whole_customer(purchases):
    """``new_customer`` or ``lost_customer`` when all of it is, else ``None``; who only returns is neither."""
    before, after = (sum(getattr(each, name) for each in purchases) for name in ("sales_before", "sales_after"))
    if after > 0 and not any(each.quantity_before or each.sales_before for each in purchases):
        return "new_customer"
    if before > 0 and not any(each.quantity_after or each.sales_after for each in purchases):
        return "lost_customer"
    return None


def _growth(purchases):
    """``{unit: Q1 / Q0}`` of the pools."""
    pools = {}
    for each in purchases:
        if each.has_prices:
            before, after = pools.get(each.unit, (0, 0))
            pools[each.unit] = before + each.quantity_before, after + each.quantity_after
    return {unit: after / before for unit, (before, after) in pools.items()}


def _effects(each, whole, growth, unit):
    if whole:
        return {whole: each.difference.quantize(unit)}
    if each.has_prices:
        return _split_product(each, growth[each.unit], unit)
    return {_unsplit_name(each): each.difference.quantize(unit)}


def _split_product(each, growth, unit):
    price_before = each.sales_before / each.quantity_before
    volume = ((growth - 1) * each.sales_before).quantize(unit)
    mix = ((each.quantity_after - each.quantity_before * growth) * price_before).quantize(unit)
    return {"volume": volume, "mix": mix, "price": each.difference.quantize(unit) - volume - mix}


def _unsplit_name(each):
    if each.product is None:
        return "other"
    if each.sales_after > 0 and not each.quantity_before and not each.sales_before:
        return "new_product"
    if each.sales_before > 0 and not each.quantity_after and not each.sales_after:
        return "lost_product"
    return "other"
