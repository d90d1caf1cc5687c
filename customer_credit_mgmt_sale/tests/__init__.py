from . import test_credit_attack_sale
from . import test_credit_hold_sale
from . import test_credit_signal_sale
