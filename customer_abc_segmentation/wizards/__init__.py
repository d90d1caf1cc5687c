from . import abc_manual_class
from . import key_account_reopen
from . import key_account_review_wizard
from . import abc_proposal_decide
from . import customer_winback_wizard
from . import customer_variance
from . import customer_variance_wizard
from . import customer_budget_copy
