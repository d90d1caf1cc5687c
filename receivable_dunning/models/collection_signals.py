"""What asks for a contact beside the money: read in one statement per company."""

from odoo import models
from odoo.tools import SQL

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
        """Customers who named differences on a statement that nobody settled yet."""
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
        """Promises of each customer: open ones with the next day and amount, those due by now, and broken ones."""
        return SQL(
            """
            SELECT NULL::int AS partner_id, 0 AS open_count, 0::numeric AS open_amount, NULL::date AS next_date,
                   FALSE AS is_due, FALSE AS is_broken, 0 AS broken_count, FALSE AS is_plan_broken
             WHERE FALSE
            """
        )

    def _disputes_sql(self, company):
        """Open disputes of each customer."""
        return SQL("SELECT NULL::int AS partner_id, 0 AS dispute_count, 0::numeric AS dispute_amount WHERE FALSE")
