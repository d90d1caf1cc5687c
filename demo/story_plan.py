"""The demo's customers and what they buy and pay over two years: plain data, from a fixed seed, relative to a day.

>>> from datetime import date
>>> sales = plan(date(2026, 3, 10))
>>> sales == plan(date(2026, 3, 10)), sales == sorted(sales, key=lambda sale: sale.date)
(True, True)
>>> 800 < len(sales) < 1400
True
>>> max(sale.date for sale in sales) <= date(2026, 3, 10)
True
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = 24
#: English name, Chinese name, list price and cost in the company's currency
PRODUCTS = (
    ("Bearing Unit B40", "轴承单元 B40", 42.0, 27.0),
    ("Linear Guide L200", "直线导轨 L200", 128.0, 79.0),
    ("Servo Drive S1", "伺服驱动器 S1", 690.0, 455.0),
    ("Gearbox G7", "齿轮箱 G7", 1180.0, 830.0),
    ("Controller C3", "控制器 C3", 2350.0, 1490.0),
    ("Maintenance Visit", "维护服务", 380.0, 210.0),
)
#: units of a currency for one of the company's, two years ago and today
RATES = {"USD": (1.07, 1.16), "GBP": (0.86, 0.87), "SEK": (11.4, 11.0), "CNY": (7.75, 8.25)}


@dataclass(frozen=True, slots=True)
class Habit:
    """How a customer buys and pays; pairs are values at the beginning and at the end, changing evenly in between."""

    days_late: tuple = (0, 0)
    spread: float = 3
    volume: tuple = (1, 1)
    #: months of the two years in which it buys
    months: tuple = (0, MONTHS)
    #: share of an invoice paid at first; the rest follows a month and a half later
    first_part: float = 1.0
    #: share of invoices that it complains about: a fifth is credited, the rest is paid late
    complaints: float = 0.0
    #: days before the invoice on which it pays, instead of after it
    ahead: int = 0


HABITS = {
    "punctual": Habit(days_late=(-2, -2), spread=2),
    "early": Habit(days_late=(-14, -14), spread=3),
    "a little late": Habit(days_late=(6, 8), spread=4),
    "late": Habit(days_late=(24, 28), spread=7),
    "worsening": Habit(days_late=(0, 48), spread=5),
    "improving": Habit(days_late=(35, 2), spread=5),
    "erratic": Habit(days_late=(10, 10), spread=22),
    "collapsing": Habit(days_late=(5, 190), spread=10),
    "complaining": Habit(days_late=(4, 6), spread=4, complaints=0.3),
    "in parts": Habit(days_late=(5, 9), spread=4, first_part=0.6),
    "growing fast": Habit(days_late=(1, 12), spread=4, volume=(0.4, 3.5)),
    "shrinking": Habit(days_late=(2, 6), spread=4, volume=(1.8, 0.3)),
    "prepaying": Habit(ahead=4),
    "dormant": Habit(days_late=(3, 3), months=(0, 14)),
    "back again": Habit(days_late=(2, 2), months=(18, MONTHS)),
    "new": Habit(days_late=(-1, -1), spread=2, months=(21, MONTHS)),
}


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer of the demo; ``size`` is a usual invoice in company currency, ``limit`` None: no limit check."""

    name: str
    country: str
    city: str
    habit: str
    size: float
    per_month: float = 1.0
    currency: str = "EUR"
    terms: int = 30
    limit: float | None = None
    lang: str = "en_US"


CUSTOMERS = (
    Customer("Havel Maschinenbau AG", "DE", "Potsdam", "punctual", 21000, 4, limit=180000),
    Customer("Ateliers du Rhône SAS", "FR", "Lyon", "a little late", 11000, 2.5, terms=45, limit=90000),
    Customer("Mistral Robotique SA", "FR", "Marseille", "worsening", 8200, 2, limit=60000),
    Customer("Officine Valpadana S.p.A.", "IT", "Parma", "late", 6400, 2, terms=45, limit=60000),
    Customer("Costa Brava Logística S.L.", "ES", "Girona", "in parts", 3800, 1.5, limit=20000),
    Customer("Nordlys Automation AB", "SE", "Göteborg", "punctual", 5200, 1.5, "SEK", limit=30000),
    Customer("Thames Valley Controls Ltd", "GB", "Reading", "a little late", 6100, 1.5, "GBP", limit=40000),
    Customer("Great Lakes Machinery Inc.", "US", "Cleveland", "growing fast", 5600, 2, "USD", limit=25000),
    Customer("Delta Verpakking B.V.", "NL", "Rotterdam", "early", 4300, 1.5, limit=25000),
    Customer("Wiener Fördertechnik GmbH", "AT", "Wien", "punctual", 3900, 1.5, limit=20000),
    Customer("Alpenglanz Werkzeuge AG", "CH", "Zug", "improving", 3100, 1, limit=15000),
    Customer("Tatra Precision s.r.o.", "SK", "Žilina", "worsening", 2700, 1.5, limit=12000),
    Customer("Pomorska Stocznia Sp. z o.o.", "PL", "Gdynia", "collapsing", 4800, 1.5, limit=25000),
    Customer("Bohemia Lifts a.s.", "CZ", "Brno", "complaining", 3300, 1.5, limit=20000),
    Customer("Algarve Conservas Lda", "PT", "Faro", "erratic", 1900, 1, limit=10000),
    Customer("Balaton Élelmiszer Kft.", "HU", "Siófok", "late", 1700, 1, limit=8000),
    Customer("Dublin Bay Foods DAC", "IE", "Dublin", "shrinking", 2800, 1.5, limit=15000),
    Customer("Kymi Paperi Oy", "FI", "Kotka", "punctual", 2400, 1, limit=15000),
    Customer("Fjordkraft Service AS", "NO", "Bergen", "dormant", 2100, 1, limit=10000),
    Customer("Brabant Packaging NV", "BE", "Antwerpen", "prepaying", 1500, 1, terms=0),
    Customer("Saarland Anlagenbau GmbH", "DE", "Saarbrücken", "complaining", 2600, 1, limit=15000),
    Customer("Elbe Hafenservice KG", "DE", "Hamburg", "in parts", 1400, 1, limit=6000),
    Customer("Oder Energietechnik GmbH", "DE", "Frankfurt (Oder)", "back again", 3600, 1.5),
    Customer("Solarpark Emsland eG", "DE", "Lingen", "new", 4100, 1.5),
    Customer("Istria Marine d.o.o.", "HR", "Pula", "new", 1300, 1),
    Customer("上海浦江自动化有限公司", "CN", "上海", "punctual", 9800, 2, "CNY", limit=80000, lang="zh_CN"),
    Customer("深圳前海机器人有限公司", "CN", "深圳", "growing fast", 4700, 1.5, "CNY", limit=22000, lang="zh_CN"),
    Customer("苏州金鸡湖精密机械有限公司", "CN", "苏州", "a little late", 5100, 1.5, "CNY", limit=35000, lang="zh_CN"),
    Customer("青岛海润包装有限公司", "CN", "青岛", "worsening", 3000, 1.5, "CNY", limit=15000, lang="zh_CN"),
    Customer("成都天府物流设备有限公司", "CN", "成都", "late", 2600, 1, "CNY", terms=45, limit=15000, lang="zh_CN"),
    Customer("武汉长江重工有限公司", "CN", "武汉", "erratic", 7200, 1, "CNY", terms=45, limit=30000, lang="zh_CN"),
    Customer("Kleinmann & Söhne", "DE", "Celle", "a little late", 240, 0.5),
)


@dataclass(frozen=True, slots=True)
class Sale:
    """An invoice and what became of it; amounts in the customer's currency, nothing later than the day of the story."""

    customer: int
    date: date
    product: int
    quantity: int
    price: float
    #: (date, amount) each
    payments: tuple = ()
    #: credit note after a complaint, or None
    credit: tuple | None = None


def plan(today, seed=20190):
    """All sales of the two years before a day, by date."""
    sales = []
    for index, customer in enumerate(CUSTOMERS):
        chance = random.Random(f"{seed} {customer.name}")
        sales += [_sale(index, day, today, chance) for day in _days(customer, today, chance)]
    return sorted(sales, key=lambda sale: (sale.date, sale.customer))


def _days(customer, today, chance):
    first, last = HABITS[customer.habit].months
    start = today - timedelta(days=MONTHS * 365 // 12)
    for month in range(first, last):
        for _n in range(int(customer.per_month + chance.random())):
            day = _workday(start + timedelta(days=month * 365 // 12 + chance.randrange(29)))
            if day <= today:
                yield day


def _workday(day):
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def _sale(index, day, today, chance):
    customer = CUSTOMERS[index]
    habit = HABITS[customer.habit]
    part = 1 - (today - day).days / (MONTHS * 365 / 12)
    worth = customer.size * _between(habit.volume, part) * chance.lognormvariate(0, 0.35)
    fitting = [n for n, product in enumerate(PRODUCTS) if product[2] <= worth / 2] or [0]
    product = chance.choice(fitting[-4:])
    quantity = max(1, round(worth / PRODUCTS[product][2]))
    price = round(PRODUCTS[product][2] * _between(RATES.get(customer.currency, (1, 1)), part), 2)
    amount = round(quantity * price, 2)
    credit, payments = _settling(habit, (day, day + timedelta(days=customer.terms)), amount, (part, chance))
    return Sale(
        customer=index,
        date=day,
        product=product,
        quantity=quantity,
        price=price,
        payments=tuple(payment for payment in payments if payment[0] <= today),
        credit=credit if credit and credit[0] <= today else None,
    )


def _settling(habit, dates, amount, situation):
    """``(credit, payments)`` of an invoice, whenever they come."""
    (day, due), (part, chance) = dates, situation
    late = chance.gauss(_between(habit.days_late, part), habit.spread)
    if habit.ahead:
        return None, [(_workday(day - timedelta(days=habit.ahead)), amount)]
    paid_on = _workday(max(due + timedelta(days=round(late)), day + timedelta(days=1)))
    if chance.random() < habit.complaints:
        credited = round(amount / 5, 2)
        credit_on = _workday(due + timedelta(days=20))
        return (credit_on, credited), [(_workday(credit_on + timedelta(days=14)), round(amount - credited, 2))]
    first = round(amount * habit.first_part, 2)
    rest = [(_workday(paid_on + timedelta(days=45)), round(amount - first, 2))] if first < amount else []
    return None, [(paid_on, first), *rest]


def _between(pair, part):
    return pair[0] + (pair[1] - pair[0]) * part
