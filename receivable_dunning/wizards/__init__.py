from . import receivable_aging_wizard
