from . import credit_concentration
from . import credit_exposure
from . import receivable_prediction
