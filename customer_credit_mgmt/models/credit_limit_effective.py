"""The effective limit: what it is made of on a day, and how the contact's own field is kept equal to it."""

from odoo import api, fields, models
from odoo.tools import SQL


class CreditLimit(models.Model):
    _inherit = "credit.limit"

    # ------------------------------------------------------------------
    # GATHER
    # ------------------------------------------------------------------

    @api.model
    def _effective_sql(self, as_of, partners=None):
        """``(profile_id, amount)``: all that makes up the limit of a profile on the day, in company currency.

        Of the profiles of ``partners`` only, or of everybody: a join would not keep the others from being added up.
        """
        parts = SQL(" UNION ALL ").join(self._effective_parts(as_of, partners))
        return SQL("SELECT profile_id, sum(amount) AS amount FROM (%s) part GROUP BY profile_id", parts)

    @api.model
    def _effective_parts(self, as_of, partners=None):
        """Statements of ``(profile_id, amount)`` that add up to the effective limit."""
        approved = SQL("SELECT profile_id, amount FROM (%s) counted", self._counted_sql(as_of, partners))
        guarantees = self.env["credit.guarantee"]
        if not guarantees._exist():
            return [approved]
        covers = guarantees._covers_sql(as_of, partners, "raise_limit")
        return [approved, SQL("SELECT profile_id, amount FROM (%s) cover", covers)]

    @api.model
    def _counted_sql(self, as_of, partners=None):
        """The approved limits that count on the day, one row each.

        :return: ``SQL`` with ``id, profile_id, kind, own_amount`` (in ``currency_id``), ``rate`` (company currency for
            one unit of the own one), ``amount`` (company currency) and ``date_to``
        """
        own_currency = self.env["receivable.ledger"]._lacks(partners, "foreign_limit")
        return SQL(
            """
            SELECT id, profile_id, kind, own_amount, currency_id, rate, amount, date_to
              FROM (
                    SELECT credit_limit.id, profile_id, kind, credit_limit.amount AS own_amount,
                           credit_limit.currency_id, %(rate)s AS rate, %(amount)s AS amount, date_to,
                           kind = 'base' AND row_number() OVER (
                                PARTITION BY profile_id, kind ORDER BY date_from DESC, credit_limit.id DESC
                           ) > 1 AS is_replaced
                      FROM credit_limit
                      JOIN res_company company ON company.id = credit_limit.company_id
                     WHERE credit_limit.state IN ('approved', 'expired') AND date_from <= %(as_of)s
                       AND (date_to IS NULL OR date_to >= %(as_of)s) AND %(partners)s
                   ) valid
             WHERE NOT is_replaced
            """,
            as_of=as_of,
            rate=SQL("1") if own_currency else self._rate_sql(as_of),
            amount=SQL("credit_limit.amount") if own_currency else self._company_amount_sql(as_of),
            partners=self._profiles_condition(partners),
            to_flush=self._limit_fields(),
        )

    @api.model
    def _limit_fields(self):
        names = ("profile_id", "company_id", "amount", "currency_id", "kind", "state", "date_from", "date_to")
        return [self._fields[name] for name in names]

    @api.model
    def _company_amount_sql(self, as_of):
        """The amount of the ``credit_limit`` in the currency of its ``company``, at the rate of the day."""
        currencies = self.env["res.currency"]
        return currencies._in_company_currency_sql(
            SQL("credit_limit.amount"), SQL("credit_limit.currency_id"), "company", as_of
        )

    @api.model
    def _rate_sql(self, as_of):
        """Company currency for one unit of the currency of the ``credit_limit``, on the day."""
        currencies = self.env["res.currency"]
        return SQL(
            "CASE WHEN credit_limit.currency_id = company.currency_id THEN 1 ELSE %s / %s END",
            currencies._rate_sql(SQL("company.currency_id"), SQL("company.id"), as_of),
            currencies._rate_sql(SQL("credit_limit.currency_id"), SQL("company.id"), as_of),
        )

    @api.model
    def _profiles_condition(self, partners):
        """Condition on ``profile_id``: of these commercial partners, or of everybody."""
        if partners is None:
            return SQL("TRUE")
        return SQL("profile_id IN (SELECT id FROM credit_profile WHERE partner_id = ANY(%s))", list(partners.ids))

    @api.model
    def _effective_amounts(self, profiles, as_of):
        """``{profile id: amount}`` effective on the day."""
        if not profiles.ids:
            return {}
        effective = self._effective_sql(as_of, profiles.partner_id)
        return dict(
            self.env.execute_query(
                SQL("SELECT profile_id, amount FROM (%s) effective WHERE profile_id = ANY(%s)", effective, profiles.ids)
            )
        )

    # ------------------------------------------------------------------
    # APPLY
    # ------------------------------------------------------------------

    def _apply(self):
        """What follows from a change of the effective limit."""
        self._sync_native_limit(self.profile_id)
        self.profile_id._refresh_status()

    @api.model
    def _sync_native_limit(self, profiles):
        """Keep the contact's own credit limit equal to the effective one, company by company."""
        today = fields.Date.context_today(self)
        for company, of_company in profiles.grouped("company_id").items():
            self._write_native_limit(company, today, of_company)

    @api.model
    def _write_native_limit(self, company, as_of, profiles=None):
        """Write the native limit where it differs, in one statement.

        :param profiles: whatever their limit mode (0 where no limit applies); default: all limited ones of the company
        :return: the profiles whose customers' native limit was another
        """
        # sudo: the native field belongs to invoicing users, the decision was taken by who approved the limit
        contacts = self.env["res.partner"].sudo().with_company(company)
        native = contacts._field_to_sql("contact", "credit_limit")
        partners = None if profiles is None else profiles.partner_id
        rows = self.env.execute_query(
            SQL(
                """
                WITH wanted AS (
                    SELECT profile.id, profile.partner_id, CASE WHEN profile.limit_mode = 'limited'
                           THEN round(COALESCE(effective.amount, 0)::numeric, %(digits)s) ELSE 0 END AS amount
                      FROM credit_profile profile
                      LEFT JOIN (%(effective)s) effective ON effective.profile_id = profile.id
                     WHERE profile.company_id = %(company)s AND %(chosen)s
                )
                UPDATE res_partner contact
                   SET credit_limit = COALESCE(contact.credit_limit, '{}'::jsonb)
                                      || jsonb_build_object(%(key)s::text, wanted.amount),
                       write_uid = %(uid)s, write_date = now() AT TIME ZONE 'UTC'
                  FROM wanted
                 WHERE contact.commercial_partner_id = wanted.partner_id
                   AND abs(COALESCE(%(native)s, 0)::numeric - wanted.amount) >= %(rounding)s / 2.0
                RETURNING contact.id, wanted.id
                """,
                effective=self._effective_sql(as_of, partners),
                company=company.id,
                key=str(company.id),
                uid=self.env.uid,
                digits=company.currency_id.decimal_places,
                rounding=company.currency_id.rounding,
                native=native,
                chosen=SQL("profile.limit_mode = 'limited'")
                if profiles is None
                else SQL("profile.id = ANY(%s)", profiles.ids),
                to_flush=[
                    contacts._fields["commercial_partner_id"],
                    *(self.env["credit.profile"]._fields[name] for name in ("limit_mode", "partner_id", "company_id")),
                ],
            )
        )
        changed = contacts.browse([contact for contact, _profile in rows])
        changed.invalidate_recordset(["credit_limit"], flush=False)
        changed.modified(["credit_limit"])
        return self.env["credit.profile"].browse({profile for _contact, profile in rows})

    # ------------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------------

    @api.model
    def _cron_expire(self):
        """Mark what ended and bring the contacts' own field in step; limits begin and end on the day without this job.

        The field is compared with what it should be, whatever the reason (an end, a beginning, another exchange rate,
        a hand): a night on which the job did not run is made good by the next one.
        """
        today = fields.Date.context_today(self)
        ended = self.search([("state", "=", "approved"), ("date_to", "<", today)])
        ended._set_state("expired")
        changed = ended.profile_id
        for company in self.env["res.company"].search([("parent_id", "=", False)]):
            changed |= self._write_native_limit(company, today)
        changed.with_context(tracking_disable=True)._refresh_status()
