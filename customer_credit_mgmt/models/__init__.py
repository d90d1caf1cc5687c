from . import account_move_line
from . import account_partial_reconcile
from . import account_payment
from . import receivable_ledger
