from . import customer_variance_wizard
