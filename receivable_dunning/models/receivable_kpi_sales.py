"""Sales of the months before, for counting back."""

from odoo import models
from odoo.tools import SQL


class ReceivableKpiFacts(models.AbstractModel):
    _inherit = "receivable.kpi.facts"

    # ------------------------------------------------------------------
    # SALES OF EARLIER MONTHS
    # ------------------------------------------------------------------

    def _sales_back(self, period, dimensions, count):
        """``{(dimension, id): [(sales, days), ...]}`` of ``count`` months from the end of the period backwards."""
        months = list(period.months_back(count))
        rows = self.env.execute_query(
            SQL(
                """
                SELECT slot.dimension, slot.key, sale.month, sum(sale.amount)
                  FROM (SELECT partner.commercial_partner_id AS partner_id,
                               date_trunc('month', line.date)::date AS month, sum(line.balance) AS amount
                          FROM (%(lines)s) line
                          LEFT JOIN res_partner partner ON partner.id = line.partner_id
                         WHERE line.display_type = 'payment_term'
                         GROUP BY 1, 2) sale
                  LEFT JOIN res_partner customer ON customer.id = sale.partner_id
                  %(followed)s
                 GROUP BY 1, 2, 3
                """,
                lines=self._receivable_items_sql(period.company_ids, months[-1].date_from, period.date_to),
                followed=self._followed_sql(period, dimensions),
            )
        )
        place = {month.date_from: number for number, month in enumerate(months)}
        sales = {}
        for dimension, key, month, amount in rows:
            amounts = sales.setdefault((dimension, key), [(0.0, each.days) for each in months])
            amounts[place[month]] = (float(amount), months[place[month]].days)
        return sales
