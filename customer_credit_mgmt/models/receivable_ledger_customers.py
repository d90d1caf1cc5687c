"""The customers that a statement is about, and what there is of them at all: known before it is planned."""

from dataclasses import dataclass

from odoo import models
from odoo.tools import SQL

FEW = 1000
FEW_OTHERS = 10  # contacts below a customer that one expression translates: it is gone through for every item


@dataclass(frozen=True, slots=True)
class Customers:
    """Commercial partners to which a statement is restricted."""

    ids: tuple
    contacts: dict | None = None  # {contact id: id of his commercial partner}; None where they are too many to be told
    lacking: frozenset = frozenset()  # facts, as ReceivableLedger._get_probes names them, of which there are none

    def __len__(self):
        return len(self.ids)


class ReceivableLedger(models.AbstractModel):
    _inherit = "receivable.ledger"

    # ------------------------------------------------------------------
    # CUSTOMERS
    # ------------------------------------------------------------------

    def _customers(self, as_of, company, partners):
        """What the statements about a few commercial ``partners`` begin with: their contacts, and what to leave out.

        The statement of one customer takes longer to plan than to run: one short query tells which parts of it would
        find nothing. It holds for the transaction as it is, so a statement is run as soon as it is made.

        :param partners: commercial partners, ``None`` for everybody, or what this method made of them before
        """
        if partners is None or isinstance(partners, Customers):
            return partners
        if len(partners) > FEW or not partners.ids:
            return Customers(tuple(partners.ids))
        probes = self._get_probes(as_of, company)
        statement = SQL(
            """
              WITH contact AS MATERIALIZED (
                   SELECT id, commercial_partner_id FROM res_partner WHERE commercial_partner_id = ANY(%(partners)s)
                   )
            SELECT ARRAY(SELECT ARRAY[id, commercial_partner_id] FROM contact ORDER BY id), %(probes)s
            """,
            partners=list(partners.ids),
            probes=SQL(", ").join(probes.values()),
            to_flush=self._ledger_fields(),
        )
        ((contacts, *found),) = self.env.execute_query(statement)
        lacking = frozenset(name for name, exists in zip(probes, found, strict=True) if not exists)
        return Customers(tuple(partners.ids), dict(contacts), lacking)

    def _get_probes(self, as_of, company=None):
        """``{fact: condition}``: whether there is anything of it, for customers with the contacts ``contact``.

        The facts are components of the exposure, and ``undone`` (matchings not effective on the day), ``in_payment``
        and ``foreign_limit`` (in another currency than the company's). Bridges add those of their components.
        """
        accounts, companies = self._own_receivable_account_ids(company), self._tree_company_ids(company)
        undone = SQL(
            """
            EXISTS (SELECT FROM account_partial_reconcile
                     WHERE company_id = ANY(%(companies)s) AND max_date > %(as_of)s)
            OR EXISTS (SELECT FROM account_move_line draft WHERE %(is_matched_draft)s)
            """,
            companies=companies,
            as_of=as_of,
            is_matched_draft=self._matched_draft_condition(accounts),
        )
        drafts = SQL(
            """
            EXISTS (SELECT FROM account_move_line line
                     WHERE line.parent_state = 'draft' AND line.account_id = ANY(%s) AND line.company_id = ANY(%s)
                       AND line.partner_id IN (SELECT id FROM contact))
            """,
            accounts,
            companies,
        )
        in_payment = SQL("EXISTS (SELECT FROM account_payment payment WHERE %s)", self._under_way_condition(as_of))
        foreign = SQL(
            """
            EXISTS (SELECT FROM credit_profile profile
                      JOIN credit_limit ON credit_limit.profile_id = profile.id
                      JOIN res_company company ON company.id = credit_limit.company_id
                     WHERE profile.partner_id IN (SELECT id FROM contact)
                       AND credit_limit.currency_id <> company.currency_id)
            """,
            to_flush=self.env["credit.limit"]._limit_fields(),
        )
        return {"undone": undone, "in_payment": in_payment, "draft_amount": drafts, "foreign_limit": foreign}

    def _lacks(self, partners, fact):
        """Whether it is known that there is nothing of a fact."""
        return isinstance(partners, Customers) and fact in partners.lacking

    # ------------------------------------------------------------------
    # CONDITIONS
    # ------------------------------------------------------------------

    def _under_way_condition(self, as_of):
        """Condition on ``payment``: under way on the day, without journal entry."""
        return SQL("payment.move_id IS NULL AND payment.state IN ('in_process', 'paid') AND payment.date <= %s", as_of)

    def _partner_condition(self, partners, column):
        """Condition that ``column`` is a contact of one of the commercial ``partners`` (``None``: of anybody).

        The contacts of a few customers are given as constants, so that the planner knows how much each of them has.
        """
        if partners is None:
            return SQL("TRUE")
        contacts = self._contacts(partners)
        if contacts is not None:
            return SQL("%s = ANY(%s)", column, list(contacts))
        return SQL(
            "%s IN (SELECT id FROM res_partner WHERE commercial_partner_id = ANY(%s))", column, list(partners.ids)
        )

    def _contacts(self, partners):
        """``{contact id: commercial partner id}`` of a few commercial ``partners``; None of many."""
        if isinstance(partners, Customers):
            return partners.contacts
        if len(partners) > FEW:
            return None
        statement = SQL(
            "SELECT id, commercial_partner_id FROM res_partner WHERE commercial_partner_id = ANY(%s)",
            list(partners.ids),
            to_flush=self.env["res.partner"]._fields["commercial_partner_id"],
        )
        return dict(self.env.execute_query(statement))

    def _customer_join(self, partners, column):
        """The join that makes of the contact in ``column`` the customer ``partner.commercial_partner_id``.

        Restricted to the ``partners``, if any. Of a few customers nothing is joined: the contacts are constants, and
        where there is but one customer so is he, which leaves nothing to be sorted by him.
        """
        contacts = self._contacts(partners) if partners is not None else None
        others = {contact: customer for contact, customer in (contacts or {}).items() if contact != customer}
        if contacts is None or len(partners) > 1 and len(others) > FEW_OTHERS:
            condition = SQL("TRUE")
            if partners is not None:
                condition = SQL("partner.commercial_partner_id = ANY(%s)", list(partners.ids))
            return SQL("JOIN res_partner partner ON partner.id = %s AND %s", column, condition)
        customer = SQL("%s", partners.ids[0]) if len(partners) == 1 else self._translated_sql(column, others)
        return SQL(
            "JOIN LATERAL (SELECT %s AS commercial_partner_id) partner ON %s = ANY(%s)",
            customer,
            column,
            list(contacts),
        )

    def _translated_sql(self, column, values):
        """``column`` with some of its ``{value: other value}``: an expression, a join with a few values misleads."""
        if not values:
            return column
        cases = SQL(" ").join(SQL("WHEN %s THEN %s", value, other) for value, other in values.items())
        return SQL("CASE %(column)s %(cases)s ELSE %(column)s END", column=column, cases=cases)
