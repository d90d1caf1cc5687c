"""What asks for a contact beside the money: read in one statement per company."""

from datetime import timedelta

from odoo import models
from odoo.tools import SQL

from .collection_facts import MEMORY_DAYS

# Activities of reminders that a contact answers, by the name of their type.
TASKS = ("call", "visit", "escalation", "bounce")


class CollectionFacts(models.AbstractModel):
    _inherit = "collection.facts"

    def _reminders_sql(self, company):
        """The last reminder that was sent to each customer, and of how many levels its plan has."""
        self.env["dunning.notice"].flush_model(["state", "sent_date", "plan_id", "partner_id"])
        return SQL(
            """
            SELECT DISTINCT ON (notice.partner_id) notice.partner_id, notice.sent_date, plan.level_count
              FROM dunning_notice notice
              LEFT JOIN (SELECT plan_id, count(*) AS level_count FROM dunning_level GROUP BY plan_id) plan
             USING (plan_id)
             WHERE notice.company_id = %s AND notice.state IN ('sent', 'replied', 'bounced')
             ORDER BY notice.partner_id, notice.sent_date DESC, notice.id DESC
            """,
            company.id,
        )

    def _tasks_sql(self, as_of):
        """Activities of reminders that are due; a customer of several companies has them in all of them."""
        self.env["mail.activity"].flush_model()
        types = {name: self.env.ref(f"receivable_dunning.mail_activity_type_{name}", False) for name in TASKS}
        return SQL(
            """
            SELECT activity.res_id AS partner_id, %(columns)s
              FROM mail_activity activity
             WHERE activity.res_model = 'res.partner' AND activity.active AND activity.date_deadline <= %(as_of)s
               AND activity.activity_type_id = ANY(%(types)s)
             GROUP BY activity.res_id
            """,
            columns=SQL(", ").join(
                SQL(
                    "bool_or(activity.activity_type_id = %s) AS %s",
                    kind.id if kind else 0,
                    SQL.identifier(f"{name}_task"),
                )
                for name, kind in types.items()
            ),
            as_of=as_of,
            types=[kind.id for kind in types.values() if kind],
        )

    def _differences_sql(self, company):
        """Customers who named differences on a statement that nobody settled yet; statements are those of a root."""
        self.env["receivable.statement"].flush_model(["state", "partner_id"])
        return SQL(
            "SELECT DISTINCT partner_id, TRUE AS has_difference FROM receivable_statement"
            " WHERE company_id = %s AND state = 'disputed'",
            company.id,
        )

    def _snoozes_sql(self, company, as_of):
        """Customers whom somebody put aside until a later day."""
        self.env["collection.snooze"].flush_model()
        return SQL(
            """
            SELECT partner_id, max(date_until) AS date_until FROM collection_snooze
             WHERE company_id = %s AND lifted_on IS NULL AND date_until > %s
             GROUP BY partner_id
            """,
            company.id,
            as_of,
        )

    def _promises_sql(self, company, as_of):
        """Promises of each customer in company currency: open ones, whether one is due, broken ones.

        A broken promise or plan asks for a contact while something of it is open: ``broken_on``, ``plan_broken_on``.
        """
        return SQL(
            """
            SELECT partner_id, sum(open_count)::int AS open_count, sum(open_amount) AS open_amount,
                   min(next_date) AS next_date, bool_or(is_due) AS is_due, max(broken_on) AS broken_on,
                   sum(broken_count)::int AS broken_count, max(plan_broken_on) AS plan_broken_on
              FROM (
                    SELECT promise.partner_id, (promise.state = 'open')::int AS open_count,
                           sum((part.amount - COALESCE(part.amount_kept, 0)) * item.amount_residual
                                / NULLIF(item.amount_residual_currency, 0)) FILTER (WHERE %(waits)s) AS open_amount,
                           min(part.date_promised) FILTER (WHERE %(waits)s) AS next_date,
                           COALESCE(bool_or(%(waits)s AND part.date_promised <= %(as_of)s), FALSE) AS is_due,
                           CASE WHEN promise.state IN ('broken', 'partly') AND sum(item.amount_residual) > 0
                                THEN promise.date_decided END AS broken_on,
                           (promise.state IN ('broken', 'partly') AND promise.date_decided > %(since)s)::int
                                AS broken_count,
                           NULL::date AS plan_broken_on
                      FROM receivable_promise promise
                      JOIN receivable_promise_line part ON part.promise_id = promise.id
                      JOIN account_move_line item ON item.id = part.move_line_id
                     WHERE promise.company_id = %(root)s AND %(is_own)s
                       AND (promise.state = 'open'
                            OR promise.state IN ('broken', 'partly') AND promise.date_decided > %(since)s)
                     GROUP BY promise.id
                     UNION ALL
                    SELECT plan.partner_id, 0, NULL, NULL, FALSE, NULL, 0, plan.date_decided
                      FROM receivable_payment_plan plan
                     WHERE plan.company_id = %(root)s AND plan.state = 'broken' AND plan.date_decided > %(since)s
                       AND EXISTS (SELECT FROM receivable_payment_plan_item part
                                     JOIN account_move_line item ON item.id = part.move_line_id
                                    WHERE part.plan_id = plan.id AND item.amount_residual > 0 AND %(is_own)s)
                   ) each
             GROUP BY partner_id
            """,
            waits=SQL("promise.state = 'open' AND part.state = 'open'"),
            as_of=SQL("%s::date", as_of),
            since=as_of - timedelta(days=MEMORY_DAYS),
            root=company.sudo().root_id.id,  # sudo: a branch shares its root's customers
            is_own=self._is_own_sql(company, SQL("item.company_id")),
            to_flush=self._promise_fields(),
        )

    def _arrivals_sql(self, company, as_of):
        """Customers whose promised amounts that are due have come in, all of them, and are not matched yet."""
        return SQL(
            """
            SELECT partner_id, bool_and(money_on IS NOT NULL) AS is_paid, sum(missing) AS amount, max(money_on) AS day
              FROM (%s) part
             WHERE date_promised <= %s
             GROUP BY partner_id
            """,
            self.env["receivable.promise"]._arrivals_sql(company, as_of, SQL("TRUE")),
            as_of,
        )

    def _promise_fields(self):
        promise, plan = self.env["receivable.promise"], self.env["receivable.payment.plan"]
        return [
            *(promise._fields[name] for name in ("state", "date_decided", "partner_id", "company_id")),
            *(promise.line_ids._fields[name] for name in ("state", "amount", "amount_kept", "date_promised")),
            *(plan._fields[name] for name in ("state", "date_decided", "partner_id", "company_id")),
            plan.item_ids._fields["move_line_id"],
        ]

    def _disputes_sql(self, company):
        """Open disputes of each customer, in company currency."""
        dispute = self.env["receivable.dispute"]
        return SQL(
            """
            SELECT dispute.partner_id, count(*)::int AS dispute_count, sum(dispute.amount_company) AS dispute_amount
              FROM receivable_dispute dispute
              JOIN account_move_line item ON item.id = dispute.move_line_id
             WHERE dispute.company_id = %s AND dispute.state = 'open' AND %s
             GROUP BY dispute.partner_id
            """,
            company.sudo().root_id.id,  # sudo: as above
            self._is_own_sql(company, SQL("item.company_id")),
            to_flush=[dispute._fields[name] for name in ("state", "amount_company", "partner_id", "company_id")],
        )
