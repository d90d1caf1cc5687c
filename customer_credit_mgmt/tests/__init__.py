from . import test_credit_hold
from . import test_credit_limit
from . import test_credit_profile
from . import test_core_score
from . import test_credit_score
from . import test_credit_scorecard
from . import test_receivable_ledger
