import logging

from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)


def attempt(record, work, *args):
    """Do a job's work on one record; what is wrong with it must not keep those of other companies waiting.

    A condition may ask for a field of an addon that is gone, a setting may have become impossible: the work is undone,
    the log says why, and the record is tried again next time. Failures of the database are the job's and go on.

    :return: whether it was done
    """
    try:
        with record.env.cr.savepoint():
            work(*args)
    except (UserError, ValueError, TypeError, KeyError, SyntaxError):
        _logger.exception("Scheduled work on %s (%s) failed and was left out", record, record.display_name)
        return False
    return True
