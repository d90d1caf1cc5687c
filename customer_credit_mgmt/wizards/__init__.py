from . import base_partner_merge
from . import credit_release_wizard
