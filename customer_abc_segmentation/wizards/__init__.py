from . import abc_manual_class
from . import abc_proposal_decide
