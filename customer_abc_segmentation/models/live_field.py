"""Fields that are no column but that the database can read: ``_field_to_sql`` of their model says how."""

from odoo.fields import Domain


def live_condition(records, name, operator, value):
    """The condition as if the field were a column: the database evaluates it on what ``_field_to_sql`` gives."""
    field = records._fields[name]
    return Domain.custom(
        to_sql=lambda model, alias, query: field.condition_to_sql(name, operator, value, model, alias, query)
    )
