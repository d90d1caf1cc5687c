from . import receivable_bucket
from . import receivable_bucket_scheme
