from . import test_aging_team
