from odoo import fields, models


class AbcMigration(models.Model):
    """A cell of the migration matrix of a run: how many customers went from one class to another, or stayed."""

    _name = "abc.migration"
    _description = "ABC Migration"
    _order = "run_id DESC, id"
    _rec_name = "run_id"

    run_id = fields.Many2one("abc.run", required=True, index=True, ondelete="cascade", readonly=True)
    policy_id = fields.Many2one("abc.policy", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    date = fields.Date(required=True, readonly=True)
    from_class_id = fields.Many2one(
        "abc.class",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="Empty: not ranked before.",
    )
    to_class_id = fields.Many2one(
        "abc.class",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="Empty: no longer ranked.",
    )
    kind = fields.Selection(
        [("new", "New"), ("up", "Up"), ("stayed", "Stayed"), ("down", "Down"), ("left", "Left")],
        required=True,
        readonly=True,
    )
    customer_count = fields.Integer(string="Customers", readonly=True)
    measure = fields.Monetary(readonly=True, help="Of the customers in the cell, as of the run; what left has none.")
