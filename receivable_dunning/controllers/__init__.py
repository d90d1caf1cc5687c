from . import account_portal
from . import account_portal_forms
from . import aged_balance
from . import cash_forecast
from . import statement_portal
