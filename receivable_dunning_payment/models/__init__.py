from . import receivable_portal_account
