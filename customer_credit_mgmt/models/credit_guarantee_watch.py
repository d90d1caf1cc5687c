"""The guarantees that somebody has to think of: they end, or a loss has to be reported to the insurer."""

from odoo import api, fields, models
from odoo.tools import SQL, format_date

ENDING = "customer_credit_mgmt.mail_activity_type_guarantee_ending"
CLAIM = "customer_credit_mgmt.mail_activity_type_guarantee_claim"


class CreditGuarantee(models.Model):
    _inherit = "credit.guarantee"

    # ------------------------------------------------------------------
    # TELL
    # ------------------------------------------------------------------

    def _controller(self):
        """Who looks after the customer, if he may see the guarantee."""
        self.ensure_one()
        controller = self.profile_id.user_id or self.profile_id.policy_id.user_id
        companies = controller.company_ids.ids
        may_see = controller and self.with_user(controller).with_context(allowed_company_ids=companies).has_access(
            "read"
        )
        return controller if may_see else controller.browse()

    def _tell(self, activity_type, deadline, text):
        """An activity for the controller; a note where there is none."""
        if controller := self._controller():
            self.activity_schedule(activity_type, date_deadline=deadline, user_id=controller.id, summary=text)
        else:
            self.message_post(body=text, subtype_xmlid="mail.mt_note")

    def _close_alarms(self):
        self.sudo().activity_unlink([ENDING])  # sudo: the activity may be somebody else's

    def _close_claim_activities(self):
        """Nothing is left to report: the activities are done."""
        done = self.filtered(lambda guarantee: not guarantee.claim_count)
        # sudo: the activity may be that of another controller
        done.sudo().activity_feedback([CLAIM])

    # ------------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------------

    @api.model
    def _cron_watch(self):
        """Daily: tell of guarantees that end and of losses to report, and mark what has ended."""
        today = fields.Date.context_today(self)
        self._tell_of_ends(today)
        self._mark_expired(today)
        self._apply_beginning(today)
        self._remind_of_claims(today)

    @api.model
    def _tell_of_ends(self, today):
        """Once per guarantee and end."""
        for company in self.env["res.company"].search([("credit_guarantee_alert_days", ">", 0)]):
            until = fields.Date.add(today, days=company.credit_guarantee_alert_days)
            ending = self.search(
                [
                    *(("state", "=", "active"), ("company_id", "=", company.id)),
                    *(("date_to", ">=", today), ("date_to", "<=", until)),
                ]
            )
            for guarantee in ending.filtered(lambda guarantee: guarantee.alerted_for != guarantee.date_to):
                text = self.env._(
                    "Ends on %(day)s: renew it, or the customer loses its cover.",
                    day=format_date(self.env, guarantee.date_to),
                )
                guarantee._tell(ENDING, guarantee.date_to, text)
                guarantee._sign(alerted_for=guarantee.date_to)

    @api.model
    def _mark_expired(self, today):
        """The cover itself ended on the day, without this job."""
        ended = self.search([("state", "=", "active"), ("date_to", "<", today), ("expired_on", "=", False)])
        ended._sign(expired_on=today)
        ended._close_alarms()
        for guarantee in ended:
            text = self.env._("Expired: it does not cover any more.")
            guarantee.message_post(body=text, subtype_xmlid="mail.mt_note")
        ended._apply()

    @api.model
    def _apply_beginning(self, today):
        """The native limit follows what begins today; exposure and checks need no job."""
        self.search([("state", "=", "active"), ("date_from", "=", today)])._apply()

    # ------------------------------------------------------------------
    # CLAIMS
    # ------------------------------------------------------------------

    @api.model
    def _remind_of_claims(self, today):
        """One reminder and one activity per item whose claim period ends soon; those that were paid are closed."""
        for company in self.env["res.company"].search([("parent_id", "=", False)]):
            insurances = self.search(
                [
                    *(("company_id", "=", company.id), ("state", "=", "active")),
                    *(("kind", "=", "insurance"), ("claim_days", ">", 0)),
                ]
            )
            if insurances:
                insurances._close_paid_claims()
                for claim in insurances._new_claims(company, today):
                    claim.guarantee_id._tell(CLAIM, max(claim.deadline, today), claim._summary())

    def _close_paid_claims(self):
        paid = self.claim_ids.filtered(lambda claim: claim.state == "open" and claim.line_id.reconciled)
        paid.write({"state": "dismissed", "closed_on": fields.Date.context_today(self)})
        paid.guarantee_id._close_claim_activities()

    def _new_claims(self, company, today):
        """Reminders for the items that have none yet; one query, one batch."""
        rows = self.env.execute_query_dict(self._due_claims_sql(company, today))
        return self.env["credit.guarantee.claim"].create(rows)

    def _due_claims_sql(self, company, today):
        """Overdue items of insured customers, delivered while the insurance was in force, whose period ends soon."""
        return SQL(
            """
            SELECT guarantee.id AS guarantee_id, item.line_id, item.date_maturity AS date_due,
                   item.date_maturity + guarantee.claim_days AS deadline, item.residual AS amount
              FROM credit_guarantee guarantee
              JOIN (%(items)s) item ON item.partner_id = guarantee.partner_id
             WHERE guarantee.id = ANY(%(ids)s) AND item.residual > 0 AND NOT item.in_payment
               AND item.date_maturity < %(today)s
               AND item.date_maturity + guarantee.claim_days - guarantee.claim_alert_days <= %(today)s
               AND item.date >= guarantee.date_from AND (guarantee.date_to IS NULL OR item.date <= guarantee.date_to)
               AND NOT EXISTS (SELECT FROM credit_guarantee_claim claim
                                WHERE claim.guarantee_id = guarantee.id AND claim.line_id = item.line_id)
             ORDER BY deadline, item.line_id
            """,
            items=self.env["receivable.ledger"]._open_items_sql(today, company, self.partner_id),
            ids=self.ids,
            today=today,
            to_flush=[
                *(self._fields[name] for name in ("partner_id", "claim_days", "claim_alert_days", "date_from")),
                self._fields["date_to"],
                *(self.env["credit.guarantee.claim"]._fields[name] for name in ("guarantee_id", "line_id")),
            ],
        )
