from . import base_partner_merge
from . import credit_release_wizard
from . import credit_limit_mass_change
from . import credit_limit_mass_change_line
from . import credit_limit_mass_change_preview
