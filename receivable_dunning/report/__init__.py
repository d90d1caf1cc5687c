from . import aged_balance
from . import portal_account
from . import receivable_aging
from . import receivable_credit_balance
from . import collection_worklist
from . import receivable_cash_item
