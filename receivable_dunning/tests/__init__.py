from . import test_core_aging
from . import test_receivable_aging
from . import test_receivable_aging_wizard
