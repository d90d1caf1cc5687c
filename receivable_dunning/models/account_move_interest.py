from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    _inherit = "account.move"

    is_late_interest = fields.Boolean(
        string="Late Interest Invoice",
        help="Charges late interest, compensation or reminder fees: no interest is charged on it.",
        tracking=True,
    )
    late_interest_charge_ids = fields.One2many(
        "late.interest.charge",
        "invoice_id",
        string="Interest Charges",
        readonly=True,
        copy=False,
        groups="receivable_dunning.group_collections_user",
    )
    late_interest_count = fields.Integer(
        string="Late Interest Charges",
        compute="_compute_late_interest",
        groups="receivable_dunning.group_collections_user",
    )
    late_interest_amount = fields.Monetary(
        string="Late Interest",
        compute="_compute_late_interest",
        groups="receivable_dunning.group_collections_user",
        help="Charged for the delay of this document: claimed or invoiced, not waived or reversed.",
    )

    def _compute_late_interest(self):
        groups = self.env["late.interest.charge"]._read_group(
            [*self._late_interest_domain(), ("state", "in", ("claimed", "queued", "posted"))],
            ["move_id"],
            ["__count", "amount:sum"],
        )
        figures = {move: (count, amount) for move, count, amount in groups}
        for move in self:
            move.late_interest_count, move.late_interest_amount = figures.get(move, (0, 0.0))

    def _late_interest_domain(self):
        return [("move_id", "in", self.ids)]

    def action_view_late_interest(self):
        """The charges for the delay of this document, or those that it invoices."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_late_interest_charge")
        domain = [("invoice_id", "=", self.id)] if self.is_late_interest else self._late_interest_domain()
        return {**action, "domain": domain, "context": {}}

    # ------------------------------------------------------------------
    # CREDIT CHECK
    # ------------------------------------------------------------------

    def _credit_is_ours(self):
        """Interest gives no credit: a customer on hold is charged it as well. But nothing else goes with it."""
        return super()._credit_is_ours() and not self._invoices_charges_only()

    def _invoices_charges_only(self):
        # sudo: the check asks for itself, whoever posts
        charges = self.sudo().late_interest_charge_ids.filtered(lambda charge: charge.state == "posted")
        charged = sum(charges.mapped("amount"))
        # prices, not subtotals: a tax may be included in them
        lines = self.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        invoiced = sum(line.price_unit * line.quantity for line in lines)
        return bool(charges) and self.currency_id.compare_amounts(invoiced, charged) == 0

    # ------------------------------------------------------------------
    # WHAT HAPPENS TO THE INVOICE HAPPENS TO ITS CHARGES
    # ------------------------------------------------------------------

    def _post(self, soft=True):
        dead = self.sudo().filtered(
            lambda move: (
                move.move_type == "out_invoice"
                and move.late_interest_charge_ids
                and not move.late_interest_charge_ids.filtered(lambda charge: charge.state == "posted")
            )
        )
        if dead:
            raise UserError(
                self.env._(
                    "%(invoice)s was taken back, and its days may be charged again: make a new interest run.",
                    invoice=dead[0].display_name,
                )
            )
        posted = super()._post(soft)
        if not self.env.context.get("late_interest_credit"):
            posted._reverse_charges_credited()
        return posted

    def _reverse_charges_credited(self):
        """A credit note by hand for all of an interest invoice takes back its charges."""
        for note in self.filtered(lambda move: move.move_type == "out_refund" and move.reversed_entry_id):
            invoice = note.reversed_entry_id
            if (
                invoice.is_late_interest
                and invoice.currency_id.compare_amounts(note.amount_total, invoice.amount_total) == 0
            ):
                charges = invoice._reverse_charges(self.env._("Credit note %(note)s", note=note.name))
                charges.write({"credit_note_id": note.id})

    def button_cancel(self):
        result = super().button_cancel()
        self._reverse_charges(self.env._("The invoice was cancelled"))
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_takes_back_charges(self):
        """A draft interest invoice that is deleted leaves its days to be charged again."""
        # sudo: see _reverse_charges
        charges = self._reverse_charges(self.env._("The invoice was deleted")) | self.sudo().late_interest_charge_ids
        charges.write({"invoice_id": False})

    def _reverse_charges(self, reason):
        """Take back the charges that these invoices invoice; who may undo the invoice may do that."""
        # sudo: nobody writes charges directly
        charges = self.sudo().late_interest_charge_ids.filtered(lambda charge: charge.state == "posted")
        charges._set(
            {"state": "reversed", "reason": reason, "closed_by": self.env.uid, "closed_on": fields.Datetime.now()}
        )
        return charges
