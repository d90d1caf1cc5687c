from . import aged_balance
from . import statement_portal
from . import ecl
