"""The send guard: what a notice claims is compared with what is true, when it is sent and when its e-mail leaves."""

from collections import defaultdict

from odoo import fields, models
from odoo.tools import email_normalize

from ..core.dunning import TOLERANCE, review
from ..core.ladder import Claim, Customer, Item, SkipReason


class DunningSender(models.AbstractModel):
    """Guard, render, queue: what happens to a batch of queued notices, in one transaction.

    The state of a notice and its e-mail are written together: whatever happens, it is queued without e-mail or sent
    with one.
    """

    _name = "dunning.sender"
    _description = "Dunning Sender"

    def _guard(self, notices, as_of):
        """Shrink or suppress the notices by what is true now; return those that may be sent."""
        ready = notices.browse()
        for notice, verdict, rows in self._verdicts(notices, as_of):
            if self._apply_verdict(notice, verdict, rows):
                ready += notice
        self.env.flush_all()
        return ready

    def _withdraw_untrue(self, notices):
        """Notices whose e-mail must not leave as it was written: what is owed has changed, or they are not sent any
        more. The changed ones are queued again, to be judged and written anew."""
        notices = notices.exists()
        sent = notices.filtered(lambda notice: notice.state == "sent")
        untrue = self._claiming_too_much(sent)
        if untrue:
            overtaken = untrue._with_another_open()
            overtaken.write({"state": "cancelled"})
            overtaken._drop_fees()
            (untrue - overtaken)._requeue()
        return untrue | (notices - sent)

    def _claiming_too_much(self, notices):
        """Those of the notices on their way that do not say any more what is true."""
        today = fields.Date.context_today(self)
        return notices.browse(
            notice.id for notice, verdict, _rows in self._verdicts(notices, today) if self._has_changed(notice, verdict)
        )

    @staticmethod
    def _has_changed(notice, verdict):
        claimed = len(notice._claims())
        return (
            verdict.reason
            or len(verdict.claims) != claimed
            or abs(notice.currency_id.round(verdict.total) - notice.amount_total) > TOLERANCE
        )

    # ------------------------------------------------------------------
    # GATHER
    # ------------------------------------------------------------------

    def _verdicts(self, notices, as_of):
        """``[(notice, verdict, {key: row})]``: a constant number of queries per company."""
        result = []
        for company, batch in notices.grouped("company_id").items():
            rows = self._open_items(company, batch.partner_id, as_of)
            contacts = self._contacts(batch)
            for notice in batch:
                by_key = rows[notice.partner_id.id]
                result.append((notice, self._review(notice, by_key, contacts[notice.id]), by_key))
        return result

    def _open_items(self, company, partners, as_of):
        """``{partner_id: {key: row}}`` of everything open now."""
        result = defaultdict(dict)
        for row in self.env.execute_query_dict(self.env["dunning.facts"]._open_sql(company, partners, as_of)):
            result[row["partner_id"]][row["key"]] = row
        return result

    def _contacts(self, notices):
        """``{notice_id: Customer}``: how the contact can be reached now; who left the customer, not at all.

        Notes on the notice whose e-mail address is used: the customer's own when the contact has none.
        """
        bounced = self._bounced_addresses()
        result = {}
        for notice in notices:
            contact, partner = notice.contact_id, notice.partner_id
            belongs = contact == partner or (contact.active and contact.commercial_partner_id == partner)
            reachable = [person for person in (contact, partner) if belongs and self._takes_email(person, bounced)]
            if notice.email_contact_id.ids != [person.id for person in reachable[:1]] and notice.state == "queued":
                notice.email_contact_id = reachable[0] if reachable else False
            has_address = belongs and contact._has_postal_address()
            result[notice.id] = Customer(has_email=bool(reachable), has_address=has_address)
        return result

    def _bounced_addresses(self):
        """Addresses that did not take our last e-mail, and that nobody has said to work again."""
        bounced = self.env["dunning.notice"].sudo().search([("bounced_email", "!=", False)])
        return set(bounced.mapped("bounced_email"))

    @staticmethod
    def _takes_email(partner, bounced):
        return "@" in (partner.email or "") and (email_normalize(partner.email) or partner.email) not in bounced

    def _review(self, notice, rows, customer):
        claims = [
            Claim(Item(line.move_line_id.id, line.date_maturity, line.residual), line.residual, line.level_number)
            for line in notice._claims()
        ]
        items = [self.env["dunning.proposal"]._core_item(row) for row in rows.values()]
        return review(customer, claims, items, notice.plan_id._core_plan(notice.date))

    # ------------------------------------------------------------------
    # APPLY
    # ------------------------------------------------------------------

    def _apply_verdict(self, notice, verdict, rows):
        """Write the verdict on the notice and its lines; whether there is something left to send."""
        if verdict.reason:
            notice.write({"state": "suppressed", "reason": verdict.reason})
            notice._drop_fees()
            return False
        dropped = {item.key: reason for item, reason in verdict.skipped}
        kept = {claim.item.key: claim for claim in verdict.claims}
        for line in notice._claims():
            line_id = line.move_line_id.id
            if line_id in kept:
                self._shrink(line, kept[line_id], rows[line_id])
            else:
                line.drop_reason = dropped.get(line_id, SkipReason.PAID)
        self._replace_credits(notice, verdict.credits, rows)
        level = notice.plan_id.level_ids[verdict.level - 1]
        amounts = self.env["dunning.proposal"]._amounts(verdict, notice.currency_id)
        values = {
            **dict(zip(("amount_due", "amount_credit", "amount_total"), amounts, strict=True)),
            "level_id": level.id,
            "level_number": verdict.level,
            "send_email": verdict.email,
            "send_letter": verdict.letter,
        }
        changed = {name: value for name, value in values.items() if self._differs(notice, name, value)}
        if changed:
            notice.write(changed)
        return True

    @staticmethod
    def _differs(record, name, value):
        current = record[name]
        if isinstance(current, models.BaseModel):
            return current.id != value
        return abs(current - value) > TOLERANCE

    def _shrink(self, line, claim, row):
        """Amounts only shrink; what is held back meanwhile is shown."""
        if claim.amount < line.residual - TOLERANCE:
            line.write(self.env["dunning.proposal"]._claim_values(claim, row))
        if claim.covered != line.is_covered:
            line.is_covered = claim.covered

    def _replace_credits(self, notice, credits, rows):
        """The credits listed are those of now, whatever they were when the run was proposed."""
        listed = {line._key(): line.residual for line in notice._credits()}
        if listed == {item.key: item.residual for item in credits}:
            return
        notice._credits().unlink()
        columns = ("currency_id", "date_maturity", "residual_currency", "residual", "statement_line_id", "payment_id")
        self.env["dunning.notice.line"].create(
            [
                {
                    "notice_id": notice.id,
                    "move_line_id": rows[item.key]["line_id"],
                    "is_credit": True,
                    **{name: rows[item.key][name] for name in columns},
                }
                for item in credits
            ]
        )
