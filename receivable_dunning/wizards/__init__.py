from . import late_interest_close_wizard
from . import receivable_aging_wizard
