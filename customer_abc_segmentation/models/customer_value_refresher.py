"""Scores the customers of a policy and tells their stage and trend: the rules of ``core`` as set-based SQL."""

from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .abc_policy import SCHEDULE_STEPS

# What the statement finds out about each customer, in the names of the columns of ``customer.value``.
FIGURES = (
    *("first_invoice_date", "last_invoice_date", "purchase_count", "frequency", "monetary"),
    *("gap_median", "gap_spread", "gap_ended", "rfm_r", "rfm_f", "rfm_m", "rfm_segment_id", "stage"),
    *("growth_slope", "growth_rate", "growth_t", "growth_trend"),
)


class CustomerValueRefresher(models.AbstractModel):
    """Gather, score and compare in one statement, then write what changed in one statement each.

    A night with few sales writes few rows: what grows by itself, the days since the last purchase, is no column.
    Running twice writes nothing.
    """

    _name = "customer.value.refresher"
    _description = "Customer Value Refresher"

    def _run(self, policy, as_of):
        """Bring the values of the customers of a policy up to a date."""
        self._check_not_before(policy, as_of)
        for model in ("customer.value", "customer.stage.history", "customer.value.history", "rfm.cell"):
            self.env[model].flush_model()
        self._close_month(policy, as_of)
        # a table for this moment, so that the statements that write see one and the same result
        self.env.execute_query(
            SQL("CREATE TEMPORARY TABLE value_placed ON COMMIT DROP AS %s", self._placed_sql(policy, as_of))
        )
        for statement in self._write_statements(policy, as_of):
            self.env.execute_query(statement)
        self.env.execute_query(SQL("DROP TABLE value_placed"))
        self._finish(policy, as_of)

    def _check_not_before(self, policy, as_of):
        latest = policy._get_latest_date()
        if latest and latest > as_of:
            raise UserError(
                self.env._(
                    "%(policy)s stands for %(latest)s already: history cannot be written before that day.",
                    policy=policy.name,
                    latest=latest,
                )
            )

    def _finish(self, policy, as_of):
        for model in ("customer.value", "customer.stage.history", "customer.value.history"):
            self.env[model].invalidate_model()
        self.env["res.partner"].invalidate_model(["rfm_segment_id", "customer_stage"])
        step = SCHEDULE_STEPS.get(policy.schedule)
        # sudo: the day is set by the refresh only
        policy.sudo().write({"last_date": as_of, "date_next": as_of + step if step else False})

    # ------------------------------------------------------------------
    # SCORE AND COMPARE
    # ------------------------------------------------------------------

    def _placed_sql(self, policy, as_of):
        """The customers of whom something has to be written: the figures of today beside the row of before.

        Who is neither customer nor prospect any longer is there too, without figures.
        """
        columns = SQL(", ").join(SQL.identifier(name) for name in FIGURES)
        return SQL(
            """
            WITH known AS (%(known)s)
            SELECT COALESCE(known.partner_id, value.partner_id) AS partner_id, %(figures)s,
                   value.id AS value_id, value.stage AS value_stage, known.partner_id IS NULL AS is_gone,
                   COALESCE(%(by_hand)s, FALSE) AS is_by_hand
              FROM known
              FULL JOIN (SELECT * FROM customer_value WHERE company_id = %(company)s) value
                   ON value.partner_id = known.partner_id
             WHERE value.id IS NULL OR (known.partner_id IS NULL AND NOT %(by_hand)s)
                OR (%(figures)s) IS DISTINCT FROM (%(written)s) OR value.policy_id <> %(policy)s
                OR value.currency_id <> %(currency)s
            """,
            known=self._known_sql(policy, as_of, columns),
            figures=SQL(", ").join(SQL.identifier("known", name) for name in FIGURES),
            written=SQL(", ").join(SQL.identifier("value", name) for name in FIGURES),
            by_hand=self._by_hand_sql(),
            company=policy.company_id.id,
            policy=policy.id,
            currency=policy.currency_id.id,
        )

    def _by_hand_sql(self):
        """Whether the row ``value`` holds something that a person entered: then it is kept whatever happens."""
        return SQL("(value.wallet_share > 0 IS TRUE OR value.satisfaction_hand IS NOT NULL)")

    def _known_sql(self, policy, as_of, columns):
        """All customers and prospects with their figures, in the columns of ``FIGURES``.

        Each step is materialised: put into each other its expressions would grow beyond measure.
        """
        facts = self.env["customer.value.facts"]
        return SQL(
            """
            WITH customer AS MATERIALIZED (%(customers)s),
            scored AS MATERIALIZED (
                SELECT customer.*, %(as_of)s::date - last_invoice_date AS silence,
                       CASE WHEN frequency > 0 THEN %(r)s END AS rfm_r,
                       CASE WHEN frequency > 0 THEN %(f)s END AS rfm_f,
                       CASE WHEN frequency > 0 THEN %(m)s END AS rfm_m, %(sums)s
                  FROM customer
            ), lined AS MATERIALIZED (
                SELECT scored.*, %(line)s
                  FROM scored
            ), judged AS MATERIALIZED (
                SELECT lined.*, cell.segment_id AS rfm_segment_id, %(stage)s AS stage, %(growth)s
                  FROM lined
                  LEFT JOIN rfm_cell cell
                       ON cell.policy_id = %(policy)s AND cell.r = lined.rfm_r AND cell.f = lined.rfm_f
            )
            SELECT partner_id, %(columns)s
              FROM judged
             UNION ALL
            SELECT partner_id, NULL, NULL, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'prospect',
                   NULL, NULL, NULL, NULL
              FROM (%(prospects)s) prospect
            """,
            customers=facts._customers_sql(policy, as_of),
            as_of=as_of,
            r=self._score_sql(policy, "recency", SQL("last_invoice_date"), as_of),
            f=self._score_sql(policy, "frequency", SQL("frequency"), as_of),
            m=self._score_sql(policy, "monetary", SQL("monetary"), as_of),
            sums=self._growth_sums_sql(policy, as_of),
            line=self._growth_line_sql(policy),
            stage=self._stage_sql(policy, as_of),
            growth=self._growth_sql(policy),
            policy=policy.id,
            columns=columns,
            prospects=facts._prospects_sql(policy, as_of),
        )

    def _score_sql(self, policy, figure, column, as_of):
        """Score 1 to 5 of a figure, as ``core.rfm``; by fifths among those with a purchase in the window."""
        if policy[f"{figure}_method"] == "quintiles":
            return SQL("ceil(5 * cume_dist() OVER (PARTITION BY frequency > 0 ORDER BY %s))::int", column)
        cuts = [SQL("%s::numeric", str(Decimal(str(cut)))) for cut in policy._get_cuts(figure)]
        if figure == "recency":
            return SQL("5 - %s", SQL(" - ").join(SQL("(%s::date - %s > %s)::int", as_of, column, cut) for cut in cuts))
        return SQL("1 + %s", SQL(" + ").join(SQL("(%s >= %s)::int", column, cut) for cut in cuts))

    def _stage_sql(self, policy, as_of):
        """Stage of the row, as ``core.stage.stage``. Credit notes without any purchase tell none."""
        return SQL(
            """
            CASE WHEN purchase_count = 0 THEN NULL
                 WHEN silence > %(lost)s THEN 'lost'
                 WHEN silence > %(at_risk)s THEN 'at_risk'
                 WHEN gap_ended > %(lost)s THEN 'won_back'
                 WHEN purchase_count = 1 THEN 'first_purchase'
                 WHEN first_invoice_date <= %(old)s AND frequency >= %(loyal)s THEN 'loyal'
                 ELSE 'repeat' END
            """,
            at_risk=self._limit_sql(policy, "at_risk"),
            lost=self._limit_sql(policy, "lost"),
            old=policy._get_loyal_since(as_of),
            loyal=policy.loyal_purchases,
        )

    def _limit_sql(self, policy, stage):
        """Days of silence up to which the customer is better than a stage, as ``core.stage.limits``."""
        return SQL(
            "CASE WHEN gap_median IS NULL THEN %s ELSE greatest(%s, %s::float * gap_median) END",
            policy[f"{stage}_days"],
            policy[f"{stage}_floor"],
            policy[f"{stage}_factor"],
        )
