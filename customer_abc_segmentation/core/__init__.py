"""Pure arithmetic of the trade: no Odoo import below this package."""
