"""Computed numbers that may be unknown: Odoo's own fields read an empty column as 0."""

from odoo import fields


class Optional:
    """A computed number whose empty value is ``None`` in Python, NULL in the database and nothing on the screen."""

    falsy_value = None

    @staticmethod
    def _is_unknown(value):
        # 0 == False: only the types tell a zero from nothing
        return value is None or value is False

    def convert_to_column(self, value, record, values=None, validate=True):
        if self._is_unknown(value):
            return None
        return super().convert_to_column(value, record, values, validate)

    def convert_to_column_insert(self, value, record, values=None, validate=True):
        if self._is_unknown(value):
            return None
        return super().convert_to_column_insert(value, record, values, validate)

    def convert_to_cache(self, value, record, validate=True):
        return None if self._is_unknown(value) else super().convert_to_cache(value, record, validate)

    def convert_to_record(self, value, record):
        return value

    def convert_to_read(self, value, record, use_display_name=True):
        return False if value is None else value


class OptionalFloat(Optional, fields.Float):
    """A plain number that may be unknown."""


class OptionalMonetary(Optional, fields.Monetary):
    """An amount of money that may be unknown."""


class OptionalInteger(Optional, fields.Integer):
    """A count that may be unknown."""
