from . import abc_manual_class
from . import customer_variance
from . import customer_variance_wizard
from . import customer_budget_copy
