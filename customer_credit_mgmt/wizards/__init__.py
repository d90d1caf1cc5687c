from . import base_partner_merge
from . import credit_assessment_refuse
from . import credit_contest_wizard
from . import credit_release_wizard
from . import credit_setup_wizard
from . import credit_review_wizard
from . import credit_signal_wizard
