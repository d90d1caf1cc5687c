from . import test_abc_sale
