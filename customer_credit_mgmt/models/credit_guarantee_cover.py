"""What the guarantees of a customer cover on a day, set-based."""

from odoo import api, fields, models, tools
from odoo.tools import SQL


class CreditGuarantee(models.Model):
    _inherit = "credit.guarantee"

    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    current_cover = fields.Monetary(
        string="Counts Today",
        compute="_compute_current_cover",
        currency_field="company_currency_id",
        help="In the currency of the company, at today's rate, after the haircut; nothing outside the validity.",
    )
    validity = fields.Selection(
        [("none", "Not in Force"), ("future", "Not Yet Valid"), ("valid", "Valid"), ("expired", "Expired")],
        compute="_compute_current_cover",
        search="_search_validity",
        help="As of today, from the dates: no job has to run.",
    )

    # ------------------------------------------------------------------
    # GATHER
    # ------------------------------------------------------------------

    @api.model
    @tools.ormcache()
    def _exist(self):
        """Whether there is any guarantee: where there is none, the statements of the exposure read nothing of them."""
        # sudo: whoever posts a document is checked with the cover
        return bool(self.sudo().search_count([], limit=1))

    @api.model
    def _changes_cache(self, names):
        return False

    @api.model
    def _valid_condition(self, as_of):
        """Condition on ``guarantee``: in force on the day. What was released later still covered on the day."""
        return SQL(
            """
            guarantee.date_from <= %(as_of)s AND (guarantee.date_to IS NULL OR guarantee.date_to >= %(as_of)s)
            AND (guarantee.state = 'active' OR guarantee.state = 'released' AND guarantee.released_on > %(as_of)s)
            """,
            as_of=as_of,
            to_flush=[self._fields[name] for name in ("date_from", "date_to", "state", "released_on")],
        )

    @api.model
    def _covers_sql(self, as_of, partners=None, effect=None):
        """``(id, profile_id, company_id, amount)`` per guarantee in force on the day, as :meth:`_cover_sql`."""
        if not self._exist():
            return SQL("SELECT 0 AS id, 0 AS profile_id, 0 AS company_id, 0.0 AS amount WHERE FALSE")
        return SQL(
            """
            SELECT guarantee.id, guarantee.profile_id, guarantee.company_id, %(amount)s AS amount
              FROM credit_guarantee guarantee
              JOIN res_company company ON company.id = guarantee.company_id
             WHERE %(valid)s AND %(partners)s AND %(effect)s
            """,
            amount=self.env["res.currency"]._in_company_currency_sql(
                SQL("guarantee.cover_amount"), SQL("guarantee.currency_id"), "company", as_of
            ),
            valid=self._valid_condition(as_of),
            partners=self.env["credit.limit"]._profiles_condition(partners),
            effect=SQL("TRUE") if effect is None else SQL("guarantee.effect = %s", effect),
            to_flush=[
                self._fields[name] for name in ("profile_id", "company_id", "cover_amount", "currency_id", "effect")
            ],
        )

    @api.model
    def _cover_sql(self, as_of, partners=None, effect=None):
        """``(profile_id, amount)``: cover of a profile on the day, in company currency at the day's rate.

        The amount less its haircut, of the guarantees in force on the day: one that ended the day before is not
        counted, whatever job ran or not.

        :param partners: commercial partners to restrict to; default: everybody
        :param effect: ``raise_limit`` or ``reduce_exposure``; default: both
        """
        return SQL(
            "SELECT profile_id, sum(amount) AS amount FROM (%s) cover GROUP BY profile_id",
            self._covers_sql(as_of, partners, effect),
        )

    @api.model
    def _secured_sql(self, as_of, company=None, partners=None):
        """``(partner_id, company_id, amount)``: cover that reduces the exposure, a component of the exposure.

        All of it: it is cut to what is open where the exposure is added up, see ``credit.profile._figures_sql``.
        """
        return SQL(
            """
            SELECT profile.partner_id, profile.company_id, sum(cover.amount) AS amount
              FROM (%(covers)s) cover
              JOIN credit_profile profile ON profile.id = cover.profile_id
             WHERE profile.company_id = ANY(%(roots)s)
             GROUP BY profile.partner_id, profile.company_id
            """,
            covers=self._covers_sql(as_of, partners, "reduce_exposure"),
            # sudo: a branch shares its root's customers whoever asks
            roots=(company or self.env.companies).sudo().root_id.ids,
        )

    @api.model
    def _insurer_terms_sql(self, as_of, partners=None):
        """``(profile_id, stop_days)``: the earliest day overdue at which an insurer stops deliveries."""
        return SQL(
            """
            SELECT profile_id, min(stop_days) AS stop_days
              FROM credit_guarantee guarantee
             WHERE kind = 'insurance' AND stop_days > 0 AND %(valid)s AND %(partners)s
             GROUP BY profile_id
            """,
            valid=self._valid_condition(as_of),
            partners=self.env["credit.limit"]._profiles_condition(partners),
            to_flush=[self._fields[name] for name in ("kind", "stop_days", "profile_id")],
        )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("state", "date_from", "date_to", "cover_amount", "currency_id", "released_on")
    def _compute_current_cover(self):
        today = fields.Date.context_today(self)
        counted = {}
        if self.ids:
            covers = self._covers_sql(today, self.partner_id)
            counted = dict(self.env.execute_query(SQL("SELECT id, amount FROM (%s) cover", covers)))
        for guarantee in self:
            guarantee.current_cover = counted.get(guarantee.id, 0.0)
            guarantee.validity = guarantee._validity_on(today)

    def _validity_on(self, day):
        if self.state != "active":
            return "none"
        if self.date_from and self.date_from > day:
            return "future"
        return "expired" if self.date_to and self.date_to < day else "valid"

    def _search_validity(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        domains = {
            "none": [("state", "!=", "active")],
            "future": [("state", "=", "active"), ("date_from", ">", today)],
            "expired": [("state", "=", "active"), ("date_from", "<=", today), ("date_to", "<", today)],
            "valid": [
                ("state", "=", "active"),
                ("date_from", "<=", today),
                *("|", ("date_to", "=", False), ("date_to", ">=", today)),
            ],
        }
        return fields.Domain.OR(fields.Domain(domains[key]) for key in value if key in domains)
