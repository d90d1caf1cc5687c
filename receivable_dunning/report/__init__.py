from . import aged_balance
from . import receivable_aging
