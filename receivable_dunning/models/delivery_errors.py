import psycopg2

from odoo.exceptions import UserError

# What a template, a report or the data of one customer may raise. Errors of the database connection, above all
# serialization failures, are not among them: the whole batch is tried again.
DELIVERY_ERRORS = (
    UserError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, OSError,
    psycopg2.DataError, psycopg2.IntegrityError,
)  # fmt: skip
