from . import abc_classification
from . import abc_proposal
from . import customer_variance_wizard
from . import ir_ui_menu
