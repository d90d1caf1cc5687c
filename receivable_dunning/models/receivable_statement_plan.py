from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# Intervals of months keep to the day of the month that was chosen; weeks have none.
INTERVALS = {
    "week": relativedelta(weeks=1),
    "month": relativedelta(months=1),
    "quarter": relativedelta(months=3),
    "year": relativedelta(years=1),
}


class ReceivableStatementPlan(models.Model):
    """Who gets a statement of account how often; a job makes them, once per customer and day."""

    _name = "receivable.statement.plan"
    _description = "Statement Plan"
    _inherit = ["receivable.statement.choice", "mail.thread", "mail.activity.mixin"]
    _order = "company_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    user_id = fields.Many2one("res.users", string="Responsible", default=lambda self: self.env.user, tracking=True)
    partner_domain = fields.Char(tracking=True)
    interval = fields.Selection(
        [("week", "Week"), ("month", "Month"), ("quarter", "Quarter"), ("year", "Year")],
        string="Every",
        required=True,
        default="month",
    )
    date_next = fields.Date(
        string="Next on",
        required=True,
        default=lambda self: self._default_date_next(),
        help="Statements are made on this day, as of the day before; then the date moves on by the interval.",
    )
    anchor_day = fields.Integer(
        string="Day of the Month",
        compute="_compute_anchor_day",
        store=True,
        help="Where a month is shorter, its last day; so the 31st does not become the 28th for good.",
    )
    answer_days = fields.Integer(string="Days to Answer", default=14)
    auto_send = fields.Boolean(string="Send without a Look", help="Else they wait as drafts.")
    statement_ids = fields.One2many("receivable.statement", "plan_id")
    statement_count = fields.Integer(compute="_compute_statement_count")

    _days_check = models.Constraint("CHECK (answer_days >= 0)", "Days to answer cannot be negative.")

    def _default_date_next(self):
        return fields.Date.context_today(self).replace(day=1) + relativedelta(months=1)

    @api.depends("date_next")
    def _compute_anchor_day(self):
        for plan in self:
            day = plan.date_next
            is_last = day and (day + timedelta(days=1)).day == 1
            if day and not (is_last and plan.anchor_day > day.day):
                plan.anchor_day = day.day
            else:
                plan.anchor_day = plan.anchor_day

    def _shifted(self, day, intervals):
        """The day so many intervals later (negative: before), on the plan's day of the month."""
        shifted = day + INTERVALS[self.interval] * intervals
        return shifted if self.interval == "week" else shifted + relativedelta(day=self.anchor_day)

    def _compute_statement_count(self):
        counts = dict(
            self.env["receivable.statement"]._read_group([("plan_id", "in", self.ids)], ["plan_id"], ["__count"])
        )
        for plan in self:
            plan.statement_count = counts.get(plan, 0)

    # ------------------------------------------------------------------
    # MAKING STATEMENTS
    # ------------------------------------------------------------------

    def _matches_sql(self, as_of):
        """Customers who have their statement of the day already are left out: a killed job goes on where it stopped."""
        made = SQL(
            "SELECT partner_id FROM receivable_statement WHERE plan_id = %s AND date = %s AND state <> 'cancelled'",
            self.id,
            as_of,
            to_flush=self.env["receivable.statement"]._fields["state"],
        )
        return SQL("%s AND item.partner_id NOT IN (%s)", super()._matches_sql(as_of), made)

    def _prepare_statement(self, partner_id, as_of):
        values = super()._prepare_statement(partner_id, as_of)
        if self.kind == "activity":
            day = as_of + timedelta(days=1)
            values["date_from"] = self._shifted(day, -1) if day == self.date_next else day - INTERVALS[self.interval]
        if self.ask_confirmation:
            days, today = timedelta(days=self.answer_days), fields.Date.context_today(self)
            until = as_of + timedelta(days=1) + days
            # made so late that the day to answer is gone: counted from today
            values["answer_until"] = until if until >= today else today + days
        return {**values, "plan_id": self.id, "user_id": self.user_id.id}

    def action_make_now(self):
        """Make the statements of the plan as of yesterday, whatever its next date; those made already stay."""
        self.ensure_one()
        self.check_access("write")
        if self.problem:
            raise UserError(self.problem)
        for made in self._make_batches(fields.Date.context_today(self) - timedelta(days=1)):
            if self.auto_send:
                made.action_send()
        return self.action_view_statements()

    def action_view_statements(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_receivable_statement")
        return {**action, "domain": [("plan_id", "=", self.id)], "context": {}}

    @api.model
    def _cron_make(self):
        """Make what is due, plan by plan, each batch in its own transaction."""
        today = fields.Date.context_today(self)
        due = self.search([("date_next", "<=", today)])
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(due))
        for plan in due:
            if plan.problem:
                plan._tell_standstill()
            elif not plan._make_due(today):
                break
            if not progress(1):
                break

    def _make_due(self, today):
        """Make what has fallen due of one plan. False: out of time.

        Of days that were missed, activity is listed interval by interval; of open items only the last list is made:
        nobody wants the older ones.
        """
        while self.date_next <= today:
            following = self._shifted(self.date_next, 1)
            wanted = self.kind == "activity" or following > today
            for made in self._make_batches(self.date_next - timedelta(days=1)) if wanted else ():
                if self.auto_send:
                    made.action_send()
                if not self.env["ir.cron"]._commit_progress(0):
                    return False
            self.date_next = following
        return True
