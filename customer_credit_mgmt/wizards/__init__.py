from . import base_partner_merge
from . import credit_prediction_backtest_wizard
from . import credit_release_wizard
