from . import test_credit_amendment
from . import test_credit_attack_sale
from . import test_credit_hold_sale
from . import test_credit_hostile_sale
from . import test_credit_signal_sale
from . import test_rpc_attack
from . import test_credit_order_tour
from . import test_credit_portal
