"""Which open items are proposed for a write-off, and why."""

from dataclasses import dataclass
from datetime import date

from odoo import api, models
from odoo.tools import SQL


@dataclass(frozen=True, slots=True)
class WriteoffRules:
    """When an item is proposed. ``older_than`` days overdue; ``small_amount`` (company currency, inclusive) and more
    than ``small_days`` overdue; 0 switches a rule off. ``cases``: legal cases closed without success count;
    ``limitation``: items that are barred by limitation count."""

    as_of: date
    older_than: int = 0
    small_amount: float = 0.0
    small_days: int = 0
    cases: bool = False
    limitation: bool = False


class ReceivableWriteoff(models.Model):
    _inherit = "receivable.writeoff"

    @api.model
    def _reason_sqls(self, company, rules, partners=None):
        """``{reason: condition on item}``, the strongest reason first; an item is proposed for the first that holds."""
        overdue = SQL("(%s::date - item.date_maturity)", rules.as_of)
        conditions = {}
        if rules.cases:
            conditions["insolvent"] = self._closed_case_condition("insolvency")
            conditions["uncollectible"] = self._closed_case_condition("uncollectible")
        if rules.limitation:
            barred = self._barred_items(company, rules.as_of, partners)
            conditions["limitation"] = SQL("item.line_id = ANY(%s)", barred)
        if rules.older_than:
            conditions["old"] = SQL("%s > %s", overdue, rules.older_than)
        if rules.small_amount:
            conditions["small"] = SQL("item.residual <= %s AND %s > %s", rules.small_amount, overdue, rules.small_days)
        return conditions

    @api.model
    def _closed_case_condition(self, outcome):
        """Condition on ``item``: the last word of a legal case about it was this outcome."""
        case = self.env["collection.case"]._fields
        return SQL(
            """
            item.line_id IN (SELECT claimed.move_line_id
                               FROM collection_case_line claimed
                               JOIN collection_case legal ON legal.id = claimed.case_id
                              WHERE legal.state = 'closed' AND legal.outcome = %s)
            """,
            outcome,
            to_flush=[
                case["state"],
                case["outcome"],
                self.env["collection.case.line"]._fields["move_line_id"],
            ],
        )

    @api.model
    def _barred_items(self, company, as_of, partners=None):
        """Ids of the open items whose last day of limitation is over."""
        # sudo: the date follows from facts that the accountant need not be able to list
        batches = self.env["limitation.ledger"].sudo()._batches(company, partners)
        return [item.line_id for batch in batches for item in batch if item.term and item.term.last_day < as_of]

    @api.model
    def _candidates(self, company, rules, partners=None):
        """``[(journal item id, reason)]`` that the rules propose: open claims in no other standing write-off.

        What is being paid is left alone.
        """
        conditions = self._reason_sqls(company, rules, partners)
        if not conditions:
            return []
        reasons = SQL(" ").join(SQL("WHEN %s THEN %s", condition, reason) for reason, condition in conditions.items())
        statement = SQL(
            """
            SELECT line_id, reason
              FROM (SELECT item.line_id, item.partner_id, item.date_maturity, CASE %(reasons)s END AS reason
                      FROM (%(open_items)s) item
                     WHERE item.residual > 0 AND item.residual_currency > 0 AND NOT item.in_payment) item
             WHERE reason IS NOT NULL
               AND line_id NOT IN (SELECT line.move_line_id
                                     FROM receivable_writeoff_line line
                                     JOIN receivable_writeoff writeoff ON writeoff.id = line.writeoff_id
                                    WHERE writeoff.state IN ('draft', 'submitted', 'approved'))
             ORDER BY partner_id, date_maturity, line_id
            """,
            reasons=reasons,
            open_items=self.env["receivable.ledger"]._open_items_sql(rules.as_of, company, partners),
            to_flush=[
                self.env["receivable.writeoff.line"]._fields["move_line_id"],
                self._fields["state"],
            ],
        )
        return self.env.execute_query(statement)

    @api.model
    def _propose(self, company, candidates, values=None):
        """A draft with the items and their reasons."""
        return self.create(
            {
                "company_id": company.id,
                **(values or {}),
                "line_ids": [(0, 0, {"move_line_id": item, "reason": reason}) for item, reason in candidates],
            }
        )
