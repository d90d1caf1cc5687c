from . import aged_balance
from . import receivable_aging
from . import receivable_credit_balance
from . import ecl_report
from . import receivable_writeoff
