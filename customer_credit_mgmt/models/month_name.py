from babel.dates import format_skeleton

from odoo.tools import get_lang
from odoo.tools.misc import babel_locale_parse


def month_name(env, day, skeleton="yMMMM"):
    """The month of a day as people of the language write it: October 2026, 2026年10月; ``yMMM`` is short."""
    return format_skeleton(skeleton, day, locale=babel_locale_parse(get_lang(env).code))
