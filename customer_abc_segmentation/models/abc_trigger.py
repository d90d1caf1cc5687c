"""What class moves start: gathers who moved, makes the proposals that the policy's actions ask for."""

import json

from odoo import fields, models
from odoo.tools import SQL

from .abc_class_action import NUMBER_TYPES


class AbcTrigger(models.AbstractModel):
    """Turns moves into proposals, a few statements per action whatever the number of customers.

    A move is a change of the class *in force*. A run moves the customers whose computed class changed, but not those
    under a manual class, and those whose manual class expired since the last run and who fall back to another one. A
    manual class that is set or undone moves its customer at once.
    """

    _name = "abc.trigger"
    _description = "ABC Trigger"

    def _after_run(self, policy, run):
        """Propose what the moves of a run (table ``abc_placed``) ask for."""
        self._propose(policy, self._run_moves_sql(policy, run), run)

    def _by_hand(self, policy, moves):
        """Propose what moves decided by a person ask for: ``[(partner_id, from class id, to class id)]``."""
        moves = [move for move in moves if move[1] != move[2]]
        if moves:
            rows = SQL(", ").join(
                SQL("(%s, %s::int, %s::int, FALSE)", *(part or None for part in move)) for move in moves
            )
            statement = SQL("SELECT * FROM (VALUES %s) AS move(partner_id, from_class_id, to_class_id, is_first)", rows)
            self._propose(policy, statement, self.env["abc.run"])

    def _run_moves_sql(self, policy, run):
        since = policy.last_run_id.date or run.date
        return SQL(
            """
            WITH manual AS (
                SELECT partner_id, class_id, undone_user_id, date_from, date_to
                  FROM abc_classification
                 WHERE policy_id = %(policy)s AND is_manual
            ), by_hand AS (
                SELECT partner_id
                  FROM manual
                 WHERE date_from <= %(date)s AND (date_to IS NULL OR date_to >= %(date)s)
            ), expired AS (
                SELECT DISTINCT ON (partner_id) partner_id, class_id
                  FROM manual
                 WHERE undone_user_id IS NULL AND date_to >= %(since)s AND date_to < %(date)s
                   AND partner_id NOT IN (SELECT partner_id FROM by_hand)
                 ORDER BY partner_id, date_to DESC
            )
            SELECT partner_id, open_class_id AS from_class_id, class_id AS to_class_id, kind = 'new' AS is_first
              FROM abc_placed
             WHERE kind <> 'stayed' AND partner_id NOT IN (
                   SELECT partner_id FROM by_hand UNION ALL SELECT partner_id FROM expired)
             UNION ALL
            SELECT expired.partner_id, expired.class_id, computed.class_id, FALSE
              FROM expired
              LEFT JOIN abc_classification computed
                ON computed.partner_id = expired.partner_id AND computed.policy_id = %(policy)s
               AND NOT computed.is_manual AND computed.date_to IS NULL
             WHERE computed.class_id IS DISTINCT FROM expired.class_id
            """,
            policy=policy.id,
            date=run.date,
            since=since,
        )

    def _propose(self, policy, moves, run):
        proposals = self.env["abc.proposal"]
        # sudo: who starts a run need not see every action and customer; proposals are written by this method only
        actions = policy.sudo().action_ids.filtered("active")
        if not actions and not proposals.sudo().search_count([("policy_id", "=", policy.id)], limit=1):
            return
        proposals.flush_model()
        self.env.execute_query(SQL("CREATE TEMPORARY TABLE abc_move ON COMMIT DROP AS %s", moves))
        self.env.execute_query(self._outdate_sql(policy))
        for action in actions.sorted(lambda action: (action.when == "leave", action.sequence, action.id)):
            self._propose_for(action, run)
        self.env.execute_query(SQL("DROP TABLE abc_move"))
        proposals.invalidate_model()
        self._start_later(policy)

    def _start_later(self, policy):
        """Have the plans that need nobody's word started in a transaction of their own."""
        waiting = self.env["abc.proposal"].sudo()._get_automatic_domain()
        if self.env["abc.proposal"].sudo().search_count([*waiting, ("policy_id", "=", policy.id)], limit=1):
            self.env.ref("customer_abc_segmentation.ir_cron_start_class_plans").sudo()._trigger()

    # ------------------------------------------------------------------
    # STATEMENTS
    # ------------------------------------------------------------------

    def _outdate_sql(self, policy):
        """What was proposed because of an earlier move of the customer has lost its reason."""
        return SQL(
            """
            UPDATE abc_proposal
               SET state = 'obsolete', closed_because = 'moved', decided_on = now() AT TIME ZONE 'UTC'
             WHERE policy_id = %s AND state = 'open' AND partner_id IN (SELECT partner_id FROM abc_move)
            """,
            policy.id,
        )

    def _propose_for(self, action, run):
        candidates = self._candidates_sql(action)
        if action.kind == "field":
            self.env.execute_query(self._replace_sql(action, candidates))
        self.env.execute_query(self._insert_sql(action, run, candidates))

    def _candidates_sql(self, action):
        """Movers whom an action is about, with the value they have; those who have the proposed one are left out."""
        current, differs = SQL("NULL::jsonb"), SQL("TRUE")
        if action.kind == "field":
            record = SQL("%s", action.value_id)
            current = self._current_sql(action.field_id.sudo().name, action.company_id, record)
            differs = SQL("%s IS DISTINCT FROM %s::jsonb", current, self._jsonb(action._get_value()))
        return SQL(
            """
            SELECT move.partner_id, move.from_class_id, move.to_class_id, %(current)s AS old_value
              FROM abc_move move
              JOIN res_partner partner ON partner.id = move.partner_id
             WHERE move.%(side)s = %(class)s AND (%(on_first)s OR NOT move.is_first)
               AND %(population)s AND %(differs)s
            """,
            side=SQL("to_class_id" if action.when == "enter" else "from_class_id"),
            **{"class": action.class_id.id},
            on_first=action.on_first,
            population=action._get_population_sql(),
            current=current,
            differs=differs,
        )

    def _jsonb(self, value):
        """A value as ``abc.proposal`` keeps it, in a list of one: Odoo reads a bare null, false and 0 all alike."""
        return json.dumps([value])

    def _current_sql(self, name, company, record):
        """The value of a field of the row ``partner`` in a company, as ``abc.proposal`` keeps values.

        :param record: ``SQL`` of the id whose presence is asked for, where the field holds several
        """
        # sudo: the value is compared, and shown only to those who may read the field
        partners = self.env["res.partner"].sudo().with_company(company)
        field = partners._fields[name]
        if field.type == "many2many":
            return SQL(
                "jsonb_build_array(EXISTS (SELECT FROM %(relation)s link"
                " WHERE link.%(customer)s = partner.id AND link.%(other)s = %(record)s))",
                relation=SQL.identifier(field.relation),
                customer=SQL.identifier(field.column1),
                other=SQL.identifier(field.column2),
                record=record,
                to_flush=field,
            )
        column = partners._field_to_sql("partner", name, partners._as_query())
        if field.type == "boolean":
            column = SQL("COALESCE(%s, FALSE)", column)
        elif field.type in NUMBER_TYPES:
            column = SQL("COALESCE(%s, 0)", column)
        elif field.type == "char":
            column = SQL("NULLIF(%s, '')", column)
        return SQL("jsonb_build_array(%s)", column)

    def _replace_sql(self, action, candidates):
        """Another policy's open proposal for the same field gives way to the newer one."""
        return SQL(
            """
            UPDATE abc_proposal
               SET state = 'obsolete', closed_because = 'replaced', decided_on = now() AT TIME ZONE 'UTC'
             WHERE company_id = %(company)s AND policy_id <> %(policy)s AND field_id = %(field)s
               AND record_id IS NOT DISTINCT FROM %(record)s AND state = 'open'
               AND partner_id IN (SELECT candidate.partner_id FROM (%(candidates)s) candidate)
            """,
            company=action.company_id.id,
            policy=action.policy_id.id,
            field=action.field_id.id,
            record=action._get_record_id() or None,
            candidates=candidates,
        )

    def _insert_sql(self, action, run, candidates):
        is_plan = action.kind == "plan"
        return SQL(
            """
            INSERT INTO abc_proposal (
                   policy_id, company_id, action_id, kind, "when", plan_id, field_id, record_id, old_value, new_value,
                   partner_id, from_class_id, to_class_id, run_id, date, state, is_automatic,
                   create_uid, create_date, write_uid, write_date)
            SELECT %(policy)s, %(company)s, %(action)s, %(kind)s, %(when)s, %(plan)s, %(field)s, %(record)s,
                   old_value, %(value)s::jsonb, partner_id, from_class_id, to_class_id, %(run)s, %(date)s, 'open',
                   %(is_plan)s AND count(*) OVER () <= %(limit)s,
                   %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
              FROM (%(candidates)s) candidate
             ORDER BY partner_id
                ON CONFLICT DO NOTHING
            """,
            policy=action.policy_id.id,
            company=action.company_id.id,
            action=action.id,
            kind=action.kind,
            when=action.when,
            plan=action.plan_id.id if is_plan else None,
            field=None if is_plan else action.field_id.id,
            record=action._get_record_id() or None,
            value=None if is_plan else self._jsonb(action._get_value()),
            run=run.id or None,
            date=run.date or fields.Date.context_today(self),
            is_plan=is_plan,
            limit=action.start_limit,
            uid=self.env.uid,
            candidates=candidates,
        )
