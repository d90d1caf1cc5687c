from datetime import date, timedelta

from odoo import Command

from odoo.addons.customer_credit_mgmt.tests.common import CreditCommon


class DunningCommon(CreditCommon):
    """A company with the standard plan, and a customer who can be written to."""

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.quick_ref("receivable_dunning.group_collections_manager")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls.env.ref("receivable_dunning.dunning_plan_default").sudo().copy({"company_id": cls.company.id})
        cls.customer = cls._customer("Customer")

    @classmethod
    def _customer(cls, name, **values):
        email = f"{name.lower().replace(' ', '.')}@example.com"
        return cls.env["res.partner"].create(
            {"name": name, "is_company": True, "email": email, "street": "Main street 1", "city": "Town", **values}
        )

    def _overdue(self, days, amount=100, partner=None, **values):
        """An invoice that is due ``days`` before today."""
        due = self.today - timedelta(days=days)
        return self._invoice(partner or self.customer, amount, min(due, self.today), due=due, **values)

    def _run(self, **values):
        run = self.env["dunning.run"].create({"company_id": self.company.id, **values})
        run.action_propose()
        return run

    def _notice(self, run, partner=None):
        return run.notice_ids.filtered(lambda notice: notice.partner_id == (partner or self.customer))

    def _reasons(self, run, partner=None):
        skips = run.skip_ids.filtered(lambda skip: skip.partner_id == (partner or self.customer))
        return sorted(set(skips.mapped("reason")))

    def _send(self, run):
        """Confirm, and let the sender work, without the batches of the scheduled action."""
        run.action_confirm()
        self._deliver(run)
        return run

    def _deliver(self, run, as_of=None):
        queued = run.notice_ids.filtered(lambda notice: notice.state == "queued")
        self.env["dunning.sender"].sudo()._send(queued.sudo(), as_of or self.today)

    def _mail(self, notice):
        return self.env["mail.mail"].sudo().search([("mail_message_id", "=", notice.mail_message_id.id)])

    @staticmethod
    def _day(text):
        return date.fromisoformat(text)


class CollectionsCommon(CreditCommon):
    """A user who works the receivables of a company."""

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.quick_ref("receivable_dunning.group_collections_manager")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scheme = cls.env.ref("receivable_dunning.bucket_scheme_default")

    def _aging(self, as_of=date(2024, 6, 30), **context):
        """Aged receivables as of a date, of the company under test only."""
        return self.env["receivable.aging"].with_context(as_of=as_of, allowed_company_ids=self.company.ids, **context)

    def _by_bucket(self, aging, domain=()):
        """``{bucket name: open amount}`` in the order of the columns."""
        groups = aging._read_group(list(domain), ["bucket_id"], ["amount_residual:sum"])
        return {bucket.name: amount for bucket, amount in groups}

    @classmethod
    def _new_scheme(cls, *bounds, **values):
        return cls.env["receivable.bucket.scheme"].create(
            {
                "name": "Custom",
                "bucket_ids": [
                    (0, 0, {"name": "Not due", "is_not_due": True}),
                    *((0, 0, {"name": f"<= {bound}", "upper_bound": bound}) for bound in bounds),
                    (0, 0, {"name": "Above", "is_open": True}),
                ],
                **values,
            }
        )


class LateInterestCommon(DunningCommon):
    """A contract rule for everybody: 8.5 % a year, actual / 365, no compensation."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls._interest_rule(fixed_rate=8.5)

    @classmethod
    def _interest_rule(cls, **values):
        return cls.env["late.interest.rule"].create(
            {
                "name": "Contract",
                "company_id": cls.company.id,
                "sequence": 1,
                "currency_id": cls.company.currency_id.id,
                "product_id": cls.env.ref("receivable_dunning.product_late_interest").id,
                **values,
            }
        )

    def _bands(self, *bands):
        self.rule.band_ids = [Command.clear(), *(Command.create({"amount_from": a, "amount": b}) for a, b in bands)]

    def _late(self, days, amount=1000, partner=None, **values):
        """An invoice that is due ``days`` before today, so late by as many days if it is paid today."""
        return self._overdue(days, amount, partner, **values)

    def _interest_run(self, **values):
        run = self.env["late.interest.run"].create(
            {
                "company_id": self.company.id,
                "date": self.today,
                "date_from": self.today - timedelta(days=3000),
                **values,
            }
        )
        run.action_propose()
        return run

    def _charged(self, **values):
        """A run, confirmed."""
        run = self._interest_run(**values)
        run.action_confirm()
        return run

    def _refusals(self, run):
        return {skip.move_id: skip.reason for skip in run.skip_ids}

    def _close(self, charges, mode, reason="Goodwill"):
        wizard = self.env["late.interest.close.wizard"].create(
            {"charge_ids": [Command.set(charges.ids)], "mode": mode, "reason": reason}
        )
        wizard.action_apply()


class DisputeCommon(DunningCommon):
    """An invoice of 100 that is late, and the means to dispute it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reason = cls.env.ref("receivable_dunning.dispute_reason_price")
        cls.other_reason = cls.env.ref("receivable_dunning.dispute_reason_quality")
        cls.cause = cls.env.ref("receivable_dunning.dispute_cause_price")
        cls.invoice = cls._overdue_invoice(30)

    @classmethod
    def _overdue_invoice(cls, days, amount=100, partner=None, **values):
        due = cls.today - timedelta(days=days)
        return cls._invoice(partner or cls.customer, amount, due, due=due, **values)

    @staticmethod
    def _item(invoice):
        return invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")

    def _dispute(self, amount=40, invoice=None, reason=None, **values):
        item = self._item(invoice or self.invoice)
        return self.env["receivable.dispute"]._open(item, amount, {"reason_id": (reason or self.reason).id, **values})
