"""Proposals for the limit of a customer, side by side (core/limit_proposal.py): gathered set-based, told in words."""

from dataclasses import replace

from dateutil.relativedelta import relativedelta
from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL, format_date
from odoo.tools.misc import formatLang

from ..core import limit_proposal as core
from .plain_number import plain_number

#: Peak balances are looked for in so many months.
PEAK_MONTHS = 24


class CreditProfile(models.Model):
    _inherit = "credit.profile"

    proposed_limit = fields.Monetary(
        compute="_compute_proposals",
        help="The smallest of the proposals that are known.",
    )
    has_proposal = fields.Boolean(compute="_compute_proposals", help="Whether there is enough data for any proposal.")
    proposal_text = fields.Html(string="Proposed Limits", compute="_compute_proposals", sanitize=False)

    @api.depends_context("lang", "uid")
    def _compute_proposals(self):
        found = self._gather_proposals(fields.Date.context_today(self))
        for profile in self:
            proposals = found.get(profile.id, ())
            bound = core.binding(proposals)
            profile.has_proposal = bool(bound)
            profile.proposed_limit = bound.amount if bound else 0.0
            profile.proposal_text = self._proposals_table(proposals, profile.currency_id)

    # ------------------------------------------------------------------
    # GATHER
    # ------------------------------------------------------------------

    def _limit_proposals(self, as_of):
        """The proposals of one customer as ``core.Proposal`` with their formulas as sentences."""
        self.ensure_one()
        found = self._gather_proposals(as_of).get(self.id, ())
        return [replace(it, sentence=self._proposal_sentence(it, self.currency_id)) for it in found]

    def _gather_proposals(self, as_of):
        """``{profile id: proposals}`` of these customers; a constant number of queries for each company."""
        found = {}
        for company, profiles in self.filtered("id").grouped("company_id").items():
            policy = core.Policy(company.credit_proposal_factor, company.credit_proposal_equity_share)
            for row in self.env.execute_query_dict(profiles._proposal_facts_sql(as_of, company)):
                profile_id = row.pop("profile_id")
                found[profile_id] = core.proposals(core.Facts(**row), policy)
        return found

    def _proposal_facts_sql(self, as_of, company):
        """What the proposals need, one row per profile: the columns are the fields of ``core.Facts``."""
        return SQL(
            """
            SELECT profile.id AS profile_id, COALESCE(bought.purchase_count, 0) AS purchase_count,
                   bought.turnover::float8 AS turnover, bought.months::float8 AS months,
                   bought.terms_days::float8 AS terms_days, COALESCE(paid.paid_count, 0) AS paid_count,
                   paid.peak::float8 AS peak, equity.amount::float8 AS equity, rating.code AS rating,
                   rating.limit_factor::float8 AS rating_factor, insured.amount::float8 AS insured
              FROM credit_profile profile
              LEFT JOIN (%(purchases)s) bought ON bought.partner_id = profile.partner_id
              LEFT JOIN (%(peaks)s) paid ON paid.partner_id = profile.partner_id
              LEFT JOIN (%(equity)s) equity ON equity.partner_id = profile.partner_id
              LEFT JOIN (%(insured)s) insured ON insured.profile_id = profile.id
              LEFT JOIN credit_rating rating ON rating.id = profile.rating_id
             WHERE profile.id = ANY(%(profiles)s)
            """,
            purchases=self._purchases_sql(as_of, company),
            peaks=self._paid_peaks_sql(as_of, company),
            equity=self._proposal_equity_sql(as_of, company),
            insured=self._proposal_insured_sql(as_of),
            profiles=self.ids,
            to_flush=[
                self._fields["rating_id"],
                self._fields["partner_id"],
                *self.env["receivable.ledger"]._ledger_fields(),
            ],
        )

    def _proposal_equity_sql(self, as_of, company):
        """``(partner_id, amount)``: equity in the latest confirmed statement, in company currency at the day's rate."""
        return SQL(
            """
            SELECT latest.partner_id, %(amount)s AS amount
              FROM (%(latest)s) latest
              JOIN res_company company ON company.id = %(company)s
             WHERE latest.equity IS NOT NULL
            """,
            amount=self.env["res.currency"]._in_company_currency_sql(
                SQL("latest.equity"), SQL("latest.currency_id"), "company", as_of
            ),
            # sudo: the equity is part of the reasons that every credit user sees, the statement itself is not
            latest=self.env["partner.financial.statement"].sudo()._latest_sql(company, as_of, self.partner_id),
            company=company.id,
        )

    def _proposal_insured_sql(self, as_of):
        """``(profile_id, amount)``: what the credit insurances in force cover, in company currency."""
        guarantees = self.env["credit.guarantee"]
        return SQL(
            """
            SELECT cover.profile_id, sum(cover.amount) AS amount
              FROM (%(covers)s) cover
              JOIN credit_guarantee guarantee ON guarantee.id = cover.id
             WHERE guarantee.kind = 'insurance'
             GROUP BY cover.profile_id
            """,
            covers=guarantees._covers_sql(as_of, self.partner_id),
            to_flush=[guarantees._fields["kind"]],
        )

    def _invoiced_condition(self, company):
        """Condition on ``line``: an instalment of a posted document of these customers in the tree of the company."""
        ledger = self.env["receivable.ledger"]
        return SQL(
            "line.account_id = ANY(%s) AND line.company_id = ANY(%s) AND line.parent_state = 'posted'"
            " AND line.display_type = 'payment_term' AND %s",
            ledger._receivable_account_ids(),
            ledger._tree_company_ids(company),
            ledger._partner_condition(self.partner_id, SQL("line.partner_id")),
        )

    def _purchases_sql(self, as_of, company):
        """Purchases of 12 months per commercial partner, tax included, and the terms that were agreed for them."""
        return SQL(
            """
            SELECT partner.commercial_partner_id AS partner_id,
                   count(*) FILTER (WHERE line.balance > 0 AND %(recent)s) AS purchase_count,
                   sum(line.balance) FILTER (WHERE %(recent)s) AS turnover,
                   (%(as_of)s - min(line.date) FILTER (WHERE line.balance > 0)) * 12 / 365.25 AS months,
                   sum(line.balance * (COALESCE(line.date_maturity, line.date) - line.date))
                       FILTER (WHERE line.balance > 0 AND %(recent)s)
                   / NULLIF(sum(line.balance) FILTER (WHERE line.balance > 0 AND %(recent)s), 0) AS terms_days
              FROM account_move_line line
              JOIN res_partner partner ON partner.id = line.partner_id
             WHERE %(invoiced)s AND line.date <= %(as_of)s AND line.date > %(start)s
             GROUP BY 1
            """,
            invoiced=self._invoiced_condition(company),
            recent=SQL("line.date > %s", as_of - relativedelta(months=12)),
            start=as_of - relativedelta(months=PEAK_MONTHS),
            as_of=SQL("%s::date", as_of),
        )

    def _paid_peaks_sql(self, as_of, company):
        """Per commercial partner the highest balance made of items that were then paid on time (core/shrinkage.py).

        Each item comes in on its date and goes out on the day of its settling match; what came and went on one day was
        never owed over night.
        """
        ledger = self.env["receivable.ledger"]
        return SQL(
            """
            WITH item AS (
                SELECT line.id, partner.commercial_partner_id AS partner_id, line.date,
                       COALESCE(line.date_maturity, line.date) AS date_maturity, line.balance
                  FROM account_move_line line
                  JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE %(invoiced)s AND line.balance > 0 AND line.date <= %(as_of)s AND line.date > %(start)s
            ), settled AS (
                SELECT item.*, max(matching.max_date) AS settled_on
                  FROM item
                  JOIN account_partial_reconcile matching ON matching.debit_move_id = item.id
                 WHERE matching.max_date <= %(as_of)s
                   AND NOT EXISTS (
                        SELECT 1 FROM account_move_line draft
                         WHERE draft.id = matching.credit_move_id AND %(is_matched_draft)s
                       )
                 GROUP BY item.id, item.partner_id, item.date, item.date_maturity, item.balance
                HAVING sum(matching.amount) = item.balance AND max(matching.max_date) <= %(late_after)s
            ), event AS (
                SELECT partner_id, date AS day, balance AS amount, 1 AS items FROM settled
                 UNION ALL
                SELECT partner_id, settled_on, -balance, 0 FROM settled
            ), balance AS (
                SELECT partner_id, sum(items) AS items,
                       sum(sum(amount)) OVER (PARTITION BY partner_id ORDER BY day) AS amount
                  FROM event
                 GROUP BY partner_id, day
            )
            SELECT partner_id, sum(items) AS paid_count, max(amount) AS peak FROM balance GROUP BY partner_id
            """,
            invoiced=self._invoiced_condition(company),
            is_matched_draft=ledger._matched_draft_condition(ledger._receivable_account_ids()),
            late_after=ledger._late_after_sql(SQL("item.date_maturity"), company),
            start=as_of - relativedelta(months=PEAK_MONTHS),
            as_of=SQL("%s::date", as_of),
        )

    # ------------------------------------------------------------------
    # WORDS
    # ------------------------------------------------------------------

    def _proposal_label(self, key):
        return {
            "purchases": self.env._("Need by purchases"),
            "peak": self.env._("Peak balance paid on time"),
            "equity": self.env._("Share of the equity"),
            "rating": self.env._("Need times rating"),
            "insured": self.env._("Cover of the insurer"),
        }[key]

    def _proposal_sentence(self, proposal, currency):
        """The formula with its numbers, or what is missing for it."""
        if proposal.amount is None:
            return self._missing_sentence(proposal.key)
        figures = proposal.figures
        money = {
            name: currency.format(figures[name])
            for name in ("monthly", "equity", "need")
            if figures.get(name) is not None
        }
        match proposal.key:
            case "purchases":
                return self.env._(
                    "%(factor)s × %(monthly)s a month on average × %(days)s days of agreed terms / 30",
                    factor=plain_number(self.env, figures["factor"]),
                    days=formatLang(self.env, figures["days"], digits=0),
                    **money,
                )
            case "peak":
                return self.env._(
                    "The highest balance in %(months)d months that was then paid on time, of %(count)d items",
                    months=PEAK_MONTHS,
                    count=figures["count"],
                )
            case "equity":
                return self.env._(
                    "%(share)s %% of the equity of %(equity)s in the latest confirmed statement",
                    share=plain_number(self.env, figures["share"] * 100, 1),
                    **money,
                )
            case "rating" if figures["need"] is None:
                return self.env._("The rating %(rating)s allows no limit", rating=figures["rating"])
            case "rating":
                return self.env._(
                    "Factor %(factor)s of the rating %(rating)s × %(need)s needed by purchases",
                    factor=plain_number(self.env, figures["factor"]),
                    rating=figures["rating"],
                    **money,
                )
            case "insured":
                return self.env._("What the credit insurance covers today")

    def _missing_sentence(self, key):
        """Which data would be enough."""
        return {
            "purchases": self.env._("Not enough data: needs three invoices in 12 months, on terms longer than cash."),
            "peak": self.env._("Not enough data: needs three items paid on time in 24 months."),
            "equity": self.env._("Not enough data: needs a confirmed financial statement."),
            "rating": self.env._("Not enough data: needs a rating, and a need by purchases."),
            "insured": self.env._("No credit insurance covers this customer."),
        }[key]

    def _proposals_table(self, proposals, currency, as_of=None):
        """Proposals as a table; the one that binds stands out."""
        binds = self.env._("binds")
        row = Markup('<tr class="%s"><td>%s</td><td class="text-end text-nowrap">%s</td><td>%s</td></tr>')
        rows = Markup().join(
            row
            % (
                "table-primary fw-bold" if it.is_binding else "" if it.amount is not None else "text-muted",
                self._proposal_label(it.key) + (f" ({binds})" if it.is_binding else ""),
                "–" if it.amount is None else currency.format(it.amount),
                self._proposal_sentence(it, currency),
            )
            for it in proposals
        )
        head = self.env._("As of %(day)s", day=format_date(self.env, as_of)) if as_of else ""
        return Markup('<p class="text-muted mb-1">%s</p><table class="table table-sm">%s</table>') % (head, rows)

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_request_proposed_limit(self):
        """A request for the limit that the proposals come to, on a form that can still be changed."""
        self.ensure_one()
        bound = core.binding(self._gather_proposals(fields.Date.context_today(self)).get(self.id, ()))
        action = self.action_request_limit()
        if not bound:
            return action
        reason = f"{self._proposal_label(bound.key)}: {self._proposal_sentence(bound, self.currency_id)}"
        action["context"] |= {
            "default_amount": self.currency_id.round(bound.amount),
            "default_currency_id": self.currency_id.id,
            "default_reason": reason,
        }
        return action
