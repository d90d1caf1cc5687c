from odoo import fields, models
from odoo.tools import SQL, format_date, formatLang

#: Days after the deadline in which late postings and credit notes still change the revenue of a win-back.
SETTLING_DAYS = 31


class CustomerWinback(models.Model):
    """Starting attempts for many customers, and deciding them from what was bought."""

    _inherit = "customer.winback"

    # ------------------------------------------------------------------
    # START
    # ------------------------------------------------------------------

    def _start(self, values, plan):
        """Start an attempt for each customer of ``values`` (``customer.value``) without one under way.

        ``plan``: ``{"date", "deadline", "activity_date", "user_id" or False, "measure_id", "note"}``.
        """
        values.check_access("read")
        fresh = values.filtered(lambda value: not value.has_open_winback)
        days = (plan["deadline"] - plan["date"]).days
        # sudo: attempts are made by this method only, for customers whose value the person may see
        winbacks = (
            self.sudo()
            .with_context(mail_create_nosubscribe=True, mail_create_nolog=True)
            .create([self._prepare_start_vals(value, plan, days) for value in fresh])
        )
        winbacks._schedule_activities(plan["activity_date"])
        self._forget_on_values()
        return winbacks.sudo(False)

    def _prepare_start_vals(self, value, plan, days):
        return {
            "company_id": value.company_id.id,
            "partner_id": value.partner_id.id,
            # not who left or never sees segmentation: nobody would find the activity
            "user_id": plan["user_id"] or value.user_id._who_may_work(value.company_id).id or self.env.uid,
            "measure_id": plan["measure_id"],
            "note": plan["note"],
            "date": plan["date"],
            "deadline": plan["deadline"],
            "churn_risk": value.churn_risk,
            "value_at_risk": value.value_at_risk,
            "expected_rate": self._expected_rate(value, days),
        }

    def _expected_rate(self, value, days):
        """Chance of a purchase within ``days``: the chance of none shrinks evenly with the days."""
        if value.churn_risk is None or not value.churn_reason:
            return None
        return 1 - value.churn_risk ** (days / value.churn_reason["days"])

    def _schedule_activities(self, deadline):
        """One activity per attempt, in one batch."""
        activity_type = self.env.ref("customer_abc_segmentation.mail_activity_type_winback")
        model_id = self.env["ir.model"]._get_id(self._name)
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "activity_type_id": activity_type.id,
                    "res_model_id": model_id,
                    "res_id": winback.id,
                    "user_id": winback.user_id.id,
                    "date_deadline": deadline,
                    "summary": winback.measure_id.with_context(lang=winback.user_id.lang).name,
                    "note": winback.note,
                }
                for winback in self
            ]
        )

    def _forget_on_values(self):
        """What the values of customers show of their win-backs is read anew."""
        self.env["customer.value"].invalidate_model(["winback_id", "winback_state", "has_open_winback"], flush=False)

    # ------------------------------------------------------------------
    # DECIDE
    # ------------------------------------------------------------------

    def _cron_decide(self):
        """Every night: what was bought decides."""
        self.sudo()._decide(fields.Date.context_today(self))

    def _decide(self, as_of):
        """Won back: bought in time. Lost: the deadline passed without. Revenue follows until it has settled."""
        self.flush_model()
        self.env.execute_query(self._revenue_sql(as_of))
        decided = self.browse(row[0] for row in self.env.execute_query(self._decide_sql(as_of)))
        self.invalidate_model()
        self._forget_on_values()
        # sudo: activities of others; nothing is left to be done where the outcome is known
        decided.sudo().activity_ids.unlink()
        decided._message_log_batch({winback.id: winback._get_outcome_sentence() for winback in decided})
        return decided

    def _revenue_sql(self, as_of):
        """First purchase and net revenue of all attempts that are under way or not settled; one statement."""
        move = self.env["account.move"]._fields
        names = "commercial_partner_id company_id state move_type invoice_date amount_untaxed_signed"
        return SQL(
            """
            UPDATE customer_winback winback
               SET purchase_date = bought.day, revenue = bought.revenue
              FROM (
                    SELECT attempt.id, min(move.invoice_date) FILTER (WHERE move.move_type = 'out_invoice') AS day,
                           COALESCE(sum(move.amount_untaxed_signed), 0) AS revenue
                      FROM customer_winback attempt
                      JOIN res_company root ON root.id = attempt.company_id
                      JOIN res_company company ON company.parent_path LIKE root.parent_path || '%%'
                      LEFT JOIN account_move move
                           ON move.commercial_partner_id = attempt.partner_id AND move.company_id = company.id
                           AND move.state = 'posted' AND move.move_type IN ('out_invoice', 'out_refund')
                           AND move.invoice_date > attempt.date
                           AND move.invoice_date <= LEAST(attempt.deadline, %(as_of)s)
                     WHERE attempt.state IN ('open', 'won_back') AND attempt.deadline >= %(as_of)s::date - %(days)s
                        OR attempt.state = 'open'
                     GROUP BY attempt.id
                   ) bought
             WHERE winback.id = bought.id
               AND (winback.purchase_date, winback.revenue) IS DISTINCT FROM (bought.day, bought.revenue)
            """,
            as_of=as_of,
            days=SETTLING_DAYS,
            to_flush=[*(move[name] for name in names.split()), self.env["res.company"]._fields["parent_path"]],
        )

    def _decide_sql(self, as_of):
        return SQL(
            """
            UPDATE customer_winback
               SET state = CASE WHEN purchase_date IS NULL THEN 'lost' ELSE 'won_back' END,
                   success = CASE WHEN purchase_date IS NULL THEN 0 ELSE 1 END, decided_on = %(as_of)s
             WHERE state = 'open' AND (purchase_date IS NOT NULL OR deadline < %(as_of)s)
            RETURNING id
            """,
            as_of=as_of,
        )

    def _get_outcome_sentence(self):
        winback = self.with_context(lang=self.user_id.lang)
        if winback.state == "won_back":
            return winback.env._(
                "Won back: bought on %(date)s, %(revenue)s so far.",
                date=format_date(winback.env, winback.purchase_date),
                revenue=formatLang(winback.env, winback.revenue, currency_obj=winback.currency_id),
            )
        return winback.env._("Lost: no purchase up to %(date)s.", date=format_date(winback.env, winback.deadline))
