"""Months of figures: computed when they are over, compared with the ledger, computed again."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, formatLang

from .receivable_kpi_facts import AMOUNTS

# Computed while the user waits; more go into the background.
AT_ONCE = 3
# Months of the past that the first run computes: this month of last year is there to compare with.
FIRST_MONTHS = 13
# Months that are compared with the ledger in a night, the longest not compared first.
CHECKED_AT_NIGHT = 12
# Promises are decided after the month: that they change is no change of the ledger.
CHECKED = [name for name in AMOUNTS if name not in ("promised_amount", "promise_kept_amount")]


class ReceivableKpi(models.Model):
    _inherit = "receivable.kpi"

    difference_data = fields.Json(readonly=True, help="Amounts of the ledger that are not those of the row.")
    difference = fields.Text(compute="_compute_difference", help="What the ledger says today beside what is stored.")

    @api.depends("difference_data")
    @api.depends_context("lang")
    def _compute_difference(self):
        for row in self:
            row.difference = "\n".join(row._difference_sentences()) or False

    def _difference_sentences(self):
        self.ensure_one()
        for name, amount in (self.difference_data or {}).items():
            stored, now = (formatLang(self.env, each, currency_obj=self.currency_id) for each in (self[name], amount))
            label = self._fields[name]._description_string(self.env)
            yield self.env._("%(amount)s: %(now)s in the ledger, %(stored)s here", amount=label, now=now, stored=stored)

    # ------------------------------------------------------------------
    # COMPARING WITH THE LEDGER
    # ------------------------------------------------------------------

    def _check_ledger(self):
        """Mark the months of companies whose amounts are not those of the ledger any more."""
        facts, now = self.env["receivable.kpi.facts"], fields.Datetime.now()
        # sudo: nobody writes figures by hand
        for row in self.sudo().filtered(lambda row: row.dimension == "company" and row.state == "closed"):
            found = facts._facts(row._period(), ("company",))["company", None]
            rounding = row.currency_id.is_zero
            different = {name: found[name] for name in CHECKED if not rounding(found[name] - row[name])}
            month = self.sudo().search([("company_id", "=", row.company_id.id), ("month", "=", row.month)])
            month.write({"checked_on": now, "is_different": bool(different)})
            row.difference_data = different or False

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def _check_may_compute(self):
        if not self.env.user.has_group("receivable_dunning.group_collections_accountant"):
            raise AccessError(self.env._("Figures are computed by people with the right Collections: Accountant."))
        # the figures replace others: who cannot see the rows has no business with them
        self.check_access("read")

    def action_recompute(self):
        """Compute the months of these rows again; many in the background."""
        self._check_may_compute()
        months = self._months_of_company()
        if len(months) > AT_ONCE:
            return months._compute_later()
        return months._compute_months()

    def action_check(self):
        """Compare the months of these rows with the ledger now."""
        self._check_may_compute()
        self._months_of_company()._check_ledger()

    def _months_of_company(self):
        """The rows of the whole company for the months of these rows."""
        domain = [("company_id", "in", self.company_id.ids), ("month", "in", self.mapped("month"))]
        asked = {(row.company_id, row.month) for row in self}
        rows = self.search([*domain, ("dimension", "=", "company")])
        return rows.filtered(lambda row: (row.company_id, row.month) in asked)

    def _compute_later(self):
        # sudo: nobody writes figures by hand; whoever may compute them may start the job
        self.sudo().write({"state": "waiting"})
        self.env.ref("receivable_dunning.ir_cron_close_figures").sudo()._trigger()

    # ------------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------------

    @api.model
    def _await_closed_months(self, today):
        """Rows for the months that are over since the newest one of each company."""
        # sudo: the job works for all companies
        companies = self.env["res.company"].sudo().search([])
        newest = dict(self.sudo()._read_group([("dimension", "=", "company")], ["company_id"], ["month:max"]))
        oldest = self._first_items(companies - self.env["res.company"].union(*newest))
        for company in companies:
            settled = today - timedelta(days=company.root_id.receivable_kpi_close_day - 1)
            last = settled.replace(day=1) - relativedelta(months=1)
            if company in newest:
                first = newest[company] + relativedelta(months=1)
            elif company.id in oldest:
                first = max(oldest[company.id].replace(day=1), last - relativedelta(months=FIRST_MONTHS - 1))
            else:
                continue
            if first <= last:
                self._await(company, first, last)

    def _first_items(self, companies):
        """``{company id: date}`` of the first posted receivable items of companies with the branches below them.

        Companies without any are left out.
        """
        below = {company.id: self.env["receivable.kpi.facts"]._company_ids(company.id) for company in companies}
        first = dict(self.env.execute_query(self._first_items_sql(list(set().union(*below.values())))))
        return {
            company: min(first[each] for each in ids if each in first)
            for company, ids in below.items()
            if first.keys() & ids
        }

    def _first_items_sql(self, company_ids):
        ledger = self.env["receivable.ledger"]
        return SQL(
            """
            SELECT company_id, min(date)
              FROM account_move_line
             WHERE account_id = ANY(%(accounts)s) AND company_id = ANY(%(companies)s) AND parent_state = 'posted'
             GROUP BY company_id
            """,
            accounts=ledger._receivable_account_ids(),
            companies=company_ids,
            to_flush=ledger._ledger_fields(),
        )

    @api.model
    def _cron_close(self):
        """Compute what is waiting, month by month, each in its own transaction; then compare some with the ledger."""
        self._await_closed_months(fields.Date.context_today(self))
        progress = self.env["ir.cron"]._commit_progress
        waiting = self.search([("state", "=", "waiting"), ("dimension", "=", "company")], order="month desc, id")
        checked = self.search(
            [("state", "=", "closed"), ("dimension", "=", "company"), ("checked_on", "<", fields.Date.today())],
            order="checked_on, id",
            limit=CHECKED_AT_NIGHT,
        )
        progress(remaining=len(waiting) + len(checked))
        for row in waiting:
            row._compute_months()
            if not progress(1):
                return
        for row in checked:
            row._check_ledger()
            if not progress(1):
                return
