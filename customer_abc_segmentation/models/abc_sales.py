"""What ABC measures: one row per customer, gathered by PostgreSQL."""

from odoo import models
from odoo.tools import SQL


class AbcSales(models.AbstractModel):
    """Composable SQL over the customers' posted documents.

    Key is the commercial partner; the company of a policy is read with its branches. Documents count when posted and
    dated up to ``as_of``; credit notes are netted.
    """

    _name = "abc.sales"
    _description = "ABC Sales Facts"

    # ------------------------------------------------------------------
    # PARTS
    # ------------------------------------------------------------------

    def _company_ids(self, policy):
        # sudo: a branch's sales belong to its root company whoever runs the policy, closed branches' as well
        tree = self.env["res.company"].sudo().with_context(active_test=False)
        return tree.search([("id", "child_of", policy.company_id.id)]).ids

    def _documents_sql(self, policy, as_of, columns):
        """SELECT of ``columns`` from the customer documents up to a date."""
        return SQL(
            """
            SELECT %(columns)s
              FROM account_move move
             WHERE move.company_id = ANY(%(companies)s) AND %(day)s <= %(as_of)s
               AND move.state = 'posted' AND move.move_type IN ('out_invoice', 'out_refund')
            """,
            columns=columns,
            companies=self._company_ids(policy),
            day=self._day(policy),
            as_of=as_of,
            to_flush=self._document_fields(),
        )

    def _document_fields(self):
        names = "commercial_partner_id company_id state move_type invoice_date date amount_untaxed_signed"
        return [self.env["account.move"]._fields[name] for name in names.split()]

    def _day(self, policy):
        return SQL.identifier("move", policy.date_basis)

    def _in_window(self, policy, as_of, day):
        return SQL("%s BETWEEN %s AND %s", day, *policy._get_window(as_of))

    # ------------------------------------------------------------------
    # MEASURES
    # ------------------------------------------------------------------

    def _get_measures(self):
        """``{measure: method(policy, as_of)}`` of the measures that need a statement of their own.

        The statement gives ``partner_id`` (commercial) and ``amount`` in company currency.
        """
        return {"margin": self._margin_sql, "cash_in": self._cash_in_sql}

    def _margin_sql(self, policy, as_of):
        """Margin as ``price_margin`` of ``account.invoice.report`` has it: at the products' present cost."""
        documents = self._documents_sql(
            policy,
            as_of,
            SQL("move.id, move.commercial_partner_id, move.move_type, move.invoice_date, move.date"),
        )
        return SQL(
            """
            SELECT move.commercial_partner_id AS partner_id, sum(move.margin)::numeric AS amount
              FROM (%(lines)s) move
             WHERE %(in_window)s
             GROUP BY move.commercial_partner_id
            """,
            lines=self._lines_sql(documents),
            in_window=self._in_window(policy, as_of, self._day(policy)),
        )

    def _lines_sql(self, documents):
        """The product lines of customer documents, one row each; what Odoo's invoice analysis counts.

        :param documents: ``SQL`` of a SELECT with ``id`` and ``move_type``; all its columns are handed on
        :return: ``SQL`` with ``line_id, product_id``, ``unit_id`` (of the product), ``revenue`` (untaxed), ``quantity``
            in that unit and ``margin`` at the present cost; credit notes are negative
        """
        line = self.env["account.move.line"]._fields
        names = "move_id display_type account_id balance quantity product_id product_uom_id company_id"
        quantity = SQL(
            """CASE move.move_type WHEN 'out_refund' THEN -1 ELSE 1 END
               * line.quantity * COALESCE(uom.factor, 1) / NULLIF(COALESCE(product_uom.factor, 1), 0)"""
        )
        return SQL(
            """
            SELECT move.*, line.id AS line_id, line.product_id, template.uom_id AS unit_id, -line.balance AS revenue,
                   %(quantity)s AS quantity,
                   -line.balance
                       - %(quantity)s * COALESCE((product.standard_price ->> line.company_id::text)::float, 0) AS margin
              FROM (%(documents)s) move
              JOIN account_move_line line ON line.move_id = move.id
              LEFT JOIN product_product product ON product.id = line.product_id
              LEFT JOIN product_template template ON template.id = product.product_tmpl_id
              LEFT JOIN uom_uom uom ON uom.id = line.product_uom_id
              LEFT JOIN uom_uom product_uom ON product_uom.id = template.uom_id
             WHERE line.display_type = 'product' AND line.account_id IS NOT NULL
            """,
            documents=documents,
            quantity=quantity,
            to_flush=[
                *(line[name] for name in names.split()),
                self.env["product.product"]._fields["standard_price"],
                self.env["product.template"]._fields["uom_id"],
                self.env["uom.uom"]._fields["factor"],
            ],
        )

    def _cash_in_sql(self, policy, as_of):
        """What entries of bank, cash and card journals credited to receivable accounts, less what they debited."""
        return SQL(
            "SELECT line.partner_id, sum(line.amount) AS amount FROM (%s) line WHERE %s GROUP BY line.partner_id",
            self._receipts_sql(self._company_ids(policy)),
            self._in_window(policy, as_of, SQL("line.date")),
        )

    def _receivable_account_ids(self):
        """Ids as constants: a join on the account type would keep the planner from using indexes."""
        # sudo: which accounts are receivable is no secret
        accounts = self.env["account.account"].sudo().with_context(active_test=False)
        return list(accounts._search([("account_type", "=", "asset_receivable")]).get_result_ids())

    def _receipts_sql(self, company_ids):
        """Rows ``partner_id`` (commercial), ``company_id, date, amount``: the receivable items of money journals."""
        line = self.env["account.move.line"]._fields
        names = "account_id partner_id company_id journal_id date parent_state balance"
        return SQL(
            """
            SELECT partner.commercial_partner_id AS partner_id, line.company_id, line.date, -line.balance AS amount
              FROM account_move_line line
              JOIN account_journal journal ON journal.id = line.journal_id
              JOIN res_partner partner ON partner.id = line.partner_id
             WHERE line.account_id = ANY(%(accounts)s) AND line.company_id = ANY(%(companies)s)
               AND line.parent_state = 'posted' AND journal.type IN ('bank', 'cash', 'credit')
            """,
            accounts=self._receivable_account_ids(),
            companies=company_ids,
            to_flush=[
                *(line[name] for name in names.split()),
                self.env["account.journal"]._fields["type"],
                self.env["res.partner"]._fields["commercial_partner_id"],
            ],
        )

    def _measure_column(self, policy):
        """The measure over the rows ``customer`` and, where it has a statement of its own, ``measured``."""
        if policy.measure in self._get_measures():
            return SQL("COALESCE(measured.amount, 0)")
        return SQL("customer.%s", SQL.identifier(policy.measure))

    def _measure_join(self, policy, as_of):
        statement = self._get_measures().get(policy.measure)
        if statement is None:
            return SQL("")
        return SQL("LEFT JOIN (%s) measured ON measured.partner_id = customer.partner_id", statement(policy, as_of))

    # ------------------------------------------------------------------
    # WHO IS RANKED
    # ------------------------------------------------------------------

    def _population(self, policy, as_of):
        """Condition on the rows ``customer``: matches the policy and has the history it asks for."""
        conditions = [SQL("customer.partner_id IS NOT NULL")]
        domain = policy._get_partner_domain()
        if not domain.is_true():
            # sudo: a class must not depend on which customers the person who starts the run may see
            partners = self.env["res.partner"].sudo().with_context(active_test=False)._search(domain)
            conditions.append(SQL("customer.partner_id IN %s", partners.subselect()))
        if policy.minimum_months:
            conditions.append(
                SQL(
                    "customer.first_date <= (%s::date - make_interval(months => %s))::date",
                    as_of,
                    policy.minimum_months,
                )
            )
        return SQL(" AND ").join(conditions)

    def _partition(self, policy):
        """Value within which customers are ranked, of the row ``partner``."""
        if not policy.partition_field_id:
            return SQL("NULL::int4")
        # sudo: as above; a company-dependent field is that of the policy's company
        partners = self.env["res.partner"].sudo().with_company(policy.company_id)
        return partners._field_to_sql("partner", policy.partition_field_id.sudo().name, partners._as_query())

    def _partition_join(self, policy):
        if not policy.partition_field_id:
            return SQL("")
        field = self.env["res.partner"]._fields[policy.partition_field_id.sudo().name]
        return SQL("JOIN res_partner partner ON partner.id = customer.partner_id", to_flush=field)

    # ------------------------------------------------------------------
    # FACTS
    # ------------------------------------------------------------------

    def _customers_sql(self, policy, as_of):
        """One row per customer that the policy ranks.

        :return: ``SQL`` of a SELECT with ``partner_id`` (commercial), ``partition_id``, ``measure``, and of the revenue
            per period for XYZ: ``active`` (periods with positive sales), ``sales``, ``squares`` (sum, sum of squares)
        """
        columns = [SQL.identifier(f"period_{number}") for number in range(1, policy.xyz_period_count + 1)]
        return SQL(
            """
            WITH customer AS (%(customers)s)
            SELECT customer.partner_id, %(partition)s AS partition_id, %(measure)s AS measure,
                   %(active)s AS active, %(sales)s AS sales, %(squares)s AS squares
              FROM customer
              %(measure_join)s
              %(partition_join)s
             WHERE %(population)s
            """,
            customers=self._customer_sales_sql(policy, as_of, columns),
            partition=self._partition(policy),
            measure=self._measure_column(policy),
            active=SQL(" + ").join(SQL("(%s > 0)::int", column) for column in columns),
            sales=SQL(" + ").join(columns),
            squares=SQL(" + ").join(SQL("%s * %s", column, column) for column in columns),
            measure_join=self._measure_join(policy, as_of),
            partition_join=self._partition_join(policy),
            population=self._population(policy, as_of),
        )

    def _customer_sales_sql(self, policy, as_of, columns):
        """A customer's first date, revenue and invoices of the window, and the sales of each XYZ period.

        One column per period instead of one row: a second grouping would cost more than everything else. Dates are
        compared with constants in one plain aggregate, which PostgreSQL spreads over its processes.
        """
        day = self._day(policy)
        in_window = self._in_window(policy, as_of, day)
        bounds = policy._get_xyz_bounds(as_of)
        periods = SQL(", ").join(
            SQL(
                "COALESCE(sum(move.amount_untaxed_signed)"
                " FILTER (WHERE %(day)s >= %(first)s AND %(day)s < %(after)s), 0) AS %(column)s",
                day=day,
                first=first,
                after=after,
                column=column,
            )
            for first, after, column in zip(bounds, bounds[1:], columns, strict=False)
        )
        aggregates = SQL(
            """
            move.commercial_partner_id AS partner_id, min(%(day)s) AS first_date,
            COALESCE(sum(move.amount_untaxed_signed) FILTER (WHERE %(in_window)s), 0) AS revenue,
            (count(*) FILTER (WHERE %(in_window)s AND move.move_type = 'out_invoice'))::numeric AS invoices, %(periods)s
            """,
            day=day,
            in_window=in_window,
            periods=periods,
        )
        documents = self._documents_sql(policy, as_of, aggregates)
        return SQL("%s GROUP BY move.commercial_partner_id", documents)
