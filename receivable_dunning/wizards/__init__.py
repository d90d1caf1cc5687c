from . import late_interest_close_wizard
from . import receivable_aging_wizard
from . import receivable_statement_wizard
from . import receivable_statement_answer_wizard
from . import receivable_statement_answer_wizard_line
