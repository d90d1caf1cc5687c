"""The ledger facts: what an open item is, as of any date. Everything else of the suite is built on them."""

from odoo import models, tools
from odoo.tools import SQL


class ReceivableLedger(models.AbstractModel):
    """Composable SQL over the receivable accounts.

    An *open item* is a posted journal item of a receivable account with a residual as of the date. Residuals are
    rebuilt from the reconciliations: today's residual plus what was matched after the date. A matching with a draft
    entry is not effective yet. Law: the residuals of a company as of any date add up to the balance of its receivable
    accounts in the general ledger on that date, to the cent.

    ``company`` is a recordset of companies (default: the active ones). Branches belong to their root company: the
    whole tree below the root is read, and ``root_company_id`` is the key beside the commercial partner.
    """

    _name = "receivable.ledger"
    _description = "Receivable Ledger Facts"

    # ------------------------------------------------------------------
    # PARTS
    # ------------------------------------------------------------------

    @tools.ormcache()
    def _receivable_account_ids(self):
        """Ids of all receivable accounts, as constants: a join on the account type misleads the planner."""
        # sudo: which accounts are receivable is no secret; readers of credit facts need no right on accounts
        accounts = self.env["account.account"].sudo().with_context(active_test=False)
        return list(accounts._search([("account_type", "=", "asset_receivable")]).get_result_ids())

    def _own_receivable_account_ids(self, company=None):
        """Those of them that companies of the trees of ``company`` may book on: fewer places in the index to look at.

        Odoo lets no account leave a company that has booked on it.
        """
        roots = {root for _branch, root in self._company_roots(company)}
        return self._receivable_accounts_of(tuple(sorted(roots)))

    @tools.ormcache("root_ids")
    def _receivable_accounts_of(self, root_ids):
        companies = {branch for branch, _root in self._tree_of_roots(root_ids)}
        # sudo: see _receivable_account_ids
        accounts = self.env["account.account"].sudo().browse(self._receivable_account_ids())
        return [account.id for account in accounts if not companies.isdisjoint(account.company_ids.ids)]

    def _company_roots(self, company=None):
        """``((company id, root id), ...)`` of all companies of the trees of ``company`` (default: the active ones)."""
        # sudo: a branch shares its root's customers whoever asks
        companies = (company or self.env.companies).sudo()
        return self._tree_of_roots(tuple(sorted(companies.root_id.ids)))

    @tools.ormcache("root_ids")
    def _tree_of_roots(self, root_ids):
        # sudo: see _company_roots
        tree = self.env["res.company"].sudo().with_context(active_test=False).search([("id", "child_of", root_ids)])
        return tuple((branch.id, branch.root_id.id) for branch in tree.sorted("id"))

    def _tree_company_ids(self, company=None):
        return [branch for branch, _root in self._company_roots(company)]

    def _root_companies_sql(self, company=None):
        """``company(id, root_id)``: every company of the trees with its root."""
        rows = SQL(", ").join(SQL("%s", pair) for pair in self._company_roots(company))
        return SQL("(VALUES %s) AS company(id, root_id)", rows)

    def _root_company_sql(self, column, company=None):
        """The root of the company in ``column``: an expression, since a join with a few values misleads the planner."""
        branches = {branch: root for branch, root in self._company_roots(company) if branch != root}
        return self._translated_sql(column, branches)

    def _ledger_fields(self):
        """What the statements below read; the ORM flushes it before they run."""
        line = self.env["account.move.line"]._fields
        move = self.env["account.move"]._fields
        partial = self.env["account.partial.reconcile"]._fields
        payment = self.env["account.payment"]._fields
        names = (
            "account_id partner_id company_id currency_id move_id date date_maturity balance amount_currency"
            " amount_residual amount_residual_currency reconciled matching_number parent_state display_type no_followup"
        )
        return [
            *(line[name] for name in names.split()),
            *(partial[name] for name in ("debit_move_id", "credit_move_id", "amount", "max_date", "company_id")),
            *(partial[name] for name in ("debit_amount_currency", "credit_amount_currency")),
            *(move[name] for name in ("state", "move_type", "matched_payment_ids")),
            *(payment[name] for name in ("move_id", "state", "date")),
            self.env["res.partner"]._fields["commercial_partner_id"],
        ]

    def _moves_in_payment_sql(self, as_of):
        """Ids of documents with a payment under way that has no journal entry, so that their residual stands."""
        return SQL(
            """
            SELECT link.invoice_id
              FROM account_payment payment
              JOIN account_move__account_payment link ON link.payment_id = payment.id
             WHERE %s
            """,
            self._under_way_condition(as_of),
        )

    def _matchings_undone_sql(self, as_of, company_ids, account_ids):
        """``(line_id, amount, amount_currency)``: matchings not effective as of the date, to be added back by side.

        Those are the later ones, and those with a draft entry, which is not in the general ledger.
        """
        return SQL(
            """
            SELECT debit_move_id AS line_id, amount, debit_amount_currency AS amount_currency
              FROM account_partial_reconcile WHERE company_id = ANY(%(companies)s) AND max_date > %(as_of)s
             UNION ALL
            SELECT credit_move_id, -amount, -credit_amount_currency
              FROM account_partial_reconcile WHERE company_id = ANY(%(companies)s) AND max_date > %(as_of)s
             UNION ALL
            SELECT matching.credit_move_id, -matching.amount, -matching.credit_amount_currency
              FROM account_move_line draft
              JOIN account_partial_reconcile matching ON matching.debit_move_id = draft.id
             WHERE %(is_matched_draft)s AND matching.max_date <= %(as_of)s
             UNION ALL
            SELECT matching.debit_move_id, matching.amount, matching.debit_amount_currency
              FROM account_move_line draft
              JOIN account_partial_reconcile matching ON matching.credit_move_id = draft.id
             WHERE %(is_matched_draft)s AND matching.max_date <= %(as_of)s
            """,
            companies=company_ids,
            # the state is asked for twice, so that the planner expects few drafts and takes the matchings by index
            is_matched_draft=SQL("%s AND draft.parent_state <> 'posted'", self._matched_draft_condition(account_ids)),
            as_of=as_of,
        )

    def _matched_draft_condition(self, account_ids):
        """Condition on ``draft``: a receivable item of a draft entry that is matched already (Odoo numbers what is)."""
        return SQL(
            "draft.parent_state = 'draft' AND draft.matching_number IS NOT NULL AND draft.account_id = ANY(%s)",
            account_ids,
        )

    # ------------------------------------------------------------------
    # FACTS
    # ------------------------------------------------------------------

    def _open_items_sql(self, as_of, company=None, partners=None):
        """Open items as of a date, one row per journal item (so per instalment) with a residual.

        :param as_of: date; items dated later do not exist yet, matchings later than it are undone
        :param company: companies whose trees are read; default: the active companies
        :param partners: commercial partners to restrict to; default: everybody
        :return: ``SQL`` of a SELECT with ``line_id, move_id, partner_id`` (commercial, may be NULL), ``contact_id,
            company_id, root_company_id, account_id, currency_id, date, date_maturity, residual`` (company currency),
            ``residual_currency`` (document currency), ``no_followup, in_payment`` (a payment without journal entry
            is under way: never overdue)
        """
        partners = self._customers(as_of, company, partners)
        customer = self._customer_join(partners, SQL("line.partner_id"))
        return SQL(
            """
            SELECT line.id AS line_id, line.move_id, partner.commercial_partner_id AS partner_id,
                   line.partner_id AS contact_id, line.company_id, %(root)s AS root_company_id,
                   line.account_id, line.currency_id, line.date,
                   COALESCE(line.date_maturity, line.date) AS date_maturity,
                   line.residual, line.residual_currency, COALESCE(line.no_followup, FALSE) AS no_followup,
                   %(in_payment)s AS in_payment
              FROM (%(residuals)s) line
              %(customer)s
            """,
            residuals=self._residuals_sql(as_of, company, partners),
            root=self._root_company_sql(SQL("line.company_id"), company),
            # who is asked for is a customer; among everybody there are items of nobody
            customer=SQL("LEFT %s", customer) if partners is None else customer,
            in_payment=SQL("FALSE")
            if self._lacks(partners, "in_payment")
            else SQL("line.move_id IN (%s)", self._moves_in_payment_sql(as_of)),
            to_flush=self._ledger_fields(),
        )

    def _residuals_sql(self, as_of, company=None, partners=None):
        """The open items with the columns of the journal item, ``residual`` and ``residual_currency``.

        Where nothing is undone it is today's residual, read from the index alone. Several processes read the matchings.
        """
        accounts, companies = self._own_receivable_account_ids(company), self._tree_company_ids(company)
        columns = SQL(
            "line.id, line.move_id, line.partner_id, line.company_id, line.account_id, line.currency_id, line.date,"
            " line.date_maturity, line.no_followup"
        )
        exists = SQL(
            "line.account_id = ANY(%s) AND line.company_id = ANY(%s) AND line.parent_state = 'posted'"
            " AND line.date <= %s AND %s",
            accounts,
            companies,
            as_of,
            self._partner_condition(partners, SQL("line.partner_id")),
        )
        today = SQL(
            """
            SELECT %s, line.amount_residual AS residual, line.amount_residual_currency AS residual_currency
              FROM account_move_line line
             -- repeats the predicate of the covering index
             WHERE %s AND line.reconciled IS NOT TRUE AND line.amount_residual <> 0
            """,
            columns,
            exists,
        )
        if self._lacks(partners, "undone"):
            return today
        return SQL(
            """
              WITH undone AS MATERIALIZED (
                   SELECT %(columns)s, line.amount_residual + sum(matching.amount) AS residual,
                          line.amount_residual_currency + sum(matching.amount_currency) AS residual_currency
                     FROM (%(matchings)s) matching
                     JOIN account_move_line line ON line.id = matching.line_id
                    WHERE %(exists)s
                    GROUP BY line.id
                   )
            %(today)s AND line.id NOT IN (SELECT id FROM undone)
             UNION ALL
            SELECT * FROM undone WHERE residual <> 0
            """,
            columns=columns,
            matchings=self._matchings_undone_sql(as_of, companies, accounts),
            exists=exists,
            today=today,
        )

    def _get_exposure_components(self, as_of, company=None, partners=None):
        """What counts in the exposure beside the open items: ``{component: SQL}``. Bridges add theirs.

        Each gives one row per ``partner_id`` (commercial) and ``company_id`` (root) with ``amount`` (company
        currency, not negative); a component is a column of ``_exposure_sql``.
        """
        guarantees = self.env["credit.guarantee"]
        secured = guarantees._secured_sql(as_of, company, partners) if guarantees._exist() else None
        drafts = self._draft_amount_sql(company, partners)
        return {"draft_amount": drafts, "order_amount": None, "secured_amount": secured}

    def _draft_amount_sql(self, company=None, partners=None):
        """Draft invoices and receipts per customer. Draft credit notes do not count: anybody can make one."""
        return SQL(
            """
            SELECT partner.commercial_partner_id AS partner_id, %(root)s AS company_id, sum(line.balance) AS amount
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
              %(customer)s
             WHERE line.parent_state = 'draft' AND line.account_id = ANY(%(accounts)s)
               AND line.company_id = ANY(%(companies)s) AND line.balance > 0
               AND move.move_type IN ('out_invoice', 'out_receipt')
             GROUP BY 1, 2
            """,
            accounts=self._own_receivable_account_ids(company),
            companies=self._tree_company_ids(company),
            root=self._root_company_sql(SQL("line.company_id"), company),
            customer=self._customer_join(partners, SQL("line.partner_id")),
            to_flush=self._ledger_fields(),
        )

    def _exposure_sql(self, as_of, company=None, partners=None, without=()):
        """Exposure by component, one row per commercial partner and root company that has any.

        Credits that are not matched yet (payments, credit notes) pay the oldest overdue items first: a customer whose
        credits cover what is overdue owes nothing overdue.

        :param without: names of components that are not asked for: 0, and nothing is read for them
        :return: ``SQL`` with ``partner_id, company_id, receivable_amount`` (net, may be negative), ``overdue_amount``,
            ``overdue_days`` (of the oldest overdue item not covered by credits, else 0), and a column per component of
            :meth:`_get_exposure_components`
        """
        partners = self._customers(as_of, company, partners)
        components = self._get_exposure_components(as_of, company, partners)
        zero_columns = SQL("").join(SQL(", 0 AS %s", SQL.identifier(name)) for name in components)
        rows = [
            SQL(
                "SELECT partner_id, company_id, receivable_amount, overdue_amount, overdue_days %s FROM balance",
                zero_columns,
            )
        ]
        for name, statement in components.items():
            if statement is not None and name not in without and not self._lacks(partners, name):
                values = SQL("").join(SQL(", amount") if other == name else SQL(", 0") for other in components)
                rows.append(SQL("SELECT partner_id, company_id, 0, 0, 0 %s FROM (%s) AS component", values, statement))
        sums = SQL("").join(SQL(", sum(%(name)s) AS %(name)s", name=SQL.identifier(name)) for name in components)
        return SQL(
            """
            WITH step AS (
                -- credits come before the oldest due date, what is not overdue comes last
                SELECT partner_id, root_company_id AS company_id, sum(residual) AS amount,
                       CASE WHEN residual < 0 THEN '-infinity'
                            WHEN date_maturity < %(as_of)s AND NOT in_payment THEN date_maturity
                            ELSE 'infinity' END AS due
                  FROM (%(open_items)s) item
                 WHERE partner_id IS NOT NULL
                 GROUP BY 1, 2, 4
            ), due_up_to AS (
                SELECT step.*, sum(amount) OVER (PARTITION BY partner_id, company_id ORDER BY due) AS not_covered
                  FROM step
            ), balance AS (
                SELECT partner_id, company_id, sum(amount) AS receivable_amount,
                       GREATEST(sum(amount) FILTER (WHERE due < 'infinity'), 0) AS overdue_amount,
                       COALESCE(%(as_of)s - min(due) FILTER (WHERE not_covered > 0 AND due < 'infinity'), 0)
                           AS overdue_days
                  FROM due_up_to
                 GROUP BY partner_id, company_id
            )
            SELECT partner_id, company_id, sum(receivable_amount) AS receivable_amount,
                   sum(overdue_amount) AS overdue_amount, max(overdue_days) AS overdue_days %(sums)s
              FROM (%(rows)s) part
             GROUP BY partner_id, company_id
            """,
            open_items=self._open_items_sql(as_of, company, partners),
            as_of=SQL("%s::date", as_of),
            rows=SQL(" UNION ALL ").join(rows),
            sums=sums,
        )
