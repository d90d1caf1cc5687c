from odoo import api, fields, models
from odoo.exceptions import ValidationError

OPENS = [("promise", "Promise to pay"), ("dispute", "Dispute")]
SENDS = [("statement", "Statement of account"), ("invoices", "Copies of the overdue invoices")]
# Whom a contact passes the customer on to; the agency is not told by a call.
PASSES_TO = [("salesperson", "Salesperson"), ("manager", "Manager"), ("legal", "Legal Department")]


class CollectionOutcome(models.Model):
    """What a call or visit ended with, and what follows from it."""

    _name = "collection.outcome"
    _description = "Outcome of a Contact"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_reached = fields.Boolean(
        string="Somebody Was Reached",
        default=True,
        help="Counts as a contact: reminders wait the days that their level asks for, and the customer rests on the"
        " worklist for a while.",
    )
    opens = fields.Selection(OPENS, help="What is entered along with the contact.")
    callback_days = fields.Integer(
        string="Call Back after",
        help="Days until the customer is back on the worklist to be called; proposed, to be changed. 0: none.",
    )
    block_days = fields.Integer(
        string="Block Reminders for", help="Days without reminders; proposed, to be changed. 0: none."
    )
    sends = fields.Selection(SENDS, help="What the customer gets by e-mail when the contact is noted.")
    needs_data = fields.Boolean(
        string="Ask for Data", help="Somebody gets an activity to find out the right address or phone number."
    )
    escalate_to = fields.Selection(PASSES_TO, help="Who gets an activity to take the customer over.")
    needs_note = fields.Boolean(string="Note Required", help="What was said has to be written down.")

    _days_check = models.Constraint("CHECK (callback_days >= 0 AND block_days >= 0)", "Days cannot be negative.")

    @api.constrains("opens", "is_reached")
    def _check_opens(self):
        for outcome in self:
            if outcome.opens and not outcome.is_reached:
                raise ValidationError(
                    self.env._("%(outcome)s: nobody promises or disputes who was not reached.", outcome=outcome.name)
                )
