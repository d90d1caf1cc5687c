from . import test_evidence_sale
