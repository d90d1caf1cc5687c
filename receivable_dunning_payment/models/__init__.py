from . import account_move
from . import receivable_portal_account
from . import payment_transaction
