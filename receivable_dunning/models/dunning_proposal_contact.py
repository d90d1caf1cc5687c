from odoo import models
from odoo.tools import SQL


class DunningProposal(models.AbstractModel):
    _inherit = "dunning.proposal"

    def _contacts_made_sql(self, company):
        """Calls, visits and other contacts that reached somebody: the level waits its days after them, too."""
        self.env["collection.contact"].flush_model()
        self.env["collection.outcome"].flush_model(["is_reached"])
        return SQL(
            """
            %s
             UNION ALL
            SELECT talk.partner_id, talk.date::date
              FROM collection_contact talk
              JOIN collection_outcome outcome ON outcome.id = talk.outcome_id AND outcome.is_reached
             WHERE talk.company_id = %s AND talk.state = 'done'
            """,
            super()._contacts_made_sql(company),
            company.id,
        )
