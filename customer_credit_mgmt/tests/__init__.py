from . import test_credit_scorecard
from . import test_receivable_ledger
