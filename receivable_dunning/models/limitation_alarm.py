from collections import defaultdict

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL, format_amount, format_date

from ..core.limitation_alarm import ALARM_DAYS, alarm


class LimitationAlarm(models.Model):
    """That people were told that an item will soon be time-barred: once per item, last day and alarm.

    The row and the activity are written in one transaction, and the database refuses a second row: nobody is told
    twice. When something moves the last day, the alarms begin anew.
    """

    _name = "limitation.alarm"
    _description = "Limitation Alarm"
    _order = "id desc"
    _rec_name = "move_line_id"

    move_line_id = fields.Many2one("account.move.line", string="Item", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    date_limit = fields.Date(string="Last Day", required=True, readonly=True)
    days = fields.Integer(string="Alarm", required=True, readonly=True, help="Days before the last day.")
    user_id = fields.Many2one("res.users", string="Told", readonly=True, ondelete="set null")

    _once = models.Constraint("UNIQUE (move_line_id, date_limit, days)", "An alarm is given once.")

    # ------------------------------------------------------------------
    # RAISE
    # ------------------------------------------------------------------

    @api.model
    def _raise_alarms(self, company, as_of):
        """Tell handler, collector or manager about items whose alarm is due; 7 days before, the manager too."""
        if not company.limitation_alarms:
            return
        groups = defaultdict(list)
        for row in self._due_rows(company, as_of):
            days = alarm(row["date_limit"], as_of, row["given"])
            if days is None:
                continue
            for user_id in self._people(company, row, days):
                groups[row["case_id"], row["partner_id"], user_id, days].append(row)
        for (case_id, partner_id, user_id, days), rows in groups.items():
            case, partner = self.env["collection.case"].browse(case_id), self.env["res.partner"].browse(partner_id)
            self._tell(case or partner, self.env["res.users"].browse(user_id), rows)
            self._note(company, user_id, days, rows)

    def _due_rows(self, company, as_of):
        """Open items within the longest alarm, with the last alarm given for their last day."""
        self.flush_model()
        self.env["limitation.term"].flush_model()
        self.env["collection.case.line"].flush_model()
        horizon = fields.Date.add(as_of, days=max(ALARM_DAYS))
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT item.line_id, item.partner_id, item.residual, term.date_limit, claimed.case_id,
                       (SELECT min(days) FROM limitation_alarm given
                         WHERE given.move_line_id = item.line_id AND given.date_limit = term.date_limit) AS given
                  FROM (%(items)s) item
                  JOIN limitation_term term ON term.move_line_id = item.line_id
                  LEFT JOIN collection_case_line claimed ON claimed.move_line_id = item.line_id AND claimed.is_open
                 WHERE item.residual > 0 AND term.date_limit BETWEEN %(as_of)s AND %(horizon)s
                 ORDER BY term.date_limit, item.line_id
                """,
                items=self.env["receivable.ledger"]._open_items_sql(as_of, company),
                as_of=as_of,
                horizon=horizon,
            )
        )

    def _people(self, company, row, days):
        """Whom to tell: handler of the case, else the collector of the customer, else the manager; the manager too
        when the last alarm is given."""
        case = self.env["collection.case"].browse(row["case_id"])
        partner = self.env["res.partner"].browse(row["partner_id"]).with_company(company)
        manager = self._manager(company)
        first = next((user for user in (case.user_id, self._collector(partner), manager) if user.active), manager)
        people = first | manager if days == min(ALARM_DAYS) else first
        return people.ids

    @api.model
    def _collector(self, partner):
        """Who looks after what the customer owes, in the company of the record."""
        return partner.collector_id

    @api.model
    def _manager(self, company):
        """The user of the settings, else a manager of collections who works in the company."""
        if company.limitation_user_id.active:
            return company.limitation_user_id
        managers = self.env.ref("receivable_dunning.group_collections_manager").all_user_ids
        return managers._staff_of(company)[:1]

    def _tell(self, record, user, rows):
        """One activity about all items of a customer or case that reach the alarm on the same day."""
        env = self.with_context(lang=user.lang or self.env.lang).env
        company = record.company_id.root_id if record._name == "collection.case" else False
        currency = (company or self.env["account.move.line"].browse(rows[0]["line_id"]).company_id).currency_id
        first = min(row["date_limit"] for row in rows)
        note = env._(
            "%(count)s open items, %(amount)s: time-barred after %(day)s or later.",
            count=len(rows),
            amount=format_amount(env, sum(row["residual"] for row in rows), currency),
            day=format_date(env, first),
        )
        record.activity_schedule(
            "receivable_dunning.mail_activity_type_limitation",
            summary=env._("Claims will be time-barred after %(day)s", day=format_date(env, first)),
            note=Markup("<p>%s</p><p>%s</p>") % (note, self._names(rows)),
            user_id=user.id,
            date_deadline=fields.Date.context_today(self),
        )

    def _names(self, rows):
        lines = self.env["account.move.line"].browse([row["line_id"] for row in rows[:20]])
        more = "" if len(rows) <= 20 else " …"
        return ", ".join(dict.fromkeys(lines.mapped("move_id.name"))) + more

    def _note(self, company, user_id, days, rows):
        """The alarms given; of several people told about an item the first is named."""
        arrays = [(row["line_id"], str(row["date_limit"])) for row in rows]
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO limitation_alarm (company_id, user_id, days, move_line_id, date_limit,
                                              create_uid, create_date)
                SELECT %s, %s, %s, item.*, %s, now() AT TIME ZONE 'UTC' FROM unnest(%s) AS item(line_id, day)
                    ON CONFLICT (move_line_id, date_limit, days) DO NOTHING
                """,
                company.id,
                user_id,
                days,
                self.env.uid,
                self.env["dunning.proposal"]._arrays_sql({"line_id": "int", "day": "date"}, arrays),
            )
        )
