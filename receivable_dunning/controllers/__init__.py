from . import account_portal
from . import account_portal_dispute
from . import account_portal_forms
from . import account_portal_promise
from . import aged_balance
from . import payment_plan_portal
from . import statement_portal
from . import legal
