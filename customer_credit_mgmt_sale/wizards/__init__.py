from . import credit_setup_wizard
from . import sale_order_credit_request
