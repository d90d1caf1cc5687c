from odoo import models
from odoo.tools import SQL


class AccountMove(models.Model):
    _inherit = "account.move"

    def _portal_ensure_tokens(self):
        """Give documents their portal token, in one statement: one by one it takes six queries each."""
        self.flush_recordset(["access_token"])
        self.env.cr.execute(
            SQL(
                "UPDATE account_move SET access_token = gen_random_uuid()::text"
                " WHERE id = ANY(%s) AND access_token IS NULL",
                self.ids,
            )
        )
        self.invalidate_recordset(["access_token"])
        # read together here, not one by one where the links are written
        self.fetch(["name", "move_type", "access_token"])
