from . import abc_manual_class
from . import customer_winback_wizard
