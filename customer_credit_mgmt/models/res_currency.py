from odoo import api, models
from odoo.tools import SQL


class ResCurrency(models.Model):
    _inherit = "res.currency"

    @api.model
    def _in_company_currency_sql(self, amount, currency, company, as_of):
        """``amount`` in the currency of the company at the day's rate, rounded to that currency; an expression.

        The same rate as ``res.currency._convert``: of the company before that of everybody, the newest up to the day,
        else the first one ever, else 1.

        :param amount: expression of an amount
        :param currency: expression of the currency's id
        :param company: alias of the root company in ``res_company``
        """
        own = SQL.identifier(company, "currency_id")
        return SQL(
            """
            CASE WHEN %(currency)s = %(own)s THEN %(amount)s
                 ELSE round(%(amount)s * %(to_rate)s / %(from_rate)s,
                            (SELECT decimal_places FROM res_currency WHERE id = %(own)s)) END
            """,
            currency=currency,
            own=own,
            amount=amount,
            to_rate=self._rate_sql(own, SQL.identifier(company, "id"), as_of),
            from_rate=self._rate_sql(currency, SQL.identifier(company, "id"), as_of),
        )

    @api.model
    def _rate_sql(self, currency, company, as_of):
        known = SQL("SELECT rate FROM res_currency_rate WHERE currency_id = %s", currency)
        return SQL(
            """
            COALESCE((%(known)s AND name <= %(as_of)s AND (company_id IS NULL OR company_id = %(company)s)
                       ORDER BY company_id, name DESC LIMIT 1),
                     (%(known)s AND (company_id IS NULL OR company_id = %(company)s)
                       ORDER BY company_id, name LIMIT 1), 1)
            """,
            known=known,
            as_of=as_of,
            company=company,
            to_flush=[self.env["res.currency.rate"]._fields[name] for name in ("rate", "name", "company_id")],
        )
