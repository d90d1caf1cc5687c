import ast

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, split_every

from .dunning_facts import END_OF_TIME
from .receivable_statement import KINDS

BATCH = 500


class ReceivableStatementChoice(models.AbstractModel):
    """Who gets a statement, and of which kind: what a plan and the wizard ask alike."""

    _name = "receivable.statement.choice"
    _description = "Choice of Statements"
    _inherit = ["receivable.root.company.mixin"]

    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_domain = fields.Char(string="Customers", default="[]", help="Empty: all customers.")
    only_overdue = fields.Boolean(help="Only customers with something past its due date.")
    minimum_amount = fields.Monetary(
        string="Minimum Balance", help="Customers who owe less, and are owed less, get none. In company currency."
    )
    kind = fields.Selection(KINDS, required=True, default="open_items")
    ask_confirmation = fields.Boolean(
        string="Ask for Confirmation",
        default=True,
        help="The customer is asked to agree or to name differences, on the portal or by the link in the e-mail.",
    )

    @api.constrains("partner_domain")
    def _check_partner_domain(self):
        for choice in self:
            try:
                choice._choose()
            except (ValueError, TypeError, SyntaxError, KeyError) as error:
                raise ValidationError(
                    self.env._("The condition on customers cannot be read: %(error)s", error=error)
                ) from error
            except AccessError as error:
                raise ValidationError(
                    self.env._(
                        "The condition asks for something of customers that you may not read yourself: leave it out, "
                        "or ask somebody who may to set it. %(error)s",
                        error=error,
                    )
                ) from error

    @api.constrains("minimum_amount")
    def _check_minimum_amount(self):
        if any(choice.minimum_amount < 0 for choice in self):
            raise ValidationError(self.env._("The minimum balance cannot be negative."))

    def _get_partner_domain(self):
        return Domain(ast.literal_eval(self.partner_domain or "[]"))

    # ------------------------------------------------------------------
    # MAKING STATEMENTS
    # ------------------------------------------------------------------

    def _partner_ids(self, as_of):
        """Customers with something open with us at the end of the day who match, in the order of their ids."""
        self.ensure_one()
        conditions = [SQL("abs(sum(item.residual)) >= %s", self.minimum_amount)]
        if self.only_overdue:
            conditions.append(SQL("bool_or(item.residual > 0 AND item.date_maturity < %s)", as_of))
        rows = self.env.execute_query(
            SQL(
                """
                SELECT item.partner_id
                  FROM (%(items)s) item
                 WHERE item.partner_id IS NOT NULL AND %(matches)s
                   AND item.line_id NOT IN (SELECT told.line_id FROM (%(told)s) told)
                 GROUP BY item.partner_id
                HAVING %(conditions)s
                 ORDER BY item.partner_id
                """,
                items=self.env["receivable.ledger"]._open_items_sql(as_of, self.company_id),
                matches=self._matches_sql(as_of),
                told=self.env["receivable.assignment.line"]._told_sql(END_OF_TIME),
                conditions=SQL(" AND ").join(conditions),
            )
        )
        return [partner_id for (partner_id,) in rows]

    def _matches_sql(self, _as_of):
        """Condition on ``item.partner_id``: the customer is one of those chosen."""
        return SQL("item.partner_id IN %s", self._choose().subselect())

    def _chooser(self):
        """The user who chooses the customers: nobody gets a statement of whom this user may not read."""
        return self.env.user

    def _choose(self):
        """Query of the customers chosen; archived customers owe as well."""
        user = self._chooser()
        # sudo: where somebody else may work is looked up, not shown
        companies = user.sudo().company_ids & self.company_id.sudo().search([("id", "child_of", self.company_id.ids)])
        context = {"active_test": False, "allowed_company_ids": (self.company_id & companies | companies).ids}
        partners = self.env["res.partner"].with_user(user).with_context(**context)
        return partners._search(self._get_partner_domain())

    def _make_batches(self, as_of):
        """Make the statements as of a day, batch after batch; gives each batch, so that the caller may commit it."""
        statements = self.env["receivable.statement"].with_context(tracking_disable=True)
        for partner_ids in split_every(BATCH, self._partner_ids(as_of)):
            yield statements.create([self._prepare_statement(partner_id, as_of) for partner_id in partner_ids])

    def _prepare_statement(self, partner_id, as_of):
        return {
            "company_id": self.company_id.id,
            "partner_id": partner_id,
            "kind": self.kind,
            "date": as_of,
            "ask_confirmation": self.ask_confirmation,
        }
