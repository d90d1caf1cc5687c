from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..core.ladder import SkipReason

# What the customer was given time for, or a factor owns: no court and no agency asks for it meanwhile.
AGREED = frozenset([SkipReason.PROMISED, SkipReason.IN_PLAN, SkipReason.ASSIGNED])


class CollectionClaimMixin(models.AbstractModel):
    """An open item that was given to somebody to collect: what was claimed then, and what came in since.

    What came in is told by the reconciliations made after the claim, whatever their date: ``partial_mark`` is the last
    one before it.
    """

    _name = "collection.claim.mixin"
    _description = "Claim on an Item"
    _order = "date_maturity, id"
    _rec_name = "move_id"

    move_line_id = fields.Many2one(
        "account.move.line", string="Item", required=True, index=True, ondelete="restrict", help="An open instalment."
    )
    move_id = fields.Many2one(related="move_line_id.move_id", string="Document", store=True, index=True)
    date_maturity = fields.Date(related="move_line_id.date_maturity", string="Due Date", store=True)
    currency_id = fields.Many2one(related="move_line_id.currency_id", store=True)
    company_currency_id = fields.Many2one(related="move_line_id.company_currency_id", string="Company Currency")
    amount_original = fields.Monetary(
        related="move_line_id.amount_currency", string="Original Amount", help="In the currency of the document."
    )
    amount_claimed = fields.Monetary(
        compute="_compute_amount_claimed",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        string="Claimed",
        aggregator=None,
        help="In the currency of the document: what was open when it was claimed, or the part that is claimed.",
    )
    amount_claimed_company = fields.Monetary(
        string="Claimed in Company Currency",
        currency_field="company_currency_id",
        compute="_compute_amount_claimed_company",
        store=True,
        help="At the rate of the document.",
    )
    interest = fields.Monetary(
        readonly=True,
        aggregator=None,
        help="Late interest and compensation by the interest rules until the day of the claim, not invoiced.",
    )
    interest_company = fields.Monetary(
        string="Interest in Company Currency", currency_field="company_currency_id", readonly=True
    )
    partial_mark = fields.Integer(readonly=True, help="The last reconciliation before the claim.")
    amount_received = fields.Monetary(
        string="Came In", compute="_compute_received", aggregator=None, help="Payments since the claim."
    )
    amount_received_company = fields.Monetary(
        string="Came In, Company Currency", currency_field="company_currency_id", compute="_compute_received"
    )
    amount_open = fields.Monetary(
        string="Still Open",
        compute="_compute_received",
        aggregator=None,
        help="Of what was claimed, less payments, credit notes and write-offs since.",
    )
    amount_open_company = fields.Monetary(
        string="Still Open, Company Currency", currency_field="company_currency_id", compute="_compute_received"
    )

    _claimed_check = models.Constraint("CHECK (amount_claimed > 0)", "Claim an amount above zero.")

    # ------------------------------------------------------------------
    # COMPUTE AND CONSTRAINTS
    # ------------------------------------------------------------------

    @api.depends("move_line_id")
    def _compute_amount_claimed(self):
        for claim in self:
            claim.amount_claimed = claim.move_line_id.amount_residual_currency

    @api.depends("move_line_id", "amount_claimed")
    def _compute_amount_claimed_company(self):
        for claim in self:
            item = claim.move_line_id
            rate = item.balance / item.amount_currency if item.amount_currency else 1.0
            in_company = claim.amount_claimed * rate
            claim.amount_claimed_company = item.company_currency_id.round(in_company) if item else 0.0

    @api.depends("move_line_id.amount_residual_currency", "amount_claimed", "partial_mark")
    def _compute_received(self):
        since = self._settled_since()
        for claim in self:
            item = claim.move_line_id
            settled, received, received_company = since.get(claim._origin.id, (0.0, 0.0, 0.0))
            left = max(min(claim.amount_claimed - settled, item.amount_residual_currency), 0.0)
            rate = item.balance / item.amount_currency if item.amount_currency else 1.0
            claim.amount_received = received
            claim.amount_received_company = received_company
            claim.amount_open = item.currency_id.round(left) if item else left
            claim.amount_open_company = item.company_currency_id.round(left * rate) if item else left

    @api.constrains("move_line_id", "amount_claimed")
    def _check_item(self):
        # sudo: whether an item is a claim is compared, not shown
        for claim in self.sudo():
            item = claim.move_line_id
            if item.account_type != "asset_receivable" or item.parent_state != "posted" or item.balance <= 0:
                raise ValidationError(
                    self.env._("%(item)s is no posted claim on a customer: take it out.", item=item.display_name)
                )
            if item.currency_id.compare_amounts(claim.amount_claimed, item.amount_currency) > 0:
                raise ValidationError(
                    self.env._("%(item)s: more is claimed than the item ever was.", item=item.display_name)
                )

    # ------------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------------

    def _settled_since(self):
        """``{id: (settled, received, received in company currency)}``; received is money, settled also credits."""
        if not self.ids:
            return {}
        self.flush_model(["move_line_id", "partial_mark"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT claim.id, sum(partial.debit_amount_currency),
                       COALESCE(sum(partial.debit_amount_currency) FILTER (WHERE %(is_money)s), 0),
                       COALESCE(sum(partial.amount) FILTER (WHERE %(is_money)s), 0)
                  FROM %(claims)s claim
                  JOIN account_partial_reconcile partial ON partial.debit_move_id = claim.move_line_id
                   AND partial.id > COALESCE(claim.partial_mark, 0)
                  JOIN account_move_line line ON line.id = partial.credit_move_id
                  JOIN account_move credit ON credit.id = line.move_id
                 WHERE claim.id = ANY(%(ids)s) AND credit.state = 'posted'
                 GROUP BY claim.id
                """,
                claims=SQL.identifier(self._table),
                is_money=SQL("credit.origin_payment_id IS NOT NULL OR credit.statement_line_id IS NOT NULL"),
                ids=self.ids,
                to_flush=[
                    *self.env["limitation.ledger"]._payment_fields(),
                    self.env["account.partial.reconcile"]._fields["debit_amount_currency"],
                ],
            )
        )
        return {claim_id: amounts for claim_id, *amounts in rows}

    @api.model
    def _last_partial_id(self):
        """Reconciliations with a higher number are made after this moment."""
        self.env.flush_all()
        ((last,),) = self.env.execute_query(SQL("SELECT COALESCE(max(id), 0) FROM account_partial_reconcile"))
        return last

    # ------------------------------------------------------------------
    # FIGURES
    # ------------------------------------------------------------------

    def _take_figures(self, as_of):
        """Claim what is open now, with the late interest until ``as_of``; what came in is counted from here on."""
        mark = self._last_partial_id()
        accrued = self._accrued(as_of)
        # sudo: interest and mark are worked out, never written
        for claim in self.sudo():
            interest, in_company = accrued.get(claim.move_line_id.id, (0.0, 0.0))
            claim.write(
                {
                    "amount_claimed": min(claim.amount_claimed, claim.move_line_id.amount_residual_currency)
                    or claim.amount_claimed,
                    "interest": interest,
                    "interest_company": in_company,
                    "partial_mark": mark,
                }
            )

    def _check_claimable(self, reasons):
        """Refuse what is not in the books any more, or held for one of these reasons: somebody else may claim it, or
        nobody for now.

        Courts decide disputes: those are no reason there.
        """
        self.move_line_id._touch()
        self._check_item()
        today = fields.Date.context_today(self)
        # sudo: what was agreed about an item is compared; the message says which, and why
        claims = self.sudo()
        account = self.env["receivable.portal.account"].sudo()
        owners = claims.grouped(
            lambda claim: (claim.move_line_id.partner_id.commercial_partner_id, claim.move_line_id.company_id.root_id)
        )
        for (partner, company), own in owners.items():
            own._check_owed(company, account._open_rows(partner, company, today))
            held = account._held_parts(partner, company, today)
            own._check_free(
                {item: {why: amount for why, amount in parts.items() if why in reasons} for item, parts in held.items()}
            )

    def _claimed_now(self):
        """What is claimed and open, in company currency."""
        self.ensure_one()
        item = self.move_line_id
        if not item.amount_residual_currency:
            return 0.0
        return min(self.amount_claimed / item.amount_residual_currency, 1.0) * item.amount_residual

    def _check_owed(self, company, rows):
        """Refuse to claim what is paid, but not allocated yet: no more than the customer owes in all.

        :param list rows: of ``dunning.facts``, credits and money at the bank among them
        """
        claimed = sum(claim._claimed_now() for claim in self)
        owed = max(float(sum(row["residual"] for row in rows if not row["in_payment"])), 0.0)
        if company.currency_id.compare_amounts(claimed, owed) > 0:
            hint = (
                self.env._("Allocate them first, or claim less.")
                if self._is_draft()
                else self.env._("Allocate them first.")
            )
            raise UserError(
                self.env._(
                    "%(claimed)s is claimed, but %(customer)s owes %(owed)s in all: payments or credit notes are not"
                    " allocated yet, or a payment is under way. %(hint)s",
                    claimed=company.currency_id.format(claimed),
                    customer=self.move_line_id.partner_id.commercial_partner_id.name,
                    owed=company.currency_id.format(owed),
                    hint=hint,
                )
            )

    def _check_free(self, held):
        """Refuse to claim more of items than what is not held, and say which are, and why.

        :param dict held: ``{item id: {reason: amount in company currency, None for all of it}}``
        """
        words = dict(self.env["dunning.skip"]._fields["reason"]._description_selection(self.env))
        refused = []
        for claim in self:
            item, parts = claim.move_line_id, held.get(claim.move_line_id.id)
            if not parts:
                continue
            free = 0.0 if None in parts.values() else item.amount_residual - sum(parts.values())
            if claim.company_currency_id.compare_amounts(claim._claimed_now(), free) > 0:
                refused.append(f"{item.move_id.name} ({', '.join(words[reason] for reason in sorted(parts))})")
        if refused:
            hint = (
                self.env._("Take them out, claim the rest only, or end what was agreed first.")
                if self._is_draft()
                else self.env._("End what was agreed first.")
            )
            raise UserError(
                self.env._("Cannot be claimed now: %(items)s. %(hint)s", items=", ".join(refused), hint=hint)
            )

    def _is_draft(self):
        """Whether what is claimed may still be changed."""
        return all(claim.state == "draft" for claim in self)

    def _accrued(self, as_of):
        """``{item id: (interest and compensation, the same in company currency)}``, as reminders claim it."""
        result = {}
        # sudo: what the law gives follows from facts
        lines = self.sudo().move_line_id
        for company in lines.company_id.root_id:
            partners = lines.filtered(lambda line, c=company: line.company_id.root_id == c).partner_id
            # as a notice to each of them would say
            notices = self.env["dunning.notice"].sudo()
            for partner in partners.commercial_partner_id:
                notices += notices.new({"partner_id": partner.id})
            for line_id, interest, compensation, in_company, _rule in notices._accruals(company, as_of):
                result[line_id] = (interest + compensation, in_company)
        return result
