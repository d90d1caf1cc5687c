from odoo import models


class DunningFacts(models.AbstractModel):
    """What is at court or with an agency is not reminded."""

    _inherit = "dunning.facts"

    def _get_held_parts(self, company, as_of):
        return [
            *super()._get_held_parts(company, as_of),
            self.env["collection.case.line"]._held_sql(company),
            self.env["collection.handover.line"]._held_sql(company),
        ]


class LimitationLedger(models.AbstractModel):
    """What happens in a case bears on limitation."""

    _inherit = "limitation.ledger"

    def _get_event_parts(self, company):
        return [*super()._get_event_parts(company), self.env["collection.case.event"]._events_sql()]
