from . import test_receivables_dashboard
