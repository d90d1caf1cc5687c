"""Ranks the customers of a policy and writes what changed: the rules of ``core`` as set-based SQL."""

from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .abc_policy import SCHEDULE_STEPS

KINDS = ("new", "up", "stayed", "down", "left")


class AbcClassifier(models.AbstractModel):
    """Gather, rank and compare in one statement, then close, refresh and open rows in one statement each.

    History rule: a change of class or of XYZ closes the open row the day before and opens a new one. Where neither
    changed, the figures of the open row are brought up to date in place, and only where they moved: another measure, a
    variation off by more than 0.001, a rank by more than 1 %, a share by more than 0.1 points. So a night with few
    sales writes few rows although every total moved a little, the first hundred ranks are always exact, and running
    twice writes nothing but the log.
    """

    _name = "abc.classifier"
    _description = "ABC Classifier"

    def _run(self, policy, as_of):
        """Classify the customers of a policy as of a date; returns its ``abc.run``."""
        policy._check_classes()
        self._check_not_before_history(policy, as_of)
        # sudo: history and log are written by this method only, nobody has the right to change them
        run = self.env["abc.run"].sudo().create(self._prepare_run_vals(policy, as_of)).sudo(False)
        self.env["abc.classification"].flush_model()
        # a table for this moment, so that the statements that write see one and the same result
        self.env.execute_query(
            SQL("CREATE TEMPORARY TABLE abc_placed ON COMMIT DROP AS %s", self._placed_sql(policy, as_of))
        )
        self.env.execute_query(self._close_sql(as_of))
        self.env.execute_query(self._refresh_sql(run))
        self.env.execute_query(self._open_sql(policy, run))
        self.env.execute_query(self._migration_sql(policy, run))
        self.env.execute_query(SQL("DROP TABLE abc_placed"))
        for model in ("abc.classification", "abc.migration"):
            self.env[model].invalidate_model()
        self.env["res.partner"].invalidate_model(["abc_class_id", "abc_xyz"])
        self._finish(policy, run)
        return run

    def _check_not_before_history(self, policy, as_of):
        [(latest,)] = self.env.execute_query(
            SQL(
                "SELECT max(date_from) FROM abc_classification"
                " WHERE policy_id = %s AND NOT is_manual AND date_to IS NULL",
                policy.id,
                to_flush=self.env["abc.classification"]._fields["date_to"],
            )
        )
        if latest and latest > as_of:
            raise UserError(
                self.env._(
                    "%(policy)s was already classified as of %(latest)s: history cannot be written before that day.",
                    policy=policy.name,
                    latest=latest,
                )
            )

    def _prepare_run_vals(self, policy, as_of):
        window_start, window_end = policy._get_window(as_of)
        return {
            "policy_id": policy.id,
            "currency_id": policy._get_measure_currency().id,
            "date": as_of,
            "window_start": window_start,
            "window_end": window_end,
            "user_id": self.env.uid,
        }

    # ------------------------------------------------------------------
    # RANK AND COMPARE
    # ------------------------------------------------------------------

    def _placed_sql(self, policy, as_of):
        """Every ranked customer with figures, class, XYZ and the open row to compare with.

        Who has an open row but is ranked no longer is there too, without figures or class (kind ``left``).
        """
        return SQL(
            """
            WITH ranked AS (
                SELECT partner_id, partition_id, measure, active, sales, squares,
                       rank() OVER place AS rank,
                       COALESCE(sum(GREATEST(measure, 0)) OVER (
                           place GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before,
                       sum(GREATEST(measure, 0)) OVER place AS up_to,
                       sum(GREATEST(measure, 0)) OVER (PARTITION BY partition_id) AS total
                  FROM (%(customers)s) customer
                WINDOW place AS (PARTITION BY partition_id ORDER BY measure DESC)
            ), placed AS MATERIALIZED (
                SELECT COALESCE(ranked.partner_id, latest.partner_id) AS partner_id, ranked.partition_id,
                       ranked.measure, ranked.rank::int AS rank,
                       GREATEST(ranked.measure, 0)::float / NULLIF(total::float, 0) AS share,
                       before::float / NULLIF(total::float, 0) AS share_before,
                       up_to::float / NULLIF(total::float, 0) AS cumulative_share,
                       %(class)s AS class_id, %(reason)s AS rule, %(xyz)s AS xyz, %(variation)s AS any_variation,
                       latest.id AS open_id, latest.class_id AS open_class_id, latest.xyz AS open_xyz
                  FROM ranked
                  FULL JOIN (
                        SELECT id, partner_id, class_id, xyz
                          FROM abc_classification
                         WHERE policy_id = %(policy)s AND NOT is_manual AND date_to IS NULL
                       ) latest ON latest.partner_id = ranked.partner_id
            )
            SELECT placed.*, CASE WHEN xyz <> 'N' THEN any_variation END AS variation,
                   class_id IS NOT NULL AND (class_id, xyz) IS NOT DISTINCT FROM (open_class_id, open_xyz)
                   AS unchanged, %(kind)s AS kind
              FROM placed
            """,
            customers=self.env["abc.sales"]._customers_sql(policy, as_of),
            policy=policy.id,
            **{"class": self._class_sql(policy), "reason": self._reason_sql(policy)},
            xyz=self._xyz_sql(policy),
            variation=self._variation_sql(policy),
            kind=self._kind_sql(policy),
        )

    def _plain_class_sql(self, policy):
        """Class by the share before, as ``core.abc.Scheme.class_of``; amounts are compared, nothing is divided."""
        classes = policy.class_ids.sorted()
        cases = SQL(" ").join(
            SQL("WHEN before * 100 < %s::numeric * total THEN %s", str(level.upper_share), level.id)
            for level in classes[:-1]
        )
        return SQL(
            "CASE WHEN measure IS NULL THEN NULL WHEN measure <= 0 THEN %(last)s %(cases)s ELSE %(last)s END",
            last=classes[-1].id,
            cases=cases,
        )

    def _class_sql(self, policy):
        """The plain class, unless the class of the open row is kept, as ``core.abc.Scheme.keeps``."""
        plain = self._plain_class_sql(policy)
        if not policy.hysteresis:
            return plain
        classes = policy.class_ids.sorted()
        lower_shares = [0, *classes.mapped("upper_share")]
        cases = SQL(" ").join(
            SQL(
                "WHEN latest.class_id = %(id)s AND measure > 0 AND before > 0"
                " AND before * 100 >= (%(lower)s::numeric - %(hysteresis)s::numeric) * total"
                " AND before * 100 < (%(upper)s::numeric + %(hysteresis)s::numeric) * total THEN %(id)s",
                id=level.id,
                lower=str(lower),
                upper=str(level.upper_share),
                hysteresis=str(policy.hysteresis),
            )
            for level, lower in zip(classes, lower_shares, strict=False)
        )
        return SQL("CASE %s ELSE %s END", cases, plain)

    def _reason_sql(self, policy):
        return SQL(
            "CASE WHEN measure <= 0 THEN 'nothing' WHEN before = 0 THEN 'leader' WHEN %s THEN 'kept' ELSE 'share' END",
            SQL("%s <> %s", self._class_sql(policy), self._plain_class_sql(policy))
            if policy.hysteresis
            else SQL("FALSE"),
        )

    def _xyz_sql(self, policy):
        """X, Y, Z or N, as ``core.xyz.evenness``: squares are compared, nothing is divided."""
        count = policy.xyz_period_count
        return SQL(
            """
            CASE WHEN active < %(minimum)s OR sales <= 0 THEN 'N'
                 WHEN %(spread)s <= %(x)s::numeric * %(bound)s THEN 'X'
                 WHEN %(spread)s <= %(y)s::numeric * %(bound)s THEN 'Y'
                 ELSE 'Z' END
            """,
            minimum=policy.xyz_minimum_active,
            spread=SQL("%s * (%s * squares - sales * sales)", count, count),
            bound=SQL("(%s * sales * sales)", count - 1),
            x=str(Decimal(str(policy.xyz_x_max)) ** 2),
            y=str(Decimal(str(policy.xyz_y_max)) ** 2),
        )

    def _variation_sql(self, policy):
        count = policy.xyz_period_count
        statement = "sqrt(%s * (%s * squares - sales * sales)::float / NULLIF(%s * sales * sales, 0)::float)"
        return SQL(statement, count, count, count - 1)

    def _kind_sql(self, policy):
        """What became of the customer since the open row: new, up, down, stayed or left."""
        places = SQL(", ").join(
            SQL("(%s, %s)", level.id, place) for place, level in enumerate(policy.class_ids.sorted())
        )
        place, open_place = (
            SQL("(SELECT place FROM (VALUES %s) AS level(id, place) WHERE id = %s)", places, SQL.identifier(column))
            for column in ("class_id", "open_class_id")
        )
        return SQL(
            """
            CASE WHEN open_id IS NULL THEN 'new' WHEN class_id IS NULL THEN 'left'
                 WHEN class_id = open_class_id THEN 'stayed' WHEN %s < %s THEN 'up' ELSE 'down' END
            """,
            place,
            open_place,
        )

    # ------------------------------------------------------------------
    # WRITE WHAT CHANGED
    # ------------------------------------------------------------------

    def _close_sql(self, as_of):
        """The day before is the last day of what changed; a row opened and changed on one day was never in force."""
        return SQL(
            """
            UPDATE abc_classification latest
               SET date_to = %(as_of)s::date - 1
              FROM abc_placed placed
             WHERE latest.id = placed.open_id AND NOT placed.unchanged
            """,
            as_of=as_of,
        )

    def _refresh_sql(self, run):
        return SQL(
            """
            UPDATE abc_classification latest
               SET measure = placed.measure, share = placed.share, share_before = placed.share_before,
                   cumulative_share = placed.cumulative_share, rank = placed.rank, variation = placed.variation,
                   rule = placed.rule, partition_id = placed.partition_id, figures_run_id = %(run)s
              FROM abc_placed placed
             WHERE latest.id = placed.open_id AND placed.unchanged
               AND (latest.measure <> placed.measure OR latest.rule <> placed.rule
                    OR latest.partition_id IS DISTINCT FROM placed.partition_id
                    OR (latest.variation IS NULL) <> (placed.variation IS NULL)
                    OR abs(latest.variation - placed.variation) > 0.001
                    OR abs(latest.rank - placed.rank) * 100 > placed.rank
                    OR (latest.share IS NULL) <> (placed.share IS NULL)
                    OR abs(latest.share_before - placed.share_before) > 0.001
                    OR abs(latest.cumulative_share - placed.cumulative_share) > 0.001)
            """,
            run=run.id,
        )

    def _open_sql(self, policy, run):
        return SQL(
            """
            INSERT INTO abc_classification (
                   policy_id, company_id, partner_id, partition_id, class_id, xyz, previous_class_id, movement, rule,
                   measure, currency_id, share, share_before, cumulative_share, rank, variation,
                   date_from, run_id, figures_run_id, is_manual)
            SELECT %(policy)s, %(company)s, partner_id, partition_id, class_id, xyz, open_class_id,
                   CASE kind WHEN 'stayed' THEN 'xyz' ELSE kind END, rule,
                   measure, %(currency)s, share, share_before, cumulative_share, rank, variation,
                   %(date)s, %(run)s, %(run)s, FALSE
              FROM abc_placed
             WHERE NOT unchanged AND class_id IS NOT NULL
             ORDER BY partner_id
            """,
            policy=policy.id,
            company=policy.company_id.id,
            currency=run.currency_id.id or None,
            date=run.date,
            run=run.id,
        )

    def _migration_sql(self, policy, run):
        return SQL(
            """
            INSERT INTO abc_migration (
                   run_id, policy_id, company_id, currency_id, date, from_class_id, to_class_id, kind,
                   customer_count, measure, create_uid, create_date, write_uid, write_date)
            SELECT %(run)s, %(policy)s, %(company)s, %(currency)s, %(date)s, open_class_id, class_id, kind,
                   count(*), sum(measure), %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
              FROM abc_placed
             GROUP BY open_class_id, class_id, kind
            """,
            run=run.id,
            policy=policy.id,
            company=policy.company_id.id,
            currency=run.currency_id.id or None,
            date=run.date,
            uid=self.env.uid,
        )

    def _finish(self, policy, run):
        """Sum the run up and set the day of the next one."""
        cells = run.sudo().migration_ids
        counts = dict.fromkeys(KINDS, 0)
        for cell in cells:
            counts[cell.kind] += cell.customer_count
        run.sudo().write(
            {
                "customer_count": sum(counts.values()) - counts["left"],
                "total": sum(cells.mapped("measure")),
                **{f"{kind}_count": count for kind, count in counts.items() if kind != "stayed"},
            }
        )
        step = SCHEDULE_STEPS.get(policy.schedule)
        policy.write({"last_run_id": run.id, "date_next": run.date + step if step else False})
