from . import controllers
from . import models
from . import report
from . import wizards


def uninstall_hook(env):
    """What was kept as evidence stays, as plain files: its records go, and nobody could open or delete it any more."""
    env.cr.execute("UPDATE ir_attachment SET res_model = NULL, res_id = NULL, res_field = NULL WHERE is_evidence")
