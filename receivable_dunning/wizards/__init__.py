from . import base_partner_merge
from . import dunning_draft_reason
from . import receivable_aging_wizard
