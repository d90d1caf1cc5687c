"""The verdicts of two policies on every past document: what ``core.verdict.decide`` says, as one statement."""

from odoo import models
from odoo.tools import SQL

from ..core.what_if import SIDES


class CreditReplay(models.AbstractModel):
    _inherit = "credit.replay"

    def _judge(self, plan, company):
        """Judge what :meth:`_gather` left, into ``credit_replay_verdict``."""
        self._keep("verdict", self._verdict_sql(plan, company))

    def _verdict_sql(self, plan, company):
        """``document.*`` with limit, broken rules (their numbers) and outcome of each side."""
        return SQL(
            """
            WITH customer AS MATERIALIZED (%(customers)s)
            SELECT judged.*, %(outcomes)s
              FROM (SELECT position.*, %(broken)s FROM (%(positions)s) position) judged
            """,
            customers=self._customer_sql(plan, company),
            outcomes=SQL(", ").join(self._outcome_sql(plan, side) for side in SIDES),
            broken=SQL(", ").join(self._broken_sql(plan, side, company) for side in SIDES),
            positions=self._positions_sql(plan),
        )

    # ------------------------------------------------------------------
    # CUSTOMERS
    # ------------------------------------------------------------------

    def _customer_sql(self, plan, company):
        """Who follows which policy on each side, as of today: conditions on customers are not dated."""
        return SQL(
            """
            SELECT found.*, %(tried)s AS what_if_policy
              FROM (
                    SELECT known.*, %(in_force)s AS in_force_policy
                      FROM (
                            SELECT buyer.partner_id, COALESCE(profile.limit_mode, 'no_check') AS limit_mode,
                                   profile.policy_by_hand_id, first_limit.date AS limited_from,
                                   request.amount AS requested
                              FROM (SELECT DISTINCT partner_id FROM credit_replay_document) buyer
                              LEFT JOIN credit_profile profile
                                ON profile.partner_id = buyer.partner_id AND profile.company_id = %(company)s
                              LEFT JOIN (SELECT profile_id, min(date) AS date FROM (%(days)s) day GROUP BY profile_id
                                        ) first_limit ON first_limit.profile_id = profile.id
                              LEFT JOIN (SELECT DISTINCT ON (profile_id) profile_id, %(asked)s AS amount
                                           FROM credit_limit
                                           JOIN res_company company ON company.id = credit_limit.company_id
                                          WHERE credit_limit.state IN ('draft', 'submitted') AND kind = 'base'
                                          ORDER BY profile_id, credit_limit.id DESC
                                        ) request ON request.profile_id = profile.id
                           ) known
                   ) found
            """,
            company=company.id,
            asked=self.env["credit.limit"]._company_amount_sql(plan.period.today),
            days=SQL(" UNION ALL ").join(self._limit_days_parts(company)),
            in_force=self._policy_in_force_sql(plan, company),
            tried=self._policy_tried_sql(plan, company),
            to_flush=[
                *(self.env["credit.profile"]._fields[name] for name in ("limit_mode", "policy_by_hand_id")),
                *(
                    self.env["credit.limit"]._fields[name]
                    for name in ("state", "kind", "amount", "profile_id", "currency_id")
                ),
            ],
        )

    def _policy_in_force_sql(self, plan, company):
        """The policy set by hand, else the first that is for the customer; NULL when there is none or it exempts."""
        if not plan.in_force:
            return SQL("NULL::int")
        chosen = SQL(" ").join(
            SQL("WHEN %s THEN %s", self._is_for_sql(policy.partner_domain, company), policy.policy_id)
            for policy in plan.in_force
        )
        exempt = SQL(" ").join(
            SQL("WHEN %s THEN %s", policy.policy_id, self._is_exempt_sql(policy, company)) for policy in plan.in_force
        )
        return SQL(
            "(SELECT CASE WHEN CASE chosen.id %(exempt)s END THEN NULL ELSE chosen.id END"
            " FROM (SELECT CASE WHEN policy_by_hand_id = ANY(%(ids)s) THEN policy_by_hand_id %(chosen)s END AS id"
            ") chosen)",
            exempt=exempt,
            ids=[policy.policy_id for policy in plan.in_force],
            chosen=chosen,
        )

    def _policy_tried_sql(self, plan, company):
        """0 for who falls under the policy that is tried, which comes before all others but those set by hand."""
        if not plan.tried:
            return SQL("in_force_policy")
        by_hand = [policy.policy_id for policy in plan.in_force if policy.policy_id != plan.tried.policy_id]
        return SQL(
            """
            CASE WHEN policy_by_hand_id = ANY(%(by_hand)s::int[]) THEN in_force_policy
                 WHEN COALESCE(policy_by_hand_id, 0) <> %(tried)s AND NOT %(is_for)s THEN in_force_policy
                 WHEN %(is_exempt)s THEN NULL
                 ELSE 0 END
            """,
            by_hand=by_hand,
            tried=plan.tried.policy_id or -1,
            is_for=self._is_for_sql(plan.tried.partner_domain, company),
            is_exempt=self._is_exempt_sql(plan.tried, company),
        )

    def _is_for_sql(self, text, company):
        if text == "[]":
            return SQL("TRUE")
        # sudo: conditions may read fields that who tries the policy may not; the same customers for whoever asks
        partners = self.env["res.partner"].sudo().with_company(company).with_context(active_test=False, lang=None)
        found = partners._search(self.env["credit.policy"]._domain(text), order="id")
        return SQL("partner_id IN %s", found.subselect())

    def _is_exempt_sql(self, policy, company):
        own = list(self.env["credit.policy"]._own_company_partner_ids())
        intercompany = SQL("partner_id = ANY(%s)", own) if policy.exempt_intercompany else SQL("FALSE")
        exempt = SQL("FALSE") if policy.exempt_domain == "[]" else self._is_for_sql(policy.exempt_domain, company)
        return SQL("(%s OR %s)", intercompany, exempt)

    # ------------------------------------------------------------------
    # LIMITS
    # ------------------------------------------------------------------

    def _positions_sql(self, plan):
        """Documents with the limit of each side on their day; NULL where no limit applies."""
        limits = {
            "as_were": SQL("dated_mode, limit_amount"),
            "scaled": SQL("dated_mode, limit_amount * %s::numeric", plan.limits.factor),
            "requested": SQL(
                "CASE WHEN requested IS NOT NULL THEN 'limited' ELSE dated_mode END, COALESCE(requested, limit_amount)"
            ),
            "rating": SQL(
                "CASE WHEN rating_count > 0 AND dated_mode <> 'no_credit' THEN 'limited' ELSE dated_mode END,"
                " CASE WHEN rating_count > 0 THEN rating_amount ELSE limit_amount END"
            ),
        }
        return SQL(
            """
            SELECT document.*, in_force_policy, what_if_policy, in_force.*, what_if.*
              FROM credit_replay_document document
              JOIN customer USING (partner_id)
             CROSS JOIN LATERAL (
                   -- who was limited later was not limited yet
                   SELECT CASE WHEN limit_mode = 'limited' AND date < limited_from THEN 'no_check' ELSE limit_mode END
                   ) mode(dated_mode)
             CROSS JOIN LATERAL (SELECT dated_mode, limit_amount) in_force(in_force_mode, in_force_limit)
             CROSS JOIN LATERAL (SELECT %s) what_if(what_if_mode, what_if_limit)
            """,
            limits[plan.limits.basis],
        )

    # ------------------------------------------------------------------
    # RULES
    # ------------------------------------------------------------------

    def _broken_sql(self, plan, side, company):
        """``<side>_broken``: the numbers of the rules that the document breaks."""
        name = SQL.identifier(f"{side}_broken")
        cases = []
        for policy in (*plan.in_force, *((plan.tried,) if plan.tried and side == "what_if" else ())):
            key = 0 if policy is plan.tried else policy.policy_id
            numbers = [
                SQL("CASE WHEN %s THEN %s END", self._breaks_sql(rule, side, company), rule.number)
                for rule in plan.rules
                if rule.side == side and rule.policy == key and rule.is_replayed
            ]
            if numbers:
                exempt = SQL("NOT is_immediate") if policy.exempt_immediate else SQL("TRUE")
                found = SQL("array_remove(ARRAY[%s]::int[], NULL)", SQL(", ").join(numbers))
                cases.append(SQL("WHEN %s = %s AND %s THEN %s", self._side(side, "policy"), key, exempt, found))
        if not cases:
            return SQL("'{}'::int[] AS %s", name)
        return SQL("CASE %s ELSE '{}'::int[] END AS %s", SQL(" ").join(cases), name)

    def _breaks_sql(self, rule, side, company):
        """Whether a document breaks the rule: as its function in ``core.verdict``, the boundary is on the good side."""
        mode, limit = self._side(side, "mode"), self._side(side, "limit")
        half = SQL("%s::numeric", company.currency_id.rounding / 2)
        overdue = SQL.identifier(f"overdue_{rule.shift}")
        bound = SQL("%s::numeric", rule.threshold)
        return {
            "over_limit": SQL("%s = 'limited' AND receivable_amount + amount - %s >= %s", mode, limit, half),
            "no_credit": SQL("%s = 'no_credit' AND receivable_amount + amount >= %s", mode, half),
            "overdue_days": SQL("%s > 0", overdue),
            "overdue_amount": SQL("GREATEST(%s, 0) - %s >= %s", overdue, bound, half),
            "document_amount": SQL("amount - %s >= %s", bound, half),
        }[rule.kind]

    def _outcome_sql(self, plan, side):
        blocking = [rule.number for rule in plan.rules if rule.side == side and rule.action == "block"]
        broken = self._side(side, "broken")
        return SQL(
            "CASE WHEN %(broken)s && %(blocking)s::int[] THEN 'block'"
            " WHEN %(broken)s <> '{}' THEN 'warn' ELSE 'pass' END AS %(outcome)s",
            broken=broken,
            blocking=blocking,
            outcome=self._side(side, "outcome"),
        )

    def _side(self, side, name):
        return SQL.identifier(f"{side}_{name}")
