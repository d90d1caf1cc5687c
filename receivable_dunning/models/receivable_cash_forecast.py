from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_date

from ..core import cash_forecast as core

#: A forecast that is older is not shown any more: it is computed anew.
OLDEST = timedelta(days=7)
#: What is added up over the invoices.
SUMS = ("expected", "variance", "promised", "disputed", "due")


class ReceivableCashForecast(models.Model):
    """What customers are expected to pay, one row per company and week, as of the last night or the last refresh.

    Each row is replaced by the next one. New invoices to come are not in it. See core/cash_forecast.py for the band and
    ``receivable.ledger._cash_flows_sql`` for what each invoice adds.
    """

    _name = "receivable.cash.forecast"
    _description = "Cash Forecast"
    _inherit = ["receivable.company.tree.mixin"]
    _order = "company_id, number"
    _rec_name = "week_start"

    currency_id = fields.Many2one(related="company_id.currency_id")
    as_of = fields.Date(
        readonly=True, required=True, help="What was known at the end of this day; the first week begins on the next."
    )
    number = fields.Integer(string="Week", readonly=True, required=True, aggregator=None)
    week_start = fields.Date(string="From", readonly=True, required=True)
    week_end = fields.Date(string="To", readonly=True, help="Empty: everything after the last week.")
    expected = fields.Monetary(
        readonly=True,
        help="Sum over the open invoices of amount x probability of being paid in this week: by the habit of the"
        " customer, given how late the invoice is already; a promised part by its promise. New invoices are not in it.",
    )
    low = fields.Monetary(
        string="Low (10 %)", readonly=True, aggregator=None, help="In one of ten weeks less comes in than this."
    )
    high = fields.Monetary(
        string="High (90 %)", readonly=True, aggregator=None, help="In one of ten weeks more comes in than this."
    )
    promised = fields.Monetary(
        string="Of It Promised",
        readonly=True,
        help="Promises to pay and instalments of payment plans, weighted by how reliably the customer keeps them.",
    )
    disputed = fields.Monetary(
        string="Of It Disputed", readonly=True, help="Disputed parts: expected from the deadline of the dispute on."
    )
    due = fields.Monetary(
        string="By Due Date",
        readonly=True,
        help="The naive rule: everything is paid on its due date, and what is overdue at once.",
    )
    variance = fields.Float(readonly=True, aggregator=None, help="Of the sum, by chance alone; see the documentation.")
    method = fields.Selection(
        selection=lambda self: self.env["res.company"]._fields["credit_cash_method"]._description_selection(self.env),
        string="Rule in Force",
        compute="_compute_method",
    )
    is_later = fields.Boolean(compute="_compute_is_later", help="Everything after the last week.")

    _week_uniq = models.UniqueIndex("(company_id, number)", "A week is forecast once for a company.")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("week_end")
    def _compute_is_later(self):
        for row in self:
            row.is_later = not row.week_end

    @api.depends("company_id")
    def _compute_method(self):
        for row in self:
            # sudo: who works in a branch may not read the companies above it
            row.method = row.company_id.sudo().root_id.credit_cash_method

    @api.depends("week_start", "week_end")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for row in self:
            start = row.week_start and format_date(self.env, row.week_start)
            row.display_name = (
                f"{start} – {format_date(self.env, row.week_end)}"
                if row.week_end
                else self.env._("Later (from %(date)s)", date=start)
            )

    # ------------------------------------------------------------------
    # FORECAST
    # ------------------------------------------------------------------

    @api.model
    def _weeks(self, company, as_of, weeks=core.WEEKS):
        """What is expected of each calendar week after ``as_of``, with the knowledge of that day.

        :param company: a company; the branches below it are read with it
        :return: one dict per week: ``number, week_start, week_end, expected, low, high, promised, disputed, due,
            variance``, amounts in company currency
        """
        return self._all_weeks(company, as_of, weeks)[:-1]

    @api.model
    def _all_weeks(self, company, as_of, weeks=core.WEEKS):
        """The same, and a last row with what is later."""
        return self._tree_weeks(company, as_of, weeks)[company]

    @api.model
    def _tree_weeks(self, companies, as_of, weeks=core.WEEKS):
        """``{company: the weeks and what is later}`` of companies of one tree, by one statement.

        The band is drawn with what the back-tests of the root company taught.
        """
        ends = core.week_ends(as_of, weeks)
        # sudo: who works in a branch may not read the companies above it
        root = companies.sudo().root_id
        sums = self._branch_sums(root, as_of, ends)
        spread = self.env["receivable.cash.backtest"]._spread(root, as_of)
        return {company: self._drawn(self._added(company, sums), as_of, ends, spread) for company in companies}

    def _drawn(self, sums, as_of, ends, spread):
        """The sums of a company as weeks with their days and their band."""
        starts = [0, *ends]
        found = []
        for number in range(1, len(ends) + 2):
            row = sums.get(number, dict.fromkeys(SUMS, 0.0))
            low, high = core.band(row["expected"], row["variance"], spread.of(number))
            end = None if number > len(ends) else as_of + timedelta(days=ends[number - 1])
            start = as_of + timedelta(days=starts[number - 1] + 1)
            found.append({**row, "number": number, "week_start": start, "week_end": end, "low": low, "high": high})
        return found

    @api.model
    def _sums(self, company, as_of, ends):
        """``{number of the week: its sums as floats}`` of a company with the branches below it."""
        return self._added(company, self._branch_sums(company, as_of, ends))

    def _branch_sums(self, company, as_of, ends):
        """``[{branch_id, number, and its sums as floats}]`` of each company that booked invoices of the tree."""
        rows = self.env.execute_query_dict(self.env["receivable.ledger"]._cash_weeks_sql(as_of, company, ends))
        return [{**row, **{name: float(row[name]) for name in SUMS}} for row in rows]

    def _added(self, company, rows):
        below = self.env["receivable.kpi.facts"]._company_ids(company.id)
        found = {}
        for row in rows:
            if row["branch_id"] in below:
                week = found.setdefault(row["number"], dict.fromkeys(SUMS, 0.0))
                found[row["number"]] = {name: week[name] + row[name] for name in SUMS}
        return found

    # ------------------------------------------------------------------
    # KEPT
    # ------------------------------------------------------------------

    @api.model
    def _newest(self, company, today):
        """The rows kept for a company, the later ones last; none when they are too old to be shown."""
        rows = self.search([("company_id", "=", company.id), ("as_of", ">=", today - OLDEST)], order="number")
        return rows if rows and rows[-1].is_later else self.browse()

    @api.model
    def _refresh(self, company, as_of):
        """Compute and keep the weeks of a root company and of each branch; written row over row, so that two may do it
        at once."""
        # sudo: the forecast is that of the whole tree, whoever asks for it
        tree = self.env["res.company"].sudo().search([("id", "child_of", company.id)])
        for one, weeks in self._tree_weeks(tree, as_of).items():
            for row in weeks:
                self._keep({**row, "company_id": one.id, "as_of": as_of}, company.currency_id)
        self.invalidate_model(flush=False)

    def _keep(self, row, currency):
        names = ("expected", "low", "high", "promised", "disputed", "due")
        values = {
            **row,
            **{name: currency.round(row[name]) for name in names},
            "create_uid": self.env.uid,
            "write_uid": self.env.uid,
        }
        columns = [SQL.identifier(name) for name in values]
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO receivable_cash_forecast (%(columns)s, create_date, write_date)
                VALUES (%(values)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC')
                    ON CONFLICT (company_id, number) DO UPDATE SET (%(columns)s, write_date)
                     = (%(excluded)s, now() AT TIME ZONE 'UTC')
                """,
                columns=SQL(", ").join(columns),
                values=SQL(", ").join(SQL("%s", value) for value in values.values()),
                excluded=SQL(", ").join(SQL("EXCLUDED.%s", column) for column in columns),
            )
        )

    @api.model
    def _cron_refresh(self):
        """Every night: what is known at the end of the day before, company by company."""
        today = fields.Date.context_today(self)
        yesterday = today - timedelta(days=1)
        # what somebody refreshed yesterday was computed before its end
        done = self.search([("as_of", ">=", yesterday), ("write_date", ">=", today)]).company_id
        companies = self.env["res.company"].search([("parent_id", "=", False), ("id", "not in", done.ids)])
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(companies))
        for company in companies:
            self._refresh(company, yesterday)
            if not cron._commit_progress(1):
                break

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    @api.model
    def action_refresh(self):
        """Compute the forecast of the active companies with what is known now."""
        if not self.env.user.has_group("receivable_dunning.group_collections_user"):
            raise AccessError(self.env._("Ask a member of the collections team to refresh the cash forecast."))
        today = fields.Date.context_today(self)
        # sudo: the forecast is that of the whole tree, whoever asks for it
        for company in self.env.companies.sudo().root_id:
            self._refresh(company, today)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    @api.model
    def action_export(self):
        """The weeks and the invoices behind them as a spreadsheet."""
        companies = self.search([("is_part", "=", False)]).company_id
        if not companies:
            raise UserError(self.env._("There is no forecast yet: press Refresh first."))
        ids = ",".join(str(company_id) for company_id in companies.ids)
        return {
            "type": "ir.actions.act_url",
            "url": f"/receivable_dunning/cash_forecast.xlsx?companies={ids}",
            "target": "download",
        }

    def action_open_items(self):
        """The invoices that make up the weeks."""
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_receivable_cash_item")
        action["context"] = {"as_of": max(self.mapped("as_of")), "cash_weeks": self.mapped("number")}
        action["domain"] = [("company_id", "child_of", self.company_id.ids)]
        action["display_name"] = self.env._("Cash Expected %(week)s", week=self[0].display_name)
        return action
