from . import abc_manual_class
from . import abc_proposal_decide
from . import customer_winback_wizard
