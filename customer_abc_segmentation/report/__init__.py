from . import customer_budget_analysis
from . import customer_profit
from . import customer_whale
