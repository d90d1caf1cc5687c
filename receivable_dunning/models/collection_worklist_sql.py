"""The statement of the worklist: ``core/worklist.py`` for all customers of a root company at once."""

from odoo import models
from odoo.tools import SQL

from ..core import worklist as core
from ..core.ladder import TOLERANCE
from ..core.worklist import Action, Why


def _case(pairs, default):
    """``CASE`` of pairs of condition, a constant of this file, and value; the first that applies."""
    cases = []
    for condition, value in pairs:
        cases.append(SQL("WHEN %s THEN %s", SQL(condition), str(value)))  # pylint: disable=sql-injection
    return SQL("CASE %s ELSE %s END", SQL(" ").join(cases), default)


# next_action of the core: conditions on the rows ``situation`` and ``signal``, in its order
RULES = (
    ("situation.is_resting", Why.RESTING),
    ("NOT situation.claims AND NOT signal.any_of_them AND NOT situation.pays_a_call", Why.NOTHING),
    ("signal.money_there AND NOT situation.claims", Why.MONEY),
    ("NOT situation.has_phone AND NOT situation.has_email", Why.NO_ADDRESS),
    ("signal.visit_task", Why.VISIT_TASK),
    ("signal.escalation_task", Why.ESCALATION_TASK),
    (f"situation.claims AND situation.broken_count >= {core.BROKEN_PROMISES}", Why.BROKEN_TWICE),
    ("situation.claims AND situation.at_last_level", Why.LAST_LEVEL),
    ("signal.promise_broken AND NOT signal.money_there", Why.PROMISE_BROKEN),
    ("signal.promise_due AND NOT signal.money_there", Why.PROMISE_DUE),
    ("NOT situation.has_phone", Why.NO_PHONE),
    ("signal.plan_broken", Why.PLAN_BROKEN),
    ("signal.callback", Why.CALLBACK),
    ("signal.call_task", Why.CALL_TASK),
    ("signal.difference", Why.DIFFERENCE),
    ("signal.bounced", Why.BOUNCED),
    ("NOT situation.has_email OR situation.pays_a_call", Why.WORTH_CALL),
)
ACTIONS = {
    Action.NONE: (Why.RESTING, Why.NOTHING),
    Action.MATCH: (Why.MONEY,),
    Action.DATA: (Why.NO_ADDRESS,),
    Action.VISIT: (Why.VISIT_TASK,),
    Action.ESCALATE: (Why.ESCALATION_TASK, Why.BROKEN_TWICE, Why.LAST_LEVEL),
    Action.PROMISE: (Why.PROMISE_BROKEN, Why.PROMISE_DUE),
    Action.EMAIL: (Why.NO_PHONE, Why.SMALL),
}
# The main reason to be on the list: the most pressing first.
REASONS = (
    ("signal.money_there AND NOT situation.claims", "money"),
    ("signal.promise_broken AND NOT signal.money_there", "promise_broken"),
    ("signal.plan_broken", "plan_broken"),
    ("signal.promise_due AND NOT signal.money_there", "promise_due"),
    ("signal.callback", "callback"),
    ("signal.visit_task OR signal.escalation_task OR signal.call_task", "task"),
    ("signal.difference", "difference"),
    ("signal.bounced", "bounced"),
    ("situation.claims", "overdue"),
)


class CollectionFacts(models.AbstractModel):
    _inherit = "collection.facts"

    def _worklist_sql(self, company, as_of, timezone, partners=None):
        """One row per customer whom something asks to be contacted; ``partners``: of a few only.

        Of a root company: with all it is owed in its branches. Of a branch, for who works there only: with what it is
        owed there. Contacts, reminders, settings and who looks after the customer are those of the root.
        """
        rates = root = company.sudo().root_id  # sudo: a branch shares its root's customers whoever asks
        common_reach, minutes = self._habits(root, as_of)
        contacts = self.env["res.partner"].sudo().with_company(root)  # sudo: of a field's name only
        rate = rates.collection_cost_of_money / 100 / 365
        call_cost = rates.collection_hour_cost * minutes["phone"] / 60
        return SQL(
            """
            WITH %(accounts)s, talk AS (%(talks)s), reminder AS (%(reminders)s), task AS (%(tasks)s),
                 difference AS (%(differences)s), snooze AS (%(snoozes)s), promise AS (%(promises)s),
                 dispute AS (%(disputes)s), money AS (%(money)s), arrival AS (%(arrivals)s)
            SELECT (%(company)s::bigint << 32) + account.partner_id AS id, account.partner_id,
                   %(company)s::int AS company_id, %(collector)s AS collector_id, partner.user_id, partner.country_id,
                   COALESCE(contact.phone, partner.phone) AS phone,
                   %(amounts)s,
                   account.oldest_days, account.item_count, account.usual_days, COALESCE(account.level_number, 0)
                       AS level_number, reminder.sent_date AS reminded_on,
                   talk.last_contact, talk.outcome_id, talk.callback_date, situation.resting_until,
                   COALESCE(promise.open_count, 0) AS promise_count, promise.open_amount AS promise_amount,
                   promise.next_date AS promise_date, situation.broken_count,
                   COALESCE(dispute.dispute_count, 0) AS dispute_count, dispute.dispute_amount,
                   CASE WHEN signal.money_there THEN arrival.amount END AS money_amount,
                   CASE WHEN signal.money_there THEN arrival.day END AS money_date,
                   profile.rating_id, profile.status AS credit_status,
                   account.amount_days * %(rate)s AS waiting_cost, help.chance, situation.worth,
                   work.minutes, situation.worth / work.minutes AS minute_value, decision.why, decided.action,
                   %(reason)s AS reason, situation.claims AS is_overdue, signal.promise_broken, signal.promise_due,
                   signal.callback AS is_callback, signal.difference AS has_difference,
                   signal.visit_task OR signal.escalation_task OR signal.call_task OR signal.bounced AS has_task
              FROM account
              JOIN res_partner partner ON partner.id = account.partner_id
              LEFT JOIN res_partner contact ON contact.id = partner.dunning_contact_id AND contact.active
              LEFT JOIN talk ON talk.partner_id = account.partner_id
              LEFT JOIN reminder ON reminder.partner_id = account.partner_id
              LEFT JOIN task ON task.partner_id = account.partner_id
              LEFT JOIN difference ON difference.partner_id = account.partner_id
              LEFT JOIN snooze ON snooze.partner_id = account.partner_id
              LEFT JOIN promise ON promise.partner_id = account.partner_id
              LEFT JOIN dispute ON dispute.partner_id = account.partner_id
              LEFT JOIN arrival ON arrival.partner_id = account.partner_id
              LEFT JOIN credit_profile profile
                     ON profile.partner_id = account.partner_id AND profile.company_id = %(root)s
             -- OFFSET 0: each is found once; merged into one, the conditions would grow into each other
             CROSS JOIN LATERAL (%(signal)s OFFSET 0) signal
             CROSS JOIN LATERAL (%(chance)s OFFSET 0) help
             CROSS JOIN LATERAL (%(situation)s OFFSET 0) situation
             CROSS JOIN LATERAL (SELECT %(why)s AS why OFFSET 0) decision
             CROSS JOIN LATERAL (SELECT %(action)s AS action OFFSET 0) decided
             CROSS JOIN LATERAL (SELECT %(minutes)s::float8 AS minutes OFFSET 0) work
             WHERE situation.claims OR signal.any_of_them OR situation.pays_a_call
            """,
            accounts=self._accounts_sql(company, as_of, partners),
            talks=self._talks_sql(root, as_of),
            reminders=self._reminders_sql(root),
            tasks=self._tasks_sql(as_of),
            differences=self._differences_sql(company),
            snoozes=self._snoozes_sql(root, as_of),
            promises=self._promises_sql(company, as_of),
            disputes=self._disputes_sql(company),
            money=self.env["receivable.promise"]._money_sql(
                SQL("SELECT partner_id, due AS day, residual FROM claim WHERE line_id IS NULL"), as_of
            ),
            arrivals=self._arrivals_sql(company, as_of),
            company=company.id,
            root=root.id,
            collector=contacts._field_to_sql("partner", "collector_id"),
            rate=SQL("%s::float8", rate),
            amounts=SQL(", ").join(
                SQL("round(account.%s::numeric, %s) AS %s", name, rates.currency_id.decimal_places, name)
                for name in map(SQL.identifier, ("open_amount", "overdue_amount", "claim_amount", "held_amount"))
            ),
            signal=self._signal_sql(as_of, timezone),
            chance=self._chance_sql(as_of, common_reach, rates.collection_rest_days, timezone),
            situation=self._situation_sql(as_of, rate, call_cost, timezone),
            why=_case(RULES, str(Why.SMALL)),
            action=self._action_sql(),
            minutes=self._minutes_sql(minutes),
            reason=_case(REASONS, "early"),
            to_flush=self._worklist_fields(),
        )

    def _worklist_fields(self):
        """What the statement reads beside the ledger; the ORM flushes it first."""
        partner, profile = self.env["res.partner"]._fields, self.env["credit.profile"]._fields
        names = "collector_id user_id country_id phone email email_normalized dunning_contact_id active"
        return [
            *(partner[name] for name in names.split()),
            *(profile[name] for name in ("partner_id", "company_id", "rating_id", "status")),
        ]

    def _signal_sql(self, as_of, timezone):
        """What asks for a contact. What was broken before the last contact was talked about then."""
        return SQL(
            """
            SELECT each.*, promise_broken OR promise_due OR plan_broken OR callback OR call_task OR visit_task
                           OR escalation_task OR difference OR bounced AS any_of_them,
                   promise_broken OR promise_due OR plan_broken OR callback OR difference AS news,
                   (promise_broken OR promise_due) AND is_paid AS money_there
              FROM (SELECT COALESCE(promise.broken_on > COALESCE(%(contact_on)s, '-infinity'), FALSE) AS promise_broken,
                           COALESCE(promise.is_due, FALSE) AS promise_due,
                           COALESCE(arrival.is_paid, FALSE) AS is_paid,
                           COALESCE(promise.plan_broken_on > COALESCE(%(contact_on)s, '-infinity'), FALSE)
                                AS plan_broken,
                           COALESCE(talk.callback_date <= %(as_of)s, FALSE) AS callback,
                           COALESCE(task.call_task, FALSE) AS call_task, COALESCE(task.visit_task, FALSE) AS visit_task,
                           COALESCE(task.escalation_task, FALSE) AS escalation_task,
                           COALESCE(difference.has_difference, FALSE) AS difference,
                           COALESCE(task.bounce_task, FALSE) AS bounced) AS each
            """,
            as_of=SQL("%s::date", as_of),
            contact_on=self._day_sql(SQL("talk.last_contact"), timezone),
        )

    def _chance_sql(self, as_of, common_reach, rest_days, timezone):
        """``chance`` of the core; where there is news the last contact takes nothing away."""
        return SQL(
            """
            SELECT (COALESCE(talk.reached, 0) + %(strength)s * %(common)s) / (COALESCE(talk.tries, 0) + %(strength)s)
                   * CASE WHEN talk.last_reached IS NULL OR signal.news THEN 1
                          ELSE 1 - power(0.5, GREATEST(%(as_of)s - %(reached_on)s, 0) / %(rest)s) END AS chance
            """,
            strength=SQL("%s::float8", core.REACH_STRENGTH),
            common=SQL("%s::float8", common_reach),
            as_of=SQL("%s::date", as_of),
            reached_on=self._day_sql(SQL("talk.last_reached"), timezone),
            rest=SQL("%s::float8", rest_days),
        )

    def _situation_sql(self, as_of, rate, call_cost, timezone):
        takes_email = self.env["dunning.proposal"]._takes_email_sql
        return SQL(
            """
            SELECT account.claim_amount > %(tolerance)s AS claims,
                   COALESCE(contact.phone, partner.phone, '') NOT IN ('', COALESCE(talk.wrong_phone, '')) AS has_phone,
                   COALESCE(%(contact_email)s, FALSE) OR COALESCE(%(partner_email)s, FALSE) AS has_email,
                   COALESCE(promise.broken_count, 0) AS broken_count,
                   COALESCE(account.level_number >= reminder.level_count, FALSE) AS at_last_level,
                   account.amount_days * %(rate)s * help.chance AS worth,
                   account.amount_days * %(rate)s * help.chance >= %(call_cost)s AS pays_a_call,
                   rest.until AS resting_until, rest.until IS NOT NULL AS is_resting
              FROM (SELECT GREATEST(snooze.date_until,
                                    CASE WHEN talk.callback_date > %(as_of)s AND NOT signal.news
                                         THEN talk.callback_date END,
                                    CASE WHEN %(contact_on)s >= %(as_of)s THEN %(as_of)s + 1 END) AS until) rest
            """,
            tolerance=SQL("%s::float8", TOLERANCE),
            contact_email=takes_email("contact"),
            partner_email=takes_email("partner"),
            rate=SQL("%s::float8", rate),
            call_cost=SQL("%s::float8", call_cost - TOLERANCE),
            as_of=SQL("%s::date", as_of),
            contact_on=self._day_sql(SQL("talk.last_contact"), timezone),
        )

    @staticmethod
    def _day_sql(moment, timezone):
        """The day of a moment where the reader is."""
        return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", moment, timezone)

    @staticmethod
    def _action_sql():
        return SQL(
            "CASE %s ELSE %s END",
            SQL(" ").join(
                SQL("WHEN decision.why = ANY(%s) THEN %s", [str(why) for why in reasons], str(action))
                for action, reasons in ACTIONS.items()
            ),
            str(Action.CALL),
        )

    @staticmethod
    def _minutes_sql(minutes):
        """Who is visited costs a visit, what is done at the desk an e-mail, everybody else a call."""
        return SQL(
            "CASE WHEN decided.action = %s THEN %s WHEN decided.action = ANY(%s) THEN %s ELSE %s END",
            str(Action.VISIT),
            minutes["visit"],
            [str(Action.EMAIL), str(Action.DATA), str(Action.MATCH)],
            minutes["email"],
            minutes["phone"],
        )
