from odoo import fields, models
from odoo.tools import SQL


class ReceivableAging(models.Model):
    _inherit = "receivable.aging"

    team_id = fields.Many2one(
        "crm.team", string="Sales Team", readonly=True, help="The team of the salesperson on the document."
    )

    @property
    def _table_query(self):
        """The join is an outer one on a primary key: PostgreSQL leaves it out where nobody asks for the team."""
        return SQL(
            """
            SELECT aging.*, seller.sale_team_id AS team_id
              FROM (%s) aging
              LEFT JOIN res_users seller ON seller.id = aging.user_id
            """,
            super()._table_query,
            to_flush=self.env["res.users"]._fields["sale_team_id"],
        )
