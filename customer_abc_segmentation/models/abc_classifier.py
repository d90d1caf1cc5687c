"""Ranks the customers of a policy and writes what changed: the rules of ``core`` as set-based SQL."""

from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .abc_policy import SCHEDULE_STEPS

KINDS = ("new", "up", "stayed", "down", "left")
# What an open row holds beside its class and XYZ.
FIGURES = ("measure", "rule", "partition_id", "variation", "rank", "share", "share_before", "cumulative_share")


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
        self.env["abc.trigger"]._after_run(policy, run)
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
        """The ranked customers of whom something has to be written, with figures, class, XYZ and the open row.

        Who has an open row but is ranked no longer is there too, without figures or class (kind ``left``).
        """
        return SQL(
            """
            WITH ranked AS (
                SELECT partner_id, partition_id, measure, active, sales, %(spread)s AS spread, %(bound)s AS bound,
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
                       %(class)s AS class_id, %(reason)s AS rule, %(xyz)s AS xyz,
                       sqrt(spread::float / NULLIF(bound, 0)::float) AS any_variation,
                       latest.id AS open_id, latest.class_id AS open_class_id, latest.xyz AS open_xyz, %(open)s
                  FROM ranked
                  FULL JOIN (
                        SELECT id, partner_id, class_id, xyz, %(figures)s
                          FROM abc_classification
                         WHERE policy_id = %(policy)s AND NOT is_manual AND date_to IS NULL
                       ) latest ON latest.partner_id = ranked.partner_id
            ), compared AS (
                SELECT placed.*, CASE WHEN xyz <> 'N' THEN any_variation END AS variation,
                       class_id IS NOT NULL AND (class_id, xyz) IS NOT DISTINCT FROM (open_class_id, open_xyz)
                       AS unchanged
                  FROM placed
            )
            SELECT compared.*, %(kind)s AS kind
              FROM compared
             WHERE NOT unchanged OR %(moved)s
            """,
            customers=self.env["abc.sales"]._customers_sql(policy, as_of),
            policy=policy.id,
            **{"class": self._class_sql(policy), "reason": self._reason_sql(policy)},
            xyz=self._xyz_sql(policy),
            # compared as squares: nothing is divided
            spread=SQL("%(n)s * (%(n)s * squares - sales * sales)", n=policy.xyz_period_count),
            bound=SQL("%s * sales * sales", policy.xyz_period_count - 1),
            figures=SQL(", ").join(
                SQL("%s AS %s", SQL.identifier(name), SQL.identifier(f"open_{name}")) for name in FIGURES
            ),
            open=SQL(", ").join(SQL.identifier(f"open_{name}") for name in FIGURES),
            kind=self._kind_sql(policy),
            moved=self._moved_sql(),
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
        return SQL(
            """
            CASE WHEN active < %(minimum)s OR sales <= 0 THEN 'N'
                 WHEN spread <= %(x)s::numeric * bound THEN 'X'
                 WHEN spread <= %(y)s::numeric * bound THEN 'Y'
                 ELSE 'Z' END
            """,
            minimum=policy.xyz_minimum_active,
            x=str(Decimal(str(policy.xyz_x_max)) ** 2),
            y=str(Decimal(str(policy.xyz_y_max)) ** 2),
        )

    def _moved_sql(self):
        """Whether the figures of an open row whose class stays are worth writing, see the history rule."""
        return SQL(
            """
            (open_measure <> measure OR open_rule <> rule OR open_partition_id IS DISTINCT FROM partition_id
             OR (open_variation IS NULL) <> (variation IS NULL) OR abs(open_variation - variation) > 0.001
             OR abs(open_rank - rank) * 100 > rank OR (open_share IS NULL) <> (share IS NULL)
             OR abs(open_share_before - share_before) > 0.001
             OR abs(open_cumulative_share - cumulative_share) > 0.001)
            """
        )

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
