from . import abc_classification
from . import abc_proposal
from . import ir_ui_menu
