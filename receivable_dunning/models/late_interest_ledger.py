"""The facts of late payment: late items, open or settled, with what was paid when and what is charged already."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from odoo import models
from odoo.tools import SQL, split_every

from ..core.interest import Settlement
from ..core.interest_case import Customer, Item, Market, Refusal, Window
from ..core.interest_claim import decide
from ..core.interest_rates import Rate
from .dunning_facts import END_OF_TIME
from .late_interest_rule_core import exact

# Charges in these states leave their days free.
FREE_STATES = ("draft", "excluded", "reversed")


@dataclass(frozen=True, slots=True)
class Scope:
    """What is asked: the late items of a root company, of some customers (``None``: all), and which days of them.

    ``settled_from``: items settled before that day are left out.
    """

    company: models.BaseModel
    window: Window
    settled_from: date
    partners: models.BaseModel | None = None
    rates: dict = field(default_factory=dict)


class LateInterestLedger(models.AbstractModel):
    """Gather and decide. Constant queries per batch of customers, whatever the number of items."""

    _name = "late.interest.ledger"
    _description = "Late Interest Facts"
    _customers_per_batch = 2000

    def _outcomes(self, scope):
        """``(partner_id, Outcome)`` of all customers with a late item, batch by batch: memory stays flat."""
        rules = self.env["late.interest.rule"]._of_company(scope.company)
        for partner_ids in split_every(self._customers_per_batch, self._late_partner_ids(scope)):
            partners = self.env["res.partner"].browse(partner_ids)
            customers = self._customers(scope, partners, rules)
            items = self._items(scope, partners, customers)
            credits = self._credits(scope, partners)
            market = self._market(scope, items, rules)
            for partner_id in partner_ids:
                customer, _contract = customers[partner_id]
                yield partner_id, decide(customer, items[partner_id], credits[partner_id], scope.window, market)

    # ------------------------------------------------------------------
    # ITEMS
    # ------------------------------------------------------------------

    def _late_lines_sql(self, scope, partners):
        """``(id, partner_id)`` of the receivable items due before the last day that are open, or were settled late."""
        ledger = self.env["receivable.ledger"]
        is_late = SQL(
            "line.account_id = ANY(%s) AND line.company_id = ANY(%s) AND line.parent_state = 'posted'"
            " AND COALESCE(line.date_maturity, line.date) < %s AND %s",
            ledger._receivable_account_ids(),
            ledger._tree_company_ids(scope.company),
            scope.window.last,
            ledger._partner_condition(partners, SQL("line.partner_id")),
        )
        return SQL(
            """
            SELECT line.id, line.partner_id
              FROM account_move_line line
             WHERE %(is_late)s AND line.reconciled IS NOT TRUE AND line.amount_residual <> 0 AND line.balance > 0
             UNION
            SELECT line.id, line.partner_id
              FROM account_partial_reconcile matching
              JOIN account_move_line line ON line.id = matching.debit_move_id
             WHERE %(is_late)s AND line.balance > 0 AND matching.max_date >= %(settled_from)s
               AND matching.max_date > COALESCE(line.date_maturity, line.date)
            """,
            is_late=is_late,
            settled_from=scope.settled_from,
            to_flush=[*ledger._ledger_fields(), self.env["account.move"]._fields["payment_state"]],
        )

    def _late_partner_ids(self, scope):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT partner.commercial_partner_id
                  FROM (%s) late JOIN res_partner partner ON partner.id = late.partner_id
                 ORDER BY 1
                """,
                self._late_lines_sql(scope, scope.partners),
            )
        )
        return [partner_id for (partner_id,) in rows]

    def _items(self, scope, partners, customers):
        """``{partner_id: [Item]}``: customer documents but those that charge interest themselves."""
        self.env["late.interest.charge"].flush_model()
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT line.id, line.move_id, partner.commercial_partner_id AS partner_id, line.no_followup,
                       COALESCE(line.date_maturity, line.date) AS due, line.amount_currency::text AS amount,
                       COALESCE(move.invoice_date, line.date) AS contract, currency.name AS currency,
                       move.payment_state = 'blocked' AS blocked, line.move_id IN (%(in_payment)s) AS in_payment
                  FROM (%(late)s) late
                  JOIN account_move_line line ON line.id = late.id
                  JOIN account_move move ON move.id = line.move_id
                  JOIN res_partner partner ON partner.id = line.partner_id
                  JOIN res_currency currency ON currency.id = line.currency_id
                 WHERE line.amount_currency > 0 AND move.is_late_interest IS NOT TRUE
                   AND (move.move_type IN ('out_invoice', 'out_receipt')
                        OR move.move_type = 'entry' AND line.no_followup IS NOT TRUE
                           AND move.origin_payment_id IS NULL AND move.statement_line_id IS NULL)
                """,
                late=self._late_lines_sql(scope, partners),
                in_payment=self.env["receivable.ledger"]._moves_in_payment_sql(END_OF_TIME),
                to_flush=self.env["account.move"]._fields["is_late_interest"],
            )
        )
        settled = self._settlements([row["id"] for row in rows])
        taken, compensated = self._taken(rows)
        disputes, charged = self._disputes([row["id"] for row in rows])
        result = defaultdict(list)
        for row in rows:
            contract = customers[row["partner_id"]][1] or row["contract"]
            item = Item(
                row["id"], row["move_id"], row["due"], Decimal(row["amount"]), contract, row["currency"],
                tuple(settled[row["id"]]), tuple(taken[row["id"]]), row["move_id"] in compensated, self._obstacle(row),
                tuple(disputes.get(row["id"], ())), tuple(charged.get(row["id"], ())),
            )  # fmt: skip
            result[row["partner_id"]].append(item)
        return result

    @staticmethod
    def _obstacle(row):
        """Why an item may not be charged, whatever its days."""
        if row["no_followup"]:
            return Refusal.NO_FOLLOWUP
        if row["blocked"]:
            return Refusal.BLOCKED
        return Refusal.IN_PAYMENT if row["in_payment"] else None

    def _settlements(self, line_ids):
        """``{line_id: [Settlement]}``: payments and credit notes matched with each item, on the matching's date.

        A matching with a draft entry is not effective yet.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT matching.debit_move_id, matching.max_date, matching.debit_amount_currency::text,
                       move.move_type = 'out_refund'
                  FROM account_partial_reconcile matching
                  JOIN account_move_line credit ON credit.id = matching.credit_move_id
                  JOIN account_move move ON move.id = credit.move_id
                 WHERE matching.debit_move_id = ANY(%s) AND credit.parent_state = 'posted'
                """,
                line_ids,
            )
        )
        result = defaultdict(list)
        for line_id, day, amount, is_credit_note in rows:
            if Decimal(amount):
                result[line_id].append(Settlement(day, Decimal(amount), is_credit_note))
        return result

    def _taken(self, rows):
        """``{line_id: [(first, last)]}`` of the days charged, claimed or waived, and the invoices compensated."""
        days = self.env.execute_query(
            SQL(
                "SELECT move_line_id, date_from, date_to FROM late_interest_charge"
                " WHERE move_line_id = ANY(%s) AND kind = 'interest' AND dispute_id IS NULL AND state <> ALL(%s)",
                [row["id"] for row in rows],
                list(FREE_STATES),
            )
        )
        moves = self.env.execute_query(
            SQL(
                "SELECT move_id FROM late_interest_charge"
                " WHERE move_id = ANY(%s) AND kind = 'compensation' AND state <> ALL(%s)",
                [row["move_id"] for row in rows],
                list(FREE_STATES),
            )
        )
        taken = defaultdict(list)
        for line_id, first, last in days:
            taken[line_id].append((first, last))
        return taken, {move_id for (move_id,) in moves}

    def _disputes(self, line_ids):
        """``({line_id: [Dispute]}, {line_id: [Charged]})``: parts in dispute, and what their items were charged."""
        return {}, {}

    def _credits(self, scope, partners):
        """``{partner_id: [(currency, Settlement)]}``: credit notes and payments that are not allocated, also money
        that has come in and is not booked on the customer yet."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT credit.partner_id, currency.name, credit.date, credit.amount::text, credit.is_credit_note
                  FROM (
                        SELECT item.partner_id, item.currency_id, item.date, item.residual_currency AS amount,
                               move.move_type = 'out_refund' AS is_credit_note
                          FROM (%(items)s) item
                          JOIN account_move move ON move.id = item.move_id
                         UNION ALL
                        SELECT partner_id, currency_id, date, residual_currency, FALSE
                          FROM (%(unbooked)s) unbooked WHERE partner_id = ANY(%(partners)s)
                       ) credit
                  JOIN res_currency currency ON currency.id = credit.currency_id
                 WHERE credit.amount < 0 AND credit.date <= %(last)s
                """,
                items=self.env["receivable.ledger"]._open_items_sql(END_OF_TIME, scope.company, partners),
                unbooked=self.env["dunning.facts"]._unbooked_credits_sql(scope.company),
                partners=partners.ids,
                last=scope.window.last,
            )
        )
        result = defaultdict(list)
        for partner_id, currency, day, amount, is_credit_note in rows:
            result[partner_id].append((currency, Settlement(day, -Decimal(amount), is_credit_note)))
        return result

    # ------------------------------------------------------------------
    # CUSTOMERS
    # ------------------------------------------------------------------

    def _customers(self, scope, partners, rules):
        """``{partner_id: (Customer, date of contract or None)}``."""
        core_rules = {rule.id: rule._core_rule() for rule in rules}
        rows = self.env.execute_query(
            SQL(
                "SELECT contact.partner_id, %s FROM unnest(%s) AS contact(partner_id)",
                self._rules_sql(scope.company, rules),
                list(partners.ids),
            )
        )
        # sudo: what is agreed with a customer is for all who charge it
        customers = partners.sudo().with_company(scope.company)
        # only these fields: a customer has a hundred others, and there may be very many customers
        customers.fetch(["late_interest_mode", "late_interest_rate", "late_interest_contract_date"])
        agreed = {partner.id: partner for partner in customers}
        result = {}
        for partner_id, rule_ids in rows:
            partner = agreed[partner_id]
            chosen = tuple(core_rules[rule_id] for rule_id in rule_ids if rule_id)
            mode, rate = partner.late_interest_mode, None
            if mode in ("year", "day"):
                rate = Rate(fixed=exact(partner.late_interest_rate), per=mode)
            contract = partner.late_interest_contract_date or None
            result[partner_id] = (Customer(chosen, rate, mode == "exempt"), contract)
        return result

    def _rules_sql(self, company, rules):
        """The rules for the customer, in their order: domains are sub-selects, none is evaluated per record."""
        # sudo: a rule is for its customers whoever proposes; inactive customers owe as well
        partners = self.env["res.partner"].sudo().with_context(active_test=False).with_company(company)
        cases = [
            SQL(
                "CASE WHEN %s THEN %s END",
                SQL("TRUE")
                if domain.is_true()
                else SQL("contact.partner_id IN %s", partners._search(domain).subselect()),
                rule.id,
            )
            for rule in rules
            for domain in [rule._customer_domain(company)]
        ]
        return SQL("ARRAY[%s]::int[]", SQL(", ").join(cases)) if cases else SQL("ARRAY[]::int[]")

    # ------------------------------------------------------------------
    # CURRENCIES
    # ------------------------------------------------------------------

    def _market(self, scope, items, rules):
        """Units of all currencies, and the rates of the day between those of the items and those of the rules."""
        # sudo: exchange rates are no secret
        currencies = self.env["res.currency"].sudo().with_context(active_test=False).search([])
        by_name = {currency.name: currency for currency in currencies}
        used = {item.currency for of_customer in items.values() for item in of_customer}
        targets = {rule.currency_id.name for rule in rules} | {scope.company.currency_id.name}
        pairs = {(source, target) for source in used for target in targets if source != target}
        for source, target in (pairs | {(target, source) for source, target in pairs}) - scope.rates.keys():
            rate = currencies._get_conversion_rate(by_name[source], by_name[target], scope.company, scope.window.last)
            scope.rates[source, target] = Fraction(str(rate))
        units = {currency.name: Decimal(str(currency.rounding)) for currency in currencies}
        return Market(units, scope.rates)
