import json
from datetime import timedelta
from operator import itemgetter

from odoo import fields, models
from odoo.tools import SQL, groupby

from ..core.dunning import decide
from ..core.ladder import Customer, Item, SkipReason
from .dunning_notice import OPEN_STATES
from .dunning_skip import NOTHING_HELD, held_amounts

# Rows per INSERT: memory and statement size stay flat however many customers there are.
CUSTOMERS_PER_INSERT = 5000

NOTICE_COLUMNS = {
    "plan_id": "int", "partner_id": "int", "contact_id": "int", "email_contact_id": "int", "lang": "text",
    "level_id": "int",
    "level_number": "int", "send_email": "bool", "send_letter": "bool", "amount_due": "numeric",
    "amount_credit": "numeric", "amount_total": "numeric",
}  # fmt: skip
LINE_COLUMNS = {
    "notice_id": "int", "currency_id": "int", "move_line_id": "int", "date_maturity": "date", "days": "int",
    "residual_currency": "numeric", "residual": "numeric", "amount_held": "numeric", "held_reason": "text",
    "amount_disputed": "numeric", "amount_promised": "numeric",
    "level_number": "int", "is_credit": "bool", "is_covered": "bool", "statement_line_id": "int", "payment_id": "int",
}  # fmt: skip
SKIP_COLUMNS = {
    "partner_id": "int", "move_line_id": "int", "date_maturity": "date", "days": "int", "residual": "numeric",
    "reason": "text",
}  # fmt: skip


class DunningProposal(models.AbstractModel):
    """Gather, decide, apply: from the open items of a company to the notices and skipped items of a run."""

    _name = "dunning.proposal"
    _description = "Dunning Proposal"

    def _propose(self, run):
        """Replace the notices and skipped items of ``run`` (one that may be written)."""
        plans = self.env["dunning.plan"]._of_company(run.company_id)
        self.env.flush_all()
        self.env.cr.execute(SQL("DELETE FROM dunning_notice WHERE run_id = %s", run.id))
        self.env.cr.execute(SQL("DELETE FROM dunning_skip WHERE run_id = %s", run.id))
        horizon = run.date - timedelta(days=min([1, *plans.level_ids.mapped("days")]))
        statement = self.env["dunning.facts"]._candidates_sql(run.company_id, horizon, run.date)
        groups = dict(groupby(self.env.execute_query_dict(statement), itemgetter("partner_id")))
        customers = self._customers(run.company_id, list(groups), plans, run)
        self.env["dunning.experiment"]._assign(run, plans, groups, customers)
        self._apply(run, plans, groups, customers)
        self.env.invalidate_all(flush=False)

    # ------------------------------------------------------------------
    # GATHER
    # ------------------------------------------------------------------

    def _customers(self, company, partner_ids, plans, run):
        """``{partner_id: row}``: contact, language, addresses, plan, last contact, and whether a notice is open."""
        rows = self.env.execute_query_dict(
            SQL(
                """
                WITH contact AS (%(contacts)s)
                SELECT contact.partner_id, contact.contact_id, contact.email_contact_id, contact.lang,
                       contact.has_address, FALSE AS holdout, %(plan)s AS plan_id, last.sent_date AS last_contact,
                       contact.partner_id IN (
                            SELECT partner_id FROM dunning_notice
                             WHERE company_id = %(company)s AND run_id <> %(run)s AND state = ANY(%(open_states)s)
                       ) AS has_open_notice
                  FROM contact
                  LEFT JOIN (
                        SELECT partner_id, max(day) AS sent_date FROM (%(contacts_made)s) made GROUP BY partner_id
                       ) last ON last.partner_id = contact.partner_id
                """,
                contacts=self._contacts_sql(partner_ids),
                plan=self._plan_sql(plans),
                contacts_made=self._contacts_made_sql(company),
                company=company.id,
                run=run.id,
                open_states=list(OPEN_STATES),
            )
        )
        return {row["partner_id"]: row for row in rows}

    def _contacts_made_sql(self, company):
        """``(partner_id, day)`` of what counts as a contact with a customer: reminders sent. To be extended."""
        return SQL(
            "SELECT partner_id, sent_date AS day FROM dunning_notice"
            " WHERE company_id = %s AND state IN ('sent', 'replied', 'bounced')",
            company.id,
        )

    def _contacts_sql(self, partner_ids):
        """Whom to write to: the dunning contact of the customer, else an invoice address, else the customer itself.

        E-mails go to the customer's own address when the contact has none that works.
        """
        return SQL(
            """
            SELECT DISTINCT ON (partner.id) partner.id AS partner_id, contact.id AS contact_id, contact.lang,
                   CASE WHEN %(contact_takes_email)s THEN contact.id WHEN %(partner_takes_email)s THEN partner.id END
                       AS email_contact_id,
                   COALESCE(contact.street, contact.street2, contact.city, contact.zip, '') <> '' AS has_address
              FROM res_partner partner
              LEFT JOIN res_partner invoice ON invoice.commercial_partner_id = partner.id
                                           AND invoice.type = 'invoice' AND invoice.active
              LEFT JOIN res_partner chosen ON chosen.id = partner.dunning_contact_id AND chosen.active
                                          AND chosen.commercial_partner_id = partner.id
              JOIN res_partner contact ON contact.id = COALESCE(chosen.id, invoice.id, partner.id)
             WHERE partner.id = ANY(%(partners)s)
             ORDER BY partner.id, invoice.id
            """,
            partners=partner_ids,
            contact_takes_email=self._takes_email_sql("contact"),
            partner_takes_email=self._takes_email_sql("partner"),
        )

    @staticmethod
    def _takes_email_sql(alias):
        """Whether there is an e-mail address that has not bounced."""
        return SQL(
            "(%(email)s LIKE '%%@%%' AND COALESCE(%(normalized)s, '') NOT IN"
            " (SELECT bounced_email FROM dunning_notice WHERE bounced_email IS NOT NULL))",
            email=SQL.identifier(alias, "email"),
            normalized=SQL.identifier(alias, "email_normalized"),
        )

    def _plan_sql(self, plans):
        """The first plan whose domain matches the customer: domains are sub-selects, none is evaluated per record."""
        # sudo: a plan is for its customers whoever proposes; inactive customers owe as well
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        cases = SQL(" ").join(
            SQL(
                "WHEN %s THEN %s",
                SQL("TRUE")
                if domain.is_true()
                else SQL(
                    "contact.partner_id IN %s",
                    partners.with_company(plan.company_id)._search(domain).subselect(),
                ),
                plan.id,
            )
            for plan in plans
            for domain in [plan._customer_domain()]
        )
        return SQL("CASE %s END", cases) if plans else SQL("NULL::int")

    # ------------------------------------------------------------------
    # DECIDE
    # ------------------------------------------------------------------

    @staticmethod
    def _core_item(row):
        return Item(
            row["key"], row["date_maturity"], row["residual"], row["level_number"],
            row["no_followup"], row["blocked"], row["in_payment"], row["held"], row["held_reason"],
        )  # fmt: skip

    @staticmethod
    def _core_customer(row):
        return Customer(
            row["last_contact"], bool(row["email_contact_id"]), row["has_address"], row["has_open_notice"],
            row["holdout"],
        )  # fmt: skip

    # ------------------------------------------------------------------
    # APPLY
    # ------------------------------------------------------------------

    def _apply(self, run, plans, groups, customers):
        taking_part = run.plan_ids | self.env["dunning.experiment"]._challengers(run.plan_ids, run.date)
        core_plans = {plan.id: plan._core_plan(run.date) for plan in taking_part}
        level_ids = {plan.id: plan.level_ids.ids for plan in taking_part}
        covers_all = plans <= run.plan_ids
        as_of, batch, skips = run.date, [], []
        for partner_id, rows in groups.items():
            customer = customers[partner_id]
            plan = core_plans.get(customer["plan_id"])
            if plan:
                by_key = {row["key"]: row for row in rows}
                items = [self._core_item(row) for row in rows]
                verdict = decide(self._core_customer(customer), items, plan, as_of)
                skips += [(by_key[item.key], reason) for item, reason in verdict.skipped]
                if verdict.claims:
                    batch.append((customer, by_key, verdict))
            elif covers_all:
                skips += [(row, SkipReason.NO_PLAN) for row in rows if row["residual"] > 0]
            if len(batch) >= CUSTOMERS_PER_INSERT:
                self._insert_notices(run, batch, level_ids)
                batch = []
        self._insert_notices(run, batch, level_ids)
        self._insert_skips(run, skips)

    def _insert_notices(self, run, batch, level_ids):
        as_of, currency = run.date, run.currency_id
        values = [
            (
                customer["plan_id"], customer["partner_id"], customer["contact_id"],
                customer["email_contact_id"], customer["lang"],
                level_ids[customer["plan_id"]][verdict.level - 1], verdict.level, verdict.email, verdict.letter,
                *self._amounts(verdict, currency),
            )
            for customer, _rows, verdict in batch
        ]  # fmt: skip
        fixed = {"run_id": run.id, "company_id": run.company_id.id, "date": as_of, "state": "proposed"}
        fixed["create_date"] = fixed["write_date"] = fields.Datetime.now()
        returned = self._insert("dunning.notice", NOTICE_COLUMNS, values, fixed, SQL("partner_id, id"))
        notice_ids = dict(returned)
        lines = [
            line
            for customer, rows, verdict in batch
            for line in self._line_values(notice_ids[customer["partner_id"]], rows, verdict, as_of)
        ]
        self._insert("dunning.notice.line", LINE_COLUMNS, lines, {}, SQL("1"))

    @staticmethod
    def _amounts(verdict, currency):
        """Claims, credits and total of a verdict, rounded once."""
        due = currency.round(sum(claim.amount for claim in verdict.claims))
        credit = currency.round(sum(item.residual for item in verdict.credits))
        return due, credit, currency.round(due + credit)

    @staticmethod
    def _claim_values(claim, row):
        """Amounts of a claim: the part of the item that is not held back, in both currencies."""
        whole, share = row["residual"], row["residual_currency"]
        held = whole - claim.amount if row["held"] else 0.0
        return {
            "residual_currency": share * claim.amount / whole if held else share,
            "residual": claim.amount,
            "amount_held": held,
            "held_reason": row["held_reason"] if held else None,
            **(held_amounts(row["held_parts"]) if held else NOTHING_HELD),
        }

    @classmethod
    def _line_values(cls, notice_id, rows, verdict, as_of):
        """Values of the lines of one notice, in the order of ``LINE_COLUMNS``."""
        for claim in verdict.claims:
            row, due = rows[claim.item.key], claim.item.due
            yield (
                notice_id, row["currency_id"], row["line_id"], due, (as_of - due).days,
                *cls._claim_values(claim, row).values(), claim.level, False, claim.covered, None, None,
            )  # fmt: skip
        for item in verdict.credits:
            row = rows[item.key]
            yield (
                notice_id, row["currency_id"], row["line_id"], item.due, None, row["residual_currency"],
                item.residual, None, None, None, None, None, True, False, row["statement_line_id"], row["payment_id"],
            )  # fmt: skip

    def _insert_skips(self, run, skips):
        as_of = run.date
        values = [
            (
                row["partner_id"], row["line_id"], row["date_maturity"], (as_of - row["date_maturity"]).days,
                row["residual"], str(reason),
            )
            for row, reason in skips
        ]  # fmt: skip
        fixed = {"run_id": run.id}
        for start in range(0, len(values), 4 * CUSTOMERS_PER_INSERT):
            self._insert(
                "dunning.skip", SKIP_COLUMNS, values[start : start + 4 * CUSTOMERS_PER_INSERT], fixed, SQL("1")
            )

    @staticmethod
    def _array_literal(values):
        """The values as one PostgreSQL array literal: adapting a hundred thousand values singly takes seconds."""
        texts = ("NULL" if v is None else json.dumps(v) if isinstance(v, str) else str(v) for v in values)
        return "{%s}" % ",".join(texts)

    def _arrays_sql(self, columns, values):
        """The rows as arguments of ``unnest``: one typed array per column."""
        arrays = []
        for column, kind in zip(zip(*values, strict=True), columns.values(), strict=True):
            # the kinds are constants of the addon
            kind_sql = SQL(kind)  # pylint: disable=sql-injection
            arrays.append(SQL("%s::%s[]", self._array_literal(column), kind_sql))
        return SQL(", ").join(arrays)

    def _insert(self, model_name, columns, values, fixed, returning):
        """One INSERT of many rows: ``columns`` with SQL types, ``values`` row by row, ``fixed`` the same in all."""
        if not values:
            return []
        return self.env.execute_query(
            SQL(
                "INSERT INTO %s (%s) SELECT %s FROM unnest(%s) item RETURNING %s",
                SQL.identifier(self.env[model_name]._table),
                SQL(", ").join(map(SQL.identifier, (*fixed, *columns))),
                SQL(", ").join((*(SQL("%s", value) for value in fixed.values()), SQL("item.*"))),
                self._arrays_sql(columns, values),
                returning,
            )
        )
