from . import test_receivable_ledger
