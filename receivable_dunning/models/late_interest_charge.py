from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import format_date, formatLang

from ..core.interest_case import Kind
from .late_interest_rule import PERS

STATES = [
    ("draft", "Proposed"),
    ("excluded", "Excluded"),
    ("claimed", "Claimed"),
    ("queued", "To Invoice"),
    ("posted", "Invoiced"),
    ("waived", "Waived"),
    ("reversed", "Reversed"),
]
KINDS = [(Kind.INTEREST, "Interest"), (Kind.COMPENSATION, "Compensation"), (Kind.FEE, "Reminder Fee")]


class LateInterestCharge(models.Model):
    """What a customer is charged for being late: days of an item at one base and rate, a lump sum, a fee.

    Made by runs and notices only, and changed by the actions below only, which check who acts: nobody writes here.
    The database refuses a second charge of the same day of the same item; what a dispute took out of the item counts as
    an item of its own. It needs no extension for that: an id is compared as a range of one number.
    """

    _name = "late.interest.charge"
    _description = "Late Interest Charge"
    _order = "date desc, partner_id, move_line_id, date_from, id"

    run_id = fields.Many2one("late.interest.run", readonly=True, index="btree_not_null", ondelete="restrict")
    notice_id = fields.Many2one(
        "dunning.notice", readonly=True, index="btree_not_null", ondelete="restrict", help="That the fee is for."
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    date = fields.Date(required=True, readonly=True, index=True, help="Date of the run or notice.")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    move_line_id = fields.Many2one(
        "account.move.line", string="Item", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    move_id = fields.Many2one(
        "account.move", string="Late Document", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    rule_id = fields.Many2one("late.interest.rule", readonly=True, index="btree_not_null", ondelete="restrict")
    dispute_id = fields.Many2one(
        "receivable.dispute",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Interest of the part that was in dispute, for the days it was: it was owed after all.",
    )
    date_from = fields.Date(string="From", readonly=True)
    date_to = fields.Date(string="To", readonly=True, help="Last day charged.")
    days = fields.Integer(readonly=True)
    base = fields.Monetary(readonly=True, aggregator=None, help="Open amount on these days.")
    rate = fields.Float(string="Rate (%)", digits=(16, 4), readonly=True, aggregator=None)
    per = fields.Selection(PERS, readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary(required=True, readonly=True, help="Without tax, in the currency of the late document.")
    amount_company = fields.Monetary(
        string="In Company Currency",
        currency_field="company_currency_id",
        readonly=True,
        help="At the rate of the charge's date.",
    )
    state = fields.Selection(STATES, required=True, readonly=True, default="draft", index=True)
    invoice_id = fields.Many2one("account.move", readonly=True, index="btree_not_null", ondelete="restrict")
    invoice_line_id = fields.Many2one("account.move.line", readonly=True, index="btree_not_null", ondelete="set null")
    credit_note_id = fields.Many2one("account.move", readonly=True, index="btree_not_null", ondelete="set null")
    reason = fields.Text(readonly=True, help="Why it was waived or reversed.")
    closed_by = fields.Many2one("res.users", string="Waived or Reversed by", readonly=True)
    closed_on = fields.Datetime(string="Waived or Reversed on", readonly=True)
    error = fields.Text(readonly=True, help="Why it could not be invoiced.")

    # keep in step with FREE_STATES of late_interest_ledger
    _day_once = models.Constraint(
        "EXCLUDE USING gist (int4range(move_line_id, move_line_id, '[]') WITH &&,"
        " int4range(COALESCE(dispute_id, 0), COALESCE(dispute_id, 0), '[]') WITH &&,"
        " daterange(date_from, date_to, '[]') WITH &&)"
        " WHERE (kind = 'interest' AND state NOT IN ('draft', 'excluded', 'reversed'))",
        "Some of these days were charged meanwhile, and no day of an item is charged twice: propose again.",
    )
    _compensation_once = models.UniqueIndex(
        "(move_id) WHERE kind = 'compensation' AND state NOT IN ('draft', 'excluded', 'reversed')",
        "The compensation of one of these invoices was charged meanwhile: propose again.",
    )
    _fee_once = models.UniqueIndex(
        "(notice_id) WHERE kind = 'fee'", "The fee of this notice is charged already: a notice bears one fee."
    )
    _days_check = models.Constraint(
        "CHECK (kind <> 'interest' OR (date_from <= date_to AND days = date_to - date_from + 1"
        " AND move_line_id IS NOT NULL))",
        "Interest needs an item and its days.",
    )
    _kind_check = models.Constraint(
        "CHECK ((kind <> 'compensation' OR move_id IS NOT NULL) AND (kind <> 'fee' OR notice_id IS NOT NULL))",
        "Compensation needs its invoice, and a fee its notice.",
    )
    _queued_idx = models.Index("(company_id, partner_id, currency_id) WHERE state = 'queued'")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("kind", "move_id", "notice_id", "date_from", "date_to")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for charge in self:
            about = charge.move_id.name or charge.notice_id.display_name or ""
            days = f"{charge.date_from} - {charge.date_to}" if charge.date_from else ""
            charge.display_name = " ".join(filter(None, (kinds.get(charge.kind), about, days)))

    def _in_words(self):
        """How the amount comes about, in the language of the environment."""
        self.ensure_one()
        if self.kind == Kind.FEE:
            return self.notice_id.level_id.name or ""
        if self.kind == Kind.COMPENSATION:
            return self.env._("Compensation for the costs of collection")
        return self.env._(
            "%(base)s x %(rate)s %% %(per)s x %(days)s days (%(first)s - %(last)s)",
            base=formatLang(self.env, self.base, currency_obj=self.currency_id),
            rate=f"{self.rate:g}",
            per=dict(self._fields["per"]._description_selection(self.env)).get(self.per, ""),
            days=self.days,
            first=format_date(self.env, self.date_from),
            last=format_date(self.env, self.date_to),
        )

    # ------------------------------------------------------------------
    # DOOR
    # ------------------------------------------------------------------

    @api.model
    def _check_accountant(self):
        """Whoever is not an accountant of collections may not charge, waive or take back."""
        if not self.env.su and not self.env.user.has_group("receivable_dunning.group_collections_accountant"):
            raise AccessError(self.env._("Only accountants of collections charge, waive or reverse interest."))

    def _begin(self, *states):
        """Check who acts on what, and lock it: two who press a button at once do not both act."""
        self._check_accountant()
        self.check_access("read")
        # sudo: nobody but these actions writes charges
        self.sudo().lock_for_update()
        self.invalidate_recordset(["state"])
        if self.filtered(lambda charge: charge.state not in states):
            raise UserError(self.env._("Some of these charges are in another state by now: reload the page."))

    def _set(self, values):
        # sudo: the only door to charges; who may pass it was checked by the action
        self.sudo().write({"error": False, **values})

    @api.ondelete(at_uninstall=False)
    def _unlink_except_charged(self):
        if self.filtered(lambda charge: charge.state not in ("draft", "excluded")):
            raise UserError(self.env._("Charges are kept: waive or reverse them instead."))

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_exclude(self):
        """Leave proposed charges out of the run; their days stay free."""
        self._begin("draft", "excluded")
        self._set({"state": "excluded"})

    def action_include(self):
        """Take back an exclusion."""
        self._begin("draft", "excluded")
        self._set({"state": "draft"})

    def action_invoice(self):
        """Invoice charges that were only claimed, or whose invoice failed."""
        self._begin("claimed", "queued")
        self._set({"state": "queued"})
        self._post_queued()

    def action_waive(self):
        """Ask for the reason, then give up the claim: its days are not charged again."""
        return self._ask("waive", self.env._("Waive"))

    def action_reverse(self):
        """Ask for the reason, then take back the charge: its days may be charged again."""
        return self._ask("reverse", self.env._("Reverse"))

    def _ask(self, mode, title):
        self._begin("claimed", "queued", "posted")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "late.interest.close.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_charge_ids": self.ids, "default_mode": mode},
        }

    def _close(self, state, reason):
        """Waive or reverse, with a credit note for what is invoiced."""
        self._begin("claimed", "queued", "posted")
        if not (reason or "").strip():
            raise UserError(self.env._("Say why: the reason is kept with the charges."))
        invoiced = self.filtered(lambda charge: charge.state == "posted")
        self._set({"state": state, "reason": reason, "closed_by": self.env.uid, "closed_on": fields.Datetime.now()})
        invoiced._credit_back(reason)

    def action_view_invoice(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.invoice_id.id,
            "views": [(False, "form")],
        }
