from . import aged_balance
from . import receivable_aging
from . import receivable_credit_balance
from . import receivable_kpi_figure
from . import receivable_kpi_customer
from . import receivable_kpi_trend
