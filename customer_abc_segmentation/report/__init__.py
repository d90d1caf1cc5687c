from . import customer_profit
