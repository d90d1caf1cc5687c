from . import abc_manual_class
from . import key_account_reopen
from . import key_account_review_wizard
from . import abc_proposal_decide
from . import customer_winback_wizard
