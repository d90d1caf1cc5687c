"""Interest and fees in reminders: what a notice claims beside its items, and the fee it books when it is sent."""

from collections import defaultdict
from datetime import date, timedelta

from odoo import api, fields, models
from odoo.tools import SQL, format_amount

from ..core.interest_case import Kind, Window
from ..core.ladder import TOLERANCE
from .late_interest_ledger import Scope

ACCRUAL_COLUMNS = {
    "line_id": "int", "interest": "numeric", "compensation": "numeric", "surcharge": "numeric", "rule_id": "int",
}  # fmt: skip


class DunningNoticeLine(models.Model):
    _inherit = "dunning.notice.line"

    interest = fields.Monetary(
        string="Late Interest", readonly=True, help="Until the date of the notice, not invoiced; document currency."
    )
    compensation = fields.Monetary(readonly=True, help="For the costs of collection, once per invoice.")
    surcharge = fields.Monetary(
        string="Interest in Company Currency", currency_field="company_currency_id", readonly=True
    )
    interest_rule_id = fields.Many2one("late.interest.rule", readonly=True, index="btree_not_null", ondelete="set null")

    def _interest_words(self):
        """What the letter says below the item of the interest on it: one sentence, or none."""
        self.ensure_one()
        if not self.interest:
            return []
        amount = format_amount(self.env, self.interest, self.currency_id)
        return [self.env._("Late interest on it: %(amount)s", amount=amount)]


class DunningNotice(models.Model):
    _inherit = "dunning.notice"

    interest_amount = fields.Monetary(
        string="Late Interest", readonly=True, help="Interest and compensation claimed, in company currency."
    )
    fee_amount = fields.Monetary(string="Reminder Fee", readonly=True, help="Of this notice; booked when it is sent.")
    fee_open_amount = fields.Monetary(
        string="Earlier Fees", readonly=True, help="Fees of earlier notices that are claimed and not invoiced."
    )
    claim_total = fields.Monetary(
        string="Total Claimed",
        compute="_compute_claim_total",
        help="Overdue items less credits, late interest and fees, in company currency.",
    )
    charge_ids = fields.One2many("late.interest.charge", "notice_id", string="Fees", readonly=True)

    @api.depends("amount_total", "interest_amount", "fee_amount", "fee_open_amount")
    def _compute_claim_total(self):
        for notice in self:
            notice.claim_total = (
                notice.amount_total + notice.interest_amount + notice.fee_amount + notice.fee_open_amount
            )

    # ------------------------------------------------------------------
    # TEXT
    # ------------------------------------------------------------------

    def _surcharges(self):
        """``[(label, currency, amount)]`` claimed beside the items, in the language of the environment."""
        self.ensure_one()
        sums = defaultdict(float)
        for line in self._claims():
            sums[0, line.currency_id] += line.interest
            sums[1, line.currency_id] += line.compensation
        sums[2, self.currency_id] = self.fee_open_amount
        sums[3, self.currency_id] = self.fee_amount
        labels = (
            self.env._("Late interest"),
            self.env._("Compensation for the costs of collection"),
            self.env._("Earlier reminder fees"),
            self.env._("Reminder fee"),
        )
        ordered = sorted(sums.items(), key=lambda pair: (pair[0][0], pair[0][1] != self.currency_id, pair[0][1].name))
        return [(labels[kind], currency, amount) for (kind, currency), amount in ordered if amount]

    def _legal_sentences(self):
        """Why the interest is due, in the language of the notice: one sentence per rule."""
        self.ensure_one()
        rules = self._claims().filtered(lambda line: line.interest or line.compensation).interest_rule_id
        # sudo: what the law says is printed on the letter, whoever sends it
        texts = rules.sudo().with_context(lang=self.lang or self.env.lang).mapped("legal_text")
        return [text for text in texts if text]

    # ------------------------------------------------------------------
    # AMOUNTS
    # ------------------------------------------------------------------

    def _refresh_totals(self):
        super()._refresh_totals()
        self._refresh_surcharges({notice: notice.date for notice in self})

    def _refresh_surcharges(self, dates):
        """Work out interest and fees of notices whose level claims any; ``dates``: until when, per notice."""
        concerned = self.filtered(lambda notice: notice._has_surcharges())
        if not concerned:
            return
        self.env.flush_all()
        for company in concerned.company_id:
            of_company = concerned.filtered(lambda notice, company=company: notice.company_id == company)
            for as_of in {dates[notice] for notice in of_company}:
                notices = of_company.filtered(lambda notice, as_of=as_of: dates[notice] == as_of)
                notices._claim_interest(company, as_of)
                notices._claim_fees(company)
        self.env.invalidate_all(flush=False)

    def _has_surcharges(self):
        """Whether the notice claims more than its items, or did so at the level it was proposed at."""
        level = self.level_id
        return level.interest or level.fee_mode != "none" or bool(self.interest_amount or self.fee_amount)

    def _claim_interest(self, company, as_of):
        """Set the interest of the lines, from what is accrued and what runs have claimed."""
        claiming = self.filtered("level_id.interest")
        self.env.cr.execute(
            SQL(
                "UPDATE dunning_notice_line SET interest = NULL, compensation = NULL, surcharge = NULL,"
                " interest_rule_id = NULL WHERE notice_id = ANY(%s) AND surcharge IS NOT NULL",
                self.ids,
            )
        )
        rows = claiming._accruals(company, as_of) if claiming else []
        for start in range(0, len(rows), 10000):
            arrays = self.env["dunning.proposal"]._arrays_sql(ACCRUAL_COLUMNS, rows[start : start + 10000])
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE dunning_notice_line line
                       SET interest = due.interest, compensation = due.compensation, surcharge = due.surcharge,
                           interest_rule_id = due.rule_id
                      FROM unnest(%s) AS due(line_id, interest, compensation, surcharge, rule_id)
                     WHERE line.notice_id = ANY(%s) AND line.move_line_id = due.line_id AND NOT line.is_credit
                    """,
                    arrays,
                    claiming.ids,
                )
            )

    def _accruals(self, company, as_of):
        """``[(item, interest, compensation, both in company currency, rule)]`` of everything due and not invoiced."""
        scope = Scope(company, Window(date.min, as_of), as_of + timedelta(days=1), self.partner_id)
        own, sums, facts = company.currency_id, defaultdict(lambda: [0, 0]), {}
        for _partner_id, outcome in self.env["late.interest.ledger"]._outcomes(scope):
            for charge in outcome.charges:
                sums[charge.item.key][charge.kind == Kind.COMPENSATION] += float(charge.amount)
                facts[charge.item.key] = (charge.rule.key, charge.item.currency)
        for line_id, kind, rule_id, currency, amount in self._claimed_already(company):
            sums[line_id][kind == Kind.COMPENSATION] += amount
            facts.setdefault(line_id, (rule_id, currency))
        rates = {currency: float(scope.rates.get((currency, own.name), 1)) for _rule, currency in facts.values()}
        return [
            (line_id, *amounts, own.round(sum(amounts) * rates[facts[line_id][1]]), facts[line_id][0])
            for line_id, amounts in sums.items()
        ]

    def _claimed_already(self, company):
        """What runs have claimed of these customers without an invoice."""
        return self.env.execute_query(
            SQL(
                """
                SELECT charge.move_line_id, charge.kind, charge.rule_id, currency.name, sum(charge.amount)
                  FROM late_interest_charge charge JOIN res_currency currency ON currency.id = charge.currency_id
                 WHERE charge.company_id = %s AND charge.partner_id = ANY(%s) AND charge.state IN ('claimed', 'queued')
                   AND charge.kind <> 'fee'
                 GROUP BY 1, 2, 3, 4
                """,
                company.id,
                self.partner_id.ids,
            )
        )

    def _claim_fees(self, company):
        """Set the sums of interest, the fee of the level, and what earlier notices have claimed."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE dunning_notice notice
                   SET interest_amount = COALESCE(due.interest, 0),
                       fee_open_amount = COALESCE(earlier.amount, 0),
                       fee_amount = CASE
                            WHEN booked.id IS NOT NULL THEN booked.due
                            WHEN level.fee_mode = 'amount' THEN round(level.fee_amount, %(digits)s)
                            WHEN level.fee_mode = 'percent'
                            THEN round(notice.amount_total * level.fee_percent::numeric / 100, %(digits)s)
                            ELSE 0 END
                  FROM dunning_notice own
                  JOIN dunning_level level ON level.id = own.level_id
                  LEFT JOIN (%(booked)s) booked ON booked.notice_id = own.id
                  LEFT JOIN (
                        SELECT notice_id, sum(surcharge) AS interest FROM dunning_notice_line
                         WHERE notice_id = ANY(%(notices)s) AND drop_reason IS NULL GROUP BY notice_id
                       ) due ON due.notice_id = own.id
                  LEFT JOIN (
                        SELECT later.id AS notice_id, sum(charge.amount) AS amount
                          FROM dunning_notice later
                          JOIN late_interest_charge charge ON charge.partner_id = later.partner_id
                           AND charge.company_id = %(company)s AND charge.notice_id <> later.id
                         WHERE charge.kind = 'fee' AND charge.state IN ('claimed', 'queued')
                           AND later.id = ANY(%(notices)s)
                         GROUP BY later.id
                       ) earlier ON earlier.notice_id = own.id AND (level.interest OR level.fee_mode <> 'none')
                 WHERE notice.id = own.id AND own.id = ANY(%(notices)s)
                """,
                notices=self.ids,
                company=company.id,
                digits=company.currency_id.decimal_places,
                booked=self._booked_fees_sql(),
            )
        )

    def _booked_fees_sql(self):
        """``id, notice_id, due``: the fee that a notice was given when it was written before, as far as it is due."""
        return SQL(
            """
            SELECT charge.id, charge.notice_id,
                   CASE WHEN charge.state IN ('claimed', 'queued')
                          OR charge.state = 'posted' AND invoice.state = 'posted' AND invoice.amount_residual > 0
                        THEN charge.amount ELSE 0 END AS due
              FROM late_interest_charge charge
              LEFT JOIN account_move invoice ON invoice.id = charge.invoice_id
             WHERE charge.kind = 'fee' AND charge.notice_id = ANY(%s)
            """,
            self.ids,
        )

    def _drop_fees(self):
        """Take back the fees of notices that were written, but never reached anybody."""
        # sudo: whoever withdraws the notice need not be who may reverse charges
        drafts = self.sudo().charge_ids.invoice_id.filtered(lambda invoice: invoice.state == "draft")
        if drafts:
            drafts.button_cancel()
        charges = self.sudo().charge_ids.filtered(lambda charge: charge.state in ("claimed", "queued", "posted"))
        if charges:
            charges._close("reversed", self.env._("The reminder was not sent."))

    def _book_fees(self, as_of):
        """Charge the fees of notices that are sent in this transaction: with the notice, or not at all."""
        charges = self.env["late.interest.charge"].sudo()
        # a notice that went back before its e-mail had left bears the fee it was given first
        for notice in self.filtered(lambda notice: notice.fee_amount and not notice.charge_ids):
            charges += charges.create(
                {
                    "kind": Kind.FEE,
                    "notice_id": notice.id,
                    "date": as_of,
                    "company_id": notice.company_id.id,
                    "partner_id": notice.partner_id.id,
                    "currency_id": notice.currency_id.id,
                    "amount": notice.fee_amount,
                    "amount_company": notice.fee_amount,
                    "state": "queued" if notice.level_id.fee_posting == "invoice" else "claimed",
                }
            )
        if "queued" in charges.mapped("state"):
            # sudo: whoever may send notices may start what follows
            self.sudo().env.ref("receivable_dunning.ir_cron_invoice_interest")._trigger()


class DunningProposal(models.AbstractModel):
    _inherit = "dunning.proposal"

    def _propose(self, run):
        super()._propose(run)
        levels = run.plan_ids.level_ids
        if any(level.interest or level.fee_mode != "none" for level in levels):
            run.notice_ids._refresh_surcharges(dict.fromkeys(run.notice_ids, run.date))


class DunningSender(models.AbstractModel):
    _inherit = "dunning.sender"

    def _claiming_too_much(self, notices):
        """Also those whose interest or fees were invoiced, paid, waived or changed since they were written."""
        names = ("interest_amount", "fee_amount", "fee_open_amount")
        written = {notice: [notice[name] for name in names] for notice in notices}
        # only asked: what a notice on its way says is not written, nor kept from who sends the same e-mails
        with self.env.cr.savepoint() as question:
            notices._refresh_surcharges({notice: notice.sent_date for notice in notices})
            changed = notices.filtered(
                lambda notice: any(
                    abs(notice[name] - amount) > TOLERANCE for name, amount in zip(names, written[notice], strict=True)
                )
            )
            question.rollback()
        return super()._claiming_too_much(notices) | changed

    def _deliver(self, notices, as_of):
        notices._refresh_surcharges(dict.fromkeys(notices, as_of))
        super()._deliver(notices, as_of)
        notices._book_fees(as_of)
