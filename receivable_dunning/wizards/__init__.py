from . import late_interest_close_wizard
from . import base_partner_merge
from . import dunning_draft_reason
from . import receivable_buy_back
from . import receivable_aging_wizard
from . import receivable_statement_wizard
from . import receivable_statement_answer_wizard
from . import receivable_statement_answer_wizard_line
