from odoo import api, fields, models


class ReceivableDisputeReason(models.Model):
    """What customers say is wrong: chosen when a dispute is opened, it says who looks into it and by when."""

    _name = "receivable.dispute.reason"
    _description = "Dispute Reason"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, help="In the words of customers: they choose it on the portal.")
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", index=True, domain=[("parent_id", "=", False)], help="Empty: for all companies."
    )
    description = fields.Text(translate=True, help="What the customer should send along, for instance photos.")
    user_id = fields.Many2one(
        "res.users",
        string="Default Owner",
        company_dependent=True,
        domain=[("share", "=", False)],
        help="Looks into disputes with this reason. Each company has its own. Empty: the salesperson of the invoice,"
        " else whoever opens the dispute.",
    )
    answer_days = fields.Integer(
        string="First Answer (Working Days)",
        default=2,
        help="Working days until the customer gets a first answer.",
    )
    resolution_days = fields.Integer(
        string="Resolution (Working Days)",
        default=10,
        help="Working days until the dispute is decided. Days spent waiting for the customer are not counted.",
    )

    _days_check = models.Constraint(
        "CHECK (answer_days >= 0 AND resolution_days >= answer_days)",
        "The first answer comes before the resolution, and neither takes less than 0 days.",
    )

    @api.constrains("company_id")
    def _check_company_is_root(self):
        self.env["receivable.root.company.mixin"]._refuse_branches(self.company_id)

    @api.model
    def _of_company(self, company):
        """The reasons that may be given in a root company, in their order."""
        return self.search([("company_id", "in", (False, company.id))])

    @api.model
    def _default_of(self, company):
        """The reason of a dispute of which nothing is known: the last in order, which is shipped as Other."""
        return self._of_company(company)[-1:]
