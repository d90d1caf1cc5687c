from . import aged_balance
from . import cash_forecast
from . import statement_portal
