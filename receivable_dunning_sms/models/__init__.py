from . import dunning_level
from . import dunning_notice
from . import dunning_handover
from . import dunning_sender
from . import sms_sms
from . import sms_tracker
