from . import key_account_review
