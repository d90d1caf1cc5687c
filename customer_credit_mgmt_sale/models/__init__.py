from . import receivable_ledger
from . import credit_policy
from . import credit_check
from . import credit_profile
from . import account_move
from . import sale_order
from . import sale_order_amendment
from . import sale_order_line
