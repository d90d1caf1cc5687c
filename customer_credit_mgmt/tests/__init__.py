from . import test_receivable_ledger
from . import test_receivable_ledger_cases
from . import test_receivable_ledger_law
