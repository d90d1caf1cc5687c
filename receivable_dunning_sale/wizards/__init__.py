from . import collection_evidence_wizard
