"""Offer and acceptance: a fingerprint of what was offered, who accepted it when and how, the agreement as PDF."""

import hashlib
import json
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ..core.plan import PlanState
from .receivable_payment_plan_actions import AGREEMENT

MAX_NAME = 100


class ReceivablePaymentPlan(models.Model):
    _inherit = "receivable.payment.plan"

    # ------------------------------------------------------------------
    # OFFER
    # ------------------------------------------------------------------

    def _offer(self):
        """The terms are frozen from here on."""
        self._check_may_offer()
        self._expect("draft")
        self._check_ready()
        today = fields.Date.context_today(self)
        for plan in self:
            # sudo: the settings of the root are for its branches too
            company = plan.company_id.sudo()
            own = company.currency_id
            plan._set(
                state="offered",
                offered_on=today,
                tolerance_days=company.promise_tolerance_days,
                tolerance_amount=own._convert(company.promise_tolerance_amount, plan.currency_id, company, today),
                content_hash=plan._fingerprint(),
            )

    def _check_may_offer(self):
        """Accountants offer; above the company's amount managers do."""
        self._check_accountant()
        if self.env.su or self.env.user.has_group("receivable_dunning.group_collections_manager"):
            return
        for plan in self:
            # sudo: the settings of the root are for its branches too
            company = plan.company_id.sudo()
            total = plan.currency_id._convert(
                plan.amount_total, company.currency_id, company, fields.Date.context_today(self)
            )
            limit = company.plan_manager_amount
            if limit and company.currency_id.compare_amounts(total, limit) > 0:
                raise AccessError(
                    self.env._(
                        "%(plan)s: plans above %(amount)s are offered by managers of collections.",
                        plan=plan.name,
                        amount=company.currency_id.format(limit),
                    )
                )

    def _check_accountant(self):
        """What was offered is for accountants: to enter the answer, to take it back, to write to the customer."""
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group("receivable_dunning.group_collections_accountant"):
            raise AccessError(self.env._("Plans are offered by the accountants of collections."))

    def _fingerprint(self):
        """SHA-256 of all that the customer is shown."""
        self.ensure_one()
        # sudo: what was offered is the same whoever looks
        plan = self.sudo()
        content = {
            "number": plan.name,
            "company": [plan.company_id.id, plan.company_id.name],
            "customer": [plan.partner_id.id, plan.partner_id.name],
            "currency": plan.currency_id.name,
            "start": str(plan.date),
            "answer_until": str(plan.answer_until or ""),
            "interest": [plan.interest_mode, f"{plan.interest_rate:.4f}"],
            "note": plan.note or "",
            "items": [
                [item.move_line_id.id, item.name, str(item.date_maturity), f"{item.amount:.6f}"]
                for item in plan.item_ids.filtered(lambda item: not item.is_interest).sorted("id")
            ],
            "instalments": [
                [str(line.date_due), f"{line.principal:.6f}", f"{line.interest:.6f}"]
                for line in plan.line_ids.sorted(lambda line: (line.date_due, line.id))
            ],
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    # ------------------------------------------------------------------
    # ACCEPTANCE
    # ------------------------------------------------------------------

    def _can_be_accepted(self):
        self.ensure_one()
        today = fields.Date.context_today(self)
        return self.state == "offered" and (not self.answer_until or self.answer_until >= today)

    def _accept(self, person_name, via, partner_id=False, ip=False):
        """The customer accepts: reminders of the items wait from now on.

        :param person_name: who says so
        :param via: ``portal`` (login), ``link`` (signed link) or ``staff``
        :param partner_id: contact logged in, if known
        :param ip: address it came from, if known
        """
        self.ensure_one()
        # two acceptances at the same time: the second one waits here, and then finds the first
        self.lock_for_update()
        self.invalidate_recordset()
        # sudo: the customer accepts, who writes nothing else; who may pass was checked by the caller
        plan = self.sudo()
        name = (person_name or "").strip()[:MAX_NAME]
        if not name:
            raise UserError(self.env._("Please give your name: an agreement needs somebody who accepts it."))
        plan._check_acceptable()
        plan.item_ids.move_line_id._touch()
        plan._charge_interest()
        before = self.env["receivable.settlement"]._settled_before(plan.item_ids.move_line_id.ids)
        for item in plan.item_ids:
            item.settled_before = before.get(item.move_line_id.id) or False
        plan._set(
            state=PlanState.ACTIVE,
            accept_date=fields.Datetime.now(),
            accept_name=name,
            accept_via=via,
            accept_partner_id=partner_id,
            accept_ip=ip,
        )
        plan._supersede()
        plan._keep_agreement()

    def _check_acceptable(self):
        if not self._can_be_accepted():
            raise UserError(self.env._("This plan was answered, withdrawn or has expired: please ask for a new one."))
        if self.content_hash != self._fingerprint():
            raise UserError(self.env._("This plan is not what was offered. Please ask for a new one."))
        first = min(self.line_ids.mapped("date_due")) + timedelta(days=self.tolerance_days)
        if first < fields.Date.context_today(self):
            raise UserError(self.env._("The day of the first instalment has passed: please ask for a new plan."))
        self._check_unchanged()
        self._check_interest_once()

    def _supersede(self):
        """What stood before over the same items: promises, and the plan that was broken."""
        lines = self.item_ids.move_line_id
        promise_lines = self.env["receivable.promise.line"].search(
            self.env["receivable.promise"]._open_lines_domain(lines)
        )
        reason = self.env._("Replaced by payment plan %(plan)s.", plan=self.name)
        promise_lines.promise_id._cancel(reason)
        broken = self.item_ids.search([("move_line_id", "in", lines.ids), ("plan_id.state", "=", PlanState.BROKEN)])
        broken.plan_id._close(reason)

    def _keep_agreement(self):
        """The PDF of exactly what was accepted, in the chatter."""
        pdf = self._make_pdf(AGREEMENT)
        pdf.is_evidence = True
        self.agreement_id = pdf
        body = self.env._(
            "%(name)s accepted this plan (fingerprint %(fingerprint)s).",
            name=self.accept_name,
            fingerprint=self.content_hash[:16],
        )
        self.message_post(body=body, attachment_ids=pdf.ids)

    # ------------------------------------------------------------------
    # INTEREST
    # ------------------------------------------------------------------

    def _charge_interest(self):
        """Invoice the interest that the customer agrees to; the invoice is paid by the instalments like the rest."""
        if self.currency_id.is_zero(self.amount_interest):
            return
        invoice = self.with_company(self.company_id).env["account.move"].create(self._prepare_interest_invoice())
        invoice.action_post()
        receivable = invoice.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
        self.interest_move_id = invoice
        self.item_ids = [
            Command.create({"move_line_id": line.id, "amount": line.amount_residual_currency, "is_interest": True})
            for line in receivable
        ]

    def _prepare_interest_invoice(self):
        partner = self.partner_id
        address = partner.browse(partner.address_get(["invoice"])["invoice"])
        plan = self.with_context(lang=self.lang or self.env.lang)
        product = self.env.ref("receivable_dunning.product_plan_interest")
        last = max(self.line_ids.mapped("date_due"))
        return {
            "move_type": "out_invoice",
            "company_id": self.company_id.id,
            "partner_id": address.id,
            "currency_id": self.currency_id.id,
            "invoice_date": fields.Date.context_today(self),
            "invoice_payment_term_id": False,
            "invoice_date_due": last,
            "invoice_origin": self.name,
            # no interest on interest
            "is_late_interest": True,
            "invoice_line_ids": [
                Command.create(
                    {
                        "product_id": product.id,
                        "name": plan._interest_in_words(),
                        "quantity": 1,
                        "price_unit": self.amount_interest,
                        # financing is free of tax unless somebody says otherwise
                        "tax_ids": [Command.clear()],
                    }
                )
            ],
        }

    def _interest_in_words(self):
        lines = self.line_ids.filtered("interest")
        return "\n".join(
            [
                self.env._(
                    "Interest of payment plan %(plan)s at %(rate)s %% per year",
                    plan=self.name,
                    rate=f"{self.interest_rate:g}",
                ),
                *(f"{line.interest_note} = {self.currency_id.format(line.interest)}" for line in lines),
            ]
        )
