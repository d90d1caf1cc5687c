from . import test_core_aging
from . import test_receivable_aging
from . import test_receivable_aging_wizard
from . import test_dunning_access
from . import test_dunning_plan
from . import test_dunning_run
from . import test_dunning_sending
from . import test_dunning_tour
